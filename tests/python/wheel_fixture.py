"""Makes wheels for tests, right ones and wrong ones, and reads layers back with somebody else's reader (tarfile)."""
import base64
import hashlib
import io
import struct
import tarfile
import zipfile
from compression import zstd

WHEEL = 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n'
METADATA = 'Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n'
INFO = 'demo-1.0.dist-info'


def row(path: str, data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()
    return f'{path},sha256={digest},{len(data)}\n'


def demo_files(**more: str | bytes) -> dict[str, bytes]:
    files = {'demo/__init__.py': 'x = 1\n', f'{INFO}/WHEEL': WHEEL, f'{INFO}/METADATA': METADATA, **more}
    return {path: data.encode() if isinstance(data, str) else data for path, data in files.items()}


def with_record(files: dict[str, bytes]) -> dict[str, bytes]:
    rows = ''.join(row(path, data) for path, data in files.items())
    return {**files, f'{INFO}/RECORD': f'{rows}{INFO}/RECORD,,\n'.encode()}


def zip_files(files: dict[str, bytes] | list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items() if isinstance(files, dict) else files:
            archive.writestr(path, data)
    return out.getvalue()


def wheel_input(archive: bytes, filename: str = 'demo-1.0-py3-none-any.whl') -> dict:
    members = []
    for info in zipfile.ZipFile(io.BytesIO(archive)).infolist():
        name, extra = struct.unpack_from('<HH', archive, info.header_offset + 26)
        members.append({'path': info.filename, 'offset': info.header_offset + 30 + name + extra, 'compressedSize': info.compress_size,
                        'size': info.file_size, 'crc32': info.CRC, 'method': info.compress_type,
                        'executable': bool(info.external_attr >> 16 & 0o100)})
    return {'filename': filename, 'members': members}


class Member(tarfile.TarInfo):
    content: bytes


def read_layer(*frames: bytes) -> dict[str, Member]:
    found = {}
    with tarfile.open(fileobj=io.BytesIO(b''.join(map(zstd.decompress, frames))), tarinfo=Member) as archive:
        for member in archive:
            member.content = archive.extractfile(member).read()
            found[member.name] = member
    return found
