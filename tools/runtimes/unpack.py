"""A published CPython build becomes a folder: either the data folder of a Go module that embeds python-build-standalone
(files.json beside gzip'ed members), or an `install_only_stripped` tar.gz archive of python-build-standalone itself.
Runs on any Python 3.9 or newer, as it makes the first one of our own. The folder appears whole or not at all."""

import argparse
import gzip
import hashlib
import json
import os
import posixpath
import shutil
import sys
import tarfile
from pathlib import Path


class Refused(Exception):
    """What was found in a build that we do not unpack; its text is shown as it is."""


def clean(name):
    """A member's name as relative path, or Refused: a build is somebody else's bytes."""
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or "\0" in name or any(p in ("", ".", "..") for p in parts):
        raise Refused(f"unpacking a CPython build: the member {name!r} has a path that leaves the folder or is not clean")
    return name


def check_link(name, to):
    """A link stays in the build, or it is Refused. Upwards only at its beginning: later, another link could change the meaning."""
    resolved = posixpath.normpath(posixpath.join(posixpath.dirname(name), to))
    downwards = to.lstrip("./")
    if to.startswith("/") or "\\" in to or ".." in downwards.split("/") or resolved.split("/")[0] == "..":
        raise Refused(f"unpacking a CPython build: the link {name!r} leads outside, to {to!r}")
    return resolved


def go_module_members(data):
    """Yields (name, kind, executable, content) of a Go module's data folder; content of a link is its target."""
    for entry in json.loads((data / "files.json").read_text("utf-8"))["files"]:
        name, permissions = clean(entry["name"]), entry["perm"]
        if entry.get("symlink"):
            yield name, "link", False, entry["symlink"]
        elif permissions & 0x80000000:  # Go's os.ModeDir
            yield name, "folder", False, b""
        else:
            yield name, "file", bool(permissions & 0o111), go_module_bytes(data, name, entry)


def go_module_bytes(data, name, entry):
    stored = data / (name + ".gz" if entry.get("compressed") else name)
    content = stored.read_bytes()
    if entry.get("compressed"):
        content = gzip.decompress(content)
    if len(content) != entry["size"]:
        raise Refused(f"unpacking {name} of a CPython build: {len(content)} bytes found, {entry['size']} expected")
    return content


def archive_members(archive):
    """Yields the same of a python-build-standalone archive, whose members are all below `python/`."""
    with tarfile.open(archive, "r:gz") as tar:
        for member in tar:
            name = clean(member.name.rstrip("/"))
            if name == "python":
                continue
            if not name.startswith("python/"):
                raise Refused(f"unpacking {archive.name}: the member {name!r} is not below python/")
            yield archive_member(tar, member, name[len("python/"):], archive.name)


def archive_member(tar, member, name, archive):
    if member.issym():
        return name, "link", False, member.linkname
    if member.isdir():
        return name, "folder", False, b""
    if member.isfile() or member.islnk():
        return name, "file", bool(member.mode & 0o111), tar.extractfile(member).read()
    raise Refused(f"unpacking {archive}: the member {name!r} is neither file, folder nor link")


def write_member(folder, name, kind, executable, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "folder":
        path.mkdir(exist_ok=True)
    else:
        path.write_bytes(content)
        path.chmod(0o755 if executable else 0o644)


def write_links(folder, links):
    """Links last, so that nothing is ever written through one; copies where the system has none."""
    for name, to in links:
        resolved = check_link(name, to)
        if os.path.lexists(folder / name):
            raise Refused(f"unpacking a CPython build: {name!r} is a link and something else as well")
        if not (folder / resolved).exists() and resolved not in dict(links):
            continue  # dangling in the published build
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        try:
            os.symlink(to, folder / name)
        except OSError:
            shutil.copyfile(folder / resolved, folder / name)


def unpack(members, folder):
    """Fills the folder and returns the number of files."""
    links, count = [], 0
    for name, kind, executable, content in members:
        if kind == "link":
            links.append((name, content))
        else:
            write_member(folder, name, kind, executable, content)
            count += kind == "file"
    write_links(folder, links)
    return count


def check_sha256(archive, expected):
    with archive.open("rb") as file:
        digest = hashlib.sha256()
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    if digest.hexdigest() != expected:
        raise Refused(f"checking {archive.name}: its SHA-256 is {digest.hexdigest()}, {expected} expected")


def main():
    parser = argparse.ArgumentParser(description="unpack a CPython build into a folder")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--go-module", type=Path, metavar="FOLDER", help="a data folder with files.json")
    source.add_argument("--archive", type=Path, metavar="FILE", help="an install_only_stripped tar.gz")
    parser.add_argument("--sha256", help="of the archive")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()

    if options.archive and options.sha256:
        check_sha256(options.archive, options.sha256)
    beside = options.out.with_name(f".{options.out.name}.{os.getpid()}")
    for stale in options.out.parent.glob(f".{options.out.name}.*"):  # of a run that was interrupted
        shutil.rmtree(stale, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        members = go_module_members(options.go_module) if options.go_module else archive_members(options.archive)
        count = unpack(members, beside)
        shutil.rmtree(options.out, ignore_errors=True)
        beside.rename(options.out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    print(f"{count} files")


if __name__ == "__main__":
    try:
        main()
    except (Refused, OSError, KeyError, ValueError, tarfile.TarError) as error:
        sys.exit(str(error) or type(error).__name__)
