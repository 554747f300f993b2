"""The platform that a build is told it runs on. Linux, where wheels for any platform are usually made, and not Emscripten, which no project
has heard of; or, for the project's own code alone, another one, to see whether it would then ask for other things."""
import os
import platform
import sys
from contextlib import contextmanager
from types import ModuleType
from typing import Callable, Iterator, NamedTuple


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
    """`folder`: the project's. Backends and the standard library are always told Linux: elsewhere they would reach for what only that system has."""
    def find_host() -> Host:
        frame = sys._getframe(2)
        while frame.f_back and frame.f_code.co_filename in (platform.__file__, __file__):
            frame = frame.f_back
        # setuptools runs setup.py as a string.
        caller = frame.f_code.co_filename
        return host if caller == '<string>' or caller.startswith(folder + '/') else LINUX

    def uname() -> os.uname_result:
        found = find_host()
        return os.uname_result((found.system, 'build', '', '', found.machine))

    def platform_uname():
        _forget()
        return real_platform_uname()

    before = sys.platform, os.uname, platform.uname, sys.__class__, os.__class__
    real_platform_uname = platform.uname
    sys.platform, os.uname, platform.uname = LINUX.sys_platform, uname, platform_uname
    _forget()
    if host is not LINUX:
        sys.__class__ = _make_class('platform', lambda: find_host().sys_platform)
        os.__class__ = _make_class('name', lambda: find_host().os_name)
    try:
        yield
    finally:
        sys.__class__, os.__class__ = before[3:]
        sys.platform, os.uname, platform.uname = before[:3]
        _forget()


def _forget() -> None:
    """What `platform` found out it keeps."""
    platform._uname_cache = None
    platform._platform_cache.clear()


def _make_class(attribute: str, find: Callable[[], str]) -> type[ModuleType]:
    return type('module', (ModuleType,), {attribute: property(lambda module: find())})
