# Made by Terrarium. Starts the app that lies beside this file, as a console script, `python -m` or `python script.py` would.
# (In the template, `#: kind` … `#: end` enclose what only some apps need; comments are not copied.)
# Children of multiprocessing import this file too, under another name: for them it only restores what `site` would have given.
NAME = '@NAME@'
COMMANDS = '@COMMANDS@'
PREFERRED = '@PREFERRED@'

import sys


def restore_builtins():
    # The interpreter runs without `site`, whose import costs milliseconds; these are what people miss of it.
    import builtins
    import _sitebuiltins
    end = 'Ctrl-Z plus Return' if sys.platform == 'win32' else 'Ctrl-D (i.e. EOF)'
    builtins.quit = _sitebuiltins.Quitter('quit', end)
    builtins.exit = _sitebuiltins.Quitter('exit', end)
    builtins.help = _sitebuiltins._Helper()


def trust_byte_code(base):
    # Nobody edits what was packed, and its byte code says that no source is to be compared (PEP 552, unchecked). The stock loader asks for
    # the source's date first all the same, which is a twentieth of what imports cost. All else is left to it, loaders of other classes too.
    import _imp
    import marshal
    import _frozen_importlib_external as external
    stock, loader, head = external.SourceFileLoader.get_code, external.SourceFileLoader, external.MAGIC_NUMBER + b'\1\0\0\0'

    def get_code(self, fullname):
        path = self.path
        if type(self) is loader and path.startswith(base):
            try:
                data = self.get_data(external.cache_from_source(path))
            except (OSError, NotImplementedError):
                return stock(self, fullname)
            if data[:8] == head:
                code = marshal.loads(memoryview(data)[16:])
                _imp._fix_co_filename(code, path)
                return code
        return stock(self, fullname)
    if _imp.check_hash_based_pycs == 'default':
        loader.get_code = get_code


#: pth
def read_pth(base):
    import site
    for folder in ('app', 'site-packages'):
        site.addsitedir(base + folder)
#: end


def take_variable(name):
    # Removed, so that programs which the app starts do not take it for theirs. `os` is not imported for it: that costs a millisecond.
    if 'os' in sys.modules:
        return sys.modules['os'].environ.pop(name, None)
    if sys.platform == 'win32':
        import nt
        nt.unsetenv(name)
        return nt.environ.pop(name, None)
    import posix
    value = posix.environ.pop(name.encode(), None)
    if value is not None:
        posix.unsetenv(name.encode())
        value = value.decode(sys.getfilesystemencoding(), 'surrogateescape')
    return value


def pick_command(asked, argv0):
    if asked:
        if asked not in COMMANDS:
            sys.stderr.write('%s: it has no command %r; it has %s\n' % (NAME, asked, ', '.join(COMMANDS)))
            raise SystemExit(2)
        return asked
    if len(COMMANDS) > 1:
        windows = sys.platform == 'win32'
        called = (argv0.replace('\\', '/') if windows else argv0).rpartition('/')[2]
        if called[-4:].lower() == '.exe':
            called = called[:-4]
        for name in COMMANDS:
            if name == called or windows and name.lower() == called.lower():
                return name
    return PREFERRED


#: function
def run_function(value):
    module, _, attribute = value.partition(':')
    found = __import__(module, fromlist=('__name__',))
    for name in attribute.split('.'):
        found = getattr(found, name)
    sys.exit(found())
#: end


#: module
def find_module(name, find_spec):
    parent = name.rpartition('.')[0]
    return find_spec(name, __import__(parent, fromlist=('__name__',)).__path__ if parent else None)


def run_module(value):
    from _frozen_importlib import _find_spec
    name, spec = value, find_module(value, _find_spec)
    if spec is not None and spec.submodule_search_locations is not None:
        name += '.__main__'
        spec = find_module(name, _find_spec)
    if spec is None:
        raise ImportError('%s: no module named %s' % (NAME, name))
    become(spec.loader.get_code(spec.name), __file__=spec.origin, __cached__=spec.cached, __loader__=spec.loader,
           __package__=spec.parent, __spec__=spec)
#: end


#: script
def run_script(path):
    from _frozen_importlib_external import SourceFileLoader
    folder = path.rpartition('\\' if sys.platform == 'win32' else '/')[0]
    if folder not in sys.path:
        sys.path.insert(0, folder)
    loader = SourceFileLoader('__main__', path)
    become(loader.get_code('__main__'), __file__=path, __cached__=None, __loader__=loader, __package__=None, __spec__=None)
#: end


#: windowed
def make_last_words(name, base, modules):
    """A hook for errors that nobody would see: they go to a file, and on Windows into a box. It outlives this module."""
    def tell(text, summary):
        import os
        import time
        path = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(base))), 'logs', name.replace('/', '_') + '.log')
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            full = os.path.exists(path) and os.path.getsize(path) > 1000000
            with open(path, 'w' if full else 'a', encoding='utf-8', errors='backslashreplace') as log:
                log.write(time.strftime('%Y-%m-%d %H:%M:%S ') + text.rstrip() + '\n')
            summary += '\n\n' + path
        except OSError:
            summary += '\n\n' + text[-1000:]
        if modules.platform == 'win32':
            import ctypes
            ctypes.windll.user32.MessageBoxW(None, summary, name, 0x10)

    def hook(kind, error, trace):
        import traceback
        lines = traceback.format_exception(kind, error, trace)
        tell(''.join(lines), lines[-1].strip())
    return tell, hook
#: end


def become(code, **attributes):
    """Runs the code as __main__ itself, so that what it pickles is found again by the processes that it spawns."""
    main = sys.modules['__main__'].__dict__
    builtins = main['__builtins__']
    main.clear()
    main.update(attributes, __name__='__main__', __doc__=None, __builtins__=builtins)
    exec(code, main)


def start(base, commands, modules, show):
    asked, argv0 = take_variable('TERRARIUM_COMMAND'), take_variable('TERRARIUM_ARGV0')
    again = sys._xoptions
    if argv0 is None:
        argv0 = again.get('terrarium_argv0')
    if argv0 is not None:
        sys.argv[0] = argv0
    name = pick_command(asked or again.get('terrarium_command'), sys.argv[0])
    # Reloaders run this again after the interpreter's name, and then the variables are gone.
    sys.orig_argv = [sys.executable, '-I', '-X', 'terrarium_command=' + name, '-X', 'terrarium_argv0=' + sys.argv[0], base + 'boot.py', *sys.argv[1:]]
    kind, value = commands[name]
    if kind == 'script':
        value = base + 'app/' + value
        if modules.platform == 'win32':
            value = value.replace('/', '\\')
    #: windowed
    tell = None
    if modules.stderr is None:
        tell, modules.excepthook = make_last_words(NAME, base, modules)
    #: end
    # From here on only locals: `become` empties this module.
    failed = None
    try:
        globals()['run_' + kind](value)
    except SystemExit as left:
        #: windowed
        if tell is not None and isinstance(left.code, str):
            tell(left.code, left.code)
        #: end
        raise
    except BaseException as error:
        failed = error
    # Outside of the handler: a hook runs while no error is being handled.
    if failed is not None:
        show(failed, modules)
        raise failed


def show_without_boot(error, modules):
    """Prints the traceback as it would be without this file, then lets the error go on to end the process in its own way."""
    trace = error.__traceback__
    boot = trace.tb_frame.f_code.co_filename
    while trace is not None and trace.tb_frame.f_code.co_filename == boot:
        trace = trace.tb_next
    hook = modules.excepthook
    error.__traceback__ = trace
    try:
        hook(type(error), error, trace)
    except SystemExit:
        raise
    except BaseException as second:
        # The words of the interpreter itself.
        second.__traceback__ = second.__traceback__.tb_next
        for title, each in ('Error in sys.excepthook:', second), ('\nOriginal exception was:', error):
            if modules.stderr is not None:
                modules.stderr.write(title + '\n')
            modules.__excepthook__(type(each), each, each.__traceback__)

    def shown(*_):
        modules.excepthook = hook
    modules.excepthook = shown


BASE = __file__[:-len('boot.py')]
restore_builtins()
trust_byte_code(BASE)
#: pth
read_pth(BASE)
#: end
if __name__ == '__main__':
    start(BASE, COMMANDS, sys, show_without_boot)
