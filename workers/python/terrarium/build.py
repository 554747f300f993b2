"""The verbs of building: the PEP 517 backend of a project, or of a dependency's source archive, run in this process → its wheel."""
import os

from .building.canonical_wheel import make_canonical
from .building.elsewhere import describe_elsewhere
from .building.environments import Environments
from .building.explain import needs_version
from .building.given_version import UNKNOWN
from .building.hook import Build, call_hook
from .building.source import read_source
from .building.subject import make_subject
from .building.uv_layout import BACKEND as UV_BUILD, build_uv_wheel
from .building.workspace import Workspace, open_workspace
from .failure import Failure
from .layers.wheel_name import WheelName, parse_wheel_name

_environments = Environments()


def build_environment(request: dict, blobs: list) -> dict:
    if request['wheels'] and request['key'] not in _environments:
        _environments.make(request['key'], request['wheels'], blobs)
    return {}


def source_layout(request: dict, blobs: list) -> dict:
    return read_source(request['root'])


def build_requires(request: dict, blobs: list) -> dict:
    # What a build needs hardly ever hangs on the version, so that any will do here; build_wheel is where it must be known.
    build = _read_build(request)._replace(version=request.get('version') or '0')
    with open_workspace(request['root']) as workspace:
        requires, _ = call_hook(build, _environments.find(request['key']), workspace, 'get_requires_for_build_wheel', absent=[])
    return {'requires': [str(requirement) for requirement in requires]}


def build_wheel(request: dict, blobs: list) -> tuple[dict, list[bytes]]:
    build = _read_build(request)
    if build.backend == UV_BUILD:
        filename, wheel = build_uv_wheel(request['root'])
        return {'filename': filename, 'log': '', 'notices': []}, [wheel]
    with open_workspace(request['root']) as workspace:
        filename, log = call_hook(build, _environments.find(request['key']), workspace, 'build_wheel', workspace.wheels)
        wheel = _read_wheel(build, workspace, filename)
    name = parse_wheel_name(filename)
    _check_platform(build, name)
    _check_version(build, name)
    notices = describe_elsewhere(build, _environments.find(request['key']), request['root'])
    return {'filename': filename, 'log': log.replace(workspace.project, '.'), 'notices': notices}, [make_canonical(wheel)]


def _read_build(request: dict) -> Build:
    return Build(request['backend'], request['backendPath'], request.get('version'), make_subject(request.get('dependency')))


def _read_wheel(build: Build, workspace: Workspace, filename) -> bytes:
    path = os.path.join(workspace.wheels, str(filename))
    if not isinstance(filename, str) or os.path.basename(filename) != filename or not os.path.isfile(path):
        raise Failure('build/failed', f'Building {build.subject.name} with {build.backend}: its build_wheel returned {str(filename)[:100]!r}, '
                      'expected the name of the wheel that it made.', 'The backend breaks PEP 517; another version of it may not.')
    with open(path, 'rb') as file:
        return file.read()


def _check_platform(build: Build, name: WheelName) -> None:
    if not name.for_any_platform:
        raise Failure('project/needs-compiler', f'Building {build.subject.name} with {build.backend}: it made {name.filename}, a wheel for one platform, '
                      'expected one for any.', f'It has extension modules. {build.subject.compiler_advice}')


def _check_version(build: Build, name: WheelName) -> None:
    if name.version not in UNKNOWN or name.version == build.version:
        return
    if build.version is None:
        raise needs_version(build.subject, f'{build.backend} made {name.filename}')
    raise Failure('build/unsupported', f'Building {build.subject.name} with {build.backend}: it made {name.filename}, expected version {build.version}; '
                  'it takes its version from git alone.', build.subject.version_advice)
