"""PKG-INFO and METADATA (core metadata, RFC 822 style) → their fields; and what a source distribution's PKG-INFO declares."""
import email.parser
import email.policy
import re

from terrarium.analysis.declared import Declared, Requirement, warning
from terrarium.analysis.decode_text import decode_text, find_line
from terrarium.analysis.tree import Tree, join

_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']*)["']""")
_LAST_EXTRA = re.compile(r"""(?:\s+and\s+|^\s*)extra\s*==\s*["'][^"']*["']\s*$""")


def parse_core_metadata(text: str) -> dict[str, list[str]]:
    """Lower-case field name → its values, unfolded."""
    message = email.parser.HeaderParser(policy=email.policy.compat32).parsestr(text)
    fields: dict[str, list[str]] = {}
    for name, value in message.items():
        fields.setdefault(name.lower(), []).append(re.sub(r"\n[ \t]+", " ", str(value)).strip())
    return fields


def find_pkg_info(tree: Tree, root: str) -> Declared | None:
    path = join(root, "PKG-INFO")
    if not tree.has(path):
        return None
    text = decode_text(tree.read(path), path)
    fields = parse_core_metadata(text)
    first = {name: values[0] for name, values in fields.items()}
    version = first.get("version")
    # setuptools writes 0.0.0 where it knew none.
    declared = Declared("PKG-INFO", first.get("name"), None if version == "0.0.0" else version, first.get("requires-python"))
    _add_requirements(declared, fields, text, path)
    return declared


def _add_requirements(declared: Declared, fields: dict[str, list[str]], text: str, path: str):
    if "requires-dist" not in fields:
        return
    declared.requirements = []
    declared.extras = {extra: [] for extra in fields.get("provides-extra", [])}
    for value in fields["requires-dist"]:
        requirement = Requirement(value, path, find_line(text, value))
        extras = _EXTRA.findall(value)
        if not extras:
            declared.requirements.append(requirement)
        elif (bare := without_extra(value)) is None:
            declared.warnings.append(warning(f"The condition of `{value}` was not understood; it counts for no extra.", path, requirement.line))
        else:
            declared.extras.setdefault(extras[0], []).append(Requirement(bare, path, requirement.line))


def without_extra(requirement: str) -> str | None:
    """The requirement without its last `extra == "x"`; None where that stands elsewhere in the marker."""
    head, _, marker = requirement.rpartition(";")
    rest = _LAST_EXTRA.sub("", marker)
    if _EXTRA.search(rest):
        return None
    return f"{head.strip()} ; {rest.strip()}" if rest.strip() else head.strip()
