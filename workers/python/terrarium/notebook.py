"""The verb `notebook`: a Jupyter notebook (nbformat 4) → a script of its code cells, in their order, and lines for people on what of it is not Python.

A cell that is Python stays as it is. In others, magics, shell lines and questions are turned into comments, each told with its cell;
what `%pip install` names becomes a requirement of the script.
"""
import ast
import json
import re
import shlex

from . import limits
from .analysis.parse_source import Unparsable, parse_source
from .analysis.requirement import parse_requirement
from .failure import Failure

#: Cell magics whose cell is Python all the same.
PYTHON_CELLS = frozenset({"time", "timeit", "capture", "prun", "python", "python3"})
_LINE = re.compile(r"(?P<indent>\s*)(?:[\w.,\s]{0,200}=\s*)?(?P<mark>[%!?])(?P<rest>.*)\Z")
_QUESTION = re.compile(r"\s*[\w.*]+\?{1,2}\s*\Z")
_INSTALL = re.compile(r"\s*[%!]\s*(?:python3?\s+-m\s+|uv\s+)?pip3?\s+install\s(?P<words>.*)\Z")


def notebook(request: dict, blobs: list) -> dict:
    path = request["path"]
    script = _Script(path)
    for number, source in enumerate(_read_cells(bytes(blobs[0]), path), 1):
        script.add(number, source)
    return script.finish()


def _read_cells(data: bytes, path: str) -> list[str]:
    try:
        text = data.decode("utf-8-sig")
        book = None if is_too_deep_json(text) else json.loads(text)
    except (ValueError, RecursionError):
        book = None
    cells = book.get("cells") if isinstance(book, dict) and book.get("nbformat") == 4 else None
    if isinstance(cells, list) and len(cells) > (most := limits.find("cells")):
        raise Failure("project/too-large", f"Reading the notebook {path}: found {len(cells)} cells, the limit is {most} (cells).", path, limits.explain("cells", len(cells)))
    if not isinstance(cells, list):
        raise Failure("project/bad-metadata", f"Reading the notebook {path}: found no list of cells, expected JSON of nbformat 4.", path,
                      "Save it anew with a current Jupyter.")
    kernel = _dig(book, "metadata", "language_info", "name") or _dig(book, "metadata", "kernelspec", "language") or "python"
    if str(kernel).lower() not in ("python", "ipython"):
        raise Failure("project/bad-metadata", f"Reading the notebook {path}: its language is {str(kernel)[:50]!r}, expected Python.", path)
    return [_source(cell) for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]


def is_too_deep_json(text: str) -> bool:
    """Brackets inside strings count too, which real notebooks never make a thousand of in a row."""
    depth = most = 0
    for character in re.findall(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text):
        depth += (character in "[{") - (character in "]}") if len(character) == 1 else 0
        most = max(most, depth)
    return most > 500


def _source(cell: dict) -> str:
    source = cell.get("source", "")
    return "".join(line for line in source if isinstance(line, str)) if isinstance(source, list) else source if isinstance(source, str) else ""


def _dig(table: object, *keys: str) -> object:
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table


class _Script:
    def __init__(self, path: str):
        self.path = path
        self.parts: list[str] = []
        self.requirements: list[str] = []
        self.notices: list[str] = []
        self.shows: list[int] = []

    def add(self, number: int, source: str):
        """Each cell begins with a comment, so that a traceback can be found in the notebook again."""
        text = source.replace("\r\n", "\n").replace("\0", "")
        tree = _parse(text)
        if tree is None:
            text = self._without_magics(number, text)
            tree = _parse(text)
        if tree is None:
            self.notices.append(f"Cell {number} of {self.path} is not Python that a script may hold (an `await` outside a function?); the script stops there.")
        elif tree.body and isinstance(tree.body[-1], ast.Expr) and not isinstance(tree.body[-1].value, (ast.Call, ast.Await, ast.Constant)):
            self.shows.append(number)
        self.parts.append(f"# Cell {number}\n{text.rstrip()}\n")

    def _without_magics(self, number: int, text: str) -> str:
        lines = text.split("\n")
        first = next((line for line in lines if line.strip()), "")
        if first.startswith("%%"):
            return self._cell_magic(number, lines, first[2:].split()[0] if first[2:].split() else "")
        return "\n".join(self._line(number, line) for line in lines)

    def _cell_magic(self, number: int, lines: list[str], name: str) -> str:
        if name in PYTHON_CELLS:
            self._tell(number, f"%%{name}")
            at = next(index for index, line in enumerate(lines) if line.startswith("%%"))
            return "\n".join([*lines[:at], f"# {lines[at]}", *(self._line(number, line) for line in lines[at + 1:])])
        self._tell(number, f"%%{name}, with its cell")
        return "\n".join(f"# {line}" for line in lines)

    def _line(self, number: int, line: str) -> str:
        if install := _INSTALL.match(line):
            self._install(number, install["words"])
        elif match := _LINE.match(line):
            if _parse(line.strip()) is not None:
                return line
            self._tell(number, f"{match['mark']}{match['rest'].strip()}")
        elif _QUESTION.match(line):
            self._tell(number, line.strip())
        else:
            return line
        indent = line[:len(line) - len(line.lstrip())]
        # An indented one may be all that its block holds.
        return f"{indent}{'pass  ' if indent else ''}# {line.strip()}"

    def _install(self, number: int, words: str):
        try:
            found = shlex.split(words, comments=True)
        except ValueError:
            found = []
        named = [word for word in found if not word.startswith("-") and parse_requirement(word)]
        self.requirements += [word for word in named if word not in self.requirements]
        if named:
            self.notices.append(f"Cell {number} of {self.path} installs {', '.join(named)}; the app is packed with it.")
        if not named or "-r" in found:
            self._tell(number, f"pip install {words.strip()}")

    def _tell(self, number: int, what: str):
        self.notices.append(f"Cell {number} of {self.path}: `{what[:100]}` is not Python and is left out.")

    def finish(self) -> dict:
        block = f"# /// script\n# dependencies = {json.dumps(self.requirements)}\n# ///\n\n" if self.requirements else ""
        text = block + "\n".join(self.parts)
        notices = [f"{self.path} is run as a script: its code cells, in their order, without a kernel.", *self.notices]
        if self.shows:
            cells = ", ".join(map(str, self.shows[:20]))
            notices.append(f"What Jupyter shows at the end of a cell, a script does not print: cell {cells} of {self.path}.")
        return {"text": text, "notices": notices}


def _parse(text: str) -> ast.Module | None:
    try:
        return parse_source(text.encode("utf-8", "surrogatepass"))
    except (Unparsable, UnicodeError):
        return None
