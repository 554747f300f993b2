"""Starts a command on Windows as shells, services and parents do, and tells how it behaved, as JSON: drive_windows.py [--list] OUT FOLDER COMMAND…"""
import json
import os
import re
import subprocess
import sys

if sys.platform == 'win32':
    import _winapi
    import msvcrt

CASES = {}
LONGEST = 60


def case(title, hazard):
    def keep(function):
        CASES[function.__name__] = title, hazard, function
        return function
    return keep


class Command:
    def __init__(self, words, folder):
        self.words, self.folder = words, folder

    def run(self, *arguments, input=b'', **options):
        return self.run_line(subprocess.list2cmdline(arguments), input, **options)

    def run_line(self, rest, input=b'', **options):
        """`rest` is added to the command line as it stands."""
        process = subprocess.Popen(subprocess.list2cmdline(self.words) + ' ' + rest, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        try:
            out, err = process.communicate(input, timeout=LONGEST)
        except subprocess.TimeoutExpired:
            process.kill()
            return ['hangs']
        return [process.returncode, plain(out), plain(err)]


def plain(output):
    if len(output) > 5000:
        import hashlib
        return [len(output), hashlib.sha256(output).hexdigest()]
    text = re.sub(r'0x[0-9a-f]+', '0x', output.decode('latin-1'))
    return re.sub(r'[A-Za-z]:\\[^\'"\r\n]*\\(?=\w+\.py|python)', '', text)


@case('odd arguments come unchanged', 'T24')
def arguments_odd(command):
    return command.run('arguments', '', ' ', 'a b', '\t', '"q"', "it's", '\\', 'tail\\', 'a tail\\', 'run\\\\"', '\\"', 'a\\\\\\"b c\\\\', '%PATH%', '%', '^&|<>', '^', '!x!', '*', '?.py', '-c', '-I', '--help',
                       '/?', 'ü', '漢字', '😀', '@file', ';', ',', '=', '\x7f', 'new\nline')


LINES = ['', '  a   b  "a b" ', '"" "" """" a""b "a""b" a"b c"d', '\\ \\\\ \\"a \\\\"a b" "a\\"b" "\\\\" x', '"a', '"a\\\\"b', "'a b' a\tb ^\"a b^\" %PATH% ^& | > <", '"C:\\Program Files\\" x', '"C:\\Program Files\\\\" x',
         '\\\\?\\C:\\x a\x0bb \xa0a\xa0']


@case('command lines are split as Python’s are, however they are quoted', 'T24')
def arguments_lines(command):
    return [[line, command.run_line('arguments ' + line)] for line in LINES]


@case('lone surrogates come unchanged', 'T24')
def arguments_surrogates(command):
    return command.run('arguments', '\ud800', 'a\udfffb', '\udc80\ud800', '😀'[:1])


@case('an argument of 31,000 characters, and 5,000 of them, come unchanged', 'T24')
def arguments_long(command):
    return [command.run('arguments', 'x' * 31000), command.run('arguments', *'1234567890' * 500), command.run('arguments', '"' * 7000)]


@case('exit codes are its own', 'T27')
def exit_codes(command):
    return [[code, command.run('leave', str(code))] for code in (0, 1, 127, 255, 256, 259, 65536, -1, -2**31, 0xC0000005, 2**40)]


@case('status codes are its own, also 0xC0000005, 0xC000013A and 259', 'T27')
def exit_status(command):
    return [[code, command.run('call', f'import ctypes; ctypes.windll.kernel32.ExitProcess(ctypes.c_uint({code}))')[0]] for code in (259, 0xC0000005, 0xC000013A, 0x80000003, 0xFFFFFFFF)] + \
        [[code, command.run('call', f'import ctypes; k = ctypes.windll.kernel32; k.TerminateProcess(ctypes.c_void_p(-1), ctypes.c_uint({code}))')[0]] for code in (5, 0xC0000005)]


@case('whatever sys.exit is given and whatever is raised, it ends as Python does', 'T27')
def exit_ways(command):
    return [[value, command.run('leave', value)] for value in ('None', '"a sentence"', '3.7')] + \
        [[value, command.run('raise_', value)] for value in ('ValueError("wrong")', 'KeyboardInterrupt()')] + \
        [[value, command.run('call', value)] for value in ('os._exit(77)', 'os.abort()', 'import ctypes; ctypes.string_at(0)', 'os.kill(os.getpid(), 9)', 'os.kill(os.getpid(), signal.SIGTERM)', 'exit(3)',
                                                           'signal.raise_signal(signal.SIGINT)', 'import atexit; atexit.register(print, "end"); sys.exit(4)',
                                                           'sys.excepthook = lambda *a: {}[1]; 1 / 0')]


@case('each of 256 bytes, and 1 MB of them, go through unchanged', 'T25')
def streams_binary(command):
    return [command.run('cat', input=bytes(range(256)) * times) for times in (0, 1, 4096)]


@case('text goes through with the encoding and the line ends of Python', 'T25')
def streams_text(command):
    return [command.run('call', code, input='zwei\r\nZeilen é\n'.encode()) for code in ('print(ascii(sys.stdin.read()))', 'print("a\\nb"); print("c", file=sys.stderr)', 'print("\\u00e9", sys.stdout.encoding, sys.stdin.errors)')]


def start_bare_handles(command, name, handles, flags=0):
    """CreateProcess with these standard handles, 0 for none; what `streams` wrote, and the exit code."""
    path = os.path.join(command.folder, name)
    startup = subprocess.STARTUPINFO(dwFlags=subprocess.STARTF_USESTDHANDLES, hStdInput=handles[0], hStdOutput=handles[1], hStdError=handles[2])
    line = subprocess.list2cmdline([*command.words, 'streams', path])
    process, thread, _, _ = _winapi.CreateProcess(None, line, None, None, True, flags, None, None, startup)
    ended = _winapi.WaitForSingleObject(process, LONGEST * 1000) == _winapi.WAIT_OBJECT_0
    code = _winapi.GetExitCodeProcess(process) if ended else 'hangs'
    for handle in (process, thread):
        _winapi.CloseHandle(handle)
    try:
        with open(path) as file:
            return [code, file.read()]
    except FileNotFoundError:
        return [code, None]


@case('any of the standard streams may be missing', 'T25')
def streams_missing(command):
    found = []
    with open(os.devnull, 'r+b', 0) as nothing:
        handle = msvcrt.get_osfhandle(nothing.fileno())
        os.set_handle_inheritable(handle, True)
        for subset in range(8):
            found.append(start_bare_handles(command, f'{os.path.basename(command.words[0])}-{subset}', [0 if subset >> bit & 1 else handle for bit in range(3)]))
    return found


@case('detached, without a window, or in a group of its own it has the streams that it was given', 'T25')
def streams_detached(command):
    return [[flag, command.run('call', 'print(sys.stdin.read()); print(1, file=sys.stderr); sys.exit(6)', input=b'in', creationflags=getattr(subprocess, flag))] for flag in
            ('DETACHED_PROCESS', 'CREATE_NO_WINDOW', 'CREATE_NEW_PROCESS_GROUP')]


@case('a reader that goes away ends it as it ends Python', 'T25')
def pipe_broken(command):
    process = subprocess.Popen([*command.words, 'flood'], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.read(10)
    process.stdout.close()
    # Which of two errors Windows gives depends on how far the reader has gone.
    error = re.sub(r'BrokenPipeError: .*|OSError: .*', 'OSError', plain(process.stderr.read()))
    return [process.wait(LONGEST), error]


@case('a handle that its parent left open is open in it, under the same number', 'T25')
def handles_inherited(command):
    read, write = os.pipe()
    os.write(write, b'something')
    os.close(write)
    handle = msvcrt.get_osfhandle(read)
    os.set_handle_inheritable(handle, True)
    try:
        return command.run('call', f'import msvcrt; print(os.read(msvcrt.open_osfhandle({handle}, 0), 100))', close_fds=False)
    finally:
        os.close(read)


@case('its environment is what it was started with', 'T21')
def environment(command):
    code = 'print(ascii(sorted((n, v) for n, v in os.environ.items() if not n.startswith(("TERRARIUM", "WINE")) and n != "PATH")))'
    return [command.run('call', code, env=dict(os.environ) | extra) for extra in ({}, {'LONG': 'x' * 20000}, {'Ü': '漢'}, {'EMPTY': ''}, {'SURROGATE': '\ud800'})]


HOSTILE = {'PYTHONHOME': 'Z:\\nowhere', 'PYTHONPATH': 'Z:\\evil', 'PYTHONSTARTUP': 'Z:\\evil.py', 'PYTHONINSPECT': '1', 'PYTHONOPTIMIZE': '2', 'PYTHONPLATLIBDIR': 'evil', 'PYTHONEXECUTABLE': 'Z:\\evil',
           'PYTHONUSERBASE': 'Z:\\evil', 'PYTHONPYCACHEPREFIX': 'Z:\\evil', 'PYTHON_GIL': '0', 'PYTHONIOENCODING': 'utf-16', 'PYTHONUTF8': '0', 'PYTHONLEGACYWINDOWSFSENCODING': '1',
           'PYTHONLEGACYWINDOWSSTDIO': '1', 'PYTHONDEVMODE': '1', 'PYTHONMALLOC': 'debug', 'PYTHONVERBOSE': '1', 'PYTHONWARNINGS': 'error', 'PYTHONHASHSEED': 'nonsense', 'PYTHONINTMAXSTRDIGITS': '640',
           'PYTHONUNBUFFERED': '1', 'PYTHONDONTWRITEBYTECODE': '1', 'PYTHONPROFILEIMPORTTIME': '1', 'PYTHONTRACEMALLOC': '5', '__PYVENV_LAUNCHER__': 'Z:\\evil', 'PYTHONFAULTHANDLER': '1', 'PYTHONCASEOK': '1'}


@case('no PYTHON variable has an effect, whatever its value', 'T21')
def environment_python(command):
    clean = command.run('interpreter')
    values = [HOSTILE] + [dict.fromkeys(HOSTILE, value) for value in ('0', 'x' * 3000, '%s%n')]
    return [clean, [run for extra in values if (run := command.run('interpreter', env=dict(os.environ) | extra)) != clean]]


@case('children and pools work as with Python', 'T28')
def children(command):
    codes = ['import subprocess; print(subprocess.run([sys.executable, "-c", "print(5); raise SystemExit(4)"], capture_output=True).stdout)',
             'import subprocess; print(subprocess.run([sys.executable, "-m", "json.tool"], input=b"[1]", capture_output=True).stdout)',
             'import asyncio\nasync def f():\n p = await asyncio.create_subprocess_exec(sys.executable, "-c", "print(6)", stdout=-1)\n print((await p.communicate())[0])\nasyncio.run(f())',
             'import subprocess; p = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]); p.terminate(); print(p.wait())',
             'print(os.spawnv(os.P_WAIT, sys.executable, ["x", "-c", "raise(SystemExit(3))"]))']
    return [command.run('call', code) for code in codes]


def main():
    if sys.argv[1] == '--list':
        return print(json.dumps([[name, title, hazard] for name, (title, hazard, _) in CASES.items()]))
    out, folder, *words = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    found = {}
    for name, (_, _, function) in CASES.items():
        try:
            found[name] = function(Command(words, folder))
        except Exception as error:
            found[name] = repr(error)
    with open(out, 'w') as file:
        json.dump(found, file)


if __name__ == '__main__':
    main()
