"""Executables and libraries are read for the system that they demand: least glibc (ELF version needs), macOS (load commands),
Windows (subsystem version), and the libraries that they name. Subset: 64-bit little-endian, thin files."""

import re
import struct
from typing import NamedTuple

LC_VERSION_MIN_MACOSX, LC_BUILD_VERSION = 0x24, 0x32
PT_LOAD, PT_DYNAMIC = 1, 2
DT_NEEDED, DT_STRTAB, DT_VERNEED, DT_VERNEEDNUM = 1, 5, 0x6FFFFFFE, 0x6FFFFFFF


class Demand(NamedTuple):
    system: str  # glibc, macos or windows
    version: tuple  # of integers
    libraries: tuple = ()  # ELF only


def find_demand(content):
    """What a file demands, or None where it is no binary or demands no version."""
    if content[:6] == b"\x7fELF\x02\x01":
        return read_elf(content)
    if content[:4] == bytes.fromhex("cffaedfe"):
        return read_macho(content)
    if content[:2] == b"MZ":
        return read_pe(content)
    return None


class Segment(NamedTuple):
    kind: int
    flags: int
    offset: int
    address: int
    physical: int
    size: int
    memory: int
    align: int


def read_segments(elf):
    start, = struct.unpack_from("<Q", elf, 32)
    size, count = struct.unpack_from("<HH", elf, 54)
    return [Segment(*struct.unpack_from("<IIQQQQQQ", elf, start + size * i)) for i in range(count)]


def read_elf(elf):
    segments = read_segments(elf)
    dynamic = next((s for s in segments if s.kind == PT_DYNAMIC), None)
    if dynamic is None:
        return None
    entries = [struct.unpack_from("<QQ", elf, dynamic.offset + at) for at in range(0, dynamic.size, 16)]
    values = dict(entries)
    strings = find_offset(segments, values[DT_STRTAB])
    libraries = tuple(read_string(elf, strings + value) for tag, value in entries if tag == DT_NEEDED)
    versions = list(read_glibc_versions(elf, segments, values, strings))
    return Demand("glibc", max(versions, default=(0,)), libraries)


def find_offset(segments, address):
    for s in segments:
        if s.kind == PT_LOAD and s.address <= address < s.address + s.size:
            return s.offset + address - s.address
    raise ValueError(f"address {address:#x} is in no segment")


def read_string(content, at):
    return content[at : content.index(b"\0", at)].decode()


def read_glibc_versions(elf, segments, values, strings):
    """Walks the version needs: a list of libraries, each with a list of versions."""
    if DT_VERNEED not in values:
        return
    at = find_offset(segments, values[DT_VERNEED])
    for _ in range(values[DT_VERNEEDNUM]):
        _, count, _, aux, following = struct.unpack_from("<HHIII", elf, at)
        need = at + aux
        for _ in range(count):
            _, _, _, name, step = struct.unpack_from("<IHHII", elf, need)
            found = re.fullmatch(r"GLIBC_(\d+(?:\.\d+)*)", read_string(elf, strings + name))
            if found:
                yield parse_version(found[1])
            need += step
        at += following


def read_macho(macho):
    count, = struct.unpack_from("<I", macho, 16)
    at = 32
    for _ in range(count):
        command, size = struct.unpack_from("<II", macho, at)
        if command in (LC_VERSION_MIN_MACOSX, LC_BUILD_VERSION):
            packed, = struct.unpack_from("<I", macho, at + (12 if command == LC_BUILD_VERSION else 8))
            return Demand("macos", (packed >> 16, packed >> 8 & 255))
        at += size
    return None


def read_pe(pe):
    header, = struct.unpack_from("<I", pe, 0x3C)
    if pe[header : header + 4] != b"PE\0\0":
        return None
    optional = header + 24
    return Demand("windows", struct.unpack_from("<HH", pe, optional + 48))


def parse_version(text):
    return tuple(int(part) for part in text.split("."))


def print_version(version):
    return ".".join(str(part) for part in version)
