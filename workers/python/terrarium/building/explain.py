"""What a backend raised → a Failure: one sentence with the line that says why, the place in the project, the end of the log, what to do."""
import os
import re
import traceback

from ..failure import Failure
from .subject import Subject
from .workspace import Workspace

_LINES_OF_LOG = 12
_ANSI = re.compile(r'\x1b\[[0-9;]*[A-Za-z]')
_NO_VERSION = re.compile(r'unable to detect version|PRETEND_VERSION|Versioning for this project requires|version from (the )?(SCM|VCS|git)'
                         r'|Cannot find the version|PBR_VERSION|no version .*tag', re.IGNORECASE)
_NEEDS_COMPILER = re.compile(r'CompileError|PlatformError|Unable to find .*compiler|command .*(gcc|cc|clang|cargo|rustc|cmake|ninja|meson)\b.* failed'
                             r"|There are no processes in a browser tab: '[^']*(cc|gcc|clang|c\+\+|g\+\+|cargo|rustc|cmake|ninja|meson)'|maturin|setuptools-rust",
                             re.IGNORECASE)


def explain(error: BaseException, backend: str, log: str, workspace: Workspace, version: str | None, subject: Subject) -> Failure:
    reason = find_reason(error, log).replace(workspace.project + '/', '').replace(workspace.project, '.')
    notes = [*_places(error, workspace), *tail(log, workspace)]
    everything = f'{reason}\n{type(error).__name__}\n{log}'
    if version is None and _NO_VERSION.search(everything):
        return needs_version(subject, f'{backend} would ask git, which is not in a dropped project ({reason})', notes)
    if _NEEDS_COMPILER.search(everything):
        return Failure('project/needs-compiler', f'Building {subject.name} with {backend}: it wants a compiler ({reason}), which a browser tab does not have.',
                       *notes, subject.compiler_advice)
    return Failure('build/failed', f'Building {subject.name} with {backend}: {reason}.', *notes, _advice(error, subject))


def needs_version(subject: Subject, found: str, notes: list[str] = ()) -> Failure:
    return Failure('project/needs-answer', f'Building {subject.name}: its version is not known, {found}.', *notes,
                   subject.version_advice)


def find_reason(error: BaseException, log: str) -> str:
    """The last line that means something."""
    text = str(error.code) if isinstance(error, SystemExit) and isinstance(error.code, str) else '' if isinstance(error, SystemExit) else str(error)
    lines = _meaningful(text) or _meaningful(log)
    line = lines[0] if _meaningful(text) else lines[-1] if lines else 'it ended without a word'
    name = '' if isinstance(error, SystemExit) else f'{type(error).__name__}: '
    return (name + line)[:400].rstrip('.')


def _meaningful(text: str) -> list[str]:
    return [line.strip() for line in _ANSI.sub('', text).splitlines() if line.strip(' \t-=*!')]


def tail(log: str, workspace: Workspace) -> list[str]:
    lines = [line.replace(workspace.project + '/', '') for line in _meaningful(log)]
    return [f'log: {line[:300]}' for line in lines[-_LINES_OF_LOG:]]


def _places(error: BaseException, workspace: Workspace) -> list[str]:
    """The innermost place in the project's own files, as path:line."""
    prefix = workspace.project + '/'
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError):
        frames.append((error.filename or '', error.lineno or 0))
    # setuptools runs setup.py as a string.
    frames = [('setup.py' if name == '<string>' and _has_setup(workspace) else name, line) for name, line in frames]
    inside = [f'{name.removeprefix(prefix)}:{line}' for name, line in frames if name.startswith(prefix) or name == 'setup.py']
    return [f'It stopped at {inside[-1]}'] if inside else []


def _has_setup(workspace: Workspace) -> bool:
    return os.path.isfile(os.path.join(workspace.project, 'setup.py'))


def _advice(error: BaseException, subject: Subject) -> str:
    if isinstance(error, ModuleNotFoundError):
        return f'If the build needs {error.name}, [build-system] requires in pyproject.toml must name its distribution.'
    return subject.advice
