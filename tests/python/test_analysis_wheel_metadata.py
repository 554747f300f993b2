"""A wheel's metadata is read from accepted members only; hazards W1 to W8 and W21 to W23 are refused."""
import io
import struct
import zipfile
import zlib

import pytest
from frozen_index import hazard

from terrarium.failure import Failure
from terrarium.member_spans import read_member
from terrarium.wheel_metadata import wheel_metadata

FILENAME = "demo_app-1.2-py3-none-any.whl"
INFO = "demo_app-1.2.dist-info/"
GOOD = {
    "demo_app/__init__.py": "",
    "demo_app/__main__.py": "",
    "helper/__main__.py": "",
    INFO + "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    INFO + "METADATA": "Metadata-Version: 2.4\nName: Demo.App\nVersion: 1.2\nRequires-Python: >=3.9\nProvides-Extra: x\n"
                       "Requires-Dist: click>=8\nRequires-Dist: rich ;\n extra == 'x'\n\nProse: not a field\n",
    INFO + "entry_points.txt": "[console_scripts]\nother = demo_app:other\nDemo-App = demo_app.cli:main [x]\n[plugins]\na/b = anything\n",
}


def pack(files, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return out.getvalue()


def spans(archive):
    found = []
    for info in zipfile.ZipFile(io.BytesIO(archive)).infolist():
        name, extra = struct.unpack_from("<HH", archive, info.header_offset + 26)
        found.append({"path": info.filename, "offset": info.header_offset + 30 + name + extra, "compressedSize": info.compress_size,
                      "size": info.file_size, "crc32": info.CRC, "method": info.compress_type, "executable": False})
    return found


def describe(files, filename=FILENAME):
    archive = pack(files)
    return wheel_metadata({"wheel": {"filename": filename, "members": spans(archive)}}, [archive])


def test_a_right_wheel_is_described():
    found = describe(GOOD)
    assert found["metadata"].startswith("Metadata-Version: 2.4\n")
    assert {**found, "metadata": ""} == {
        "name": "Demo.App", "version": "1.2", "requires": ["click>=8", "rich ; extra == 'x'"], "requiresPython": ">=3.9", "extras": ["x"],
        "metadata": "", "pure": True,
        "entries": [
            {"name": "Demo-App", "kind": "function", "value": "demo_app.cli:main", "windowed": False, "origin": "entry_points.txt [console_scripts]"},
            {"name": "other", "kind": "function", "value": "demo_app:other", "windowed": False, "origin": "entry_points.txt [console_scripts]"},
            {"name": "helper", "kind": "module", "value": "helper", "windowed": False, "origin": "helper/__main__.py"},
        ],
    }


WHEEL, METADATA = INFO + "WHEEL", INFO + "METADATA"
PURE = {
    "a platform tag": ({WHEEL: "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: cp314-cp314-win_amd64\n"}, "demo_app-1.2-cp314-cp314-win_amd64.whl"),
    "Root-Is-Purelib: false": ({WHEEL: "Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-any\n"}, FILENAME),
    "no Root-Is-Purelib": ({WHEEL: "Wheel-Version: 1.0\nTag: py3-none-any\n"}, FILENAME),
}


@pytest.mark.parametrize(("change", "filename"), PURE.values(), ids=PURE.keys())
def test_a_wheel_is_not_pure_with(change, filename):
    assert describe(GOOD | change, filename)["pure"] is False


def without(*paths):
    return {path: data for path, data in GOOD.items() if path not in paths}


def changed(path, old, new):
    assert old in GOOD[path]
    return GOOD | {path: GOOD[path].replace(old, new)}


BROKEN = {
    "W1 no dist-info": (without(*[path for path in GOOD if path.startswith(INFO)]), "found 0 .dist-info folders"),
    "W2 two dist-infos": (GOOD | {"other-1.dist-info/METADATA": ""}, "found 2 .dist-info folders"),
    "W3 folder of another name": ({path.replace("demo_app-1.2.d", "demo-1.2.d"): data for path, data in GOOD.items()}, "'demo'"),
    "W3 metadata of another name": (changed(METADATA, "Demo.App", "Demo"), "'Demo'"),
    "W3 no name": (changed(METADATA, "Name: Demo.App\n", ""), "found 0 values for Name"),
    "W3 two names": (changed(METADATA, "Name: Demo.App\n", "Name: Demo.App\nName: x\n"), "found 2 values for Name"),
    "W4 folder of another version": ({path.replace("demo_app-1.2.d", "demo_app-1.3.d"): data for path, data in GOOD.items()}, "'1.3'"),
    "W4 metadata of another version": (changed(METADATA, "Version: 1.2", "Version: 1.3"), "'1.3'"),
    "W5 no WHEEL": (without(WHEEL), "no WHEEL"),
    "W6 Wheel-Version 2.0": (changed(WHEEL, "1.0", "2.0"), "'2.0'"),
    "W6 Wheel-Version garbage": (changed(WHEEL, "1.0", "one"), "'one'"),
    "W6 no Wheel-Version": (changed(WHEEL, "Wheel-Version: 1.0\n", ""), "Wheel-Version ''"),
    "W7 no METADATA": (without(METADATA), "no METADATA"),
    "W8 METADATA that is not UTF-8": (GOOD | {METADATA: b"Metadata-Version: 2.1\nName: \xff\n"}, "not UTF-8"),
    "W8 Metadata-Version 9": (changed(METADATA, "2.4", "9.0"), "'9.0'"),
    "W8 17 MiB of METADATA": (GOOD | {METADATA: GOOD[METADATA] + " " * (17 << 20)}, "expected at most"),
    "W8 a requirement that is none": (changed(METADATA, "click>=8", "click >> 8"), "click >> 8"),
    "W8 a Requires-Python that is none": (changed(METADATA, ">=3.9", "=>3"), "'=>3'"),
    "W21 a command that escapes": (changed(INFO + "entry_points.txt", "other =", "../../x ="), "'../../x'"),
    "W21 a command with a folder": (changed(INFO + "entry_points.txt", "other =", "a/b ="), "'a/b'"),
    "W21 a command with a backslash": (changed(INFO + "entry_points.txt", "other =", "a\\b ="), "a\\\\b"),
    "W21 a command without attribute": (changed(INFO + "entry_points.txt", "demo_app:other", "demo_app"), "'demo_app'"),
    "W21 no ini at all": (changed(INFO + "entry_points.txt", "[console_scripts]", "console_scripts"), "entry points"),
    "W22 another tag": (changed(WHEEL, "py3-none-any", "cp314-cp314-win_amd64"), "cp314-cp314-win_amd64"),
    "W22 no tag": (changed(WHEEL, "Tag: py3-none-any\n", ""), "(none)"),
}


@pytest.mark.parametrize(("files", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_wheel_is_refused_for(files, message):
    with pytest.raises(Failure) as caught:
        describe(files)
    assert caught.value.code == "wheel/invalid"
    assert message in caught.value.message


FILENAMES = ["demo_app-1.2-any.whl", "demo_app-1.2-1-2-py3-none-any.whl", "demo_app-1.2-x-py3-none-any.whl", "demo_app-one-py3-none-any.whl",
             "demo_app.zip", "a-" * 50_000 + ".whl", "demo_app-" + "1" * 100_000 + "-py3-none-any.whl", ""]


@pytest.mark.parametrize("filename", FILENAMES, ids=[f"W23 {name[:30]}" for name in FILENAMES])
def test_a_file_name_is_refused_such_as(filename):
    with pytest.raises(Failure) as caught:
        describe(GOOD, filename)
    assert caught.value.code == "wheel/invalid"
    assert len(caught.value.message) < 1000


@hazard("(W23)")
def test_names_are_compared_normalised():
    assert describe(GOOD, "Demo.App-1.2-py3-none-any.whl")["name"] == "Demo.App"
    assert describe(GOOD, "demo_app-1.2.0-7-py2.py3-none-any.whl")["version"] == "1.2"


CONTENT = b"0123456789" * 1000


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_is_read_by_its_span(compression):
    archive = pack({"a": CONTENT, "empty": b""}, compression)
    assert [read_member(memoryview(archive), span) for span in spans(archive)] == [CONTENT, b""]


def _deflated(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


LIES = {
    "larger than it says": {"size": len(CONTENT) - 1},
    "smaller than it says": {"size": len(CONTENT) + 1},
    "of another CRC": {"crc32": 1},
    "cut short": {"compressedSize": 20},
    "followed by bytes": {"compressedSize": len(_deflated(CONTENT)) + 3},
    "beyond the end": {"offset": 10_000_000},
    "before the start": {"offset": -1},
    "of a method unknown": {"method": 14},
    "of a gigantic size": {"size": 1 << 40},
    "not deflated": {"offset": 0},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_member_is_refused_that_is(lie):
    archive = pack({"a": CONTENT})
    with pytest.raises(Failure) as caught:
        read_member(memoryview(archive), spans(archive)[0] | lie)
    assert caught.value.code == "wheel/invalid"
    assert "Reading a from a wheel" in caught.value.message
