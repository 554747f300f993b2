"""A copy of the project for one hook, so that nothing a backend writes is there for the next build."""
import itertools
import os
import shutil
import tempfile
from contextlib import contextmanager
from typing import Iterator, NamedTuple

_numbers = itertools.count()


class Workspace(NamedTuple):
    folder: str
    project: str
    wheels: str
    temporary: str


@contextmanager
def open_workspace(root: str) -> Iterator[Workspace]:
    # A new name each time: backends remember which folders they made, and what they read, by path.
    base = os.path.join(os.path.realpath(tempfile.gettempdir()), 'terrarium', 'builds', f'{os.getpid()}-{next(_numbers)}')
    shutil.rmtree(base, ignore_errors=True)
    workspace = Workspace(base, *(os.path.join(base, name) for name in ('project', 'wheels', 'tmp')))
    try:
        shutil.copytree(root, workspace.project, symlinks=True)
        os.mkdir(workspace.wheels)
        os.mkdir(workspace.temporary)
        yield workspace
    finally:
        shutil.rmtree(base, ignore_errors=True)
