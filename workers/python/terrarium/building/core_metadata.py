"""The [project] table of pyproject.toml, all of it static → METADATA and entry_points.txt (PEP 621, 639, core metadata 2.4)."""
import os
from typing import Callable

from ..failure import Failure

_TYPES = {'.md': 'text/markdown', '.rst': 'text/x-rst', '.txt': 'text/plain'}


def print_metadata(project: dict, version: str, license_files: list[str], read: Callable[[str], str]) -> str:
    """`read` gives the text of a file of the project."""
    body, content_type = _read_readme(project.get('readme'), read)
    newer = 'license-files' in project or isinstance(project.get('license'), str)
    fields = [
        ('Metadata-Version', '2.4' if newer else '2.3'), ('Name', project['name']), ('Version', version), ('Summary', project.get('description')),
        ('Keywords', ','.join(project.get('keywords', ()))), *_people(project.get('authors', ()), 'Author'), *_print_license(project.get('license'), read),
        *(('License-File', path) for path in license_files), *(('Classifier', text) for text in project.get('classifiers', ())),
        *(('Requires-Dist', text) for text in _print_requirements(project)), ('Requires-Python', project.get('requires-python')),
        *_people(project.get('maintainers', ()), 'Maintainer'), *(('Project-URL', f'{label}, {url}') for label, url in project.get('urls', {}).items()),
        *(('Provides-Extra', extra) for extra in project.get('optional-dependencies', {})), ('Description-Content-Type', content_type),
    ]
    return ''.join(f'{name}: {_fold(value)}\n' for name, value in fields if value) + (f'\n{body}' if body else '')


def _fold(value: str) -> str:
    # A further line begins with blanks, or it would begin another field.
    return '\n        '.join(value.splitlines())


def _read_readme(readme, read: Callable[[str], str]) -> tuple[str, str]:
    if readme is None:
        return '', ''
    table = {'file': readme} if isinstance(readme, str) else readme
    content_type = table.get('content-type') or _TYPES.get(os.path.splitext(table.get('file', ''))[1].lower())
    if content_type is None:
        raise Failure('project/bad-metadata', f'Reading readme of [project] in pyproject.toml: found {readme!r}, expected a .md, .rst or .txt file or a content-type.')
    return read(table['file']) if 'file' in table else table.get('text', ''), content_type


def _people(people, field: str) -> list[tuple[str, str]]:
    names = [person['name'] for person in people if 'name' in person]
    mails = [f'{person["name"]} <{person["email"]}>' if 'name' in person else person['email'] for person in people if 'email' in person]
    return [(field, ', '.join(names)), (f'{field}-email', ', '.join(mails))]


def _print_license(value, read: Callable[[str], str]) -> list[tuple[str, str]]:
    if isinstance(value, str):
        return [('License-Expression', value)]
    if not value:
        return []
    return [('License', value.get('text') or read(value['file']))]


def _print_requirements(project: dict) -> list[str]:
    optional = [_add_extra(text, extra) for extra, texts in project.get('optional-dependencies', {}).items() for text in texts]
    return [*project.get('dependencies', ()), *optional]


def _add_extra(text: str, extra: str) -> str:
    from packaging.requirements import Requirement
    requirement = Requirement(text)
    marker = str(requirement.marker or '')
    requirement.marker = None
    condition = f"({marker}) and extra == '{extra}'" if ' or ' in marker else f"{marker} and extra == '{extra}'" if marker else f"extra == '{extra}'"
    return f'{requirement} ; {condition}'


def print_entry_points(project: dict) -> str:
    groups = {'console_scripts': project.get('scripts', {}), 'gui_scripts': project.get('gui-scripts', {}), **project.get('entry-points', {})}
    return '\n'.join(f'[{group}]\n' + ''.join(f'{name} = {value}\n' for name, value in points.items()) for group, points in groups.items() if points)
