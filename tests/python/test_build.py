"""Builds run the project's own backend in this process, and leave nothing behind in it. The real backends come from the index that the
test set-up fetched; the odd ones are made here."""
import io
import logging
import os
import platform
import sys
import tarfile
import warnings
import zipfile
from pathlib import Path

import pytest

from terrarium.build import build_environment, build_requires, build_wheel
from terrarium.failure import Failure
from wheel_fixture import demo_files, wheel_input, with_record, zip_files

INDEX = Path(__file__).resolve().parents[2] / '.build/index-files'
needs_index = pytest.mark.skipif(not INDEX.is_dir(), reason='the set-up of tests has not fetched its wheels')


def environment(*names):
    wheels = [path for path in sorted(INDEX.glob('*.whl')) if path.name.partition('-')[0] in names and path.name.endswith('-none-any.whl')]
    assert len(wheels) == len(names), f'{names}: found {[path.name for path in wheels]}'
    archives = [path.read_bytes() for path in wheels]
    request = {'key': ' '.join(names), 'wheels': [wheel_input(archive, path.name) for archive, path in zip(archives, wheels)]}
    build_environment(request, archives)
    return request['key']


def write(root, files):
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return str(root)


def state():
    """All of the process that a build could change."""
    modules = {name: id(module) for name, module in sys.modules.items() if name.partition('.')[0] not in sys.stdlib_module_names
               and not name.startswith('_sysconfigdata')}
    return (sys.path[:], sys.meta_path[:], sys.path_hooks[:], sys.argv[:], dict(os.environ), os.getcwd(), modules, warnings.filters[:], logging.root.handlers[:],
            logging.root.level, logging.root.manager.disable, sys.stdin, sys.stdout, sys.stderr, sys.excepthook, sys.dont_write_bytecode, os.system,
            sys.platform, os.name, os.uname, platform.uname, sys.__class__, os.__class__)


def build(root, backend, key='', backend_path=(), **more):
    """Both hooks, as the engine calls them; whatever they do, the process must be as it was before."""
    request = {'root': str(root), 'key': key, 'backend': backend, 'backendPath': list(backend_path), **more}
    before = state()
    try:
        requires = build_requires(request, [])['requires']
        answer, [wheel] = build_wheel(request, [])
    finally:
        assert state() == before
    return requires, answer, zipfile.ZipFile(io.BytesIO(wheel))


PACKAGE = {'src/app/__init__.py': '__version__ = "3.1"\n', 'src/app/data.txt': 'x'}
HATCHLING = ('hatchling', 'packaging', 'pathspec', 'pluggy', 'trove_classifiers')
SCM = ('packaging', 'setuptools', 'setuptools_scm', 'vcs_versioning')
VERSION_BY_GIT = {**PACKAGE, 'pyproject.toml': '[project]\nname = "app"\ndynamic = ["version"]\n[tool.setuptools_scm]\n'}
REAL = {
    'setuptools with pyproject.toml': (('setuptools',), 'setuptools.build_meta', '1.2', {
        **PACKAGE, 'pyproject.toml': '[project]\nname = "app"\nversion = "1.2"\n[project.scripts]\napp = "app:main"\n[tool.setuptools.package-data]\n"*" = ["*.txt"]\n'}),
    'setuptools with setup.cfg alone': (('setuptools',), 'setuptools.build_meta:__legacy__', '3.1', {
        **PACKAGE, 'setup.cfg': '[metadata]\nname = app\nversion = attr: app.__version__\n[options]\npackages = find:\npackage_dir =\n  = src\n'
                                '[options.packages.find]\nwhere = src\n[options.package_data]\n* = *.txt\n'}),
    'setuptools with setup.py alone': (('setuptools',), 'setuptools.build_meta:__legacy__', '7.0', {
        **PACKAGE, 'numbers_of_app.py': 'version = "7.0"\n',
        'setup.py': 'import numbers_of_app\nfrom setuptools import setup\nsetup(name="app", version=numbers_of_app.version, packages=["app"],'
                    'package_dir={"": "src"}, package_data={"": ["*.txt"]})\n'}),
    'hatchling': (HATCHLING, 'hatchling.build', '3.1', {
        **PACKAGE, 'pyproject.toml': '[project]\nname = "app"\ndynamic = ["version"]\n[tool.hatch.version]\npath = "src/app/__init__.py"\n'}),
    'flit_core': (('flit_core',), 'flit_core.buildapi', '3.1', {
        'app/__init__.py': '"""Doc."""\n__version__ = "3.1"\n', 'app/data.txt': '',
        'pyproject.toml': '[project]\nname = "app"\ndynamic = ["version", "description"]\n'}),
    'poetry-core': (('poetry_core',), 'poetry.core.masonry.api', '1.0', {
        **PACKAGE, 'pyproject.toml': '[tool.poetry]\nname = "app"\nversion = "1.0"\ndescription = ""\nauthors = []\npackages = [{include = "app", from = "src"}]\n'}),
}


@needs_index
@pytest.mark.parametrize('case', REAL)
def test_a_real_backend_builds_the_wheel_again_and_again(case, tmp_path):
    wheels, backend, version, files = REAL[case]
    key, root = environment(*wheels), write(tmp_path, files)
    made = [build(root, backend, key) for _ in range(3)]
    requires, answer, archive = made[0]
    assert requires == [] and answer['filename'].startswith(f'app-{version}-py')
    assert {'app/__init__.py', 'app/data.txt', f'app-{version}.dist-info/RECORD'} < set(archive.namelist())
    assert all(archive.fp.getvalue() == again.fp.getvalue() for _, _, again in made)
    assert sorted(path.name for path in tmp_path.rglob('*') if path.is_file()) == sorted(path.rpartition('/')[2] for path in files)


@needs_index
def test_a_changed_project_is_built_as_it_is_now(tmp_path):
    wheels, backend, _, files = REAL['setuptools with setup.py alone']
    key, root = environment(*wheels), write(tmp_path, files)
    build(root, backend, key)
    write(tmp_path, {'numbers_of_app.py': 'version = "7.0.1"\n'})
    assert build(root, backend, key)[1]['filename'] == 'app-7.0.1-py3-none-any.whl'


@needs_index
def test_httpie_builds_from_its_sdist(tmp_path):
    with tarfile.open(INDEX / 'httpie-3.2.4.tar.gz') as sdist:
        sdist.extractall(tmp_path, filter='data')
    _, answer, archive = build(tmp_path / 'httpie-3.2.4', 'setuptools.build_meta:__legacy__', environment('setuptools'))
    assert answer['filename'] == 'httpie-3.2.4-py3-none-any.whl' and 'running bdist_wheel' in answer['log']
    published = zipfile.ZipFile(INDEX / 'httpie-3.2.4-py3-none-any.whl')
    code = [name for name in published.namelist() if name.startswith('httpie/')]
    assert code and all(archive.read(name) == published.read(name) for name in code)


@needs_index
def test_a_version_that_comes_from_git_is_asked_for_and_then_taken(tmp_path):
    key, root = environment(*SCM), write(tmp_path, VERSION_BY_GIT)
    with pytest.raises(Failure) as caught:
        build(root, 'setuptools.build_meta', key)
    assert caught.value.code == 'project/needs-answer' and 'git' in caught.value.message
    assert build(root, 'setuptools.build_meta', key, version='4.5')[1]['filename'] == 'app-4.5-py3-none-any.whl'


BROKEN = {
    'project/needs-compiler wants a compiler': {'x.c': 'int x;', 'setup.py': 'from setuptools import setup, Extension\n'
                                                'setup(name="app", version="1", ext_modules=[Extension("x", ["x.c"])])\n'},
    'project/needs-compiler a wheel for one platform': {'app.py': '', 'setup.py': 'from setuptools import setup, Extension\n'
                                                        'setup(name="app", version="1", py_modules=["app"], ext_modules=[Extension("x", ["x.c"], optional=True)])\n'},
    'build/failed needs foo first': {'setup.py': 'import sys\nprint("checking")\nprint("needs foo first", file=sys.stderr)\nsys.exit(1)\n'},
    'build/failed too old': {'setup.py': 'raise SystemExit("too old")\n'},
    "build/failed No module named 'nowhere'": {'setup.py': '\n\nimport nowhere\n'},
    'build/failed SyntaxError': {'setup.py': 'print "Python 2"\n'},
    'build/failed `project.version`': {'pyproject.toml': '[project]\nname = "app"\nversion = 1\n'},
    'project/needs-answer app-0.0.0': {'app.py': '', 'setup.py': 'from setuptools import setup\nsetup(name="app", py_modules=["app"])\n'},
}


@needs_index
@pytest.mark.parametrize('expected', BROKEN)
def test_what_setuptools_refuses_is_one_sentence(expected, tmp_path):
    with pytest.raises(Failure) as caught:
        build(write(tmp_path, BROKEN[expected]), 'setuptools.build_meta', environment('setuptools'))
    code, _, text = expected.partition(' ')
    assert caught.value.code == code and text in caught.value.message
    assert '\n' not in caught.value.message and str(tmp_path) not in caught.value.message and 'terrarium/builds' not in str(caught.value.as_data())
    if 'nowhere' in expected:
        assert 'It stopped at setup.py:3' in caught.value.notes


IN_TREE = '''
import os, sys, zipfile
def build_wheel(folder, settings=None, metadata=None):
    act(folder)
    with zipfile.ZipFile(os.path.join(folder, "demo-1.0-py3-none-any.whl"), "w") as archive:
        archive.writestr("seen.txt", repr(seen))
    return "demo-1.0-py3-none-any.whl"
seen = []
'''


def build_in_tree(tmp_path, act, key='', **more):
    body = '\n'.join('    ' + line for line in act.splitlines())
    root = write(tmp_path, {'tools/own.py': f'{IN_TREE}def act(folder):\n{body}\n'})
    return build(root, 'own', key, ['tools'], **more)


def test_a_backend_in_the_project_is_found_and_read_anew_each_time(tmp_path):
    assert build_in_tree(tmp_path, 'seen.append(1)')[2].read('seen.txt') == b'[1]'
    assert build_in_tree(tmp_path, 'seen.append(2)')[2].read('seen.txt') == b'[2]'


def test_a_build_sees_an_environment_of_its_own(tmp_path):
    _, _, archive = build_in_tree(tmp_path, (
        'seen.append(os.environ["SOURCE_DATE_EPOCH"])\nseen.append("HIDDEN" in os.environ)\nseen.append(os.listdir("."))\n'
        'seen.append([name for name in ("terrarium", "pytest", "packaging") if name in sys.modules])\n'
        'import importlib.util\nseen.append(importlib.util.find_spec("pytest") or importlib.util.find_spec("terrarium"))\n'
        'import importlib.metadata\nseen.append(len(list(importlib.metadata.distributions())))'))
    assert archive.read('seen.txt') == b"['315532800', False, ['tools'], [], None, 0]"


def test_all_that_a_backend_changes_is_put_back(tmp_path):
    # `build` compares; this only makes a mess.
    build_in_tree(tmp_path, (
        'import logging, warnings, types\nos.environ["MESS"] = "1"\nos.environ.pop("PATH")\nos.chdir("/")\nsys.path.insert(0, "/mess")\n'
        'sys.argv[:] = ["mess"]\nsys.meta_path.clear()\nsys.modules["pytest"] = types.ModuleType("pytest")\nsys.stdout = sys.stderr = None\n'
        'logging.basicConfig(level=0)\nlogging.disable()\nwarnings.simplefilter("error")\nsys.excepthook = None\nos.system = None'))


def test_what_it_prints_is_in_the_log_and_nowhere_else(tmp_path, capfd):
    _, answer, _ = build_in_tree(tmp_path, 'import logging\nprint("plain")\nsys.stderr.write("\\x1b[31mred\\n")\nlogging.getLogger("x").warning("logged")')
    assert all(word in answer['log'] for word in ('plain', 'red', 'logged'))
    assert capfd.readouterr() == ('', '')


def test_programs_are_told_as_not_installed(tmp_path):
    _, _, archive = build_in_tree(tmp_path, 'import subprocess\ntry:\n    subprocess.run(["git", "describe"])\nexcept FileNotFoundError as error:\n    seen.append(error.filename)')
    assert archive.read('seen.txt') == b"['git']"


def test_modules_of_the_environment_stay_warm_with_what_they_added_to_the_path(tmp_path):
    files = demo_files(**{'demo/__init__.py': 'import os, sys\nsys.path.append(os.path.join(os.path.dirname(__file__), "vendored"))\nbuilds = []\n',
                          'demo/vendored/inner.py': ''})
    archive = zip_files(with_record(files))
    build_environment({'key': 'warm', 'wheels': [wheel_input(archive)]}, [archive])
    act = 'import demo\ndemo.builds.append(1)\nseen.append(len(demo.builds))\nif len(demo.builds) > 1:\n    import inner'
    assert [build_in_tree(tmp_path, act, 'warm')[2].read('seen.txt') for _ in range(3)] == [b'[1]', b'[2]', b'[3]']
    with pytest.raises(Failure):
        build_in_tree(tmp_path, act, 'another')


@pytest.mark.parametrize('act, code, text', [
    ('raise ValueError("first\\nsecond")', 'build/failed', 'ValueError: first.'),
    ('sys.exit()', 'build/failed', 'it ended without a word'),
    ('print("all is lost")\nsys.exit(2)', 'build/failed', 'all is lost'),
    ('raise RuntimeError()', 'build/failed', 'RuntimeError'),
    ('raise RecursionError("deep")', 'build/failed', 'RecursionError: deep'),
    ('import absent_module', 'build/failed', "No module named 'absent_module'"),
])
def test_an_error_of_the_backend_names_its_place_and_the_end_of_the_log(tmp_path, act, code, text):
    with pytest.raises(Failure) as caught:
        build_in_tree(tmp_path, act)
    assert caught.value.code == code and text in caught.value.message
    assert any(note.startswith('It stopped at tools/own.py:') for note in caught.value.notes)


@pytest.mark.parametrize('returned', ['"../demo-1.0-py3-none-any.whl"', 'None', '"absent-1.0-py3-none-any.whl"', '""'])
def test_a_hook_that_returns_no_wheel_is_refused(tmp_path, returned):
    root = write(tmp_path, {'own.py': f'def build_wheel(*rest):\n    return {returned}\n'})
    with pytest.raises(Failure) as caught:
        build(root, 'own', '', ['.'])
    assert caught.value.code == 'build/failed'


def test_a_backend_path_that_leaves_the_project_is_refused(tmp_path):
    with pytest.raises(Failure) as caught:
        build(write(tmp_path, {'x.py': ''}), 'own', '', ['..'])
    assert caught.value.code == 'project/bad-metadata'


def test_a_backend_that_is_not_there_says_what_to_declare(tmp_path):
    with pytest.raises(Failure) as caught:
        build(write(tmp_path, {'x.py': ''}), 'absent_backend.api')
    assert caught.value.code == 'build/failed' and '[build-system]' in caught.value.notes[-1]


CHOOSES = """import os, platform, sys
from platform import machine
from setuptools import setup
requires = ["always"]
if sys.platform == "win32" and os.name == "nt":
    requires += ["onlywin>=1; python_version > '3'"]
elif platform.system() == "Darwin":
    requires.append("onlymac")
else:
    requires.append("onlylinux")
setup(name="app", version="1", py_modules=[], install_requires=requires, description=f"{sys.platform} {platform.system()} {machine()} {os.uname().sysname}")
"""


@needs_index
@pytest.mark.parametrize('found', ['emscripten', 'win32', 'linux'])
def test_setup_py_is_told_linux_and_what_it_would_ask_for_elsewhere_is_a_line(tmp_path, monkeypatch, found):
    key, root = environment('setuptools'), write(tmp_path, {'setup.py': CHOOSES})
    monkeypatch.setattr('sys.platform', found)
    _, answer, archive = build(root, 'setuptools.build_meta:__legacy__', key)
    metadata = archive.read('app-1.dist-info/METADATA').decode()
    assert [line for line in metadata.splitlines() if line.startswith(('Requires', 'Summary'))] == ['Summary: linux Linux x86_64 Linux', 'Requires-Dist: always', 'Requires-Dist: onlylinux']
    assert answer['notices'] == [
        'setup.py of the project asks on Windows also for onlywin>=1; python_version > "3" and not for onlylinux; what it says as on Linux is packed everywhere.'
        ' A further requirement adds it there: `onlywin>=1; sys_platform == \'win32\' and (python_version > "3")`.',
        'setup.py of the project asks on macOS also for onlymac and not for onlylinux; what it says as on Linux is packed everywhere.'
        ' A further requirement adds it there: `onlymac; sys_platform == \'darwin\'`.']


@needs_index
@pytest.mark.parametrize('text, told', [
    ('import sys\nfrom setuptools import setup\nsetup(name="app", version="1", py_modules=[], zip_safe=sys.platform != "win32")', []),
    ('from setuptools import setup\nsetup(name="app", version="1", py_modules=[], install_requires=["sys.platform"])', []),
    ('import sys\nfrom setuptools import setup\nif sys.platform == "darwin":\n    raise SystemExit("no Macs")\nsetup(name="app", version="1", py_modules=[])',
     ['setup.py of the project looks at the platform, and could not be asked what it requires on macOS; what it says as on Linux is packed everywhere.']),
])
def test_a_look_at_the_platform_is_told_only_where_it_decides_what_is_required(tmp_path, text, told):
    key = environment('setuptools')
    assert build(write(tmp_path, {'setup.py': text}), 'setuptools.build_meta:__legacy__', key)[1]['notices'] == told
