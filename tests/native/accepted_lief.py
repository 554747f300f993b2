"""Paths, one a line, become JSON, one line for each: how LIEF reads the executable there, and what it complains of."""

import json
import os
import sys
import tempfile

import lief

CHECKS = {
    lief.Binary.FORMATS.MACHO: lief.MachO.check_layout,
    lief.Binary.FORMATS.ELF: lief.ELF.check_layout,
    lief.Binary.FORMATS.PE: lief.PE.check_layout,
}


def capture(work):
    """Result of `work` and what it wrote to stderr: LIEF writes there from C++."""
    kept = os.dup(2)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)
        try:
            result = work()
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        file.seek(0)
        return result, file.read().decode()


def read(path):
    binary, complaints = capture(lambda: lief.parse(path))
    if binary is None:
        return {"complaints": complaints or "unreadable", "layout": "unreadable", "overlay": 0}
    (fine, message), more = capture(lambda: CHECKS[binary.format](binary))
    return {"complaints": complaints + more, "layout": "" if fine else message, "overlay": len(binary.overlay)}


for line in sys.stdin:
    print(json.dumps(read(line.rstrip("\n"))))
