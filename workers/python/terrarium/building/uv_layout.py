"""Projects of the backend uv_build → their wheel. That backend is a native program and cannot run in a tab; what it does is written down
("The uv build backend" in uv's documentation: modules, namespaces, stubs, excludes, data), has no plugins and is done here by those rules."""
import os
import re
import tomllib
from typing import Callable, Iterator

from ..bare_wheel import write_wheel
from ..failure import Failure
from .core_metadata import print_entry_points, print_metadata
from .path_pattern import exclude, include

BACKEND = 'uv_build'
_DEFAULT_EXCLUDES = ('__pycache__', '*.pyc', '*.pyo')
_SCHEMES = ('purelib', 'platlib', 'headers', 'scripts', 'data')
_WHEEL = 'Wheel-Version: 1.0\nGenerator: terrarium\nRoot-Is-Purelib: true\nTag: py3-none-any\n'


def build_uv_wheel(root: str) -> tuple[str, bytes]:
    root = os.path.realpath(root)
    with open(os.path.join(root, 'pyproject.toml'), 'rb') as file:
        pyproject = tomllib.load(file)
    project, settings = pyproject.get('project', {}), _settings(pyproject)
    stem = _find_stem(project)
    files = {**_module_files(root, project['name'], settings), **_data_files(root, stem, settings), **_dist_info(root, project, stem)}
    return f'{stem}-py3-none-any.whl', write_wheel(files, f'{stem}.dist-info/RECORD')


def _settings(pyproject: dict) -> dict:
    return pyproject.get('tool', {}).get('uv', {}).get('build-backend', {})


def _find_stem(project: dict) -> str:
    from packaging.version import InvalidVersion, Version
    if project.get('dynamic') or 'version' not in project:
        found = f'`dynamic = {project["dynamic"]}`' if project.get('dynamic') else 'no version'
        raise Failure('project/bad-metadata', f'Reading [project] in pyproject.toml: found {found}, expected static metadata: uv_build knows no other.', 'pyproject.toml: [project]')
    try:
        return f'{_module_name(project["name"])}-{Version(project["version"])}'
    except InvalidVersion:
        raise Failure('project/bad-metadata', f'Reading [project] in pyproject.toml: found the version {project["version"]!r}, expected one like 1.2.3.', 'pyproject.toml: [project]') from None


def _module_name(name: str) -> str:
    return re.sub(r'[-_.]+', '_', name).lower()


def _module_files(root: str, name: str, settings: dict) -> dict:
    top = _inside(root, settings.get('module-root', 'src'), 'module-root')
    excluded = _excluded(settings)
    found = {}
    for module in _find_modules(top, name, settings):
        folder = os.path.join(top, *module.split('.'))
        for path in _walk(folder, root, excluded):
            found[os.path.relpath(path, top).replace(os.sep, '/')] = _read(path)
    return found


def _find_modules(top: str, name: str, settings: dict) -> list[str]:
    given = settings.get('module-name')
    names = _without_nested([given] if isinstance(given, str) else given) if given else [_default_module(name)]
    if not settings.get('namespace'):
        for module in names:
            _check_module(top, module)
    return names


def _default_module(name: str) -> str:
    return f'{_module_name(name[:-6])}-stubs' if name.lower().endswith('-stubs') else _module_name(name)


def _without_nested(names: list[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if not any(name.startswith(f'{outer}.') for outer in names)]


def _check_module(top: str, module: str) -> None:
    marker = '__init__.pyi' if module.partition('.')[0].endswith('-stubs') else '__init__.py'
    path = os.path.join(*module.split('.'), marker)
    if not os.path.isfile(os.path.join(top, path)):
        raise Failure('build/failed', f'Building the project with uv_build: found no {path.replace(os.sep, "/")} in its module-root, expected its module {module}.',
                      'pyproject.toml: [tool.uv.build-backend] module-root and module-name say where it is.')


def _excluded(settings: dict) -> Callable[[str], bool]:
    default = _DEFAULT_EXCLUDES if settings.get('default-excludes', True) else ()
    return exclude([*default, *settings.get('source-exclude', ()), *settings.get('wheel-exclude', ())])


def _data_files(root: str, stem: str, settings: dict) -> dict:
    excluded, found = _excluded(settings), {}
    for scheme, folder in settings.get('data', {}).items():
        if scheme not in _SCHEMES:
            raise Failure('project/bad-metadata', f'Reading [tool.uv.build-backend.data] in pyproject.toml: found {scheme!r}, expected one of {", ".join(_SCHEMES)}.')
        base = _inside(root, folder, f'data.{scheme}')
        for path in _walk(base, root, excluded):
            found[f'{stem}.data/{scheme}/{os.path.relpath(path, base).replace(os.sep, "/")}'] = _read(path)
    return found


def _dist_info(root: str, project: dict, stem: str) -> dict:
    wanted = include(project.get('license-files', ()))
    licences = [os.path.relpath(path, root).replace(os.sep, '/') for path in _walk(root, root, lambda path: False)] if 'license-files' in project else []
    licences = sorted(filter(wanted, licences))
    metadata = print_metadata(project, stem.rpartition('-')[2], licences, lambda path: _read(_inside(root, path, 'project'))[0].decode('utf-8'))
    texts = {'METADATA': metadata, 'WHEEL': _WHEEL, 'entry_points.txt': print_entry_points(project)}
    return {f'{stem}.dist-info/{name}': (text.encode(), False) for name, text in texts.items() if text} | {
        f'{stem}.dist-info/licenses/{path}': _read(os.path.join(root, path)) for path in licences}


def _inside(root: str, path: str, key: str) -> str:
    found = os.path.realpath(os.path.join(root, path))
    if found != root and not found.startswith(root + os.sep):
        raise Failure('project/bad-metadata', f'Reading {key} in pyproject.toml: {path!r} leaves the project, expected a place in it.', 'pyproject.toml')
    if not os.path.exists(found):
        raise Failure('project/bad-metadata', f'Reading {key} in pyproject.toml: found no {path!r} in the project, expected it to be there.', 'pyproject.toml')
    return found


def _walk(folder: str, root: str, excluded: Callable[[str], bool]) -> Iterator[str]:
    for parent, folders, names in os.walk(folder):
        inside = os.path.relpath(parent, root).replace(os.sep, '/')
        prefix = '' if inside == '.' else f'{inside}/'
        folders[:] = sorted(name for name in folders if not excluded(prefix + name))
        yield from (os.path.join(parent, name) for name in sorted(names) if not excluded(prefix + name) and not os.path.islink(os.path.join(parent, name)))


def _read(path: str) -> tuple[bytes, bool]:
    with open(path, 'rb') as file:
        return file.read(), bool(os.stat(path).st_mode & 0o100)
