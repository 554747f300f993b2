"""The small tables of analysis: import names, version ranges of Poetry, names of what was dropped, extras of core metadata."""
import sys

import pytest
from packaging.specifiers import SpecifierSet

from terrarium.analysis.entry_points import function_entry
from terrarium.analysis.name_and_version import NAME, derive_name
from terrarium.analysis.pkg_info import without_extra
from terrarium.analysis.poetry import ranges
from terrarium.analysis.stdlib import GONE, PRESENT, PYTHON_2
from terrarium.analysis.suggestions import find_declared, find_suggestion, providers


def test_suggestions_are_many_and_well_formed():
    known = providers()
    assert len(known) > 500
    assert all(NAME.match(name) for names in known.values() for name in names)
    assert not [name for name in known if name.partition(".")[0] in sys.stdlib_module_names]


SUGGESTED = {
    "cv2": "opencv-python", "yaml": "PyYAML", "PIL.Image": "pillow", "bs4": "beautifulsoup4", "sklearn.svm": "scikit-learn", "dotenv": "python-dotenv",
    "serial.tools": "pyserial", "win32api": "pywin32", "pythoncom": "pywin32", "dateutil.parser": "python-dateutil", "jwt": "PyJWT", "Crypto.Cipher": "pycryptodome",
    "OpenSSL": "pyOpenSSL", "attr": "attrs", "google.protobuf.message": "protobuf", "gi.repository": "PyGObject", "wx": "wxPython", "usb.core": "pyusb",
    "magic": "python-magic", "docx": "python-docx", "pptx": "python-pptx", "fitz": "PyMuPDF", "skimage": "scikit-image", "zmq": "pyzmq", "MySQLdb": "mysqlclient",
    "psycopg2": "psycopg2-binary", "telegram": "python-telegram-bot", "discord": "discord.py", "slugify": "python-slugify", "Levenshtein": "Levenshtein",
    "markdown": "Markdown", "jose": "python-jose", "nacl": "PyNaCl", "paho.mqtt": "paho-mqtt", "pkg_resources": "setuptools", "numpy": "numpy", "requests": "requests",
    "flask": "flask", "some_unheard_of_name": None, "google": None, "": None,
}


@pytest.mark.parametrize(("module", "distribution"), SUGGESTED.items())
def test_an_import_gets_its_suggestion(module, distribution):
    assert find_suggestion(module) == distribution


DECLARED = [
    ("cv2", "opencv-python-headless"), ("PIL", "Pillow"), ("foo_bar.x", "Foo-Bar"), ("zope.interface", "zope.interface"), ("azure.storage.queue", "azure-storage-queue"),
    ("yaml", "pyyaml"), ("mine", None), ("google", None),
]


@pytest.mark.parametrize(("module", "written"), DECLARED)
def test_an_import_finds_its_requirement(module, written):
    names = ["opencv-python-headless", "Pillow", "Foo-Bar", "zope.interface", "azure-storage-queue", "pyyaml", "protobuf"]
    declared = {name.lower().replace(".", "-").replace("_", "-"): name for name in names}
    assert find_declared(module, declared) == written


def test_modules_that_left_the_standard_library_are_not_in_it():
    assert not [name for name in [*GONE, *PYTHON_2] if name in PRESENT]
    assert "tomllib" in PRESENT


RANGES = {
    "^1.2.3": ">=1.2.3,<2", "^0.2.3": ">=0.2.3,<0.3", "^0.0.3": ">=0.0.3,<0.0.4", "^0": ">=0,<1", "~1.2.3": ">=1.2.3,<1.3", "~1": ">=1,<2", "*": "", "": "",
    "1.2": "==1.2", "1.*": "==1.*", ">=1,<3": ">=1,<3", "~=1.4": "~=1.4", "^3.9 || ^4": "", ">=1 <3": ">=1,<3", "!=2": "!=2",
}


@pytest.mark.parametrize(("poetry", "standard"), RANGES.items())
def test_a_poetry_range_becomes_a_standard_one(poetry, standard):
    assert ranges(poetry) == standard
    SpecifierSet(standard)


@pytest.mark.parametrize("sign", ["^", "~", "", "~="])
def test_a_poetry_range_of_a_number_without_measure_is_none(sign):
    assert ranges(sign + "9" * 5000) == ""


NAMES = {
    "tool.py": "tool", "tool.pyw": "tool", "my app.zip": "my-app", "repo-main.zip": "repo", "thing-1.0.tar.gz": "thing-1.0", "a/b/c.py": "c", "größe.py": "groe",
    "__x__.py": "x", "C:\\dir\\x.py": "x", "..": None, "___": None,
}


@pytest.mark.parametrize(("source", "name"), [item for item in NAMES.items() if item[1]])
def test_a_bare_project_is_named_after_what_was_dropped(source, name):
    assert derive_name(source) == name
    assert NAME.match(name)


EXTRAS = {
    'a ; extra == "x"': "a", "a>=1; python_version < '3' and extra == 'x'": "a>=1 ; python_version < '3'", "a ; (os_name == 'nt') and extra == 'x'": "a ; (os_name == 'nt')",
    "a ; extra == 'x' and os_name == 'nt'": None, "a ; extra == 'x' or extra == 'y'": None,
}


@pytest.mark.parametrize(("written", "bare"), EXTRAS.items())
def test_the_extra_is_taken_off_a_requirement(written, bare):
    assert without_extra(written) == bare


@pytest.mark.parametrize("name", ["http", "a-b", "a.b", "c++filt", "2to3", "my tool", "größe"])
def test_a_command_may_be_named(name):
    assert function_entry(name, " pkg.mod : obj.attr [x,y] ", False, "here", "file")["value"] == "pkg.mod:obj.attr"


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "-x", "a/b", "a\\b", "a\nb", "a..b", "end.", "end ", "C:x", "x" * 101, "nul\0"])
def test_a_command_may_not_be_named(name):
    from terrarium.failure import Failure
    with pytest.raises(Failure):
        function_entry(name, "a:b", False, "here", "file")
