"""A wheel's member spans and bytes → its checked members. Rules: PyPA "Binary distribution format"; every refusal is `wheel/invalid`."""
import re
from email.parser import HeaderParser
from typing import Iterator

from ..failure import Failure
from ..large_blob import LargeBlob
from ..member_spans import read_member, read_pieces
from . import record
from .safe_path import is_safe_path
from .wheel_name import WheelName, normalise, parse_wheel_name


class OpenedWheel:
    def __init__(self, wheel: dict, archive):
        self.name: WheelName = parse_wheel_name(wheel['filename'])
        self.warnings: list[str] = []
        self._archive = archive if isinstance(archive, LargeBlob) else memoryview(archive)
        self.spans = self._index([span for span in wheel['members'] if not span['path'].endswith('/')])
        self.dist_info = self._find_dist_info()
        self.stem = self.dist_info.removesuffix('.dist-info')
        self._check_dist_info()
        self.rows = record.parse_record(self._text('RECORD'), self.refuse)
        record.check_names(self.rows, set(self.spans), self.dist_info, self.refuse)

    def refuse(self, found: str) -> Failure:
        return Failure('wheel/invalid', f'Checking {self.name.filename}: {found}.',
                       'Installers that check would refuse this wheel too; use another version of it, or build it anew.')

    def read(self, path: str) -> bytes:
        return b''.join(self.read_pieces(path))

    def read_pieces(self, path: str) -> Iterator[bytes]:
        """Checked, but only when the last piece has come."""
        pieces = read_pieces(self._archive, self.spans[path])
        row = self.rows.get(path)
        return record.check_pieces(path, pieces, row, self.refuse) if row and row.hash else pieces

    def _index(self, spans: list[dict]) -> dict[str, dict]:
        found: dict[str, dict] = {}
        for span in spans:
            if not is_safe_path(span['path']):
                raise self.refuse(f'the member {span["path"][:200]!r} would leave the app\'s folder')
            if span['path'] in found:
                raise self.refuse(f'the member {span["path"]} is there twice')
            found[span['path']] = span
        return found

    def _find_dist_info(self) -> str:
        tops = {top for top, slash, _ in (path.partition('/') for path in self.spans) if slash and top.endswith('.dist-info')}
        if len(tops) != 1:
            raise self.refuse(f'found {", ".join(sorted(tops)) or "no .dist-info folder"}, expected exactly one .dist-info folder')
        return tops.pop()

    def _check_dist_info(self) -> None:
        name, _, version = self.stem.rpartition('-')
        if normalise(name) != normalise(self.name.distribution) or not _same_version(version, self.name.version):
            raise self.refuse(f'its folder {self.dist_info} is of another distribution or version than the file name says')
        for member in ('WHEEL', 'METADATA', 'RECORD'):
            if f'{self.dist_info}/{member}' not in self.spans:
                raise self.refuse(f'{self.dist_info}/{member} is missing')
        self._check_wheel_version()

    def _check_wheel_version(self) -> None:
        found = HeaderParser().parsestr(self._text('WHEEL')).get('Wheel-Version', '').strip()
        major, _, minor = found.partition('.')
        if major != '1' or not re.fullmatch(r'[0-9]{1,3}', minor):
            raise self.refuse(f'WHEEL says Wheel-Version {found[:40]!r}, expected 1.0')
        if int(minor) > 0:
            self.warnings.append(f'{self.name.filename} is of Wheel-Version {found}, newer than 1.0; it was laid out by the rules of 1.0')

    def _text(self, member: str) -> str:
        path = f'{self.dist_info}/{member}'
        try:
            return read_member(self._archive, self.spans[path]).decode()
        except UnicodeDecodeError as error:
            raise self.refuse(f'{path} is not UTF-8 (byte {error.start})') from None


def _same_version(one: str, other: str) -> bool:
    from packaging.version import InvalidVersion, Version
    try:
        return Version(one.replace('_', '-')) == Version(other.replace('_', '-'))
    except InvalidVersion:
        return one == other
