"""Bounds the depth of a syntax tree by scanning the text, before a parser sees it.

In Pyodide a depth of about 1,500 overflows JavaScript's stack inside ast.parse, which cannot be caught and ends
the interpreter; freeing the dictionaries of a TOML key with 100,000 dots does the same. The estimate is never
too low: within one element (from comma to comma, or one statement) every operator, dot and bracket is a level.
"""
import re

from terrarium.limits import TABLE

DEEPEST = TABLE["nesting"][0]

_SKIP = r"|\#[^\n]*|\\\n"
_SHAPE = r"|(?P<newline>\n[ \t\f]*)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<comma>[,;])"
_PYTHON_STRING = r'''(?:"""(?:[^"\\]|\\.|"(?!""))*+(?:"""|\Z)|\'\'\'(?:[^'\\]|\\.|'(?!''))*+(?:\'\'\'|\Z)''' \
    r'''|"(?:[^"\\\n]|\\.)*+"?|'(?:[^'\\\n]|\\.)*+'?)'''
_TOML_STRING = r'''(?:"""(?:[^"\\]|\\.|"(?!""))*+(?:"""|\Z)|\'\'\'(?:[^']|'(?!''))*+(?:\'\'\'|\Z)''' \
    r'''|"(?:[^"\\\n]|\\.)*+"?|'[^'\n]*+'?)'''

PYTHON = re.compile(
    r'''\b(?:[fFtT][rR]?|[rR][fFtT])(?P<template>"""|\'\'\'|"|')|''' + _PYTHON_STRING + _SKIP + _SHAPE
    + r'''|(?P<colon>:(?!=))|(?P<operator>\*\*|//|<<|>>|:=|->|[-+*/%@&|^~.=<>]|\b(?:not|await|if|yield|else)\b)'''
    + r'''|(?P<parameters>\blambda\b)|(?P<chained>\belif\b)''', re.DOTALL)
TOML = re.compile(_TOML_STRING + _SKIP + _SHAPE + r"|(?P<operator>[.=])", re.DOTALL)

_TEMPLATE_TEXT = {
    quote: re.compile(r"\{\{|\\[^{]|(?P<field>\{)|(?P<end>" + quote + ")", re.DOTALL) for quote in ('"', "'", '"""', "'''")
}
_FORMAT_SPEC = re.compile(r"(?P<field>\{)|(?P<close>\})")


def is_too_deep(text: str, language: re.Pattern = PYTHON) -> bool:
    """True where parsing might nest deeper than DEEPEST."""
    # Each level costs at least one character, so short texts need no scan.
    return len(text) > DEEPEST and _Scan(language).exceeds(text)


class _Frame:
    """An open bracket, replacement field, template string or parameter list, and what is known of its depth."""
    __slots__ = ("language", "kind", "here", "deepest")

    def __init__(self, language: re.Pattern, kind: str):
        self.language, self.kind, self.here, self.deepest = language, kind, 0, 0


class _Scan:
    """`total` is the depth at the current place: the sum of `here` over all frames, plus the chains of `elif`."""

    def __init__(self, language: re.Pattern):
        self.code = language
        self.frames = [_Frame(language, "file")]
        self.total = 0
        self.indent = 0
        self.chains: dict[int, int] = {}

    def exceeds(self, text: str) -> bool:
        handlers = {name: getattr(self, "_" + name) for name in (
            "newline", "open", "close", "comma", "colon", "operator", "parameters", "chained", "template", "field", "end")}
        at = 0
        while match := self.frames[-1].language.search(text, at):
            at = match.end()
            if match.lastgroup:
                handlers[match.lastgroup](match)
                if self.total > DEEPEST:
                    return True
        return False

    def _operator(self, match):
        self.frames[-1].here += 1
        self.total += 1

    def _open(self, match):
        self.frames.append(_Frame(self.code, "bracket"))

    def _field(self, match):
        self.frames.append(_Frame(self.code, "field"))

    def _parameters(self, match):
        # Its own frame: the commas between parameters do not end the expression that the lambda stands in.
        self.frames.append(_Frame(self.code, "parameters"))

    def _template(self, match):
        self.frames.append(_Frame(_TEMPLATE_TEXT[match.group("template")], "template"))

    def _end(self, match):
        self._leave()

    def _close(self, match):
        while len(self.frames) > 1 and self.frames[-1].kind == "parameters":
            self._leave()
        self._leave()

    def _colon(self, match):
        frame = self.frames[-1]
        if frame.kind == "parameters":
            self._leave()
        elif frame.kind == "field":
            frame.language = _FORMAT_SPEC
        self._operator(match)

    def _comma(self, match):
        frame = self.frames[-1]
        frame.deepest = max(frame.deepest, frame.here)
        self.total -= frame.here
        frame.here = 0

    def _leave(self):
        if len(self.frames) > 1:
            frame = self.frames.pop()
            outer = self.frames[-1]
            levels = max(frame.deepest, frame.here) + 1
            self.total -= frame.here
            if frame.kind == "field":  # fields are siblings, as elements between commas are
                outer.deepest = max(outer.deepest, outer.here + levels)
            else:
                outer.here += levels
                self.total += levels

    def _newline(self, match):
        if len(self.frames) == 1:
            self._comma(match)
            self._begin_line(match)

    def _begin_line(self, match):
        """Each `elif` nests one deeper than the one before; another statement ends the chains at its indent and below."""
        word = match.string[match.end():match.end() + 4]
        if not word or word[0] in "\n#":
            return
        self.indent = len(match.group()) - 1
        if self.chains and word not in ("elif", "else"):
            ended = [indent for indent in self.chains if indent >= self.indent]
            self.total -= sum(self.chains.pop(indent) for indent in ended)

    def _chained(self, match):
        self.chains[self.indent] = self.chains.get(self.indent, 0) + 1
        self.total += 1
