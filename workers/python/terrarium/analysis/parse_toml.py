"""TOML text, untrusted → tables, and typed reading of them: a wrong type is a Failure that names the key."""
import tomllib

from terrarium.analysis.nesting import TOML, is_too_deep
from terrarium.failure import Failure


def parse_toml(text: str, path: str) -> dict:
    if is_too_deep(text, TOML):
        raise Failure("project/bad-metadata", f"Reading {path}: it nests too deeply to be read.", path)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(path, getattr(error, "msg", str(error)), getattr(error, "lineno", 0)) from None
    except RecursionError:
        raise Failure("project/bad-metadata", f"Reading {path}: it nests too deeply to be read.", path) from None
    except ValueError as error:  # an integer of more digits than Python converts, a date that is none
        raise _not_toml(path, str(error), 0) from None


def _not_toml(path: str, found: str, line: int) -> Failure:
    place = f"{path}:{line}" if line else path
    return Failure("project/bad-metadata", f"Reading {path}: it is not valid TOML ({found}).", place,
                   "Correct the line; most editors show what is wrong with it.")


class Table:
    """A TOML table with its dotted name, for messages."""

    def __init__(self, data: dict, path: str, name: str = ""):
        self.data, self.path, self.name = data, path, name

    def has(self, key: str) -> bool:
        return key in self.data

    def table(self, key: str) -> "Table":
        """Empty where absent."""
        return Table(self._get(key, dict, "a table") or {}, self.path, self._dotted(key))

    def string(self, key: str) -> str | None:
        return self._get(key, str, "a string")

    def strings(self, key: str) -> list[str] | None:
        values = self._get(key, list, "an array of strings")
        for value in values or []:
            if not isinstance(value, str):
                raise self._wrong(key, value, "an array of strings")
        return values

    def _get(self, key: str, kind: type, expected: str):
        value = self.data.get(key)
        if value is not None and not isinstance(value, kind):
            raise self._wrong(key, value, expected)
        return value

    def _wrong(self, key: str, value, expected: str) -> Failure:
        return Failure("project/bad-metadata",
                       f"Reading {self._dotted(key)} in {self.path}: found {_kind(value)}, expected {expected}.", self.path)

    def _dotted(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key


def _kind(value) -> str:
    names = {dict: "a table", list: "an array", str: "a string", bool: "a truth value", int: "a number", float: "a number"}
    return names.get(type(value), "a date")
