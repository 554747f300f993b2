"""The paths that a layer can hold: relative, `/` between segments, nothing that climbs, names a drive or hides."""
import re

_CONTROL = re.compile(r'[\x00-\x1f\x7f\ud800-\udfff]')


def is_safe_path(path: str) -> bool:
    if not path or '\\' in path or _CONTROL.search(path) or len(path) > 4096:
        return False
    return all(segment not in ('', '.', '..') for segment in path.split('/')) and path[1:2] != ':'
