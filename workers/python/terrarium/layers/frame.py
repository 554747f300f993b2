"""Collects files into one zstd frame of tar members, compressing as it goes: of a big wheel only one member is in memory at a time."""
import io
from compression.zstd import CompressionParameter, ZstdCompressor

from typing import Iterable

from ..large_blob import LARGE, FileSink, LargeBlob
from .tar_member import END, write_padding, write_tar_header

# Feeding the compressor in pieces of this size saves a call per member; members are mostly a few kilobytes.
PIECE = 1 << 20
# Measured in Pyodide: click, rich and httpx with what they need (17 MB) take 0.2 s at level 3, 0.36 at 6, 1.5 at 9 for 5.15, 4.68 and
# 4.52 MB; numpy (65 MB, half of it machine code) 0.5 s at 3 and 3.9 at 6 for 17.5 and 15.9 MB.
LEVEL, LEVEL_OF_BIG = 6, 3
BIG = 32 << 20


class Frame:
    """`expected`: about how many bytes will come; it picks the level."""

    def __init__(self, expected: int):
        level = LEVEL_OF_BIG if expected > BIG else LEVEL
        options = {CompressionParameter.compression_level: level, CompressionParameter.checksum_flag: 1}
        self._compressor = ZstdCompressor(options=options)
        self._out = FileSink(expected // 2) if expected > 2 * LARGE else io.BytesIO()
        self._waiting: list[bytes] = []
        self._waiting_size = 0
        self.files = 0
        self.unpacked = 0

    def add(self, path: str, data: bytes, executable: bool = False) -> None:
        self.add_pieces(path, len(data), (data,), executable)

    def add_pieces(self, path: str, size: int, pieces: Iterable[bytes], executable: bool = False) -> None:
        """Pieces of `size` bytes in all."""
        self.files += 1
        self.unpacked += size
        for parts in (write_tar_header(path, size, executable), pieces, (write_padding(size),)):
            for part in parts:
                self._feed(part)

    def _feed(self, part: bytes) -> None:
        self._waiting.append(part)
        self._waiting_size += len(part)
        if self._waiting_size >= PIECE:
            self._press()

    def _press(self) -> None:
        self._out.write(self._compressor.compress(b''.join(self._waiting)))
        self._waiting, self._waiting_size = [], 0

    def close(self, end: bool) -> bytes | LargeBlob:
        """The frame, a LargeBlob where much was expected; `end` adds the two zero blocks that close a layer."""
        if end:
            self._feed(END)
        self._press()
        self._out.write(self._compressor.flush())
        return self._out.close() if isinstance(self._out, FileSink) else self._out.getvalue()
