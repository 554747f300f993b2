"""Wheels and files become layers: laid out as an installer would, by the tar profile of launcher/FORMAT.md, always the same bytes."""
import hashlib
import importlib.util
import marshal
import os
import subprocess
import sys
import warnings
from compression import zstd
from pathlib import Path

import pytest
from frozen_index import hazard

from terrarium.failure import Failure
from terrarium.files_layer import files_layer
from terrarium.large_blob import LargeBlob
from terrarium.layers.byte_code import ByteCodeCache, assert_series, make_pyc, pyc_path
from terrarium.wheel_layer import wheel_layer
from wheel_fixture import INFO, WHEEL, demo_files, read_layer, row, wheel_input, with_record, zip_files

SERIES = '%d.%d' % sys.version_info[:2]
TAG = sys.implementation.cache_tag


def lay_out(files, prefix='site-packages', compiled=False, filename='demo-1.0-py3-none-any.whl'):
    archive = zip_files(files)
    request = {'wheel': wheel_input(archive, filename), 'prefix': prefix, 'python': SERIES, 'compile': compiled}
    answer, blobs = wheel_layer(request, [archive])
    return answer, read_layer(blobs[0]), blobs[0]


@hazard("(W18, W19, W24, W25)")
def test_every_scheme_goes_where_an_installer_would_put_it():
    data = 'demo-1.0.data'
    answer, members, _ = lay_out(with_record(demo_files(**{
        f'{data}/purelib/pure.py': '', f'{data}/platlib/plat.so': b'\x7fELF', f'{data}/scripts/tool': '#!python\nprint()\n',
        f'{data}/scripts/shell': '#!/bin/sh\n', f'{data}/scripts/binary': b'\x7fELF..', f'{data}/headers/demo.h': '',
        f'{data}/data/share/man/demo.1': '', 'hook.pth': 'import demo\n', 'demo/deeper.pth': ''})))
    assert {'site-packages/demo/__init__.py', 'site-packages/pure.py', 'site-packages/plat.so', 'bin/tool', 'bin/shell', 'bin/binary', 'include/demo/demo.h',
            'share/man/demo.1', 'site-packages/hook.pth', 'site-packages/demo/deeper.pth', f'site-packages/{INFO}/METADATA', f'site-packages/{INFO}/WHEEL',
            f'site-packages/{INFO}/INSTALLER', f'site-packages/{INFO}/RECORD'} == set(members)
    assert members['bin/tool'].content == b'#!/usr/bin/env python3\nprint()\n'
    assert members['bin/shell'].content == b'#!/bin/sh\n'
    assert members['bin/tool'].mode == members['bin/binary'].mode == 0o755
    assert members['site-packages/pure.py'].mode == 0o644
    assert answer['pth'] == ['site-packages/hook.pth']
    assert answer['native'] == [f'{data}/scripts/binary', f'{data}/platlib/plat.so']
    assert len(answer['warnings']) == 2 and 'fits any platform' in answer['warnings'][0]


def test_the_record_covers_what_was_laid_out():
    _, members, _ = lay_out(with_a_comma(), compiled=True)
    lines = members[f'site-packages/{INFO}/RECORD'].content.decode().splitlines(keepends=True)
    assert row('demo/__init__.py', b'x = 1\n') in lines
    assert row('../bin/tool', b'#!/usr/bin/env python3\n') in lines
    assert row(f'{INFO}/INSTALLER', b'terrarium\n') in lines
    assert f'demo/__pycache__/__init__.{TAG}.pyc,,\n' in lines
    assert '"demo/a,b.txt",' + row('', b'x')[1:] in lines
    assert f'{INFO}/RECORD,,\n' in lines
    assert len(lines) == len(members)


def with_a_comma():
    files = with_record(demo_files(**{'demo-1.0.data/scripts/tool': '#!python\n'}))
    files['demo/a,b.txt'] = b'x'
    files[f'{INFO}/RECORD'] += b'"demo/a,b.txt",' + row('', b'x')[1:].encode()
    return files


def changed(path, change):
    files = with_record(demo_files())
    files[path] = change(files[path])
    return files


def without(path):
    files = with_record(demo_files())
    del files[path]
    return files


def record_with(line):
    return changed(f'{INFO}/RECORD', lambda text: text + line.encode())


SHA = 'sha256=' + 'A' * 43
RECORD_OF_INIT = row('demo/__init__.py', b'x = 1\n').encode()
BROKEN = {
    'W1 expected exactly one .dist-info folder': {'demo.py': b''},
    'W2 expected exactly one .dist-info folder': with_record(demo_files(**{'other-1.0.dist-info/METADATA': ''})),
    'W5 WHEEL is missing': without(f'{INFO}/WHEEL'),
    'W6 Wheel-Version \'2.0\'': with_record(demo_files(**{f'{INFO}/WHEEL': WHEEL.replace('1.0', '2.0')})),
    'W6 Wheel-Version \'new\'': with_record(demo_files(**{f'{INFO}/WHEEL': WHEEL.replace('1.0', 'new')})),
    'W6 Wheel-Version \'1.1111': with_record(demo_files(**{f'{INFO}/WHEEL': WHEEL.replace('1.0', '1.' + '1' * 5000)})),
    'W7 METADATA is missing': without(f'{INFO}/METADATA'),
    'W9 RECORD is missing': demo_files(),
    'W10 extra.py is in the wheel and not in its RECORD': with_record(demo_files()) | {'extra.py': b''},
    'W11 RECORD names gone.py, which is not in the wheel': record_with(f'gone.py,{SHA},0\n'),
    'W12 its RECORD says': changed('demo/__init__.py', lambda _: b'x = 2\n'),
    'W13 has 6 bytes, its RECORD says 7': changed(f'{INFO}/RECORD', lambda text: text.replace(RECORD_OF_INIT, RECORD_OF_INIT.replace(b',6', b',7'))),
    'W14 gives md5 for': changed(f'{INFO}/RECORD', lambda text: text.replace(b'sha256', b'md5', 1)),
    'W14 gives sha1 for': changed(f'{INFO}/RECORD', lambda text: text.replace(b'sha256', b'sha1', 1)),
    'W14 gives no hash for': changed(f'{INFO}/RECORD', lambda text: text.replace(RECORD_OF_INIT, b'demo/__init__.py,,\n')),
    'W15 RECORD gives a hash for itself': changed(f'{INFO}/RECORD', lambda text: text.replace(b'RECORD,,', f'RECORD,{SHA},1'.encode())),
    'W16 RECORD names demo/__init__.py twice': record_with(row('demo/__init__.py', b'x = 1\n')),
    'W16 expected a path inside the wheel /etc': record_with(f'/etc/passwd,{SHA},0\n'),
    'W16 expected a path inside the wheel ..': record_with(f'../evil.py,{SHA},0\n'),
    'W16 a row of 2 columns': record_with('demo/x.py,\n'),
    'W19 the installation scheme \'unknown\'': with_record(demo_files(**{'demo-1.0.data/unknown/x': ''})),
    'W20 would leave the app\'s folder': with_record(demo_files(**{'demo-1.0.data/purelib/../../x': ''})),
    'would both become site-packages/demo/__init__.py': with_record(demo_files(**{'demo-1.0.data/purelib/demo/__init__.py': ''})),
    'needs a folder in its place': with_record(demo_files(**{'demo-1.0.data/purelib/demo': ''})),
    'W8 is not UTF-8': with_record(demo_files(**{f'{INFO}/WHEEL': b'\xff'})),
}


@pytest.mark.parametrize('rule', BROKEN)
def test_a_broken_wheel_is_refused_by_rule(rule):
    with pytest.raises(Failure) as caught:
        lay_out(BROKEN[rule])
    expected = rule.partition(' ')[2] if rule.startswith('W') else rule
    assert caught.value.code == 'wheel/invalid'
    assert expected.removesuffix(' /etc').removesuffix(' ..') in caught.value.message
    assert 'demo-1.0-py3-none-any.whl' in caught.value.message
    assert '\n' not in caught.value.message and caught.value.notes


MISLEADING = {
    # Once told apart by the first characters alone.
    'W29 a folder whose name begins like the one of .data': ('demo-1.0.data-evil/scripts/x', 'site-packages/demo-1.0.data-evil/scripts/x'),
    'W29 a folder whose name begins like site-packages': ('demo-1.0.data/data/site-packages-evil/x', 'site-packages-evil/x'),
    'W26 tests at the top': ('tests/__init__.py', 'site-packages/tests/__init__.py'),
    # site-packages comes after the standard library.
    'W26 a module named as one of the standard library': ('typing.py', 'site-packages/typing.py'),
    'W26 what an interpreter would run at its start': ('sitecustomize.py', 'site-packages/sitecustomize.py'),
}


@pytest.mark.parametrize('case', MISLEADING)
def test_a_member_lies_where_its_whole_name_says(case):
    member, placed = MISLEADING[case]
    _, members, _ = lay_out(with_record(demo_files(**{member: 'x = 1\n'})))
    assert placed in members


@pytest.mark.parametrize('filename', ['other-1.0-py3-none-any.whl', 'demo-1.1-py3-none-any.whl', 'demo-1.0-any.whl',
                                      'demo-1.0-x-py3-none-any.whl', 'demo-1.0-py3-none-any.zip', 'a' * 100_000 + '.whl'], ids=lambda name: f'W23 {name[:30]}')
def test_a_file_name_that_does_not_fit_is_refused(filename):
    with pytest.raises(Failure) as caught:
        lay_out(with_record(demo_files()), filename=filename)
    assert caught.value.code == 'wheel/invalid' and len(caught.value.message) < 500


@hazard("(W17)")
def test_signatures_and_old_spellings_are_accepted():
    files = with_record(demo_files()) | {f'{INFO}/RECORD.jws': b'{}', f'{INFO}/RECORD.p7s': b''}
    _, members, _ = lay_out(files, filename='Demo-1-py3-none-any.whl')
    assert f'site-packages/{INFO}/RECORD.jws' not in members


@hazard("(W6)")
def test_a_newer_minor_version_and_files_that_are_the_launchers_are_warned_about():
    files = with_record(demo_files(**{f'{INFO}/WHEEL': WHEEL.replace('1.0', '1.9'), 'demo-1.0.data/data/boot.py': 'evil()',
                                      'demo-1.0.data/data/Lib/x': '', 'demo-1.0.data/data/site-packages/x.py': ''}))
    answer, members, _ = lay_out(files, prefix='app')
    assert not {'boot.py', 'Lib/x', 'site-packages/x.py'} & set(members) and 'app/demo/__init__.py' in members
    assert len(answer['warnings']) == 4 and '1.9' in answer['warnings'][0]


def test_byte_code_is_what_this_interpreter_loads_without_a_look_at_the_source():
    files = with_record(demo_files(**{'demo/old.py': 'print "Python 2"\n', 'demo/nul.py': b'\0', 'demo/latin.py': b'# coding: latin-1\ns = "\xe9"\n',
                                      f'demo/__pycache__/__init__.{TAG}.pyc': b'stale'}))
    _, members, _ = lay_out(files, compiled=True)
    pyc = members[f'site-packages/demo/__pycache__/__init__.{TAG}.pyc'].content
    assert pyc[:4] == importlib.util.MAGIC_NUMBER and pyc[4:8] == b'\1\0\0\0' and pyc[8:16] == importlib.util.source_hash(b'x = 1\n')
    code = marshal.loads(pyc[16:])
    assert code.co_filename == 'site-packages/demo/__init__.py'
    names = {name for name in members if name.endswith('.pyc')}
    assert names == {f'site-packages/demo/__pycache__/__init__.{TAG}.pyc', f'site-packages/demo/__pycache__/latin.{TAG}.pyc'}


def test_what_another_wheel_brings_is_left_out_with_its_byte_code_and_row():
    archive = zip_files(with_record(demo_files(**{'tests/__init__.py': 'who = "demo"\n'})))
    request = {'wheel': wheel_input(archive, 'demo-1.0-py3-none-any.whl'), 'prefix': 'site-packages', 'python': SERIES, 'compile': True, 'omit': ['site-packages/tests/__init__.py']}
    answer, blobs = wheel_layer(request, [archive])
    members = read_layer(blobs[0])
    assert not [name for name in members if name.startswith('site-packages/tests/')]
    assert b'tests/' not in members[f'site-packages/{INFO}/RECORD'].content
    assert answer['placed'].keys() == {name for name in members if not name.endswith(('.pyc', '/INSTALLER', '/RECORD'))}
    assert all(digest.startswith('sha256=') for digest in answer['placed'].values())


def test_byte_code_of_another_series_is_a_bug():
    with pytest.raises(ValueError, match='3.11'):
        assert_series('3.11.11')


# Constants that the compiler shares with names, or splits, depending on what was interned before.
TRICKY = b'''
class A:
    """Doc."""
    class B:
        def f(self, x: "A.B") -> "A.B":
            return x in {"one", "two", "A.B"} and x not in {"one", "two", "A.B"}
    def g(self):
        class C: y = ("A.B", 1.5, 10 ** 30, b"bytes", "A.g.<locals>.C", "two words", ...)
        return C, x[1:2], [lambda: "two words" for _ in ()]
def x(): return {"one", "two"}, "x" in {"one", "two"}
'''
OTHERS = [TRICKY, b'class A:\n class B: pass\nz = {"one", "two"}', *(Path(os.__file__).parent.joinpath(name).read_bytes()
          for name in ('ftplib.py', 'argparse.py', 'dataclasses.py', 'typing.py', 'enum.py'))]
SCRIPT = '''
import sys, hashlib
from terrarium.layers.byte_code import make_pyc
from test_layers import OTHERS
order = range(len(OTHERS)) if sys.argv[1] == "forward" else reversed(range(len(OTHERS)))
made = {i: hashlib.sha256(make_pyc(OTHERS[i], f"site-packages/{i}.py")).hexdigest() for i in order}
print(sorted(made.items()))
'''


def test_byte_code_is_the_same_whatever_ran_before_and_whatever_the_hash_seed():
    keep = [compile(source, 'dirty', 'exec') for source in OTHERS]
    here = sorted((i, hashlib.sha256(make_pyc(source, f'site-packages/{i}.py')).hexdigest()) for i, source in enumerate(OTHERS))
    for seed, order in (('0', 'forward'), ('1', 'backward')):
        environ = {**os.environ, 'PYTHONHASHSEED': seed, 'PYTHONPATH': os.pathsep.join(sys.path)}
        done = subprocess.run([sys.executable, '-c', SCRIPT, order], env=environ, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == str(here)
    assert keep


def test_canonical_byte_code_behaves_as_the_plain_one():
    namespace = {}
    exec(marshal.loads(make_pyc(TRICKY, 'site-packages/t.py')[16:]), namespace)
    assert namespace['A'].B.__qualname__ == 'A.B' and namespace['A'].__doc__ == 'Doc.'
    assert namespace['A'].B().f('three') is False
    assert namespace['x']() == ({'one', 'two'}, False)


@pytest.mark.parametrize('source', ['-' * 100_000 + '1', 'a' + '.b' * 100_000, 'f' + '()' * 100_000, 'lambda:' * 5_000 + '1', 'lambda a, b:' * 5_000 + '1',
                                    'x if y else ' * 5_000 + 'z', 'not ' * 5_000 + '1', '1**' * 5_000 + '1', 'if a: pass\n' + 'elif b: pass\n' * 5_000,
                                    '(' * 100_000, 'x = (' + 'a +\n' * 5_000 + 'b)', 'x' + '[0]' * 100_000])
def test_what_would_overflow_the_stack_of_a_browser_is_left_without_byte_code(source):
    assert make_pyc(source.encode(), 'site-packages/x.py') is None


def test_long_tables_and_many_statements_are_not_deep():
    table = 'x = [\n' + '    ("a.b", 1 + 2, lambda: -3),\n' * 3_000 + ']\n'
    statements = 'a.b.c = -d\n' * 3_000 + '"""' + '. ' * 3_000 + '"""\n'
    assert make_pyc(table.encode(), 'x.py') and make_pyc(statements.encode(), 'x.py')


def test_warnings_of_the_compiler_neither_show_nor_stop_it():
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        assert make_pyc(b's = "\\d"\n"x" is 1\n', 'site-packages/w.py')


def test_the_cache_of_byte_code_forgets_the_oldest():
    cache = ByteCodeCache(limit=len(make_pyc(b'a = 1', 'x.py')) + 10)
    first = cache.make_pyc(b'a = 1', 'x.py')
    assert cache.make_pyc(b'a = 1', 'x.py') is first
    assert cache.make_pyc(b'a = 1', 'y.py') != first
    assert cache.make_pyc(b'a = 1', 'x.py') is not first


def test_pyc_paths_are_those_of_importlib():
    for path in ('a.py', 'a/b.py', 'a.b/c.d.py'):
        assert pyc_path(path) == importlib.util.cache_from_source(path)


def test_a_layer_follows_the_tar_profile():
    long, accents = 'app/' + 'd' * 120 + '/x', 'app/\u00e9' * 30
    paths = ['boot.py', 'a' * 100, long, accents]
    request = {'files': [{'path': path, 'executable': path == 'boot.py'} for path in paths], 'end': True}
    blobs = [b'', b'1' * 512, b'2' * 513, b'3']
    answer, [frame] = files_layer(request, blobs)
    assert answer == {'files': 4, 'unpacked': 1026}
    tar = zstd.decompress(frame)
    assert len(tar) % 512 == 0 and tar.endswith(bytes(1024)) and not tar.endswith(bytes(512 * 4))
    members = read_layer(frame)
    assert [(name, member.content) for name, member in members.items()] == list(zip(paths, blobs))
    for name, member in members.items():
        assert (member.mtime, member.uid, member.gid, member.uname) == (315532800, 0, 0, '')
        assert member.mode == (0o755 if name == 'boot.py' else 0o644)
        assert set(member.pax_headers) == ({'path'} if name in (long, accents) else set())


def test_a_frame_has_a_checksum_and_a_window_that_the_launcher_takes():
    _, [frame] = files_layer({'files': [{'path': 'big', 'executable': False}], 'end': True}, [os.urandom(1 << 20) * 40])
    frame = bytes(frame)
    assert frame[:4] == b'\x28\xb5\x2f\xfd'
    descriptor, window = frame[4], frame[5]
    assert descriptor & 0b100, 'no content checksum'
    assert not descriptor & 0b100000 and 10 + (window >> 3) <= 24


def test_pieces_of_a_layer_join_by_concatenation():
    _, [first] = files_layer({'files': [{'path': 'a', 'executable': False}], 'end': False}, [b'1'])
    _, _, second = lay_out(with_record(demo_files()))
    _, [last] = files_layer({'files': [], 'end': True}, [])
    assert {'a', 'site-packages/demo/__init__.py'} < set(read_layer(first, second, last))


@pytest.mark.parametrize('path', ['../x', '/x', 'a//b', 'a/./b', 'a\\b', 'a\0b', ''])
def test_a_path_that_leaves_the_layer_is_a_bug_of_the_caller(path):
    with pytest.raises(ValueError):
        files_layer({'files': [{'path': path, 'executable': False}], 'end': False}, [b''])


@pytest.mark.parametrize('source, found', [('import tkinter\n', True), ('from tkinter import ttk', True), ('import os, _tkinter', True),
                                           ('try:\n    import tkinter\nexcept ImportError: pass\n', False), ('"""\nimport tkinter\n"""', False),
                                           ('def f():\n    import tkinter', False), ('from .tkinter import x', False)])
def test_tkinter_is_noticed_where_a_module_cannot_do_without(source, found):
    assert lay_out(with_record(demo_files(**{'demo/ui.py': source})))[0]['tkinter'] is found


@pytest.mark.parametrize('source, found', [('open(__file__)', True), ('import x\nx.__path__[0]', True), ('import importlib.resources', False), ('my__file__x = 1', False)])
def test_modules_that_ask_where_they_lie_are_named(source, found):
    assert lay_out(with_record(demo_files(**{'demo/place.py': source})))[0]['fileUses'] == (['site-packages/demo/place.py'] if found else [])


def test_the_same_wheel_gives_the_same_bytes():
    files = with_record(demo_files(**{'demo/t.py': TRICKY.decode()}))
    first, second = lay_out(files, compiled=True)[2], lay_out(dict(reversed(files.items())), compiled=True)[2]
    assert read_layer(first).keys() == read_layer(second).keys() and first == lay_out(files, compiled=True)[2]


LARGE = bytes(range(256)) * (1 << 15)


def open_large(folder, content):
    (folder / 'blob').write_bytes(content)
    return LargeBlob.open(str(folder / 'blob'))


@pytest.mark.parametrize('filed', [False, True])
@pytest.mark.parametrize('name', ['demo/large.so', 'demo/large.bin'])
def test_a_large_file_is_laid_out_without_being_in_memory_whole(name, filed, tmp_path):
    import tracemalloc
    files = with_record(demo_files(**{name: LARGE * 6}))
    archive = zip_files(files)
    request = {'wheel': wheel_input(archive, 'demo-1.0-py3-none-any.whl'), 'prefix': 'site', 'python': SERIES, 'compile': False}
    del files
    given = open_large(tmp_path, archive) if filed else archive
    tracemalloc.start()
    answer, blobs = wheel_layer(request, [given])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < len(LARGE), 'of 48 MB not 8 were held'
    frame = bytes(blobs[0])
    blobs[0].remove()
    member = read_layer(frame)[f'site/{name}']
    assert member.content == LARGE * 6
    assert (answer['native'] == [name]) is name.endswith('.so')
    assert row(name, member.content) in read_layer(frame)[f'site/{INFO}/RECORD'].content.decode().splitlines(keepends=True)


@pytest.mark.parametrize('at', [0, len(LARGE) // 2, len(LARGE) - 1])
def test_a_large_file_that_is_not_what_its_record_says_is_refused(at):
    files = with_record(demo_files(**{'demo/large.bin': LARGE}))
    files['demo/large.bin'] = LARGE[:at] + b'?' + LARGE[at + 1:]
    with pytest.raises(Failure, match='its RECORD says'):
        lay_out(files)
