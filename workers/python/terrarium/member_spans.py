"""Reads members of an archive by the spans that the strict reader (src/formats/zip) accepted.

Python never lists an archive itself, so that both sides see the same members. Inflating is bounded by the
promised size: a member that would grow beyond it stops at once.
"""
import zlib

from terrarium.failure import Failure

STORED, DEFLATED = 0, 8
LARGEST = 1 << 30


def read_member(archive: memoryview, span: dict) -> bytes:
    """The member's bytes; raises Failure('wheel/invalid') unless size and CRC are what the span says."""
    packed = _packed_bytes(archive, span)
    data = _inflate(packed, span) if span["method"] == DEFLATED else bytes(packed)
    if len(data) != span["size"]:
        raise _invalid(span, f"found {len(data)} bytes, expected {span['size']}")
    crc = zlib.crc32(data)
    if crc != span["crc32"]:
        raise _invalid(span, f"found CRC {crc:08x}, expected {span['crc32']:08x}")
    return data


def _packed_bytes(archive: memoryview, span: dict) -> memoryview:
    start, length = span["offset"], span["compressedSize"]
    if start < 0 or length < 0 or start + length > len(archive):
        raise _invalid(span, f"its data would end at byte {start + length} of a file of {len(archive)} bytes")
    if span["method"] not in (STORED, DEFLATED):
        raise _invalid(span, f"found compression method {span['method']}, expected 0 (stored) or 8 (deflate)")
    if not 0 <= span["size"] <= LARGEST:
        raise _invalid(span, f"found a size of {span['size']} bytes, expected at most {LARGEST}")
    return archive[start:start + length]


def _inflate(packed: memoryview, span: dict) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        # One byte more than promised: enough to notice a longer stream, never enough to fill the memory.
        data = inflater.decompress(packed, span["size"] + 1)
    except zlib.error as error:
        raise _invalid(span, f"its deflate stream is broken ({error})") from None
    if len(data) <= span["size"] and (not inflater.eof or inflater.unused_data):
        raise _invalid(span, "its deflate stream does not end where the member does")
    return data


def _invalid(span: dict, found: str) -> Failure:
    return Failure("wheel/invalid", f"Reading {span['path']} from a wheel: {found}.",
                   "The wheel is damaged or was made to mislead; fetch it again or build it anew.")
