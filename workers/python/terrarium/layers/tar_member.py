"""One file → its ustar member, by the profile in launcher/FORMAT.md: no owner, no time, a pax header for long or non-ASCII paths only."""
BLOCK = 512
END = bytes(2 * BLOCK)
MTIME = 315532800
_REST = b''.join((b'0000000\0' * 2, b'%011o\0', b'%011o\0' % MTIME))
_MAGIC = b'ustar\x0000' + bytes(64)
_TAIL = bytes(8 + 8 + 155 + 12)


def write_tar_member(path: str, data: bytes, executable: bool) -> list[bytes]:
    """The member's header, data and padding."""
    return [*write_tar_header(path, len(data), executable), data, write_padding(len(data))]


def write_tar_header(path: str, size: int, executable: bool) -> list[bytes]:
    """What stands before the data; `path` was checked by whoever made it."""
    name = path.encode()
    mode = b'0000755\0' if executable else b'0000644\0'
    parts = [] if len(name) <= 100 and name.isascii() else _pax_path(name)
    return [*parts, _header(name, mode, size, b'0')]


def _pax_path(name: bytes) -> list[bytes]:
    body = _pax_record(b'path', name)
    return [_header(b'pax-path', b'0000644\0', len(body), b'x'), body, write_padding(len(body))]


def _pax_record(key: bytes, value: bytes) -> bytes:
    # The length counts its own digits, which may add one.
    bare = len(key) + len(value) + 3
    length = bare + len(str(bare))
    if len(str(length)) > len(str(bare)):
        length = bare + len(str(length))
    return b'%d %s=%s\n' % (length, key, value)


def _header(name: bytes, mode: bytes, size: int, kind: bytes) -> bytes:
    # What readers without pax would see of a long name need only be ASCII; those with pax never look at it.
    shown = name[:100] if name.isascii() else name.decode().encode('ascii', 'replace')[:100]
    before = shown.ljust(100, b'\0') + mode + _REST % size
    after = kind + bytes(100) + _MAGIC + _TAIL
    return before + b'%06o\0 ' % (sum(before) + sum(after) + 8 * 32) + after


def write_padding(size: int) -> bytes:
    return bytes(-size % BLOCK)
