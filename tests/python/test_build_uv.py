"""Projects of uv_build, by its documented rules: each tree gives the names that the backend itself gave for it (uv_build 0.12.24),
but for a folder that is excluded by an anchored pattern: the documentation leaves out what lies below it, the backend does so in source distributions alone."""
import email
import io
import zipfile

import pytest

from terrarium.analysis.pyproject import build_system, find_pyproject
from terrarium.analysis.tree import Tree
from terrarium.build import build_wheel
from terrarium.building.path_pattern import exclude, include
from terrarium.failure import Failure

HEAD = '[build-system]\nrequires = ["uv_build>=0.8"]\nbuild-backend = "uv_build"\n[project]\nname = "Foo-Bar"\nversion = "1.0"\n'
SETTINGS = '[tool.uv.build-backend]\n'

LAYOUTS = {
    'src layout, its name normalised': (HEAD, ['src/foo_bar/__init__.py', 'src/foo_bar/data.txt', 'src/foo_bar/__pycache__/x.pyc', 'src/other/__init__.py', 'README.md'],
                                        ['foo_bar/__init__.py', 'foo_bar/data.txt']),
    'flat layout and a name of its own': (HEAD + SETTINGS + 'module-root = ""\nmodule-name = "FOO"\n', ['FOO/__init__.py', 'FOO/sub/deep.py', 'tests/x.py'], ['FOO/__init__.py', 'FOO/sub/deep.py']),
    'namespace by a dotted name': (HEAD + SETTINGS + 'module-name = "foo.bar"\n', ['src/foo/bar/__init__.py', 'src/foo/baz/__init__.py'], ['foo/bar/__init__.py']),
    'several modules, nested ones once': (HEAD + SETTINGS + 'module-name = ["a", "a.b", "c"]\n', ['src/a/__init__.py', 'src/a/b/__init__.py', 'src/c/__init__.py'],
                                          ['a/__init__.py', 'a/b/__init__.py', 'c/__init__.py']),
    'a namespace without checks': (HEAD + SETTINGS + 'module-name = "foo"\nnamespace = true\n', ['src/foo/bar/__init__.py', 'src/foo/baz/__init__.py'],
                                   ['foo/bar/__init__.py', 'foo/baz/__init__.py']),
    'stubs': (HEAD.replace('Foo-Bar', 'foo-stubs'), ['src/foo-stubs/__init__.pyi'], ['foo-stubs/__init__.pyi']),
    'excludes at any depth, anchored and with what lies below': (
        HEAD + SETTINGS + 'wheel-exclude = ["node_modules", "/src/foo_bar/top", "*.bak"]\nsource-exclude = ["secret/**"]\n',
        ['src/foo_bar/__init__.py', 'src/foo_bar/js/node_modules/x/y.js', 'src/foo_bar/top/z', 'src/foo_bar/in/top/z', 'src/foo_bar/a.bak', 'src/foo_bar/secret/key'],
        ['foo_bar/__init__.py', 'foo_bar/in/top/z']),
    'data in its schemes': (HEAD + SETTINGS + 'data = { scripts = "bin", data = "share" }\n', ['src/foo_bar/__init__.py', 'bin/run', 'share/man/x.1'],
                            ['foo_bar-1.0.data/data/man/x.1', 'foo_bar-1.0.data/scripts/run', 'foo_bar/__init__.py']),
    'licence files by pattern': (HEAD + 'license-files = ["LICEN[CS]E*", "vendor/**/COPYING"]\n', ['src/foo_bar/__init__.py', 'LICENSE.txt', 'vendor/a/b/COPYING', 'COPYING'],
                                 ['foo_bar-1.0.dist-info/licenses/LICENSE.txt', 'foo_bar-1.0.dist-info/licenses/vendor/a/b/COPYING', 'foo_bar/__init__.py']),
}


def write(root, pyproject, paths):
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text('x = 1\n')
    (root / 'pyproject.toml').write_text(pyproject)
    return {'root': str(root), 'key': 'none', 'backend': 'uv_build', 'backendPath': []}


def names_of(root, pyproject, paths):
    answer, [wheel] = build_wheel(write(root, pyproject, paths), [])
    archive = zipfile.ZipFile(io.BytesIO(wheel))
    made = {f'{archive.namelist()[-1].partition("/")[0]}/{name}' for name in ('METADATA', 'RECORD', 'WHEEL')}
    assert made < set(archive.namelist())
    return answer['filename'], sorted(set(archive.namelist()) - made), archive


@pytest.mark.parametrize('layout', LAYOUTS)
def test_packs_what_the_rules_name(tmp_path, layout):
    pyproject, paths, expected = LAYOUTS[layout]
    assert names_of(tmp_path, pyproject, paths)[1] == expected


def test_fetches_nothing_for_it(tmp_path):
    write(tmp_path, HEAD, ['src/foo_bar/__init__.py'])
    assert build_system(find_pyproject(Tree(str(tmp_path)), '')) == {'backend': 'uv_build', 'backendPath': [], 'requires': [], 'byRules': True}


def test_prints_all_that_the_project_says(tmp_path):
    pyproject = HEAD + '''description = "Bars"
readme = "README.md"
license = "MIT"
requires-python = ">=3.9"
authors = [{name = "Ada", email = "ada@example.org"}, {name = "Bea"}, {email = "c@example.org"}]
keywords = ["one", "two"]
classifiers = ["Private :: Do Not Upload"]
dependencies = ["click>=8"]
[project.optional-dependencies]
more = ["rich; os_name == 'nt' or python_version < '3.12'", "httpx[http2]"]
[project.urls]
Home = "https://example.org"
[project.scripts]
bar = "foo_bar:main"
[project.entry-points."some.group"]
plug = "foo_bar.plug"
'''
    name, _, archive = names_of(tmp_path, pyproject, ['src/foo_bar/__init__.py', 'README.md'])
    assert name == 'foo_bar-1.0-py3-none-any.whl'
    metadata = email.message_from_bytes(archive.read('foo_bar-1.0.dist-info/METADATA'))
    assert metadata.items() == [
        ('Metadata-Version', '2.4'), ('Name', 'Foo-Bar'), ('Version', '1.0'), ('Summary', 'Bars'), ('Keywords', 'one,two'), ('Author', 'Ada, Bea'),
        ('Author-email', 'Ada <ada@example.org>, c@example.org'), ('License-Expression', 'MIT'), ('Classifier', 'Private :: Do Not Upload'), ('Requires-Dist', 'click>=8'),
        ('Requires-Dist', 'rich ; (os_name == "nt" or python_version < "3.12") and extra == \'more\''), ('Requires-Dist', "httpx[http2] ; extra == 'more'"),
        ('Requires-Python', '>=3.9'), ('Project-URL', 'Home, https://example.org'), ('Provides-Extra', 'more'), ('Description-Content-Type', 'text/markdown')]
    assert metadata.get_payload() == 'x = 1\n'
    assert archive.read('foo_bar-1.0.dist-info/entry_points.txt').decode() == '[console_scripts]\nbar = foo_bar:main\n\n[some.group]\nplug = foo_bar.plug\n'


REFUSED = {
    'a dynamic version': (HEAD.replace('version = "1.0"', 'dynamic = ["version"]'), ['src/foo_bar/__init__.py'], 'static metadata'),
    'a module that is not there': (HEAD, ['src/other/__init__.py'], 'foo_bar/__init__.py'),
    'a root outside the project': (HEAD + SETTINGS + 'module-root = "../elsewhere"\n', ['src/foo_bar/__init__.py'], 'leaves the project'),
    'data outside the project': (HEAD + SETTINGS + 'data = { data = "/etc" }\n', ['src/foo_bar/__init__.py'], 'leaves the project'),
    'a readme that is not there': (HEAD + 'readme = "README.md"\n', ['src/foo_bar/__init__.py'], "no 'README.md'"),
}


@pytest.mark.parametrize('case', REFUSED)
def test_refuses(tmp_path, case):
    pyproject, paths, message = REFUSED[case]
    with pytest.raises(Failure) as caught:
        build_wheel(write(tmp_path, pyproject, paths), [])
    assert message in caught.value.message


PATTERNS = [('*.txt', 'a.txt', True), ('*.txt', 'b/a.txt', False), ('b/**', 'b/c/d', True), ('**/a', 'a', True), ('**/a', 'x/y/a', True), ('a?c', 'abc', True), ('a?c', 'a/c', False),
            ('[ab]c', 'bc', True), ('[ab]c', 'cc', False), (r'a\*', 'a*', True), (r'a\*', 'ab', False), ('a.b', 'axb', False)]


@pytest.mark.parametrize('pattern, path, fits', PATTERNS)
def test_patterns_are_those_of_pep_639(pattern, path, fits):
    assert include([pattern])(path) is fits


def test_excludes_fit_at_any_depth_unless_anchored():
    assert exclude(['a'])('x/a/b') and not exclude(['/a'])('x/a/b') and exclude(['/a'])('a/b') and not exclude(['a'])('ab')
