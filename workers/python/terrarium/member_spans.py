"""Reads members of an archive by the spans that the strict reader (src/formats/zip) accepted.

Python never lists an archive itself, so that both sides see the same members. Inflating is bounded by the
promised size: a member that would grow beyond it stops at once.
"""
import zlib
from typing import Iterator

from terrarium.failure import Failure
from terrarium.large_blob import LargeBlob

STORED, DEFLATED = 0, 8
LARGEST = 1 << 30
PIECE = 1 << 18


def read_member(archive: memoryview | LargeBlob, span: dict) -> bytes:
    """The member's bytes; raises Failure('wheel/invalid') unless size and CRC are what the span says."""
    return b"".join(read_pieces(archive, span))


def read_pieces(archive: memoryview | LargeBlob, span: dict) -> Iterator[bytes]:
    """The same, piece by piece, so that a large member is never in memory whole. What was given counts only when the last piece has come."""
    packed = _packed_bytes(archive, span)
    size = crc = 0
    for piece in _inflate(packed, span) if span["method"] == DEFLATED else _slice(packed):
        size, crc = size + len(piece), zlib.crc32(piece, crc)
        yield piece
    if size != span["size"]:
        raise _invalid(span, f"found {size} bytes, expected {span['size']}")
    if crc != span["crc32"]:
        raise _invalid(span, f"found CRC {crc:08x}, expected {span['crc32']:08x}")


def _packed_bytes(archive: memoryview | LargeBlob, span: dict) -> memoryview | LargeBlob:
    start, length = span["offset"], span["compressedSize"]
    if start < 0 or length < 0 or start + length > len(archive):
        raise _invalid(span, f"its data would end at byte {start + length} of a file of {len(archive)} bytes")
    if span["method"] not in (STORED, DEFLATED):
        raise _invalid(span, f"found compression method {span['method']}, expected 0 (stored) or 8 (deflate)")
    if not 0 <= span["size"] <= LARGEST:
        raise _invalid(span, f"found a size of {span['size']} bytes, expected at most {LARGEST}")
    return archive[start:start + length]


def _slice(packed: memoryview | LargeBlob) -> Iterator[bytes]:
    for start in range(0, len(packed), PIECE):
        yield bytes(packed[start:start + PIECE])


def _inflate(packed: memoryview | LargeBlob, span: dict) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    # One byte more than promised: enough to notice a longer stream, never enough to fill the memory.
    left, taken = span["size"] + 1, 0
    waiting = b""
    while left > 0 and not inflater.eof:
        if not waiting:
            waiting, taken = bytes(packed[taken:taken + PIECE]), min(taken + PIECE, len(packed))
        asked = min(PIECE, left)
        try:
            piece = inflater.decompress(waiting, asked)
        except zlib.error as error:
            raise _invalid(span, f"its deflate stream is broken ({error})") from None
        waiting = inflater.unconsumed_tail
        left -= len(piece)
        if piece:
            yield piece
        if len(piece) < asked and not waiting and taken == len(packed):
            break
    if left > 0 and (not inflater.eof or inflater.unused_data or taken < len(packed)):
        raise _invalid(span, "its deflate stream does not end where the member does")


def _invalid(span: dict, found: str) -> Failure:
    return Failure("wheel/invalid", f"Reading {span['path']} from a wheel: {found}.",
                   "The wheel is damaged or was made to mislead; fetch it again or build it anew.")
