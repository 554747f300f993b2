"""The verb wheel_layer: one wheel → one zstd frame of tar members, laid out, checked and byte-compiled as an installer would."""
import posixpath
import re

from .large_blob import LargeBlob
from .layers import record
from .layers.byte_code import ByteCodeCache, assert_series, pyc_path
from .layers.findings import asks_own_place, imports_tkinter, is_native
from .layers.frame import Frame
from .layers.opened_wheel import OpenedWheel
from .layers.schemes import data_scheme, is_reserved, place

_byte_code = ByteCodeCache()
_LARGE = 4 << 20
# What installers replace by the path of their interpreter; here there is none to name.
_PYTHON_SHEBANG = re.compile(rb'^#!pythonw?(?=\s)')


def wheel_layer(request: dict, blobs: list) -> tuple[dict, list]:
    if request['compile']:
        assert_series(request['python'])
    layout = _Layout(OpenedWheel(request['wheel'], blobs[0]), request['prefix'], request['compile'], request.get('omit', ()))
    frame = layout.make_frame()
    answer = {'files': layout.frame.files, 'unpacked': layout.frame.unpacked, 'native': layout.native, 'pth': layout.pth,
              'tkinter': layout.tkinter, 'fileUses': layout.file_uses, 'warnings': layout.wheel.warnings, 'placed': layout.placed}
    return answer, [frame]


class _Layout:
    """One wheel on its way into a frame. Order of members: files by path, then the installer's own, byte code last."""

    def __init__(self, wheel: OpenedWheel, prefix: str, compiled: bool, omitted=()):
        self.wheel, self.prefix, self.compiled, self.omitted = wheel, prefix, compiled, frozenset(omitted)
        self.frame = Frame(sum(span['size'] for span in wheel.spans.values()))
        self.native: list[str] = []
        self.pth: list[str] = []
        self.file_uses: list[str] = []
        self.placed: dict[str, str] = {}
        self.tkinter = False
        self._rows: list[str] = []
        self._pycs: dict[str, bytes] = {}

    def make_frame(self) -> bytes | LargeBlob:
        for placed, member in sorted(self._placements().items()):
            self._add_member(placed, member)
        for placed, pyc in self._pycs.items():
            self._add(placed, pyc, hashed=False)
        self._add_installer_files()
        return self.frame.close(end=False)

    def _placements(self) -> dict[str, str]:
        wheel, found = self.wheel, {}
        own = {f'{wheel.dist_info}/{name}' for name in ('RECORD', 'INSTALLER', *record.SIGNATURES)}
        for member in wheel.spans:
            placed = place(member, wheel.stem, self.prefix, wheel.name.distribution, wheel.refuse)
            if placed in found:
                raise wheel.refuse(f'{found[placed]} and {member} would both become {placed}')
            if is_reserved(placed, self.prefix):
                wheel.warnings.append(f'{wheel.name.filename}: {member} was left out, {placed} belongs to the launcher')
            elif member not in own and placed not in self.omitted:
                found[placed] = member
        self._check_folders(found)
        self._drop_old_byte_code(found)
        return found

    def _drop_old_byte_code(self, found: dict[str, str]) -> None:
        if self.compiled:
            for placed in [path for path in found if path.endswith('.py')]:
                found.pop(pyc_path(placed), None)

    def _check_folders(self, found: dict[str, str]) -> None:
        for placed in found:
            for folder in _folders(placed):
                if folder in found:
                    raise self.wheel.refuse(f'{found[folder]} is a file, and {found[placed]} needs a folder in its place')

    def _add_member(self, placed: str, member: str) -> None:
        if self.wheel.spans[member]['size'] > _LARGE and self._goes_as_it_is(placed, member):
            return self._add_large(placed, member)
        data = self.wheel.read(member)
        executable = self.wheel.spans[member]['executable']
        scheme = data_scheme(member, self.wheel.stem)
        if scheme and scheme[0] == 'scripts':
            data, executable = _PYTHON_SHEBANG.sub(rb'#!/usr/bin/env python3', data, count=1), True
        elif placed.endswith('.py'):
            self._compile(placed, data)
            if asks_own_place(data):
                self.file_uses.append(placed)
        if is_native(member, data, executable):
            self._note_native(member)
        if placed.endswith('.pth') and posixpath.dirname(placed) == self.prefix:
            self.pth.append(placed)
        self.placed[placed] = self.wheel.rows[member].hash
        self._add(placed, data, executable)

    def _goes_as_it_is(self, placed: str, member: str) -> bool:
        return not placed.endswith(('.py', '.pth')) and data_scheme(member, self.wheel.stem) is None and self.wheel.rows[member].hash.startswith('sha256=')

    def _add_large(self, placed: str, member: str) -> None:
        """Never in memory whole: WebAssembly's memory grows with the largest moment and never shrinks again."""
        span, hashed = self.wheel.spans[member], self.wheel.rows[member].hash
        if is_native(member, next(self.wheel.read_pieces(member), b''), span['executable']):
            self._note_native(member)
        self.placed[placed] = hashed
        self.frame.add_pieces(placed, span['size'], self.wheel.read_pieces(member), span['executable'])
        self._rows.append(record.print_known_row(self._from_prefix(placed), hashed.rstrip('='), span['size']))

    def _compile(self, placed: str, source: bytes) -> None:
        self.tkinter = self.tkinter or imports_tkinter(source)
        if self.compiled and placed.startswith(self.prefix + '/'):
            pyc = _byte_code.make_pyc(source, placed)
            if pyc is not None:
                self._pycs[pyc_path(placed)] = pyc

    def _note_native(self, member: str) -> None:
        self.native.append(member)
        if self.wheel.name.for_any_platform:
            self.wheel.warnings.append(f'{self.wheel.name.filename} says that it fits any platform and brings native code: {member}')

    def _add(self, placed: str, data: bytes, executable: bool = False, hashed: bool = True) -> None:
        self.frame.add(placed, data, executable)
        self._rows.append(record.print_row(self._from_prefix(placed), data if hashed else None))

    def _add_installer_files(self) -> None:
        folder = f'{self.prefix}/{self.wheel.dist_info}'
        self._add(f'{folder}/INSTALLER', b'terrarium\n')
        self._rows.append(record.print_row(f'{self.wheel.dist_info}/RECORD', None))
        self.frame.add(f'{folder}/RECORD', ''.join(sorted(self._rows)).encode())

    def _from_prefix(self, placed: str) -> str:
        return placed.removeprefix(self.prefix + '/') if placed.startswith(self.prefix + '/') else '../' + placed


def _folders(path: str) -> list[str]:
    """Every folder that the path lies in: `a/b/c` → `a/b`, `a`."""
    segments = path.split('/')
    return ['/'.join(segments[:count]) for count in range(len(segments) - 1, 0, -1)]
