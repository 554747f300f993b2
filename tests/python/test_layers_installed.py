"""What a layer lays out is what pip installs, and what the standard library's reader of installed distributions finds whole."""
import base64
import csv
import hashlib
import importlib.metadata
import io
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from frozen_index import hazard
from wheel_fixture import INFO, demo_files, read_layer, wheel_input, with_record, zip_files

from terrarium.wheel_layer import wheel_layer

DATA = "demo-1.0.data"
FILES = with_record(demo_files(**{
    "demo/data.txt": "words\n", "demo.pth": "# nothing\n", "demo/py.typed": "", f"{INFO}/licenses/LICENSE": "free\n", f"{INFO}/top_level.txt": "demo\n",
    f"{DATA}/purelib/pure.py": "x = 1\n", f"{DATA}/platlib/deep/plat.py": "x = 1\n", f"{DATA}/scripts/tool": "#!python\nprint(1)\n", f"{DATA}/scripts/shell": "#!/bin/sh\n",
    f"{DATA}/headers/demo.h": "int x;\n", f"{DATA}/data/share/man/man1/demo.1": ".TH\n", f"{DATA}/data/etc/demo.conf": "",
    f"{INFO}/entry_points.txt": "[console_scripts]\ndemo = demo:main\n[demo.plugins]\none = demo:one\n",
}))
#: pip notes who asked and where from; neither is true of a packed app. Scripts of entry points name an interpreter: the launcher starts those of the app itself.
OF_PIP = {f"site-packages/{INFO}/REQUESTED", f"site-packages/{INFO}/direct_url.json", "bin/demo"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    path = tmp_path_factory.mktemp("wheel") / "demo-1.0-py3-none-any.whl"
    path.write_bytes(zip_files([(with_mode(name), data) for name, data in FILES.items()]))
    return path


def with_mode(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (0o100755 if "/scripts/" in name else 0o100644) << 16
    return info


@pytest.fixture(scope="module")
def ours(wheel, tmp_path_factory):
    """The layer, unpacked as the launcher does."""
    root = tmp_path_factory.mktemp("ours")
    archive = wheel.read_bytes()
    answer, blobs = wheel_layer({"wheel": wheel_input(archive), "prefix": "site-packages", "python": "%d.%d" % sys.version_info[:2], "compile": False}, [archive])
    for path, member in read_layer(blobs[0]).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(member.content)
        (root / path).chmod(member.mode)
    return root


def find_pip() -> str | None:
    found = (shutil.which(name) for name in ("python3", "python"))
    return next((one for one in found if one and subprocess.run([one, "-m", "pip", "--version"], capture_output=True).returncode == 0), None)


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    python = find_pip()
    if python is None:
        pytest.skip("SKIPPED: no pip on this machine to compare with")
    root = tmp_path_factory.mktemp("pip")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-compile", "--no-warn-script-location", "--ignore-installed", "--prefix", root, wheel], check=True, capture_output=True)
    return root


def place_of(path: Path, root: Path) -> str:
    """Of pip's prefix, in the words of an app's folder."""
    parts = path.relative_to(root).parts
    for folder in ("site-packages", "dist-packages"):
        if folder in parts:
            return "/".join(("site-packages", *parts[parts.index(folder) + 1:]))
    parts = parts[1:] if parts[0] == "local" else parts
    return "/".join(("include", *parts[-2:]) if parts[0] == "include" else parts)


def files_of(root: Path) -> dict[str, Path]:
    return {place_of(path, root): path for path in root.rglob("*") if path.is_file()}


@hazard("(W18, W19)")
def test_the_files_lie_where_pip_puts_them(ours, installed):
    assert set(files_of(ours)) == set(files_of(installed)) - OF_PIP


@hazard("(W25)")
def test_their_bytes_are_those_that_pip_writes_but_for_who_installed_and_with_which_python(ours, installed):
    pips = files_of(installed)
    different = {path for path, file in files_of(ours).items() if file.read_bytes() != pips[path].read_bytes()}
    assert different == {"bin/tool", f"site-packages/{INFO}/INSTALLER", f"site-packages/{INFO}/RECORD"}
    assert (ours / "bin/tool").read_text().split("\n")[1:] == pips["bin/tool"].read_text().split("\n")[1:]
    assert (ours / "site-packages" / INFO / "INSTALLER").read_text() == "terrarium\n"


def test_what_is_executable_is_so_under_pip(ours, installed):
    pips = files_of(installed)
    modes = {path: bool(file.stat().st_mode & 0o100) for path, file in files_of(ours).items()}
    assert modes == {path: bool(pips[path].stat().st_mode & 0o100) for path in modes}
    assert {path for path, executable in modes.items() if executable} == {"bin/tool", "bin/shell"}


def test_the_record_has_the_rows_that_pip_writes(ours, installed):
    def rows(root):
        file = files_of(root)[f"site-packages/{INFO}/RECORD"]
        return {place_of((file.parent.parent / path).resolve(), root.resolve()): (digest, size) for path, digest, size in csv.reader(io.StringIO(file.read_text()))}
    changed = {"bin/tool", f"site-packages/{INFO}/INSTALLER", *OF_PIP}
    assert {path: row for path, row in rows(ours).items() if path not in changed} == {path: row for path, row in rows(installed).items() if path not in changed}


def test_the_standard_library_finds_it_whole(ours):
    [found] = importlib.metadata.distributions(path=[str(ours / "site-packages")])
    assert (found.metadata["Name"], found.version, found.read_text("INSTALLER")) == ("demo", "1.0", "terrarium\n")
    assert {(point.group, point.name) for point in found.entry_points} == {("console_scripts", "demo"), ("demo.plugins", "one")}
    assert len(found.files) == len(files_of(ours))
    for file in found.files:
        data = Path(file.locate()).read_bytes()
        if file.hash:
            assert base64.urlsafe_b64encode(hashlib.new(file.hash.mode, data).digest()).rstrip(b"=").decode() == file.hash.value, file
            assert len(data) == file.size
    assert {str(file) for file in found.files if not file.hash} == {f"{INFO}/RECORD"}
