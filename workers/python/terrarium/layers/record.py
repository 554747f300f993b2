"""RECORD of a wheel ⇄ its rows, and the check of the files against it. PyPA "Recording installed projects"; sha256 and stronger only."""
import base64
import csv
import hashlib
import io
from typing import Callable, Iterable, Iterator, NamedTuple

from .safe_path import is_safe_path

STRONG = ('sha256', 'sha384', 'sha512')
SIGNATURES = ('RECORD.jws', 'RECORD.p7s')


class Row(NamedTuple):
    hash: str
    size: str


def parse_record(text: str, refuse: Callable[[str], Exception]) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    try:
        lines = list(csv.reader(io.StringIO(text, newline='')))
    except csv.Error as error:
        raise refuse(f'RECORD is not CSV ({error})') from None
    for line in filter(None, lines):
        _take_row(line, rows, refuse)
    return rows


def _take_row(line: list[str], rows: dict[str, Row], refuse: Callable[[str], Exception]) -> None:
    if len(line) != 3:
        raise refuse(f'RECORD has a row of {len(line)} columns beginning with {line[0][:80]!r}, expected 3')
    path, digest, size = line
    if path.endswith('/') and not digest:
        return  # Some builders list folders.
    if not is_safe_path(path):
        raise refuse(f'RECORD names {path[:200]!r}, expected a path inside the wheel')
    if path in rows:
        raise refuse(f'RECORD names {path} twice')
    rows[path] = Row(digest, size)


def check_names(rows: dict[str, Row], present: set[str], folder: str, refuse: Callable[[str], Exception]) -> None:
    """`folder` is the .dist-info's; RECORD and its signatures need no row and can have no hash."""
    own = {f'{folder}/{name}' for name in ('RECORD', *SIGNATURES)}
    for path in sorted(present - rows.keys() - own):
        raise refuse(f'{path} is in the wheel and not in its RECORD')
    for path in sorted(rows.keys() - present - own):
        raise refuse(f'RECORD names {path}, which is not in the wheel')
    if (row := rows.get(f'{folder}/RECORD')) and row.hash:
        raise refuse('RECORD gives a hash for itself, expected none')
    for path, row in rows.items():
        if path not in own:
            _check_algorithm(path, row, refuse)


def _check_algorithm(path: str, row: Row, refuse: Callable[[str], Exception]) -> None:
    algorithm = row.hash.partition('=')[0]
    if algorithm not in STRONG:
        raise refuse(f'RECORD gives {algorithm or "no hash"} for {path}, expected sha256 or stronger')


def check_file(path: str, data: bytes, row: Row, refuse: Callable[[str], Exception]) -> None:
    for _ in check_pieces(path, (data,), row, refuse):
        pass


def check_pieces(path: str, pieces: Iterable[bytes], row: Row, refuse: Callable[[str], Exception]) -> Iterator[bytes]:
    """Passes the pieces on; raises after the last one."""
    algorithm, _, promised = row.hash.partition('=')
    state, size = hashlib.new(algorithm), 0
    for piece in pieces:
        state.update(piece)
        size += len(piece)
        yield piece
    found = _print_digest(state)
    if found != promised.rstrip('='):
        raise refuse(f'{path} has {algorithm}={found}, its RECORD says {promised[:100]}')
    if row.size and row.size != str(size):
        raise refuse(f'{path} has {size} bytes, its RECORD says {row.size[:20]}')


def digest(data: bytes, algorithm: str = 'sha256') -> str:
    return _print_digest(hashlib.new(algorithm, data))


def _print_digest(state) -> str:
    return base64.urlsafe_b64encode(state.digest()).rstrip(b'=').decode()


def print_row(path: str, data: bytes | None) -> str:
    """`data` None: a row without hash, as installers write for RECORD itself and for byte code."""
    return f'{_quote(path)},,\n' if data is None else print_known_row(path, f'sha256={digest(data)}', len(data))


def print_known_row(path: str, hashed: str, size: int) -> str:
    return f'{_quote(path)},{hashed},{size}\n'


def _quote(path: str) -> str:
    return '"' + path.replace('"', '""') + '"' if any(sign in path for sign in ',"\r\n') else path
