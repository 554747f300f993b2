"""A script's `# /// script` block (PEP 723) → what it declares. Read line by line: the PEP's expression backtracks."""
from dataclasses import dataclass

from terrarium.analysis.declared import Declared, Requirement
from terrarium.analysis.decode_text import find_line
from terrarium.analysis.parse_source import Unparsable, decode_source
from terrarium.analysis.parse_toml import Table, parse_toml
from terrarium.analysis.tree import Tree
from terrarium.failure import Failure

START, END = "# /// script", "# ///"


@dataclass
class Block(Declared):
    tool: Table | None = None
    #: With empty lines before it, so that lines count as in the script.
    text: str = ""


def find_script_block(tree: Tree, path: str) -> Block | None:
    try:
        lines = decode_source(tree.read(path, "member")).split("\n")
    except Unparsable:
        return None
    starts = [number for number, line in enumerate(lines) if line.rstrip() == START]
    blocks = [block for start in starts if (block := _read_block(lines, start))]
    if len(blocks) > 1:
        raise Failure("project/bad-metadata", f"Reading {path}: found {len(blocks)} script blocks, expected one.",
                      *(f"{path}:{start + 1}" for start, _ in blocks))
    return _declared(path, *blocks[0]) if blocks else None


def _read_block(lines: list[str], start: int) -> tuple[int, str] | None:
    """(line of its start, text). The last `# ///` of the comment ends it, as the PEP has it."""
    end = start + 1
    while end < len(lines) and (lines[end].rstrip() == "#" or lines[end].startswith("# ")):
        end += 1
    while end > start + 1 and lines[end - 1].rstrip() != END:
        end -= 1
    if end == start + 1:
        return None
    return start, "\n".join(line[2:] for line in lines[start + 1:end - 1])


def _declared(path: str, start: int, text: str) -> Block:
    padded = "\n" * (start + 1) + text
    table = Table(parse_toml(padded, path), path)
    values = table.strings("dependencies") or []
    requirements = [Requirement(value, path, find_line(padded, value)) for value in values]
    return Block(f"the script block of {path}", requires_python=table.string("requires-python"), requirements=requirements, tool=table.table("tool"), text=padded)
