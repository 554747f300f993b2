"""A wheel's file name → its parts (name, version, tags). Linear in the length of the name."""
import re
from typing import NamedTuple

from ..failure import Failure

_PART = re.compile(r'[A-Za-z0-9._+!]+', re.ASCII)


class WheelName(NamedTuple):
    filename: str
    distribution: str
    version: str
    python: str
    abi: str
    platform: str

    @property
    def for_any_platform(self) -> bool:
        return self.platform == 'any'


def parse_wheel_name(filename: str) -> WheelName:
    parts = filename.removesuffix('.whl').split('-')
    bad_build = len(parts) == 6 and not parts[2][:1].isdigit()
    if not filename.endswith('.whl') or len(parts) not in (5, 6) or bad_build or not all(map(_PART.fullmatch, parts)):
        raise Failure('wheel/invalid', f'Reading the file name {filename[:200]!r}: expected name-version[-build]-python-abi-platform.whl.',
                      'Rename the file as its project published it.')
    return WheelName(filename, parts[0], parts[1], *parts[-3:])


def normalise(name: str) -> str:
    return re.sub(r'[-_.]+', '-', name).lower()
