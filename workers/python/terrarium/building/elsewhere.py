"""setup.py may choose by platform what it requires; a wheel for any platform says it once. What it would say on others, by running it as if there."""
import ast
import email
import os

from ..failure import Failure
from .environments import Environment
from .hook import Build, call_hook
from .host import LINUX, OTHERS, Host
from .workspace import open_workspace

_MODULES = {'sys': {'platform'}, 'os': {'name', 'uname'}, 'platform': None}


def describe_elsewhere(build: Build, environment: Environment, root: str) -> list[str]:
    """Lines for people; none where the platform decides nothing."""
    if not looks_at_platform(os.path.join(root, 'setup.py')):
        return []
    here = _find_requirements(build, environment, root, LINUX)
    return [line for host in OTHERS if (line := _compare(build, host, here, _find_requirements(build, environment, root, host)))]


def looks_at_platform(path: str) -> bool:
    try:
        with open(path, 'rb') as file:
            module = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(map(_is_look, ast.walk(module)))


def _is_look(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return _is_of_platform(node.value.id, node.attr)
    return isinstance(node, ast.ImportFrom) and any(_is_of_platform(node.module or '', name.name) for name in node.names)


def _is_of_platform(module: str, name: str) -> bool:
    return module in _MODULES and (_MODULES[module] is None or name in _MODULES[module])


def _find_requirements(build: Build, environment: Environment, root: str, host: Host) -> set[str] | None:
    """None where it cannot be said."""
    try:
        with open_workspace(root) as workspace:
            folder, _ = call_hook(build, environment, workspace, 'prepare_metadata_for_build_wheel', workspace.wheels, host=host)
            with open(os.path.join(workspace.wheels, folder, 'METADATA'), encoding='utf-8') as file:
                return set(email.message_from_string(file.read()).get_all('Requires-Dist', []))
    except (Failure, OSError, TypeError, ValueError):
        return None


def _compare(build: Build, host: Host, here: set[str] | None, there: set[str] | None) -> str:
    if here is None or there is None:
        return f'setup.py of {build.subject.name} looks at the platform, and could not be asked what it requires on {host.label}; what it says as on Linux is packed everywhere.'
    more, less = sorted(there - here), sorted(here - there)
    if not more and not less:
        return ''
    asked = ' and '.join(filter(None, [f'also for {", ".join(more)}' if more else '', f'not for {", ".join(less)}' if less else '']))
    advice = '' if not more else ' A further requirement adds it there: ' + ', '.join(f'`{_mark(text, host)}`' for text in more) + '.'
    return f'setup.py of {build.subject.name} asks on {host.label} {asked}; what it says as on Linux is packed everywhere.{advice}'


def _mark(requirement: str, host: Host) -> str:
    text, _, marker = (part.strip() for part in requirement.partition(';'))
    condition = f"sys_platform == '{host.sys_platform}'"
    return f'{text}; {condition} and ({marker})' if marker else f'{text}; {condition}'
