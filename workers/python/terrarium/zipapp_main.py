"""Entry points to the text of a zipapp's ``__main__.py`` (PEP 441).

Pure projects run from the archive itself. Native code cannot be imported from a zip, and code that opens files
beside ``__file__`` cannot be run from one: such archives unpack themselves once, beside the caches that
executables use (launcher/FORMAT.md, Cache), and run from there.
"""

from __future__ import annotations

from typing import Any

HEAD = '''\
"""Starts {name}. Made by Terrarium."""
import sys

COMMANDS = {commands!r}
PREFERRED = {preferred!r}


def refuse(message):
    sys.stderr.write({name!r} + ": " + message + "\\n")
    raise SystemExit(70)


def check_python():
    if sys.version_info[:2] < {minimum!r}:
        refuse("needs Python {least} or newer; this is %d.%d." % sys.version_info[:2])
'''

EXACT = '''\
    if sys.version_info[:2] != {minimum!r} or sys.implementation.name != "cpython":
        refuse("has parts built for CPython {least}; this is %s %d.%d." % ((sys.implementation.name,) + sys.version_info[:2]))
'''

PLATFORM = '''\
    import platform

    if sys.platform != {sys_platform!r} or platform.machine() not in {machines!r}:
        refuse("has parts built for {label}; this is %s %s." % (sys.platform, platform.machine()))
'''

UNPACK = '''

KEY = {key!r}


def find_cache():
    import os

    asked = os.environ.get("TERRARIUM_CACHE")
    if asked:
        if not os.path.isabs(asked):
            refuse("TERRARIUM_CACHE is %s; an absolute path was expected." % asked)
        return asked
    usual = os.environ.get("XDG_CACHE_HOME" if os.name == "posix" else "LOCALAPPDATA")
    if usual and os.path.isabs(usual):
        return usual
    below = ("Library", "Caches") if sys.platform == "darwin" else ("AppData", "Local") if os.name == "nt" else (".cache",)
    return os.path.join(os.path.expanduser("~"), *below)


def make_folders(cache):
    import os

    os.makedirs(cache, 0o700, exist_ok=True)
    for name in ("terrarium", "zipapps"):
        cache = os.path.join(cache, name)
        try:
            os.mkdir(cache, 0o700)
        except FileExistsError:
            check_owner(cache)
    return cache


def check_owner(folder):
    import os

    facts = os.lstat(folder)
    if os.name == "posix" and (facts.st_uid != os.geteuid() or facts.st_mode & 0o22 or not os.path.isdir(folder) or os.path.islink(folder)):
        refuse("the folder %s is not private to this user; set TERRARIUM_CACHE to one that is." % folder)


def sweep(cache):
    """Removes what starts that were killed left behind: a day later nobody is filling it any more."""
    import os
    import shutil
    import time

    for name in os.listdir(cache):
        path = os.path.join(cache, name)
        if name.startswith(KEY + ".") and not os.path.islink(path) and time.time() - os.lstat(path).st_mtime > 86400:
            shutil.rmtree(path, ignore_errors=True)


def unpack():
    """The archive's folder in the cache: filled beside it and moved there by one rename, so it is whole or absent."""
    import os
    import shutil
    import tempfile
    import zipfile

    cache = os.path.join(find_cache(), "terrarium", "zipapps")
    folder = os.path.join(cache, KEY)
    if os.path.exists(os.path.join(folder, ".ok")):
        for private in (os.path.dirname(cache), cache, folder):
            check_owner(private)
        return folder
    try:
        make_folders(find_cache())
        sweep(cache)
        beside = tempfile.mkdtemp(prefix=KEY + ".", dir=cache)
        try:
            with zipfile.ZipFile(ARCHIVE) as archive:
                for member in archive.infolist():
                    if member.filename == "__main__.py":
                        continue
                    path = archive.extract(member, beside)
                    if not member.is_dir() and member.external_attr >> 16 & 0o111:
                        os.chmod(path, 0o755)
            with open(os.path.join(beside, ".ok"), "w"):
                pass
            try:
                os.rename(beside, folder)
            except OSError:
                # Another start was first; or a cleaner took a part of the folder, which then makes room.
                if not os.path.exists(os.path.join(folder, ".ok")):
                    aside = tempfile.mkdtemp(prefix=KEY + ".", dir=cache)
                    os.rename(folder, os.path.join(aside, "old"))
                    os.rename(beside, folder)
                    shutil.rmtree(aside, ignore_errors=True)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        refuse("cannot unpack to %s: %s. Set TERRARIUM_CACHE to a folder with room that may be written." % (cache, error))
    return folder


ARCHIVE = sys.path[0]
if __name__ == "__main__":
    check_python()
    sys.path[0] = ROOT = unpack()
'''

STAY = '''

ROOT = sys.path[0]
check_python()
'''

RUN = '''

def run_in_place(module_name, spec, code, path):
    main = sys.modules["__main__"]
    main.__spec__ = spec
    main.__package__ = None if spec is None else spec.parent
    main.__file__ = path
    main.__loader__ = None if spec is None else spec.loader
    exec(code, main.__dict__)


def main():
    import os

    asked = os.environ.pop("TERRARIUM_COMMAND", "")
    stem = os.path.basename(sys.argv[0]).rsplit(".", 1)[0]
    if asked and asked not in COMMANDS:
        refuse("has no command %s; there are: %s." % (asked, ", ".join(COMMANDS)))
    kind, value = COMMANDS[asked or (stem if stem in COMMANDS else PREFERRED)]
    if kind == "function":
        import importlib

        module, _, names = value.partition(":")
        found = importlib.import_module(module)
        for name in names.split("."):
            found = getattr(found, name)
        raise SystemExit(found())
    if kind == "module":
        from importlib.util import find_spec

        spec = find_spec(value)
        if spec is not None and spec.submodule_search_locations is not None:
            spec = find_spec(value + ".__main__")
        if spec is None:
            refuse("no module %s was found to start." % value)
        run_in_place(value, spec, spec.loader.get_code(spec.name), spec.origin)
        return
    import zipfile

    path = os.path.join(ROOT, *value.split("/"))
    if os.path.isdir(ROOT):
        with open(path, "rb") as file:
            source = file.read()
    else:
        with zipfile.ZipFile(ROOT) as archive:
            source = archive.read(value)
    if "/" in value:
        sys.path.insert(0, os.path.dirname(path))
    run_in_place("__main__", None, compile(source, path, "exec", dont_inherit=True), path)


if __name__ == "__main__":
    main()
'''


def zipapp_main(request: dict[str, Any], _blobs: object) -> dict[str, Any]:
    """``{"text": …}`` for ``name``, ``commands``, ``preferred`` and ``options`` (src/model/ingredients.ts, ZipappMainOptions)."""
    options = request["options"]
    minimum = tuple(options["minimum"])
    commands = {command["name"]: (command["kind"], command["value"]) for command in request["commands"]}
    facts = {"minimum": minimum, "least": ".".join(map(str, minimum))}
    name = "".join(character for character in request["name"] if character.isalnum() or character in "._- ")
    text = HEAD.format(name=name, commands=commands, preferred=request["preferred"], **facts)
    if options["exact"]:
        text += EXACT.format(**facts)
    if platform := options.get("platform"):
        text += PLATFORM.format(sys_platform=platform["sys_platform"], machines=tuple(platform["machines"]), label=platform["label"])
    if key := options.get("unpackKey"):
        text += UNPACK.format(key=key)
    else:
        text += STAY
    return {"text": text + RUN}
