"""Bytes that lie in a file: Emscripten's files are JavaScript's memory, which is given back; WebAssembly's grows with the largest moment and stays."""
import itertools
import os
import tempfile
from typing import BinaryIO

# Bytes from which it is worth a file.
LARGE = 4 << 20
_numbers = itertools.count()


def make_place() -> str:
    folder = os.path.join(tempfile.gettempdir(), 'terrarium', 'blobs')
    os.makedirs(folder, exist_ok=True)
    return os.path.join(folder, f'{os.getpid()}-{next(_numbers)}')


class LargeBlob:
    """Sliced like a memoryview; `bytes()` of a slice reads it."""

    def __init__(self, file: BinaryIO, start: int, stop: int):
        self._file, self._start, self._stop = file, start, stop

    @classmethod
    def open(cls, path: str) -> 'LargeBlob':
        """The file is the blob's from here on."""
        return cls(open(path, 'rb', buffering=0), 0, os.path.getsize(path))

    def __len__(self) -> int:
        return self._stop - self._start

    def __getitem__(self, part: slice) -> 'LargeBlob':
        start, stop, _ = part.indices(len(self))
        return LargeBlob(self._file, self._start + start, self._start + max(start, stop))

    def __bytes__(self) -> bytes:
        self._file.seek(self._start)
        return self._file.read(len(self))

    @property
    def path(self) -> str:
        return self._file.name

    def remove(self) -> None:
        self._file.close()
        os.unlink(self._file.name)


class FileSink:
    """What is written becomes a blob that crosses as a file. `expected`: about how many bytes will come."""

    def __init__(self, expected: int):
        self.path = make_place()
        self._file = open(self.path, 'wb', buffering=0)
        # Emscripten would move what is there each time that the file grows.
        self._file.truncate(expected)

    def write(self, data: bytes) -> None:
        self._file.write(data)

    def close(self) -> 'LargeBlob':
        self._file.truncate()
        self._file.close()
        return LargeBlob.open(self.path)
