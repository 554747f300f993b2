"""Wheels → a folder that a build can import from, kept by key together with the modules that were loaded from it."""
import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass, field
from types import ModuleType

from ..layers.opened_wheel import OpenedWheel
from ..layers.schemes import place

_LIMIT = 6


@dataclass
class Environment:
    folder: str
    # What earlier builds loaded and installed; a second build finds it warm.
    modules: dict[str, ModuleType] = field(default_factory=dict)
    finders: list = field(default_factory=list)
    # Folders with vendored modules, which setuptools and poetry-core add to sys.path when they are imported.
    vendored: list[str] = field(default_factory=list)

    @property
    def site(self) -> str:
        return os.path.join(self.folder, 'site')

    def owns(self, path: str | None) -> bool:
        return bool(path) and path.startswith(self.folder + os.sep)


class Environments:
    def __init__(self):
        self._kept: dict[str, Environment] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._kept

    def find(self, key: str) -> Environment:
        """An empty one for a key without wheels: a backend may lie in the project itself."""
        if key not in self._kept:
            return Environment(_folder_of(key))
        self._kept[key] = self._kept.pop(key)
        return self._kept[key]

    def make(self, key: str, wheels: list[dict], blobs: list) -> None:
        folder = _folder_of(key)
        shutil.rmtree(folder, ignore_errors=True)
        for wheel, blob in zip(wheels, blobs, strict=True):
            _unpack(OpenedWheel(wheel, blob), folder)
        self._kept[key] = Environment(folder)
        self._forget_oldest()

    def _forget_oldest(self) -> None:
        while len(self._kept) > _LIMIT:
            oldest = self._kept.pop(next(iter(self._kept)))
            shutil.rmtree(oldest.folder, ignore_errors=True)


def _folder_of(key: str) -> str:
    name = f'{os.getpid()}-{hashlib.sha256(key.encode()).hexdigest()[:16]}'
    return os.path.join(os.path.realpath(tempfile.gettempdir()), 'terrarium', 'environments', name)


def _unpack(wheel: OpenedWheel, folder: str) -> None:
    for member in wheel.spans:
        path = os.path.join(folder, *place(member, wheel.stem, 'site', wheel.name.distribution, wheel.refuse).split('/'))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as file:
            file.write(wheel.read(member))
