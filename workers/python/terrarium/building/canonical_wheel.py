"""A wheel as its backend wrote it → the same members in bytes that depend on them alone: sorted, one date, plain modes, RECORD last."""
import io
import stat
import zipfile

_DATE = (1980, 1, 1, 0, 0, 0)
_EXECUTABLE, _PLAIN = 0o755, 0o644


def make_canonical(wheel: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(wheel)) as given, zipfile.ZipFile(made, 'w') as archive:
        members = [member for member in given.infolist() if not member.is_dir()]
        for member in sorted(members, key=lambda member: (_is_record(member.filename), member.filename)):
            archive.writestr(_make_member(member), given.read(member), compresslevel=6)
    return made.getvalue()


def _is_record(path: str) -> bool:
    return path.count('/') == 1 and path.endswith('.dist-info/RECORD')


def _make_member(member: zipfile.ZipInfo) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(member.filename, _DATE)
    made.compress_type, made.create_system = zipfile.ZIP_DEFLATED, 3
    executable = member.external_attr >> 16 & stat.S_IXUSR
    made.external_attr = (stat.S_IFREG | (_EXECUTABLE if executable else _PLAIN)) << 16
    return made
