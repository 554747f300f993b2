"""The verb bare_wheel: a project without a build system, as it stands in its folder → a wheel, the same bytes for the same files."""
import io
import os
import re
import zipfile

from .failure import Failure
from .layers import record
from .layers.safe_path import is_safe_path
from .layers.wheel_name import normalise

_FIRST_DATE = (1980, 1, 1, 0, 0, 0)
_NAME = re.compile(r'[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?')


def bare_wheel(request: dict, blobs: list) -> tuple[dict, list[bytes]]:
    stem = _make_stem(request['name'], request['version'])
    files = read_folder(request['root'], stem)
    if not files and not request.get('empty'):
        raise Failure('project/empty', f'Packing {request["name"]}: found no file in it, expected at least one.')
    own = {f'{stem}.dist-info/{name}': (text.encode(), False) for name, text in _print_dist_info(request).items()}
    return {'filename': f'{stem}-py3-none-any.whl'}, [write_wheel(files | own, f'{stem}.dist-info/RECORD')]


def _make_stem(name: str, version: str) -> str:
    from packaging.version import InvalidVersion, Version
    if not _NAME.fullmatch(name):
        raise Failure('project/bad-metadata', f'Packing the project: found the name {name[:100]!r}, expected letters, digits, `-`, `_` and `.`.')
    try:
        return f'{normalise(name).replace("-", "_")}-{Version(version)}'
    except InvalidVersion:
        raise Failure('project/bad-metadata', f'Packing {name}: found the version {version[:100]!r}, expected one like 1.2.3.') from None


def read_folder(root: str, stem: str) -> dict[str, tuple[bytes, bool]]:
    """Path → content and whether it is executable. A dist-info of the project's own would make two of them in the wheel."""
    found = {}
    for folder, folders, names in os.walk(root):
        if folder == root:
            folders[:] = [name for name in folders if not name.endswith('.dist-info') and name != f'{stem}.data']
        for name in names:
            path = os.path.join(folder, name)
            inside = os.path.relpath(path, root).replace(os.sep, '/')
            if is_safe_path(inside) and not os.path.islink(path):
                with open(path, 'rb') as file:
                    found[inside] = file.read(), bool(os.stat(path).st_mode & 0o100)
    return found


def write_wheel(files: dict[str, tuple[bytes, bool]], record_path: str) -> bytes:
    """A wheel of these files with its RECORD made: sorted, the dist-info last, deflated, no time of its own."""
    out = io.BytesIO()
    dist_info = record_path.rpartition('/')[0] + '/'
    rows = []
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        for path, (data, executable) in sorted(files.items(), key=lambda item: (item[0].startswith(dist_info), item[0])):
            _write_member(archive, path, data, executable)
            rows.append(record.print_row(path, data))
        rows.append(record.print_row(record_path, None))
        _write_member(archive, record_path, ''.join(rows).encode(), False)
    return out.getvalue()


def _write_member(archive: zipfile.ZipFile, path: str, data: bytes, executable: bool) -> None:
    member = zipfile.ZipInfo(path, _FIRST_DATE)
    member.create_system = 3
    member.external_attr = (0o100755 if executable else 0o100644) << 16
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, data)


def _print_dist_info(request: dict) -> dict[str, str]:
    texts = {'METADATA': _print_metadata(request),
             'WHEEL': 'Wheel-Version: 1.0\nGenerator: terrarium\nRoot-Is-Purelib: true\nTag: py3-none-any\n'}
    points = _print_entry_points(request['entries'])
    return texts | ({'entry_points.txt': points} if points else {})


def _print_metadata(request: dict) -> str:
    lines = ['Metadata-Version: 2.1', f'Name: {request["name"]}', f'Version: {request["version"]}']
    lines += [f'Requires-Python: {request["requiresPython"]}'] if request.get('requiresPython') else []
    lines += [f'Requires-Dist: {requirement}' for requirement in request['requires']]
    # A value that holds a line break would begin another field.
    return ''.join(' '.join(line.split()) + '\n' for line in lines)


def _print_entry_points(entries: list[dict]) -> str:
    sections = []
    for windowed, section in ((False, 'console_scripts'), (True, 'gui_scripts')):
        lines = [f'{entry["name"]} = {entry["value"]}\n' for entry in entries if entry['kind'] == 'function' and bool(entry['windowed']) is windowed]
        sections += [f'[{section}]\n{"".join(lines)}'] if lines else []
    return '\n'.join(sections)
