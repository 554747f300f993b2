"""The files of an unpacked CPython build are sifted: each goes into one group of the pack, or is left out.
Whole modules only, and only those that no program at run time can be expected to need."""

import re

GROUPS = ("core", "tkinter")
TKINTER_MODULES = ("_tkinter", "tkinter", "turtle")

# Relative to the folder of the standard library.
LEFT_OUT_OF_LIBRARY = re.compile(
    r"""(site-packages|test|idlelib|lib2to3|turtledemo|ensurepip|config-[^/]*|__pycache__)/
      | (unittest|ctypes|distutils|tkinter|sqlite3|json|importlib)/tests?/
      | .*/__pycache__/
      | .*\.(pyc|pyo|a|pdb|lib)$""",
    re.VERBOSE,
)
EXTENSION_LEFT_OUT = re.compile(r"(_test\w*|_ctypes_test|_xxtestfuzz|xxlimited\w*|xxsubtype)\b")
TKINTER_OF_LIBRARY = re.compile(r"tkinter/|turtle\.py$")
TCL_LIBRARY = re.compile(r"(lib)?(tcl|tk|itcl|itk|tdbc|thread|tix|Tix|sqlite)[\d.]|(lib)?tcl9")
WINDOWS_TOP = re.compile(r"(python|pythonw)\.exe$|python3\d*\.dll$|vcruntime140(_1)?\.dll$|LICENSE(\.txt)?$")
WINDOWS_TCL = re.compile(r"(_tkinter\.pyd|tcl\w*\.dll|tk\w*\.dll|zlib1\.dll)$")


def find_group(path, series, shared_library):
    """Name of the group that a file belongs to, or None where it is left out. `shared_library`: bin/python needs libpython."""
    if path.startswith(("DLLs/", "Lib/", "tcl/")) or "/" not in path:
        return find_windows_group(path)
    return find_posix_group(path, series, shared_library)


def find_windows_group(path):
    folder, _, name = path.partition("/")
    if not name:
        return "core" if WINDOWS_TOP.match(path) else None
    if folder == "Lib":
        return find_library_group(name)
    if folder == "tcl":
        return "tkinter"
    if EXTENSION_LEFT_OUT.match(name) or not name.endswith((".pyd", ".dll")):
        return None
    return "tkinter" if WINDOWS_TCL.match(name) else "core"


def find_posix_group(path, series, shared_library):
    folder, _, name = path.partition("/")
    if folder == "bin":
        return "core" if name == f"python{series}" else None
    if folder != "lib":
        return None
    if name.startswith(f"python{series}/"):
        return find_library_group(name.partition("/")[2])
    if name.startswith("libpython"):
        return "core" if shared_library and series in name else None
    return "tkinter" if TCL_LIBRARY.match(name) and not name.endswith((".a", ".sh")) else None


def find_library_group(name):
    """The same for a path below the folder of the standard library."""
    if LEFT_OUT_OF_LIBRARY.match(name):
        return None
    if name.startswith("lib-dynload/"):
        extension = name.partition("/")[2]
        if EXTENSION_LEFT_OUT.match(extension):
            return None
        return "tkinter" if extension.startswith("_tkinter.") else "core"
    return "tkinter" if TKINTER_OF_LIBRARY.match(name) else "core"
