"""File name of a lock → what reads it."""
import re

from .locked import Wanted
from .pdm import PdmLock
from .poetry import PoetryLock
from .pylock import PylockToml
from .uv import UvLock

READERS = {"uv.lock": UvLock, "poetry.lock": PoetryLock, "pdm.lock": PdmLock}
PYLOCK = re.compile(r"pylock(?:\.[^.]+)?\.toml\Z")


def make_reader(wanted: Wanted):
    reader = PylockToml if PYLOCK.match(wanted.file) else READERS.get(wanted.file)
    if reader is None:
        raise wanted.bad("pylock.toml, uv.lock, poetry.lock and pdm.lock are the locks that are understood")
    return reader(wanted)
