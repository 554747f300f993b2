"""Source archives of dependencies: what is known of them before anything runs, what is refused, and wheels that are the same again and again."""
import io
import stat
import zipfile

import pytest

from terrarium.build import source_layout
from terrarium.building.canonical_wheel import make_canonical
from terrarium.building.source import find_static_metadata
from terrarium.failure import Failure




COMPILED = {
    "setup.py with extensions": ({"setup.py": "from setuptools import setup, Extension\nsetup(name='a',\n  ext_modules=[Extension('a', ['a.c'])])\n"}, "setup.py:3 declares ext_modules"),
    "setup.py that makes them elsewhere": ({"setup.py": "from setuptools import setup\nimport extras\nmodules = cythonize('a.pyx')\nsetup()\n"}, "setup.py:3 calls cythonize()"),
    "Cython source": ({"setup.py": "from setuptools import setup\nsetup()\n", "src/a.pyx": ""}, "src/a.pyx is Cython source"),
    "maturin": ({"pyproject.toml": '[build-system]\nrequires = ["maturin>=1"]\nbuild-backend = "maturin"\n', "Cargo.toml": ""}, "Cargo.toml is built with maturin"),
    "meson": ({"pyproject.toml": '[build-system]\nrequires = ["meson-python"]\nbuild-backend = "mesonpy"\n', "meson.build": ""}, "meson.build is built with meson-python"),
    "scikit-build": ({"pyproject.toml": '[build-system]\nrequires = ["scikit-build-core"]\nbuild-backend = "scikit_build_core.build"\n', "CMakeLists.txt": ""}, "CMakeLists.txt is built with scikit-build-core"),
}


def lay_out(root, files):
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return {"root": str(root)}


@pytest.mark.parametrize("case", COMPILED)
def test_what_needs_a_compiler_is_refused_by_the_file_that_shows_it(case, tmp_path):
    files, shown = COMPILED[case]
    with pytest.raises(Failure) as caught:
        source_layout(lay_out(tmp_path, files), [])
    assert caught.value.code == "project/needs-compiler"
    assert caught.value.message == f"its source archive is not pure Python: {shown}"


@pytest.mark.parametrize("files,backend,requires", [
    ({"setup.py": "raise SystemExit('never run')"}, "setuptools.build_meta:__legacy__", ["setuptools>=40.8.0"]),
    ({"setup.cfg": "[metadata]\nname = a\n"}, "setuptools.build_meta:__legacy__", ["setuptools>=40.8.0"]),
    ({"pyproject.toml": '[build-system]\nrequires = ["flit_core >=3"]\nbuild-backend = "flit_core.buildapi"\n'}, "flit_core.buildapi", ["flit_core >=3"]),
    ({"pyproject.toml": '[build-system]\nrequires = []\n', "setup.py": ""}, "setuptools.build_meta:__legacy__", []),
])
def test_the_build_system_is_that_of_pep_517_with_its_defaults(files, backend, requires, tmp_path):
    found = source_layout(lay_out(tmp_path, files), [])
    assert (found["backend"], found["requires"], "metadata" in found) == (backend, requires, False)


def test_an_archive_without_a_project_is_refused(tmp_path):
    with pytest.raises(Failure) as caught:
        source_layout(lay_out(tmp_path, {"README": ""}), [])
    assert caught.value.code == "build/unsupported"


@pytest.mark.parametrize("head,static", [
    ("Metadata-Version: 2.2", True), ("Metadata-Version: 2.4\nDynamic: License-File", True), ("Metadata-Version: 10.0", True),
    ("Metadata-Version: 2.1", False), ("Metadata-Version: 1.0", False), ("Metadata-Version: x", False), ("Name: only", False),
    ("Metadata-Version: 2.3\nDynamic: Requires-Dist", False), ("Metadata-Version: 2.3\nDynamic: requires-python", False), ("Metadata-Version: 2.3\nDynamic: Provides-Extra", False),
    ("Name: x\n\nMetadata-Version: 2.4", False),
])
def test_metadata_counts_without_a_build_where_pep_643_makes_it_certain(head, static, tmp_path):
    text = f"{head}\nName: a\nVersion: 1\n\nDynamic: Requires-Dist\n"
    (tmp_path / "PKG-INFO").write_text(text)
    assert find_static_metadata(str(tmp_path)) == (text if static else None)


def zip_with(members, **options) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text, mode, date in members:
            member = zipfile.ZipInfo(name, date)
            member.external_attr = (stat.S_IFREG | mode) << 16
            member.compress_type = options.get("compress", zipfile.ZIP_STORED)
            archive.writestr(member, text)
    return made.getvalue()


def test_a_wheel_is_the_same_whenever_and_however_its_backend_wrote_it():
    members = [("b.py", "b = 1\n" * 99, 0o644, (1990, 1, 1, 0, 0, 0)), ("a-1.dist-info/RECORD", "", 0o644, (1990, 1, 1, 0, 0, 0)), ("a-1.data/scripts/run", "#!python", 0o755, (1990, 1, 1, 0, 0, 0))]
    later = [(name, text, mode | 0o060, (2026, 5, 5, 5, 5, 4)) for name, text, mode, _ in reversed(members)]
    one, other = make_canonical(zip_with(members)), make_canonical(zip_with(later, compress=zipfile.ZIP_DEFLATED))
    assert one == other
    archive = zipfile.ZipFile(io.BytesIO(one))
    assert archive.testzip() is None
    assert [(member.filename, member.external_attr >> 16 & 0o777) for member in archive.infolist()] == [("a-1.data/scripts/run", 0o755), ("b.py", 0o644), ("a-1.dist-info/RECORD", 0o644)]
    assert archive.read("b.py").decode() == "b = 1\n" * 99
