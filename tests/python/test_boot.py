"""boot.py starts an app as its own virtual environment would: run for real, in a folder laid out as the launcher lays it out."""
import os
import py_compile
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from terrarium.boot import boot
from terrarium.failure import Failure

pytestmark = pytest.mark.skipif(os.name != 'posix', reason='the folder is made of links')
PYTHON = 'python%d.%d' % sys.version_info[:2]
POOL = '''
import multiprocessing, sys
from concurrent.futures import ProcessPoolExecutor
import beside
class Answer:
    pass
def square(x):
    return x * x, Answer()
if __name__ == '__main__':
    for method in ('spawn', 'forkserver'):
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
            print([type(answer) is Answer and number for number, answer in pool.map(square, range(4))], flush=True)
'''
FILES = {
    'app/pkg/__init__.py': '',
    'app/pkg/mod.py': 'import sys\nclass Group:\n    @staticmethod\n    def main():\n        print(sys.argv)\n        return 3\n'
                      'def double(x):\n    return 2 * x\n'
                      'def pool():\n    import multiprocessing, concurrent.futures as f\n'
                      '    with f.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as p:\n        print(list(p.map(double, [1, 2])))\n',
    'app/pkg/__main__.py': 'import sys\nfrom . import mod\nprint(__name__, __spec__.name, __package__, __file__ == mod.__file__.replace("mod", "__main__"))\n',
    'app/single.py': 'print(__name__, __spec__.name, __package__ == "")\n',
    'app/sub/beside.py': '',
    'app/sub/pool.py': POOL,
    'app/names.py': 'import sys\nprint([__file__, __name__, __spec__, __package__, __doc__, type(__loader__).__name__])\n'
                    'print(sorted(name for name in globals() if not name.startswith("__")), quit, exit, callable(help))\n',
    'app/fails.py': 'def f():\n    raise ValueError("wrong")\nf()\n',
    'app/hooked.py': 'import sys\nsys.excepthook = lambda kind, error, trace: print("hook", kind.__name__, trace.tb_frame.f_code.co_name)\n1 / 0\n',
    'app/hook_failing.py': 'import sys\nsys.excepthook = lambda *a: {}["in the hook"]\n1 / 0\n',
    'app/hook_none.py': 'import sys\nsys.excepthook = None\n1 / 0\n',
    'app/hook_leaving.py': 'import sys\nsys.excepthook = lambda *a: sys.exit(11)\n1 / 0\n',
    'app/hook_looking.py': 'import sys\nsys.excepthook = lambda *a: print(sys.exc_info(), a[0])\n1 / 0\n',
    'app/again.py': 'import os, subprocess, sys\nprint(sys.argv, __name__, flush=True)\n'
                    'if not os.environ.get("AGAIN"):\n    subprocess.run([sys.executable, *sys.orig_argv[1:]], env=os.environ | {"AGAIN": "1"})\n',
    'app/sleeps.py': 'import time\nprint("ready", flush=True)\ntime.sleep(30)\n',
    'app/leaves.py': 'import sys\nsys.exit("a last word")\n',
    'app/environ.py': 'import os, subprocess, sys\nprint(sorted(name for name in os.environ if name.startswith("TERRARIUM")), flush=True)\n'
                      'subprocess.run([sys.executable, "-c", "import os; print(sorted(n for n in os.environ if n.startswith(\'TERRARIUM\')))"])\n',
    'app/child.py': 'import subprocess, sys\nprint(subprocess.run([sys.executable, "-m", "pkg"], capture_output=True, text=True).stdout, end="")\n',
    'app/loaded.py': 'import sys\nprint(*sys.modules)\n',
    'app/counted.py': 'word = "compiled"\n',
    'app/dated.py': 'word = "compiled"\n',
    'app/trusts.py': 'import sys\nimport _frozen_importlib_external as external\nasked, stat = [], external._path_stat\n'
                     'external._path_stat = lambda path=".": asked.append(path) or stat(path)\n'
                     'import counted, dated\nprint([sum(path.endswith(name) for path in asked) for name in ("/counted.py", "/dated.py")])\nfrom importlib.util import spec_from_file_location, module_from_spec\n'
                     'class Own(external.SourceFileLoader):\n    def get_data(self, path):\n        print("own", path[-4:])\n        return super().get_data(path)\n'
                     'spec = spec_from_file_location("own", counted.__file__, loader=Own("own", counted.__file__))\nspec.loader.exec_module(module_from_spec(spec))\n'
                     'print(counted.word, dated.word, type(counted.__loader__) is external.SourceFileLoader, counted.__cached__[-4:])\n',
    'app/hooks.py': 'import added\nimport sys\nprint(added.__name__, sys.hooked)\n',
    'site-packages/extra.pth': 'extra\nimport sys; sys.hooked = 1\n',
    'site-packages/extra/added.py': '',
}
COMMANDS = {'fn': ('function', 'pkg.mod:Group.main'), 'fnpool': ('function', 'pkg.mod:pool [x]'), 'mod': ('module', 'pkg'), 'single': ('module', 'single'),
            'absent': ('function', 'nowhere:main')} | {
            name: ('script', f'{"sub/" if name == "pool" else ""}{name}.py')
            for name in ('again', 'pool', 'names', 'fails', 'hooked', 'sleeps', 'leaves', 'environ', 'child', 'hooks', 'loaded', 'trusts')} | {
            name: ('script', f'hook_{name}.py') for name in ('failing', 'none', 'leaving', 'looking')}


def entries(commands):
    return [{'name': name, 'kind': kind, 'value': value, 'windowed': False, 'origin': 'a test'} for name, (kind, value) in commands.items()]


def make_boot(commands, preferred, pth=False, compiled=False):
    return boot({'name': 'demo', 'commands': entries(commands), 'preferred': preferred, 'pthSite': pth, 'compile': compiled}, [])


def print_boot(commands, preferred, pth=False):
    return make_boot(commands, preferred, pth)[0]['text']


def lay_out(folder: Path, text: str) -> Path:
    base = Path(sys.base_prefix)
    (folder / PYTHON).symlink_to(os.path.realpath(base / 'bin' / PYTHON))
    (folder / 'lib').symlink_to(base / 'lib')
    (folder / f'{PYTHON}._pth').write_text(f'lib/{PYTHON}\nlib/{PYTHON}/lib-dynload\napp\nsite-packages\n')
    for path, content in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content)
    (folder / 'boot.py').write_text(text)
    return folder


@pytest.fixture(scope='module', params=['a text', 'compiled ahead'])
def app(tmp_path_factory, request):
    answer, blobs = make_boot(COMMANDS, 'fn', compiled=request.param == 'compiled ahead')
    folder = lay_out(tmp_path_factory.mktemp('app'), answer['text'])
    for blob in blobs:
        (folder / 'boot.pyc').write_bytes(blob)
    return folder


def command(app):
    return [str(app / PYTHON), '-I', str(app / 'boot.py')]


def run(app, name, *arguments, **environ):
    variables = {'PATH': os.environ['PATH'], 'TERRARIUM': '/x/demo', 'TERRARIUM_DIR': str(app), 'TERRARIUM_ARGV0': './demo', 'TERRARIUM_COMMAND': name}
    return subprocess.run([*command(app), *arguments], env=variables | environ, capture_output=True, text=True, cwd='/', timeout=60)


def test_a_function_is_called_and_its_value_is_the_exit_code(app):
    done = run(app, 'fn', 'a b', '')
    assert (done.stdout, done.returncode) == ("['./demo', 'a b', '']\n", 3)


def test_a_module_runs_as_with_m(app):
    assert run(app, 'mod').stdout == '__main__ pkg.__main__ pkg True\n'
    assert run(app, 'single').stdout == '__main__ single True\n'


def test_a_script_sees_the_names_that_it_would_see_at_home(app):
    lines = run(app, 'names').stdout.splitlines()
    assert lines[0] == str([str(app / 'app/names.py'), '__main__', None, None, None, 'SourceFileLoader'])
    assert lines[1] == "['sys'] Use quit() or Ctrl-D (i.e. EOF) to exit Use exit() or Ctrl-D (i.e. EOF) to exit True"


def test_what_a_script_defines_can_be_pickled_for_spawned_processes(app):
    done = run(app, 'pool')
    assert (done.stdout, done.stderr, done.returncode) == ('[0, 1, 4, 9]\n[0, 1, 4, 9]\n', '', 0)


def test_a_function_can_spawn_a_pool_without_starting_the_app_again(app):
    done = run(app, 'fnpool')
    assert (done.stdout, done.stderr, done.returncode) == ('[2, 4]\n', '', 0)


def test_unchecked_byte_code_runs_without_a_look_at_its_source_and_all_else_as_ever(app):
    unchecked, dated = py_compile.PycInvalidationMode.UNCHECKED_HASH, py_compile.PycInvalidationMode.TIMESTAMP
    for name, mode in (('counted', unchecked), ('dated', dated)):
        py_compile.compile(app / f'app/{name}.py', invalidation_mode=mode, doraise=True)
        (app / f'app/{name}.py').write_text('word = "edited by hand"\n')
    # The finder asks of both whether they are files; of one the loader asks for its date and its mode besides. A loader of its own class is not meddled with.
    assert run(app, 'trusts').stdout == '[1, 3]\nown .pyc\ncompiled edited by hand True .pyc\n'


def test_children_of_sys_executable_have_the_apps_modules(app):
    assert run(app, 'child').stdout == '__main__ pkg.__main__ pkg True\n'


def test_a_traceback_shows_the_script_and_nothing_of_ours(app):
    done = run(app, 'fails')
    assert done.returncode == 1
    assert [line.split(',')[0].strip() for line in done.stderr.splitlines() if 'File' in line] == [f'File "{app}/app/fails.py"'] * 2
    assert done.stderr.count('ValueError: wrong') == 1


def test_the_apps_own_excepthook_is_called_once(app):
    done = run(app, 'hooked')
    assert (done.stdout, done.stderr, done.returncode) == ('hook ZeroDivisionError <module>\n', '', 1)


@pytest.mark.parametrize('name', ['failing', 'none', 'leaving', 'looking'])
def test_a_hook_of_the_apps_own_does_whatever_it_does_without_boot(app, name):
    own, bare = run(app, name), subprocess.run([sys.executable, '-I', str(app / f'app/hook_{name}.py')], capture_output=True, text=True)
    assert (own.stdout, own.stderr, own.returncode) == (bare.stdout, bare.stderr, bare.returncode)
    assert own.returncode and 'boot.py' not in own.stderr


def test_a_program_run_again_by_its_orig_argv_is_the_same_command(app):
    done = run(app, 'again', 'a b', TERRARIUM_ARGV0='./given name')
    first, second = done.stdout.splitlines()
    assert first == second == "['./given name', 'a b'] __main__"
    assert run(app, 'again', 'x', TERRARIUM_COMMAND='', TERRARIUM_ARGV0='/bin/again').stdout.splitlines() == ["['/bin/again', 'x'] __main__"] * 2


def test_sys_exit_with_a_text_prints_it(app):
    done = run(app, 'leaves')
    assert (done.stderr, done.returncode) == ('a last word\n', 1)


def test_an_entry_that_is_not_there_is_told_as_python_would(app):
    done = run(app, 'absent')
    assert done.returncode == 1 and "No module named 'nowhere'" in done.stderr and 'boot.py' not in done.stderr


def test_an_interrupt_ends_it_by_the_signal(app):
    process = subprocess.Popen(command(app), env={'TERRARIUM_COMMAND': 'sleeps'}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == 'ready\n'
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == -signal.SIGINT
    assert errors.count('KeyboardInterrupt') == 1 and 'boot.py' not in errors


def test_the_launchers_one_time_variables_are_gone_for_the_app_and_its_children(app):
    assert run(app, 'environ').stdout == "['TERRARIUM', 'TERRARIUM_DIR']\n" * 2


def test_the_command_is_picked_by_variable_then_by_name_then_by_preference(app):
    assert run(app, '', TERRARIUM_ARGV0='/usr/bin/mod').stdout.startswith('__main__ pkg.__main__')
    assert run(app, '', TERRARIUM_ARGV0='/usr/bin/mod.EXE').stdout.startswith('__main__ pkg.__main__')
    assert run(app, '', TERRARIUM_ARGV0='/usr/bin/other').returncode == 3
    done = run(app, 'nothing')
    assert done.returncode == 2 and "no command 'nothing'" in done.stderr and 'Traceback' not in done.stderr


def test_an_odd_argv0_comes_through(app):
    done = subprocess.run(command(app), env={'TERRARIUM_ARGV0': b'./d\xff'}, capture_output=True)
    assert done.stdout.startswith(rb"['./d\udcff']")


def test_pth_files_are_read_only_when_asked(app, tmp_path):
    assert 'ModuleNotFoundError' in run(app, 'hooks').stderr
    with_pth = lay_out(tmp_path, print_boot(COMMANDS, 'fn', pth=True))
    assert run(with_pth, 'hooks').stdout == 'added 1\n'


def test_the_text_holds_only_what_the_app_needs_and_is_older_pythons_too():
    text = print_boot({'fn': ('function', 'pkg:main')}, 'fn')
    assert 'run_script' not in text and 'run_module' not in text and '#:' not in text and '@' not in text
    compile(text, 'boot.py', 'exec', dont_inherit=True)
    import ast
    ast.parse(print_boot(COMMANDS, 'fn', pth=True), feature_version=(3, 8))


@pytest.mark.parametrize('kind, value', [('function', '../../x'), ('function', 'a/b:c'), ('function', 'pkg'), ('function', 'a:b c; evil()'), ('module', ''),
                                         ('module', 'a-b'), ('script', '../x.py'), ('script', '/x.py'), ('script', '')])
def test_an_entry_point_that_is_none_is_refused(kind, value):
    with pytest.raises(Failure) as caught:
        print_boot({'x': (kind, value)}, 'x')
    assert caught.value.code == 'project/bad-metadata' and 'a test' in caught.value.notes[0]


def test_names_cannot_break_out_of_the_text():
    name = "it's \"quoted\" \\ '@PREFERRED@' \u00e9"
    text = boot({'name': name, 'commands': entries({name: ('function', 'a:b')}), 'preferred': name, 'pthSite': False, 'compile': False}, [])[0]['text']
    constants = {}
    exec(text.partition('import sys')[0], constants)
    assert constants['NAME'] == constants['PREFERRED'] == name and list(constants['COMMANDS']) == [name]


def test_starting_through_it_imports_nothing_heavy(app):
    loaded = run(app, 'loaded').stdout.split()
    assert '_sitebuiltins' in loaded and not {'os', 'site', 'runpy', 'importlib', 're', 'json'} & set(loaded)


def test_self_py_goes_along_and_is_python():
    text = boot({'name': 'demo', 'commands': entries({'demo': ('function', 'a:b')}), 'preferred': 'demo', 'pthSite': False, 'compile': False}, [])[0]['self']
    compile(text, 'self.py', 'exec')
    assert 'TERRARIUM_SELF' in text


@pytest.mark.parametrize('kind', ['fn', 'script'])
def test_the_last_words_of_a_windowed_app_without_streams_are_kept(kind, tmp_path):
    named = {'fn': ('function', 'failing:f'), 'script': ('script', 'fails.py')}[kind]
    text = boot({'name': 'demo', 'commands': [dict(entries({'demo': named})[0], windowed=True)], 'preferred': 'demo', 'pthSite': False, 'compile': False}, [])[0]['text']
    (tmp_path / 'apps/key').mkdir(parents=True)
    app = lay_out(tmp_path / 'apps/key', text)
    (app / 'app/failing.py').write_text('def f():\n    raise ValueError("wrong")\n')
    command = f'exec "{app}/{PYTHON}" -I "{app}/boot.py" 2>&-'
    assert subprocess.run(['sh', '-c', command]).returncode == 1
    log = (tmp_path / 'logs/demo.log').read_text()
    assert log.endswith('ValueError: wrong\n') and 'Traceback' in log and 'boot.py' not in log
    assert subprocess.run(['sh', '-c', command.removesuffix('2>&-')], capture_output=True, text=True).stderr.endswith('ValueError: wrong\n')
    assert (tmp_path / 'logs/demo.log').read_text() == log


def test_a_windowed_app_that_leaves_with_a_sentence_has_it_kept(tmp_path):
    text = boot({'name': 'demo', 'commands': [dict(entries({'demo': ('script', 'leaves.py')})[0], windowed=True)], 'preferred': 'demo', 'pthSite': False, 'compile': False}, [])[0]['text']
    (tmp_path / 'apps/key').mkdir(parents=True)
    app = lay_out(tmp_path / 'apps/key', text)
    assert subprocess.run(['sh', '-c', f'exec "{app}/{PYTHON}" -I "{app}/boot.py" 2>&-']).returncode == 1
    assert (tmp_path / 'logs/demo.log').read_text().endswith(' a last word\n')


def test_what_only_windowed_apps_need_is_left_out_of_others():
    assert 'MessageBox' not in print_boot(COMMANDS, 'fn')
