"""What the project is called and which version it is: declared, given, or for bare projects found; nothing is invented."""
import re
import unicodedata

from packaging.version import InvalidVersion, Version

from terrarium.failure import Failure

NAME = re.compile(r"[A-Z0-9](?:[A-Z0-9._-]*[A-Z0-9])?\Z", re.IGNORECASE)
_SUFFIX = re.compile(r"\.(?:py|pyw|zip|pyz|tar\.gz|tgz|whl)\Z", re.IGNORECASE)
# As code hosts name the archive of a branch.
_BRANCH = re.compile(r"-(?:main|master|trunk|develop)\Z")
LONGEST_VERSION = 200


def check_name(name: str, path: str) -> str:
    if len(name) > 200 or not NAME.match(name) or not name.isascii():
        raise Failure("project/bad-metadata", f"Reading the project's name in {path}: found {name[:200]!r}, expected letters, digits, `-`, `_` and `.`, "
                      "beginning and ending with a letter or digit.", path)
    return name


def derive_name(source: str) -> str:
    """From the name of what was dropped."""
    stem = _BRANCH.sub("", _SUFFIX.sub("", source.replace("\\", "/").rstrip("/").rpartition("/")[2]))
    ascii_stem = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", ascii_stem).strip("-_.")
    if not name:
        raise Failure("project/needs-answer", f"Naming the project: found no usable name in {source!r}, expected Latin letters or digits.",
                      "Give a name.")
    return name[:100].rstrip("-_.")


def is_version(text: str) -> bool:
    try:
        return len(text) <= LONGEST_VERSION and bool(Version(text))
    except (InvalidVersion, ValueError):
        return False


def check_version(text: str, path: str, code: str = "project/bad-metadata") -> str:
    if not is_version(text):
        raise Failure(code, f"Reading the project's version in {path}: found {text[:100]!r}, expected a version as PEP 440 "
                      "describes it, such as 1.0 or 2.1.dev3.", path)
    return text.strip()
