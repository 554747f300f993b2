"""Tells what a process finds when it starts. The tests run it packed, and by the bare interpreter of the same build, and compare."""
import os
import signal
import sys


def tell(*values):
    print(*(ascii(value) for value in values), sep='\n', flush=True)


def arguments():
    tell(len(sys.argv) - 2, sys.argv[2:])


def describe(stream):
    if stream is None:
        return None
    try:
        return stream.fileno(), stream.isatty(), stream.encoding, stream.errors, stream.line_buffering, stream.write_through, stream.mode
    except ValueError as error:
        return str(error)


def descriptors():
    """Open ones and what they are, but for the marker that the launcher holds (FORMAT.md, "In use")."""
    found = {}
    for number in range(64):
        try:
            found[number] = os.readlink(f'/proc/self/fd/{number}'), os.get_inheritable(number)
        except OSError:
            pass
    return {number: value for number, value in found.items() if not value[0].endswith('/.ok')}


def streams():
    """Into a file, as there may be no stream to tell it by."""
    with open(sys.argv[2], 'w') as file:
        print(ascii([describe(stream) for stream in (sys.stdin, sys.stdout, sys.stderr)]), file=file)
        print(ascii([stream is None for stream in (sys.__stdin__, sys.__stdout__, sys.__stderr__)]), file=file)
        print([number for number in descriptors() if number != file.fileno()], file=file)


def inherited():
    numbers = sorted(descriptors())
    tell(numbers)
    for number in map(int, sys.argv[2:]):
        tell(os.read(number, 100), os.get_inheritable(number))


def cat():
    while piece := sys.stdin.buffer.read1(1 << 16):
        sys.stdout.buffer.write(piece)
    sys.stdout.flush()


def status():
    """What a process has from whoever started it."""
    import resource
    wanted = ('Umask', 'Groups', 'NoNewPrivs', 'Seccomp', 'CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb', 'ShdPnd', 'SigBlk', 'SigIgn', 'SigCgt', 'Cpus_allowed')
    with open('/proc/self/status') as file:
        tell({name: value.strip() for name, _, value in (line.partition(':') for line in file) if name in wanted})
    tell(os.getpid() == os.getpgrp(), os.getpid() == os.getsid(0), os.getcwd(), os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0))
    tell({name: resource.getrlimit(getattr(resource, name)) for name in dir(resource) if name.startswith('RLIMIT_')})
    tell(signal.getitimer(signal.ITIMER_REAL)[0] > 0, [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGHUP, signal.SIGTERM)])


def ids():
    tell(os.getpid(), os.getppid(), os.getpgrp(), os.getsid(0))


def environment():
    tell(sorted((name, value) for name, value in os.environb.items() if not name.startswith(b'TERRARIUM')))


def interpreter():
    """The state that PYTHON variables change."""
    # `site` is not imported when packed (boot.py gives what people miss of it), and that is one of the flags.
    tell(str(sys.flags).replace('no_site=1', 'no_site=0'), sys.warnoptions, sorted(sys._xoptions), sys.dont_write_bytecode, sys.pycache_prefix, sys.platlibdir, sys.getfilesystemencoding(), sys.getdefaultencoding(),
         sys.float_info.max, sys.get_int_max_str_digits(), sys.breakpointhook.__module__, sys.stdout.encoding, sys.stdout.errors, sys.implementation.cache_tag,
         'usercustomize' in sys.modules, 'sitecustomize' in sys.modules, hasattr(sys, 'gettotalrefcount'), sys.orig_argv[1])
    import gc
    import tracemalloc
    tell(tracemalloc.is_tracing(), gc.isenabled(), getattr(sys, '_is_gil_enabled', bool)())


def terminal():
    tell([os.isatty(number) for number in range(3)], tuple(os.get_terminal_size()), os.tcgetpgrp(0) == os.getpgrp(), os.ttyname(0) != '')
    tell(input('> '))


def leave():
    """The argument is Python: what to leave with."""
    sys.exit(eval(sys.argv[2]))


def raise_():
    raise eval(sys.argv[2])


def call():
    exec(sys.argv[2], globals())


def wait():
    # In one line without source text, and in short sleeps as a signal can come just before one, so that a traceback is the same wherever it is interrupted.
    exec('import time; print("ready", flush=True); list(map(time.sleep, [0.1] * 600))')


def handled():
    """Ends with the number of the first signal that comes, through Python's own handler."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGQUIT, signal.SIGCONT, signal.SIGWINCH, signal.SIGALRM):
        signal.signal(number, lambda number, _: sys.exit(number))
    wait()


def flood():
    while True:
        sys.stdout.write('x' * 70000)
        sys.stdout.flush()


def late():
    """Writes to a pipe that nobody reads any more, and flushes only at its end."""
    sys.stdin.read()
    print('nobody reads this')


def names():
    """What a program sees of how it was started."""
    tell(__name__, __doc__ is not None, __spec__, sys.argv[1:], [name for name in ('quit', 'exit', 'copyright', 'credits', 'license', 'help') if hasattr(__builtins__, name)])
    tell(sys.stdin is sys.__stdin__, sys.stdout is sys.__stdout__, sys.excepthook is sys.__excepthook__, sys.gettrace(), sys.getrecursionlimit(), sys.getswitchinterval())


def pool():
    from process_workers import run_pools
    run_pools(sys.argv[2:])


def main():
    globals()[sys.argv[1]]()


if __name__ == '__main__':
    main()
