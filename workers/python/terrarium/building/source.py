"""A dependency's unpacked source archive → how it is built, and its metadata where that is known without building."""
import os
import re

from ..analysis.extension_sources import find_extension_sources
from ..analysis.layout import MARKERS, ProjectFiles
from ..analysis.pyproject import build_system
from ..analysis.tree import Tree
from ..failure import Failure

# PEP 643: what these say holds for every wheel that is built of the archive, unless `Dynamic` names them.
_STATIC = frozenset({'requires-dist', 'requires-python', 'provides-extra'})
_FIELD = re.compile(r'([A-Za-z-]+):[ \t]*(.*)')


def read_source(root: str) -> dict:
    tree = Tree(root)
    files = ProjectFiles(tree, '')
    if not any(map(tree.has, MARKERS)):
        raise Failure('build/unsupported', 'Reading the source archive: found neither pyproject.toml nor setup.py at its top, expected one of them.')
    system = build_system(files.pyproject)
    if found := find_extension_sources(tree, '', files.pyproject, files.setup_py, system['requires'], system['backend']):
        raise Failure('project/needs-compiler', f'its source archive is not pure Python: {" ".join(found)}')
    metadata = find_static_metadata(root)
    return {**system, **({'metadata': metadata} if metadata is not None else {})}


def find_static_metadata(root: str) -> str | None:
    path = os.path.join(root, 'PKG-INFO')
    if not os.path.isfile(path):
        return None
    with open(path, encoding='utf-8', errors='replace') as file:
        text = file.read()
    fields = [match.groups() for line in text.split('\n\n', 1)[0].splitlines() if (match := _FIELD.fullmatch(line))]
    version = next((value for name, value in fields if name.lower() == 'metadata-version'), '')
    dynamic = {value.strip().lower() for name, value in fields if name.lower() == 'dynamic'}
    return text if _is_static(version) and not dynamic & _STATIC else None


def _is_static(version: str) -> bool:
    match = re.fullmatch(r'(\d{1,3})\.(\d{1,3})', version.strip())
    return match is not None and (int(match[1]), int(match[2])) >= (2, 2)
