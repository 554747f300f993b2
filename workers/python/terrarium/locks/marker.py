"""Markers of locks → true or false for a target. An `extra` may be any of several that are chosen at once."""
import re
from functools import lru_cache

from packaging.markers import Marker

from ..resolution.environment import Environment
from ..resolution.files import canonical
from .locked import Wanted

_EXTRA = re.compile(r"""\bextra\s*(==|!=)\s*(?:'([^']*)'|"([^"]*)")""")


def holds(text: str | None, wanted: Wanted, environment: Environment, extras: frozenset[str]) -> bool:
    if not text:
        return True
    try:
        return parse(text).evaluate({**environment.markers, "extras": extras, "dependency_groups": frozenset()}, context="lock_file")
    except (RecursionError, ValueError) as error:
        raise wanted.bad(f"its marker `{text[:200]}` cannot be decided ({str(error).partition(chr(10))[0][:200]})") from None


@lru_cache(maxsize=4096)
def parse(text: str) -> Marker:
    if len(text) > 20_000:
        raise ValueError("it is too long")
    # With several extras chosen `extra == "a"` asks for one of them; PEP 751 has the words for that.
    return Marker(_EXTRA.sub(lambda match: f'"{canonical(match[2] or match[3] or "")}" {"in" if match[1] == "==" else "not in"} extras', text))
