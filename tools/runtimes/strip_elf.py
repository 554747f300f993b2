"""An ELF file less its symbol table and debug information, where it has any. Sections that are loaded, and all indexes of sections,
stay as they are (debuggers find `.PyRuntime` by its section header); dropped ones become SHT_NULL."""

import struct

from binaries import read_segments

SHF_ALLOC = 2
SHT_NULL, SHT_SYMTAB = 0, 2
SECTION = struct.Struct("<IIQQQQIIQQ")  # name type flags addr offset size link info addralign entsize


def strip_elf(elf):
    """The file itself where there is nothing to drop."""
    table, = struct.unpack_from("<Q", elf, 40)
    _, count, names_index = struct.unpack_from("<HHH", elf, 58)
    sections = [SECTION.unpack_from(elf, table + SECTION.size * i) for i in range(count)]
    if not any(s[1] == SHT_SYMTAB for s in sections):
        return elf
    end = max(s.offset + s.size for s in read_segments(elf))
    names = sections[names_index]
    names_at, table_at = end, align(end + names[5], 8)
    kept = [keep(s, i == names_index, names_at) for i, s in enumerate(sections)]
    head = bytearray(elf[:end]) + elf[names[4] : names[4] + names[5]]
    head += bytes(table_at - len(head)) + b"".join(SECTION.pack(*s) for s in kept)
    struct.pack_into("<Q", head, 40, table_at)
    return bytes(head)


def keep(section, is_names, names_at):
    if is_names:
        return (*section[:4], names_at, *section[5:])
    return section if section[2] & SHF_ALLOC else (SHT_NULL,) * 10


def align(value, to):
    return value + -value % to
