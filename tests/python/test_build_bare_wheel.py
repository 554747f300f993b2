"""A folder without a build system becomes a wheel that our own layout, pip's rules and importlib.metadata accept."""
import io
import os
import zipfile

import pytest

from terrarium.bare_wheel import bare_wheel
from terrarium.failure import Failure
from terrarium.wheel_layer import wheel_layer
from wheel_fixture import read_layer, wheel_input

ENTRY = {'name': 'go', 'kind': 'function', 'value': 'tool:main', 'windowed': False, 'origin': 'x'}


def pack(root, **more):
    request = {'root': str(root), 'name': 'My.Tool', 'version': '1.0.0', 'requires': ['click>=8; python_version<"4"'], 'requiresPython': '>=3.11',
               'entries': [ENTRY, {**ENTRY, 'name': 'win', 'windowed': True}, {**ENTRY, 'name': 's', 'kind': 'script', 'value': 'tool.py'}]} | more
    answer, [wheel] = bare_wheel(request, [])
    return answer['filename'], wheel


@pytest.fixture
def root(tmp_path):
    (tmp_path / 'data').mkdir()
    (tmp_path / 'tool.py').write_text('def main(): pass\n')
    (tmp_path / 'data/a, \u00e9.txt').write_bytes(b'\0\1')
    (tmp_path / 'run.sh').write_text('#!/bin/sh\n')
    (tmp_path / 'run.sh').chmod(0o755)
    return tmp_path


def test_its_files_lie_at_the_root_with_a_dist_info(root):
    filename, wheel = pack(root)
    assert filename == 'my_tool-1.0.0-py3-none-any.whl'
    archive = zipfile.ZipFile(io.BytesIO(wheel))
    info = 'my_tool-1.0.0.dist-info'
    assert archive.namelist() == ['data/a, \u00e9.txt', 'run.sh', 'tool.py', *(f'{info}/{name}' for name in ('METADATA', 'WHEEL', 'entry_points.txt', 'RECORD'))]
    assert archive.read(f'{info}/METADATA').decode() == ('Metadata-Version: 2.1\nName: My.Tool\nVersion: 1.0.0\nRequires-Python: >=3.11\n'
                                                         'Requires-Dist: click>=8; python_version<"4"\n')
    assert archive.read(f'{info}/entry_points.txt').decode() == '[console_scripts]\ngo = tool:main\n\n[gui_scripts]\nwin = tool:main\n'


def test_our_own_layout_accepts_it_and_modes_survive(root):
    filename, wheel = pack(root)
    answer, [frame] = wheel_layer({'wheel': wheel_input(wheel, filename), 'prefix': 'app', 'python': '3.14', 'compile': False}, [wheel])
    members = read_layer(frame)
    assert members['app/run.sh'].mode == 0o755 and members['app/tool.py'].mode == 0o644
    assert members['app/data/a, \u00e9.txt'].content == b'\0\1' and answer['warnings'] == []


def test_the_same_files_give_the_same_bytes_on_another_day(root):
    before = pack(root)
    os.utime(root / 'tool.py', (1, 1))
    assert pack(root) == before


def test_a_dist_info_of_the_projects_own_and_links_stay_out(root):
    (root / 'old-1.dist-info').mkdir()
    (root / 'old-1.dist-info/METADATA').write_text('')
    (root / 'link').symlink_to('/etc/passwd')
    assert pack(root)[1] == pack(root, entries=[ENTRY, {**ENTRY, 'name': 'win', 'windowed': True}])[1]
    assert not any('old-1' in name or name == 'link' for name in zipfile.ZipFile(io.BytesIO(pack(root)[1])).namelist())


@pytest.mark.parametrize('wrong', [{'name': '-x'}, {'name': 'a\nb'}, {'name': ''}, {'version': '1.0-foo bar'}, {'version': ''}])
def test_a_name_or_version_that_is_none_is_refused(root, wrong):
    with pytest.raises(Failure) as caught:
        pack(root, **wrong)
    assert caught.value.code == 'project/bad-metadata'


def test_a_line_break_in_a_requirement_does_not_become_a_field(root):
    _, wheel = pack(root, requires=['a\nEvil: yes'])
    assert b'\nEvil' not in zipfile.ZipFile(io.BytesIO(wheel)).read('my_tool-1.0.0.dist-info/METADATA')


def test_an_empty_project_is_refused(tmp_path):
    with pytest.raises(Failure) as caught:
        pack(tmp_path)
    assert caught.value.code == 'project/empty'
