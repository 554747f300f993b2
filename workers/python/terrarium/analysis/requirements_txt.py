"""requirements.txt as pip reads it: `-r` and `-c` followed, hashes kept, folders and wheels of the project found, index options named as ignored, the rest refused by line."""
import re
from dataclasses import dataclass, field
from posixpath import normpath

from packaging.utils import canonicalize_name

from terrarium import limits
from terrarium.analysis.declared import Requirement, warning
from terrarium.analysis.decode_text import decode_text
from terrarium.analysis.local_paths import Refused, read_local_path
from terrarium.analysis.requirement import shorten, where
from terrarium.analysis.tree import Tree, join, parent
from terrarium.failure import Failure

_COMMENT = re.compile(r"(?:^|\s)#.*$")
_OPTION = re.compile(r"(?P<name>--[A-Za-z][A-Za-z-]*|-[A-Za-z])(?:\s*=\s*|\s+)?(?P<value>.*)\Z")
_TRAILING = re.compile(r"\s(?=--[a-z])")
_VARIABLE = re.compile(r"\$\{[A-Z0-9_]+\}")
_PATH = re.compile(r"file:|\.{0,2}[/\\]|\.{1,2}\Z|[A-Za-z]:[/\\]|[^\s/]+/|\S+\.(?:whl|tar\.gz|zip)\Z")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_ITSELF = re.compile(r"\./?(?:\[(?P<extras>[A-Za-z0-9._, -]+)\])?\Z")
_INCLUDES = {"-r": "r", "--requirement": "r", "-c": "c", "--constraint": "c"}
_EDITABLE = ("-e", "--editable")


@dataclass
class RequirementsFile:
    """All that one file and the files it includes say."""
    requirements: list[Requirement] = field(default_factory=list)
    constraints: list[Requirement] = field(default_factory=list)
    warnings: list[dict] = field(default_factory=list)
    refused: list[tuple[Requirement, str]] = field(default_factory=list)
    #: Name, normalised → folder or wheel of what was dropped.
    paths: dict[str, str] = field(default_factory=dict)


def read_requirements_txt(tree: Tree, path: str) -> RequirementsFile:
    found = RequirementsFile()
    _Reader(tree, found).read(path, [], found.requirements)
    if found.refused:
        raise _refusal(path, found.refused)
    return found


def _refusal(path: str, refused: list[tuple[Requirement, str]]) -> Failure:
    first, reason = refused[0]
    more = f", and {len(refused) - 1} more such lines" if len(refused) > 1 else ""
    return Failure("project/bad-metadata", f"Reading {path}: `{shorten(first.text)}` {reason}{more}.",
                   *(f"{where(line)}: `{shorten(line.text)}` {reason}" for line, reason in refused[:50]),
                   "Name the distribution and its version instead, or drop its wheel.")


class _Reader:
    def __init__(self, tree: Tree, found: RequirementsFile):
        self.tree, self.found, self.files = tree, found, 0

    def read(self, path: str, stack: list[str], into: list[Requirement]):
        self.files += 1
        if self.files > (most := limits.find("includes")):
            raise Failure("project/too-large", f"Reading {stack[0]}: it includes more than {most} files, itself counted (includes).", *stack[:5], limits.explain("includes"))
        text = decode_text(self.tree.read(path), path, fallback="latin-1")
        for line, content in _logical_lines(text):
            self._line(Requirement(content, path, line), [*stack, path], into)

    def _line(self, line: Requirement, stack: list[str], into: list[Requirement]):
        if line.text.startswith("-"):
            return self._option(line, stack, into)
        text, *options = _TRAILING.split(line.text)
        line.text = text.strip()
        line.hashes = [option.partition("=")[2].strip() for option in options if option.startswith("--hash")]
        if others := [option.partition("=")[0] for option in options if not option.startswith("--hash")]:
            self._warn(line, f"`{', '.join(others)}` is ignored: wheels are never built with options.")
        if _ITSELF.match(line.text):
            self._tell_itself(line, line.text)
        elif _is_path(line.text):
            self._local(line, line.text, into)
        elif reason := _find_refusal(line.text):
            self.found.refused.append((line, reason))
        else:
            into.append(line)

    def _option(self, line: Requirement, stack: list[str], into: list[Requirement]):
        match = _OPTION.match(line.text)
        name, value = (match["name"], match["value"].strip()) if match else (line.text, "")
        if kind := _INCLUDES.get(name):
            self._include(line, kind, value, stack, into)
        elif name not in _EDITABLE:
            # The value is left out of the message: index addresses carry passwords.
            self._warn(line, f"`{name}` is ignored: the index is chosen in the settings of the build.")
        elif _ITSELF.match(value):
            self._tell_itself(line, value)
        elif _URL.match(value) or "+" in value.partition(":")[0] or _VARIABLE.search(value):
            self.found.refused.append((line, "is an editable requirement from elsewhere; only folders of the project can be"))
        else:
            self._local(line, value, into)

    def _tell_itself(self, line: Requirement, text: str):
        extras = _ITSELF.match(text)["extras"]
        advice = f"; choose its extras instead (on the command line: --extra {extras.replace(' ', '')})" if extras else ""
        self._warn(line, f"`{shorten(line.text)}` is the project itself and adds nothing{advice}.")

    def _local(self, line: Requirement, text: str, into: list[Requirement]):
        """Packed as it is, which for a folder of the project is what editable comes to."""
        try:
            name, place, requirement = read_local_path(self.tree, parent(line.path), text)
        except Refused as refused:
            self.found.refused.append((line, str(refused)))
            return
        self.found.paths[canonicalize_name(name)] = place
        into.append(Requirement(requirement, line.path, line.line, line.hashes))

    def _include(self, line: Requirement, kind: str, value: str, stack: list[str], into: list[Requirement]):
        target = normpath(join(parent(line.path), value.replace("\\", "/")))
        if reason := self._find_include_problem(value, target, stack):
            self.found.refused.append((line, reason))
        else:
            self.read(target, stack, self.found.constraints if kind == "c" else into)

    def _find_include_problem(self, value: str, target: str, stack: list[str]) -> str | None:
        if _URL.match(value) or _VARIABLE.search(value):
            return "includes a file from elsewhere; only files of the project are read"
        if value.startswith(("/", "\\")) or target.startswith("..") or _PATH.match(value) and value[1:2] == ":":
            return "leaves the project"
        if target in stack:
            return f"includes itself ({' → '.join([*stack[stack.index(target):], target])})"
        return None if self.tree.has(target) else "includes a file that does not exist"

    def _warn(self, line: Requirement, message: str):
        self.found.warnings.append(warning(message, line.path, line.line))


def _find_refusal(text: str) -> str | None:
    if _VARIABLE.search(text):
        return "asks for a variable of the environment, which is never read"
    if _URL.match(text):
        return "is an address without a name; `name @ https://…` of a wheel is understood"
    return None


def _is_path(text: str) -> bool:
    return not _VARIABLE.search(text) and "@" not in text and bool(_PATH.match(text.partition(";")[0].partition("[")[0].strip()))


def _logical_lines(text: str):
    """(number of its first line, text) of each line that says something; a backslash joins lines, except in a comment."""
    joined, start = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        start = start or number
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            joined += line[:-1] + " "
            continue
        content = _COMMENT.sub("", joined + line).strip()
        if content:
            yield start, content
        joined, start = "", 0
    if joined.strip():
        yield start, _COMMENT.sub("", joined).strip()
