"""Patterns of file names as PEP 639 has them (`*`, `?`, `[a-z]`, `**`) → a test for paths."""
import re
from typing import Callable, Iterable

_PART = re.compile(r'\\(?P<escaped>.)|(?P<range>\[[^\]/]+\])|(?P<star>\*)|(?P<one>\?)|(?P<plain>.)')


def include(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Anchored at the top: the whole path fits one of them."""
    return _any_of([_translate(pattern) for pattern in patterns])


def exclude(patterns: Iterable[str]) -> Callable[[str], bool]:
    """At any depth unless they begin with a slash, and all that lies below what fits."""
    return _any_of([('' if pattern.startswith('/') else '(?:.*/)?') + _translate(pattern.strip('/')) + '(?:/.*)?' for pattern in patterns])


def _any_of(expressions: list[str]) -> Callable[[str], bool]:
    found = re.compile('|'.join(expressions), re.DOTALL) if expressions else None
    return lambda path: bool(found and found.fullmatch(path))


def _translate(pattern: str) -> str:
    parts = pattern.split('/')
    texts = [_translate_depth(last=at == len(parts) - 1) if part == '**' else _translate_part(part) + ('' if at == len(parts) - 1 else '/')
             for at, part in enumerate(parts)]
    return ''.join(texts)


def _translate_depth(last: bool) -> str:
    return '.*' if last else '(?:[^/]+/)*'


def _translate_part(part: str) -> str:
    return ''.join(map(_translate_sign, _PART.finditer(part)))


def _translate_sign(match: re.Match) -> str:
    if match['range']:
        return '[' + match['range'][1:-1].replace('\\', r'\\').replace('^', r'\^').replace('[', r'\[') + ']'
    return '[^/]*' if match['star'] else '[^/]' if match['one'] else re.escape(match['escaped'] or match['plain'])
