"""Calls one hook of a PEP 517 backend for a project's folder."""
import importlib
import os
from typing import NamedTuple

from ..failure import Failure
from .environments import Environment
from .explain import explain
from .given_version import print_variables
from .host import LINUX, Host
from .isolation import isolated
from .subject import PROJECT, Subject
from .workspace import Workspace


class Build(NamedTuple):
    backend: str
    backend_path: list[str]
    version: str | None
    subject: Subject = PROJECT


def call_hook(build: Build, environment: Environment, workspace: Workspace, hook: str, *arguments, absent=None, host: Host = LINUX):
    """(what the hook returned, the log); `absent` where the backend has no such hook."""
    path = [_inside(workspace.project, entry) for entry in build.backend_path]
    with isolated(environment, path, workspace.project, workspace.temporary, print_variables(build.version), host) as log:
        try:
            function = getattr(_find_backend(build.backend), hook, None)
            result = absent if function is None else function(*arguments)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit too: setuptools ends that way
            caught = error
        else:
            return result, _text(log)
    raise explain(caught, build.backend, _text(log), workspace, build.version, build.subject) from caught


def _find_backend(backend: str):
    module, _, attributes = backend.partition(':')
    found = importlib.import_module(module)
    for name in filter(None, attributes.split('.')):
        found = getattr(found, name)
    return found


def _inside(project: str, entry: str) -> str:
    path = os.path.realpath(os.path.join(project, entry))
    if path != project and not path.startswith(project + os.sep):
        raise Failure('project/bad-metadata', f'Reading backend-path of pyproject.toml: {entry!r} leaves the project, expected a folder in it.',
                      'pyproject.toml: [build-system] backend-path')
    return path


def _text(log) -> str:
    # The end matters; a backend that prints without end must not fill the memory twice.
    return log.buffer.getvalue()[-200_000:].decode('utf-8', 'replace')
