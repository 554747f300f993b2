"""Files become one part of a runtime layer: tar members in a zstd frame, padded by a skippable frame (launcher/FORMAT.md, Layer).
Same files, same bytes."""

from compression import zstd
from hashlib import sha256

import terrarium_path
from terrarium.layers.tar_member import write_tar_member

PAGE = 16384
# A window that a processor's own cache holds decodes a quarter faster than one of 2^24 bytes, and makes a pack 3.5 % larger.
WINDOW_LOG = 22
SKIPPABLE_MAGIC = bytes.fromhex("502a4d18")


def write_tar(members):
    """`members`: (path, executable, content), in the order wanted. Without the closing blocks: those are a part of their own."""
    return b"".join(part for path, executable, content in members for part in write_tar_member(path, content, executable))


def compress(content, level):
    options = {
        zstd.CompressionParameter.compression_level: level,
        zstd.CompressionParameter.window_log: WINDOW_LOG,
        zstd.CompressionParameter.checksum_flag: 1,
    }
    return zstd.compress(content, options=options)


def pad(frame):
    """Appends a skippable frame, whose header takes 8 bytes, up to the next multiple of a page."""
    missing = -len(frame) % PAGE
    if missing == 0:
        return frame
    if missing < 8:
        missing += PAGE
    return frame + SKIPPABLE_MAGIC + (missing - 8).to_bytes(4, "little") + bytes(missing - 8)


def write_page_digests(part, page):
    """SHA-256 of each page, concatenated: what a Mach-O code directory says of this part wherever it lies."""
    view = memoryview(part)
    return b"".join(sha256(view[at : at + page]).digest() for at in range(0, len(part), page))
