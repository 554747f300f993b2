"""Entry points in their two spellings (ini text, and tables of name → `module:attribute`) → entries, checked."""
import configparser
import re

from terrarium.failure import Failure

GROUPS = {"console_scripts": False, "gui_scripts": True}
_NAME = re.compile(r"\w[\w.+-]*(?: [\w.+-]+)*\Z")
_REFERENCE = re.compile(r"\s*(?P<module>[^\W\d]\w*(?:\.[^\W\d]\w*)*)\s*:\s*(?P<attribute>[^\W\d]\w*(?:\.[^\W\d]\w*)*)\s*(?:\[[^\]]*\])?\s*\Z")
LONGEST_NAME = 100


def function_entry(name: str, value: str, windowed: bool, origin: str, path: str, code: str = "project/bad-metadata") -> dict:
    """An entry that calls a function; extras in brackets, which only installers read, are dropped."""
    if len(name) > LONGEST_NAME or not _NAME.match(name) or ".." in name or name.endswith("."):
        raise _wrong(code, path, f"the command {name[:LONGEST_NAME]!r}", "a name of letters, digits, `-`, `_` and `.`", origin)
    match = _REFERENCE.match(value) if len(value) < 1000 else None
    if not match:
        raise _wrong(code, path, f"the command {name!r} as {value[:200]!r}", "`module:function`", origin)
    return {"name": name, "kind": "function", "value": f"{match['module']}:{match['attribute']}", "windowed": windowed, "origin": origin}


def _wrong(code: str, path: str, found: str, expected: str, origin: str) -> Failure:
    return Failure(code, f"Reading the commands in {path}: found {found}, expected {expected}.", path, f"It stands in {origin}.")


def entries_of_table(table: dict, windowed: bool, origin: str, path: str) -> list[dict]:
    for name, value in table.items():
        if not isinstance(value, str):
            raise _wrong("project/bad-metadata", path, f"the command {name!r} as something else than text", "`module:function`", origin)
    return [function_entry(name, value, windowed, origin, path) for name, value in table.items()]


def entries_of_ini(text: str, path: str, origin: str, code: str = "project/bad-metadata") -> list[dict]:
    """`origin` stands before the group's name: `entry_points.txt` gives `entry_points.txt [console_scripts]`."""
    parser = configparser.RawConfigParser(delimiters=("=",), strict=False, allow_no_value=True, default_section="\0")
    parser.optionxform = str
    try:
        parser.read_string(text)
    except configparser.Error as error:
        line = getattr(error, "lineno", 0) or 0
        raise Failure(code, f"Reading the entry points in {path}: {_one_line(error)}.", f"{path}:{line}" if line else path) from None
    return [
        function_entry(name.strip(), " ".join((value or "").split()), windowed, f"{origin} [{group}]", path, code)
        for group, windowed in GROUPS.items() if parser.has_section(group)
        for name, value in parser.items(group)
    ]


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
