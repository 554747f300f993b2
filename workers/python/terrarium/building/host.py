"""The platform that a build is told it runs on. Linux, where wheels for any platform are usually made, and not Emscripten, which no project
has heard of; or, for the project's own code alone, another one, to see whether it would then ask for other things."""
import os
import platform
import sys
from contextlib import contextmanager
from types import ModuleType
from typing import Iterator, NamedTuple


class Host(NamedTuple):
    label: str
    sys_platform: str
    os_name: str
    system: str
    machine: str


LINUX = Host('Linux', 'linux', 'posix', 'Linux', 'x86_64')
OTHERS = (Host('Windows', 'win32', 'nt', 'Windows', 'AMD64'), Host('macOS', 'darwin', 'posix', 'Darwin', 'arm64'))


@contextmanager
def presented(host: Host, folder: str) -> Iterator[None]:
    """`folder`: the project's."""
    before, sys.platform = sys.platform, LINUX.sys_platform
    uname, os.uname = os.uname, lambda: os.uname_result((host.system, 'build', '', '', host.machine))
    _forget()
    classes = sys.__class__, os.__class__
    if host is not LINUX:
        sys.__class__ = _make_class('platform', host.sys_platform, folder)
        os.__class__ = _make_class('name', host.os_name, folder)
    try:
        yield
    finally:
        sys.__class__, os.__class__ = classes
        sys.platform, os.uname = before, uname
        _forget()


def _forget() -> None:
    """What `platform` found out it keeps."""
    platform._uname_cache = None
    platform._platform_cache.clear()


def _make_class(attribute: str, value: str, folder: str) -> type[ModuleType]:
    """Backends and the standard library go on seeing what is: with another name they would reach for what only Windows has."""
    def find(module: ModuleType) -> str:
        # setuptools runs setup.py as a string.
        caller = sys._getframe(1).f_code.co_filename
        return value if caller == '<string>' or caller.startswith(folder + '/') else vars(module)[attribute]
    return type('module', (ModuleType,), {attribute: property(find)})
