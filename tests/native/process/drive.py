"""Starts a command as shells, services and terminals do, and tells how it behaved, as JSON: drive.py CASE|--list FOLDER COMMAND…"""
import ctypes
import errno
import fcntl
import json
import os
import pty
import re
import resource
import select
import signal
import struct
import subprocess
import sys
import termios
import time

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

    def start(self, *arguments, **options):
        return subprocess.Popen([*self.words, *arguments], **{'stdin': subprocess.DEVNULL, 'stdout': subprocess.PIPE, 'stderr': subprocess.PIPE} | options)

    def run(self, *arguments, input=None, **options):
        if input is not None:
            options['stdin'] = subprocess.PIPE
        process = self.start(*arguments, **options)
        try:
            out, err = process.communicate(input, timeout=LONGEST)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return ['hangs']
        return tell(process.returncode, out, err)


def plain(output):
    """Bytes as text; the probe's path is the one thing that differs."""
    text = (output or b'').decode('latin-1')
    text = re.sub(r'(?<=File ")[^"]*/(?=\w+\.py")', '', text)
    text = re.sub(r'0x[0-9a-f]+|(?<=refcount : )\d', '0x', text)
    return re.sub(r'/[^\s\'"]*/(?=probe\.py|python3)', '', text)


def tell(code, out=b'', err=b''):
    return [code, plain(out) if len(out or b'') < 5000 else [len(out), hash_of(out)], plain(err)]


def hash_of(data):
    import hashlib
    return hashlib.sha256(data).hexdigest()


def wait(process):
    """How a started process ended; killed when it does not."""
    try:
        out, err = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return ['hangs']
    return tell(process.returncode, out, err)


def until_ready(process):
    assert process.stdout.readline() == b'ready\n', process.stderr.read()
    return process


# Arguments

ODD = ['', ' ', 'a b', '\t', '"q"', "it's", '\\', 'tail\\', 'run\\\\"', '\\"', '%PATH%', '$HOME', '`id`', '^&|<>', 'new\nline', '\r', '*', '?', '-', '--', '-c', '-I', '-X', '--help',
       '--version', 'ü', '漢字', '😀', '@file', '~', '{a,b}', ';', '#', '!', '\x01\x7f']


@case('odd arguments come unchanged', 'T24')
def arguments_odd(command):
    return command.run('arguments', *ODD)


@case('arguments that are no UTF-8 come unchanged', 'T24')
def arguments_bytes(command):
    return command.run('arguments', bytes(range(1, 256)), b'\xff', b'\xc3', b'\xed\xa0\x80', b'\xf4\x90\x80\x80')


@case('arguments come unchanged under LC_ALL=C, C.UTF-8, POSIX, an absent locale and none', 'T24')
def arguments_locale(command):
    environments = [{}, {'LC_ALL': 'C'}, {'LC_ALL': 'POSIX'}, {'LC_ALL': 'C.UTF-8'}, {'LC_ALL': 'xx_XX.latin1'}, {'LANG': 'C', 'LC_CTYPE': 'C.UTF-8'}, {'PYTHONUTF8': '0', 'LC_ALL': 'C'}]
    base = {name: value for name, value in os.environ.items() if not name.startswith(('LC_', 'LANG'))}
    return [command.run('arguments', 'ü', b'\xff\xfe', '', env=base | extra) for extra in environments]


@case('an argument of 128 KB, and ten thousand of them, come unchanged', 'T24')
def arguments_long(command):
    return [command.run('arguments', 'x' * 131071), command.run('arguments', 'x' * 32768), command.run('arguments', *map(str, range(10000))), command.run('arguments', *[''] * 10000)]


@case('more arguments than the system takes are refused by the system', 'T24')
def arguments_too_long(command):
    try:
        return command.run('arguments', 'x' * 131072)
    except OSError as error:
        return errno.errorcode[error.errno]


def execute(command, argv, *, program=None, environment=None):
    """execve with this very argv, by ctypes, as os.execve refuses an empty one."""
    read, write = os.pipe()
    process = os.fork()
    if process == 0:
        libc = ctypes.CDLL(None)
        os.dup2(write, 1)
        os.dup2(write, 2)
        pairs = os.environb if environment is None else environment
        names = [name + b'=' + value for name, value in pairs.items()]
        libc.execve(os.fsencode(program or command.words[0]), (ctypes.c_char_p * (len(argv) + 1))(*argv, None), (ctypes.c_char_p * (len(names) + 1))(*names, None))
        os._exit(126)
    os.close(write)
    out = b''
    while piece := os.read(read, 65536):
        out += piece
    os.close(read)
    return tell(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), out)


@case('argv[0] may be anything', 'T24')
def argv0_odd(command):
    rest = [os.fsencode(word) for word in command.words[1:]] + [b'arguments', b'a', b'']
    return [execute(command, [first, *rest]) for first in (b'', b'x', b'-sh', b'./nowhere/x', b'/', b'\xff', b'a' * 500, b'a b"c', b'\n', b'python3.14', b'self')]


# Streams


def closing(*numbers):
    def close():
        for number in numbers:
            try:
                os.close(number)
            except OSError:
                pass
    return close


SUBSETS = [[], [0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]]


@case('any of the standard streams may be closed', 'T25')
def streams_closed(command):
    found = []
    for number, numbers in enumerate(SUBSETS):
        path = os.path.join(command.folder, f'streams-{os.path.basename(command.words[0])}-{number}')
        found.append([numbers, command.run('streams', path, preexec_fn=closing(*numbers))])
        with open(path) as file:
            found[-1].append(file.read())
    return found


@case('output to a closed stream ends it as it would end Python', 'T25')
def streams_closed_output(command):
    return [command.run('call', 'print(1)', preexec_fn=closing(*numbers)) for numbers in SUBSETS] + \
        [command.run('raise_', 'ValueError(1)', preexec_fn=closing(*numbers)) for numbers in SUBSETS]


@case('each of 256 bytes, and 10 MB of them, go through unchanged', 'T25')
def streams_binary(command):
    return [command.run('cat', input=bytes(range(256))), command.run('cat', input=bytes(range(256)) * 40960), command.run('cat', input=b'')]


@case('its streams may be files, devices, sockets and read-only or write-only ends', 'T25')
def streams_kinds(command):
    found = []
    path = os.path.join(command.folder, 'kinds-' + os.path.basename(command.words[0]))
    import socket
    left, right = socket.socketpair()
    with open('/dev/null', 'r+b', 0) as nothing, open('/dev/full', 'wb', 0) as full, open('/dev/zero', 'rb', 0) as zero, open(path, 'w+b') as file, left, right:
        found.append(command.run('call', 'print(sys.stdin.read())', stdin=nothing))
        found.append(command.run('call', 'print(sys.stdin.buffer.read(9))', stdin=zero))
        found.append(command.run('call', 'print(1)', stdout=full))
        found.append(command.run('raise_', 'ValueError(1)', stderr=full))
        found.append(command.run('call', 'print(1); print(2, file=sys.stderr)', stdout=file, stderr=file))
        file.seek(0)
        found.append(plain(file.read()))
        file.seek(0)
        file.write(b'from the middle')
        file.flush()
        file.seek(5)
        found.append([command.run('cat', stdin=file), os.lseek(file.fileno(), 0, os.SEEK_CUR)])
        found.append(command.run('streams', '/dev/stdout', stdin=right, stderr=right))
        right.close()
        found.append(plain(left.recv(1000)))
        found.append(command.run('call', 'print(sys.stdin.read())', stdin=full))
    return found


@case('a reader that goes away ends it as it ends Python', 'T25')
def pipe_broken(command):
    found = []
    for disposition in (signal.SIG_DFL, signal.SIG_IGN):
        for what in ('flood', 'late'):
            process = command.start(what, stdin=subprocess.PIPE, restore_signals=False, preexec_fn=lambda: signal.signal(signal.SIGPIPE, disposition))
            if what == 'flood':
                process.stdout.read(10)
            process.stdout.close()
            process.stdin.close()
            err = process.stderr.read()
            found.append(tell(process.wait(LONGEST), b'', err))
    return found


@case('a descriptor that its parent left open is open in it, under the same number', 'T25')
def descriptors_inherited(command):
    read, write = os.pipe()
    os.write(write, b'something')
    os.close(write)
    with open(os.path.join(command.folder, 'given'), 'w+') as file:
        file.write('of a file')
        file.flush()
        file.seek(0)

        def give():
            for source, number in ((read, 40), (file.fileno(), 9)):
                os.dup2(source, number)
        found = command.run('inherited', '40', '9', close_fds=False, preexec_fn=give)
    os.close(read)
    return found


@case('it runs with hardly any descriptors to spare', 'T25')
def descriptors_few(command):
    return [command.run('arguments', 'x', preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))) for count in (8, 16, 64)]


@case('every low descriptor may be taken', 'T25')
def descriptors_taken(command):
    def take():
        for number in range(3, 60):
            os.dup2(0, number)
    return command.run('call', 'import os; print(sorted(os.fstat(n).st_rdev for n in range(3, 60)))', close_fds=False, preexec_fn=take)


def on_terminal(command, *arguments, reply=b'', rows=33, columns=77, act=None, interactive=False):
    """What a pseudo-terminal shows, less the probe's paths, and how it ended. `act` is called with what was seen so far."""
    process, terminal = pty.fork()
    if process == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
        os.execv(command.words[0], [*command.words, *arguments])
    seen, replied, end = b'', False, time.monotonic() + LONGEST
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        seen += piece
        if act is not None and act(seen, terminal, process):
            act = None
        if reply and not replied and b'> ' in seen:
            replied = True
            os.write(terminal, reply)
    else:
        os.kill(process, signal.SIGKILL)
    os.close(terminal)
    return tell(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), seen)


@case('on a terminal it has the terminal, its size and its lines', 'T25')
def terminal(command):
    return on_terminal(command, 'terminal', reply='answer é\n'.encode())


@case('Ctrl-C on a terminal interrupts it', 'T26')
def terminal_interrupt(command):
    def act(seen, terminal, _):
        if b'ready' in seen:
            os.write(terminal, b'\x03')
            return True
    return on_terminal(command, 'wait', act=act)


@case('Ctrl-\\ and Ctrl-D on a terminal do what they do to Python', 'T26')
def terminal_quit(command):
    def act(seen, terminal, _):
        if b'ready' in seen:
            os.write(terminal, b'\x1c')
            return True
    return [on_terminal(command, 'wait', act=act), on_terminal(command, 'terminal', reply=b'\x04')]


@case('the end of its terminal ends it', 'T26')
def terminal_hangup(command):
    process, terminal = pty.fork()
    if process == 0:
        os.execv(command.words[0], [*command.words, 'wait'])
    while b'ready' not in os.read(terminal, 1000):
        pass
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


@case('Ctrl-Z on a terminal stops it, and its shell can continue it', 'T26')
def terminal_stop(command):
    process, terminal = pty.fork()
    if process == 0:
        # A job in a group of its own, as an orphaned one cannot be stopped by its terminal.
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            os.tcsetpgrp(0, os.getpgrp())
            signal.signal(signal.SIGTTOU, signal.SIG_DFL)
            os.execv(command.words[0], [*command.words, 'handled'])
        _, status = os.waitpid(child, os.WUNTRACED)
        print('stopped' if os.WIFSTOPPED(status) else 'ended', os.WSTOPSIG(status) if os.WIFSTOPPED(status) else status, flush=True)
        os.killpg(child, signal.SIGCONT)
        print('ended', os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == signal.SIGCONT, flush=True)
        os._exit(0)
    seen, sent = b'', False
    while True:
        try:
            piece = os.read(terminal, 1000)
        except OSError:
            break
        if not piece:
            break
        seen += piece
        if b'ready' in seen and not sent:
            sent = True
            os.write(terminal, b'\x1a')
    os.close(terminal)
    return tell(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), seen)


# Exit codes


@case('each exit code from 0 to 255 is its own', 'T27')
def exit_codes(command):
    return [command.run('leave', str(code))[0] for code in range(256)]


@case('whatever sys.exit is given, it ends as Python does', 'T27')
def exit_odd(command):
    return [[value, command.run('leave', value)] for value in
            ('None', '-1', '-256', '256', '257', '2**31', '2**63', '2**64', '-2**70', 'True', 'False', '""', '"a sentence"', '"ü\\udcff"', '3.7', '(1, 2)', '[]', 'b"x"', 'object', 'ValueError("x")')]


@case('an exception that nobody catches ends it as it ends Python', 'T27')
def exit_exceptions(command):
    return [[value, command.run('raise_', value)] for value in
            ('ValueError("wrong")', 'KeyboardInterrupt()', 'SystemExit(3)', 'SystemExit("x")', 'GeneratorExit()', 'BaseException()', 'ExceptionGroup("two", [ValueError(1), TypeError(2)])',
             'BaseExceptionGroup("b", [KeyboardInterrupt()])', 'type("Odd", (SystemExit,), {})(4)', 'SyntaxError("s", ("probe.py", 1, 1, "x", 1, 2))', 'MemoryError()', 'RecursionError()', 'BrokenPipeError(32, "p")')]


CALLS = ['os.abort()', 'os._exit(0)', 'os._exit(77)', 'os._exit(255)', 'os.kill(os.getpid(), 9)', 'os.kill(os.getpid(), 11)', 'os.kill(os.getpid(), 6)', 'os.kill(os.getpid(), signal.SIGRTMAX)',
         'import ctypes; ctypes.string_at(0)', 'import faulthandler; faulthandler._sigsegv()', 'import atexit; atexit.register(print, "at exit"); sys.exit(4)',
         'import atexit; atexit.register(lambda: 1 / 0)', 'import atexit; atexit.register(lambda: os._exit(9))', 'sys.excepthook = lambda *a: print("hook", a[0].__name__); 1 / 0',
         'sys.excepthook = lambda *a: 1 / 0; {}["x"]', 'sys.excepthook = None; 1 / 0', 'sys.excepthook = lambda *a: sys.exit(11); 1 / 0', 'sys.excepthook = lambda *a: print(sys.exc_info()); 1 / 0',
         'sys.stderr = None; 1 / 0', 'sys.stderr.close(); 1 / 0', 'sys.stdout.close()',
         'import threading; threading.Thread(target=lambda: 1 / 0).start()', 'import threading, time; threading.Thread(target=lambda: (time.sleep(0.3), print("later"))).start()',
         'import _thread; _thread.interrupt_main(); import time; time.sleep(1)', 'class A:\n def __del__(self): 1 / 0\na = A(); del a',
         'quit()', 'exit(3)', 'try:\n 1 / 0\nfinally:\n sys.exit(5)', 'try:\n 1 / 0\nexcept Exception as e:\n raise KeyError(2) from e', 'raise SystemExit from ValueError(1)',
         'os.dup2(os.open("/dev/full", os.O_WRONLY), 1); print(1)', 'import asyncio\nasync def f(): raise SystemExit(6)\nasyncio.run(f())', 'os.execv("/bin/sh", ["sh", "-c", "exit 8"])',
         'e = ValueError(1); e.add_note("a note"); raise e', 'sys.tracebacklimit = 0; 1 / 0', 'import warnings; warnings.warn("careful")', 'import os; os.fork() or os._exit(0); os.wait(); sys.exit(2)',
         'sys.last_value = 1; sys.exit()', 'def f():\n raise SystemExit(len(__import__("traceback").extract_stack()) > 2)\nf()']


@case('however it ends, it ends as Python does', 'T27')
def exit_ways(command):
    limit = lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return [[call, command.run('call', call, preexec_fn=limit)] for call in CALLS]


# Signals


def named(numbers):
    return [[signal.Signals(number).name, found] for number, found in numbers]


MORTAL = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGPIPE, signal.SIGXFSZ, signal.SIGVTALRM, signal.SIGABRT, signal.SIGKILL]


def send(command, what, number, **options):
    process = until_ready(command.start(what, **options))
    process.send_signal(number)
    return wait(process)


@case('each signal does to it what it does to Python', 'T26')
def signals(command):
    limit = lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    found = []
    for number in MORTAL:
        if number in (signal.SIGPIPE, signal.SIGXFSZ):
            process = until_ready(command.start('wait', preexec_fn=limit))
            process.send_signal(number)
            process.send_signal(signal.SIGTERM)
            found.append((number, wait(process)))
        else:
            found.append((number, send(command, 'wait', number, preexec_fn=limit)))
    return named(found)


@case('its own handlers get the signals', 'T26')
def signals_handled(command):
    return named((number, send(command, 'handled', number)) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGQUIT, signal.SIGWINCH, signal.SIGALRM))


@case('a stop is seen by its parent, and it goes on afterwards', 'T26')
def signals_stop(command):
    found = []
    for number in (signal.SIGTSTP, signal.SIGSTOP, signal.SIGTTIN):
        process = until_ready(command.start('handled', start_new_session=False, preexec_fn=lambda: os.setpgid(0, 0)))
        process.send_signal(number)
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        stopped = os.WIFSTOPPED(status) and os.WSTOPSIG(status)
        process.send_signal(signal.SIGCONT)
        found.append((number, [stopped, wait(process)]))
    return named(found)


def with_signals(ignored=(), blocked=()):
    def prepare():
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
    return prepare


@case('ignored and blocked signals are so in it too', 'T26')
def signals_inherited(command):
    some = [signal.SIGHUP, signal.SIGINT, signal.SIGUSR1, signal.SIGTERM, signal.SIGCHLD, signal.SIGTSTP, signal.SIGPIPE]
    return [command.run('status', restore_signals=False, preexec_fn=prepare) for prepare in
            (with_signals(), with_signals(some), with_signals((), some), with_signals(some[:3], some[3:]), with_signals((), range(1, 64)), with_signals([signal.SIGCHLD]))]


@case('under nohup it survives the hangup', 'T26')
def signals_nohup(command):
    process = until_ready(command.start('wait', preexec_fn=with_signals([signal.SIGHUP, signal.SIGINT])))
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    alive = process.poll() is None
    process.send_signal(signal.SIGTERM)
    return [alive, wait(process)]


@case('a blocked signal waits until it is let through', 'T26')
def signals_blocked(command):
    code = 'import time\nos.kill(os.getpid(), signal.SIGTERM); print("still here", flush=True)\nsignal.pthread_sigmask(signal.SIG_SETMASK, [])\ntime.sleep(5)'
    return command.run('call', code, preexec_fn=with_signals((), [signal.SIGTERM]))


@case('a signal that waits when it is started gets it', 'T26')
def signals_pending(command):
    def prepare():
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
        os.kill(os.getpid(), signal.SIGUSR1)
    return command.run('call', 'print(signal.sigpending()); signal.pthread_sigmask(signal.SIG_SETMASK, [])', preexec_fn=prepare)


@case('a signal to its group reaches it and its children once', 'T26')
def signals_group(command):
    code = ('import subprocess, time\nchild = subprocess.Popen([sys.executable, "-c", "import time; print(1, flush=True); time.sleep(60)"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)\n'
            'child.stdout.readline()\ntry:\n print("ready", flush=True)\n list(map(time.sleep, [0.1] * 600))\nexcept KeyboardInterrupt:\n print("interrupted", child.wait())')
    process = until_ready(command.start('call', code, preexec_fn=os.setsid))
    os.killpg(process.pid, signal.SIGINT)
    return wait(process)


@case('killed, it leaves no process behind', 'T26')
def signals_orphans(command):
    found = []
    for number in (signal.SIGKILL, signal.SIGTERM):
        process = until_ready(command.start('wait', preexec_fn=os.setsid))
        process.send_signal(number)
        process.communicate()
        try:
            os.killpg(process.pid, 0)
            found.append('left')
        except ProcessLookupError:
            found.append('none')
    return found


@case('its process, parent, group and session are those that it was started in', 'T26')
def identity(command):
    process = command.start('ids', preexec_fn=os.setsid)
    out = process.communicate()[0].split()
    same = [process.pid, os.getpid(), process.pid, process.pid]
    other = command.start('ids', preexec_fn=lambda: os.setpgid(0, 0))
    numbers = other.communicate()[0].split()
    return [list(map(int, out)) == same, list(map(int, numbers)) == [other.pid, os.getpid(), other.pid, os.getsid(0)]]


@case('limits, mask, niceness, timers, folder and rights are those that it was started with', 'T26')
def state(command):
    def prepare():
        os.umask(0o027)
        os.nice(3)
        os.chdir('/usr')
        signal.setitimer(signal.ITIMER_REAL, 500)
        resource.setrlimit(resource.RLIMIT_NOFILE, (100, 200))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_STACK, (4 << 20, 8 << 20))
        os.sched_setaffinity(0, [0])
        ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
    return [command.run('status'), command.run('status', preexec_fn=prepare), command.run('status', process_group=0, umask=0o777)]


@case('it runs in a folder that was removed', 'T19')
def folder_removed(command):
    path = os.path.join(command.folder, 'removed')
    os.mkdir(path)

    def leave():
        os.chdir(path)
        os.rmdir(path)
    return command.run('call', 'try:\n os.getcwd()\nexcept OSError as e:\n print(e)', preexec_fn=leave)


@case('it runs with an empty environment', 'T21')
def environment_empty(command):
    return [command.run('environment', env={**KEPT, **extra}) for extra in ({}, {'A': ''}, {'A': 'x' * 100000}, {'B\xff': '\udcff'})]


@case('its environment is what it was started with', 'T21')
def environment_odd(command):
    rest = [os.fsencode(word) for word in [*command.words, 'environment']]
    kept = {name.encode(): value.encode() for name, value in KEPT.items()}
    return [execute(command, rest, environment={**kept, **extra}) for extra in ({b'': b'x'}, {b'NEW\nLINE': b'a\nb'}, {b'\xff': b'\xfe'}, {b'PATH': b''}, {b'HOME': b''}, {b'LC_ALL': b'C', b'LC_CTYPE': b'C'})]


HOSTILE = {'PYTHONHOME': '/nowhere', 'PYTHONPATH': '/evil', 'PYTHONSTARTUP': '/evil.py', 'PYTHONINSPECT': '1', 'PYTHONOPTIMIZE': '2', 'PYTHONPLATLIBDIR': 'evil', 'PYTHONEXECUTABLE': '/evil',
           'PYTHONUSERBASE': '/evil', 'PYTHONPYCACHEPREFIX': '/evil', 'PYTHONBREAKPOINT': 'os.abort', 'PYTHONSAFEPATH': '', 'PYTHON_GIL': '0', 'PYTHONDEBUG': '1', 'PYTHONUNBUFFERED': '1',
           'PYTHONVERBOSE': '1', 'PYTHONCASEOK': '1', 'PYTHONDONTWRITEBYTECODE': '1', 'PYTHONHASHSEED': 'nonsense', 'PYTHONINTMAXSTRDIGITS': '640', 'PYTHONIOENCODING': 'utf-16', 'PYTHONNOUSERSITE': '1',
           'PYTHONWARNINGS': 'error', 'PYTHONFAULTHANDLER': '1', 'PYTHONTRACEMALLOC': '5', 'PYTHONPROFILEIMPORTTIME': '1', 'PYTHONASYNCIODEBUG': '1', 'PYTHONMALLOC': 'debug', 'PYTHONMALLOCSTATS': '1',
           'PYTHONLEGACYWINDOWSFSENCODING': '1', 'PYTHONLEGACYWINDOWSSTDIO': '1', 'PYTHONCOERCECLOCALE': 'warn', 'PYTHONDEVMODE': '1', 'PYTHONUTF8': '0', 'PYTHONWARNDEFAULTENCODING': '1',
           'PYTHONNODEBUGRANGES': '1', 'PYTHONPERFSUPPORT': '1', 'PYTHON_PERF_JIT_SUPPORT': '1', 'PYTHON_CPU_COUNT': '1', 'PYTHON_FROZEN_MODULES': 'off', 'PYTHON_COLORS': '1',
           'PYTHON_BASIC_REPL': '1', 'PYTHON_HISTORY': '/evil', 'PYTHON_DISABLE_REMOTE_DEBUG': '1', 'PYTHON_THREAD_INHERIT_CONTEXT': '1', 'PYTHON_CONTEXT_AWARE_WARNINGS': '1', 'PYTHON_JIT': '1',
           'PYTHON_TLBC': '0', 'PYTHON_PRESITE': 'evil', 'PYTHONDUMPREFS': '1', 'PYTHONDUMPREFSFILE': '/evil', 'PYTHONTHREADDEBUG': '1', 'PYTHONISOLATED': '0', '__PYVENV_LAUNCHER__': '/evil', 'PYTHON_LAZY_IMPORTS': 'all'}
NASTY = ['', '0', '1', '-1', 'x' * 5000, '/nowhere', '\udcff', '%s%n', '2147483648']
# `-I` does not keep these away from bare Python's own modules; they say how, not what.
TOLD = ('PYTHONBREAKPOINT', 'PYTHON_COLORS', 'PYTHON_CPU_COUNT', 'PYTHONASYNCIODEBUG')


@case('no PYTHON variable has an effect, whatever its value', 'T21')
def environment_python(command):
    """Each alone and all together; bare Python with -I is no measure for those that it reads all the same, and so a second run without them is."""
    clean = command.run('interpreter', env=KEPT)
    values = [{name: value} for name, value in HOSTILE.items()] + [HOSTILE] + [dict.fromkeys(HOSTILE, value) for value in NASTY]
    found = [[sorted(extra), run] for extra in values if (run := command.run('interpreter', env=KEPT | extra)) != clean]
    return [clean, found]


KEPT = {name: os.environ[name] for name in ('TERRARIUM_CACHE',) if name in os.environ}


def main():
    if sys.argv[1] == '--list':
        return print(json.dumps([[name, title, hazard] for name, (title, hazard, _) in CASES.items()]))
    name, folder, *words = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    print(json.dumps(CASES[name][2](Command(words, folder)), sort_keys=True))


if __name__ == '__main__':
    main()
