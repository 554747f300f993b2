"""The verb boot: an app's commands → its boot.py, which is boot_template.py with constants baked in, and its self.py.

Compiling boot.py takes a tenth of a start that does nothing else: where it can be done ahead, boot.py is a line that runs boot.pyc."""
import pkgutil
import re

from .failure import Failure
from .layers.pyc import write_pyc
from .layers.safe_path import is_safe_path

_MODULE = re.compile(r'[^\W\d]\w*(\.[^\W\d]\w*)*')
# Of a .pyc, 16 bytes are header (PEP 552).
_RUN_COMPILED = """# Made by Terrarium. Starts the app that lies beside this file: the program is compiled, in boot.pyc.
import marshal
with open(__file__ + 'c', 'rb') as file:
    compiled = file.read()
exec(marshal.loads(compiled[16:]))
"""
_EXTRAS = re.compile(r'\s*\[[^\]]*\]\s*$')


def boot(request: dict, blobs: list) -> tuple[dict, list[bytes]]:
    """The answer's blob is boot.pyc, where it is to be compiled."""
    commands = {entry['name']: (entry['kind'], _check_value(request['name'], entry)) for entry in request['commands']}
    if request['preferred'] not in commands:
        raise Failure('project/no-entry', f'Writing the start of {request["name"]}: found no command {request["preferred"]!r}, '
                      f'expected one of {", ".join(commands) or "none at all"}.', 'Choose one of the entry points.')
    values = {'NAME': request['name'], 'COMMANDS': commands, 'PREFERRED': request['preferred'], 'READ_PTH': bool(request['pthSite'])}
    parts = {kind for kind, _ in commands.values()} | {'windowed' for entry in request['commands'] if entry['windowed']}
    text = _print_boot(_read('boot_template.py'), values, parts)
    own = _read('self_commands.py')
    if not request['compile']:
        return {'text': text, 'self': own}, []
    return {'text': _RUN_COMPILED, 'self': own}, [write_pyc(text.encode(), '<boot.py>')]


def _read(name: str) -> str:
    return pkgutil.get_data(__package__, name).decode()


def _print_boot(template: str, values: dict, kinds: set[str]) -> str:
    # boot.py may be compiled at every start, so what this app does not need is left out of it, comments too.
    text = re.sub(r' *#: (\w+)\n(.*?) *#: end\n', lambda part: part[2] if part[1] in kinds | ({'pth'} if values['READ_PTH'] else set()) else '',
                  template, flags=re.DOTALL)
    first, rest = text.split('\n', 1)
    rest = re.sub(r'^ *#.*\n', '', rest, flags=re.MULTILINE)
    for name, value in values.items():
        rest = rest.replace(f"'@{name}@'", ascii(value))
    return f'{first}\n{rest}'


def _check_value(app: str, entry: dict) -> str:
    value = _EXTRAS.sub('', entry['value']).replace(' ', '')
    if entry['kind'] == 'script':
        value = entry['value'].replace('\\', '/')
        right = is_safe_path(value)
    elif entry['kind'] == 'module':
        right = bool(_MODULE.fullmatch(value))
    else:
        module, colon, attribute = value.partition(':')
        right = bool(colon and _MODULE.fullmatch(module) and _MODULE.fullmatch(attribute))
    if not right:
        raise Failure('project/bad-metadata', f'Writing the start of {app}: the command {entry["name"]!r} is {entry["value"]!r}, expected '
                      + {'function': 'module:function', 'module': 'the name of a module', 'script': 'the path of a file in the project'}[entry['kind']] + '.',
                      f'It comes from {entry["origin"]}.')
    return value
