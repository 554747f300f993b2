"""An unpacked CPython build becomes a runtime pack: a folder with one file per group of modules, and manifest.json, which is a
RuntimeManifest (src/model/runtime.ts). Run by an own CPython 3.14 (it has zstd). The folder appears whole or not at all."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

from binaries import find_demand, print_version
from layer import PAGE, compress, pad, write_page_digests, write_tar
from sift import GROUPS, TKINTER_MODULES, find_group
from strip_elf import strip_elf
from terrarium.layers.tar_member import END

MACHO_PAGES = (4096, PAGE)
BIG = 1 << 20


class Build:
    """What is known of an unpacked build by its target."""

    def __init__(self, folder, python, target):
        self.folder, self.python, self.target = folder, python, target
        self.series = ".".join(python.split(".")[:2])
        self.windows = target.startswith("windows-")
        self.library = "Lib" if self.windows else f"lib/python{self.series}"
        self.extensions = "DLLs" if self.windows else f"{self.library}/lib-dynload"
        self.interpreter = "python.exe" if self.windows else f"bin/python{self.series}"
        self.pth = f"python{self.series.replace('.', '') if self.windows else self.series}._pth"

    def needs_shared_library(self):
        demand = find_demand((self.folder / self.interpreter).read_bytes())
        return demand is not None and any("libpython" in library for library in demand.libraries)


def read_files(build):
    """Path → (group, content) of all that goes in. Links are no files: what is needed has a name of its own."""
    shared, files = build.needs_shared_library(), {}
    for path in sorted(build.folder.rglob("*")):
        name = path.relative_to(build.folder).as_posix()
        if path.is_file() and not path.is_symlink() and (group := find_group(name, build.series, shared)):
            content = path.read_bytes()
            files[name] = group, strip_elf(content) if content.startswith(b"\x7fELF") else content
    if build.interpreter not in files:
        raise ValueError(f"packing {build.folder.name}: it has no {build.interpreter}")
    return files


def compile_sources(build, files, compiler, out):
    """Adds the byte code of every source to `files`, in the source's group, and returns the magic number."""
    sources = [name for name in files if name.endswith(".py")]
    command = [compiler, "-E", "-s", "-S", "-B", str(Path(__file__).with_name("compile_library.py")), str(build.folder), str(out)]
    run = subprocess.run(command, input="\n".join(sources), text=True, encoding="utf-8", stdout=subprocess.PIPE, check=True)
    for path in sorted(out.rglob("*.pyc")):
        name = path.relative_to(out).as_posix()
        source = name.replace("__pycache__/", "").rpartition(".cpython-")[0] + ".py"
        files[name] = files[source][0], path.read_bytes()
    return json.loads(run.stdout)["magic"]


def add_licence(files, build, licence):
    """Paths of the licence texts; a build that came without one gets that of its sister for another system."""
    found = [name for name in files if name.rpartition("/")[2].upper().startswith(("LICENSE", "LICENCE"))]
    if found or not licence:
        return found
    files["LICENSE.txt"] = "core", licence.read_bytes()
    return ["LICENSE.txt"]


def find_minimum(files):
    demands = [demand for _, content in files.values() if (demand := find_demand(content))]
    systems = {demand.system for demand in demands}
    return {system: print_version(max(d.version for d in demands if d.system == system)) for system in sorted(systems)}


def is_executable(content):
    return content.startswith((b"\x7fELF", b"MZ", bytes.fromhex("cffaedfe"), b"#!/"))


def find_lack(name, members):
    """Some builds come without Tcl's own scripts: tkinter imports, but no window opens."""
    if name != "tkinter" or any(path.endswith("/init.tcl") for path, _, _ in members):
        return {}
    return {"lacks": "init.tcl and the other scripts of Tcl, so no window opens"}


def write_group(out, name, members, level, macho):
    """Writes the group's files and returns its entry of the manifest."""
    part = pad(compress(write_tar(members) if members else END, level))
    file = f"{name}.tar.zst"
    (out / file).write_bytes(part)
    group = {
        "name": name,
        "required": name != "tkinter",
        "modules": list(TKINTER_MODULES) if name == "tkinter" else [],
        "files": len(members),
        "unpacked": sum(len(content) for _, _, content in members),
        "size": len(part),
        "sha256": sha256(part).hexdigest(),
        "file": file,
        **find_lack(name, members),
    }
    if macho:
        group["pages"] = {str(page): write_pages(out, name, part, page) for page in MACHO_PAGES}
    return group


def write_pages(out, name, part, page):
    digests, file = write_page_digests(part, page), f"{name}.pages-{page}"
    (out / file).write_bytes(digests)
    return {"file": file, "sha256": sha256(digests).hexdigest()}


def small_first(item):
    """Sorted by path, byte code beside its source, whose names it shares; what is big comes last. Small files cost whoever unpacks more to create
    than to decode, big ones the reverse: in this order the decoder gets ahead, and both are busy to the end."""
    path, (_, content) = item
    return len(content) >= BIG, path.replace("__pycache__/", ""), path


def write_groups(out, files, level, macho):
    """In layer order; last the two closing blocks of the tar."""
    for name in (*GROUPS, "end"):
        members = [(path, is_executable(content), content) for path, (group, content) in sorted(files.items(), key=small_first) if group == name]
        if members or name == "end":
            yield write_group(out, name, members, level, macho)


def pack(build, out, source, compiler, licence, level):
    files = read_files(build)
    with tempfile.TemporaryDirectory() as compiled:
        magic = compile_sources(build, files, compiler, Path(compiled))
    licences = add_licence(files, build, licence)
    manifest = {
        "format": 1,
        "python": build.python,
        "series": build.series,
        "target": build.target,
        "source": source,
        "magic": magic,
        "interpreter": build.interpreter,
        "pthName": build.pth,
        "stdlibPaths": [build.library, build.extensions],
        "minimum": find_minimum(files),
        "licences": licences,
        "groups": list(write_groups(out, files, level, build.target.startswith("macos-"))),
    }
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", "utf-8")


def main():
    parser = argparse.ArgumentParser(description="pack an unpacked CPython build")
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--python", required=True, help="full version")
    parser.add_argument("--target", required=True)
    parser.add_argument("--source", required=True, help="where the build came from, for the manifest")
    parser.add_argument("--compiler", required=True, help="a Python of the same byte code that runs here")
    parser.add_argument("--licence", type=Path, help="used where the build has none")
    parser.add_argument("--level", type=int, default=19)
    options = parser.parse_args()

    beside = options.out.with_name(f".{options.out.name}.{os.getpid()}")
    for stale in options.out.parent.glob(f".{options.out.name}.*"):  # of a run that was interrupted
        shutil.rmtree(stale, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        build = Build(options.build, options.python, options.target)
        pack(build, beside, options.source, options.compiler, options.licence, options.level)
        shutil.rmtree(options.out, ignore_errors=True)
        beside.rename(options.out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        sys.exit(f"{error}")
