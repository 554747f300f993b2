"""Where a member of a wheel goes in the app's folder: purelib and platlib to the prefix, `.data` schemes as an installer would with
sys.prefix = the app's folder."""
from typing import Callable

from .wheel_name import normalise

# What the launcher or our own layers put at the top of the app's folder; a wheel must not get in its way.
_RESERVED = {'site-packages', 'app', 'lib', 'lib64', 'libs', 'dlls', 'tcl', 'boot.py'}


def data_scheme(path: str, stem: str) -> tuple[str, str] | None:
    """(scheme, rest) of a path below `{stem}.data/`; None for every other path."""
    top, _, rest = path.partition('/')
    if not top.endswith('.data') or normalise(top.removesuffix('.data')) != normalise(stem):
        return None
    scheme, _, inner = rest.partition('/')
    return scheme, inner


def place(path: str, stem: str, prefix: str, distribution: str, refuse: Callable[[str], Exception]) -> str:
    found = data_scheme(path, stem)
    if found is None:
        return f'{prefix}/{path}'
    scheme, rest = found
    folders = {'purelib': prefix + '/', 'platlib': prefix + '/', 'scripts': 'bin/', 'headers': f'include/{distribution}/', 'data': ''}
    if scheme not in folders or not rest:
        raise refuse(f'{path} belongs to the installation scheme {scheme!r}, expected one of {", ".join(folders)}')
    return folders[scheme] + rest


def is_reserved(placed: str, prefix: str) -> bool:
    top = placed.partition('/')[0].casefold()
    if top == prefix:
        return False
    return top in _RESERVED or top.startswith(('python', '.')) or top.endswith(('.exe', '.dll', '._pth'))
