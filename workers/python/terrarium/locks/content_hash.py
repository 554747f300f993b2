"""poetry.lock and pdm.lock hold a hash of what pyproject.toml said when they were made: another one now, and the project was changed since."""
import hashlib
import json

from packaging.utils import canonicalize_name

from ..analysis.parse_toml import parse_toml
from ..failure import Failure
from .locked import COMMANDS, Wanted


def tell_stale(wanted: Wanted, pyproject: str) -> list[str]:
    """Lines for people. What is required is held against the lock anyway: a loosened range need not stop a build."""
    make = HASHES.get(wanted.file)
    if make is None or not pyproject:
        return []
    metadata = wanted.parse().table("metadata")
    said = metadata.string("content-hash") or metadata.string("content_hash") or ""
    try:
        now = make(parse_toml(pyproject, "pyproject.toml"))
    except (Failure, TypeError, AttributeError, ValueError):  # dates and other things that no hash was ever made of
        return []
    if not said or said.removeprefix("sha256:") in now:
        return []
    return [f"pyproject.toml was changed since {wanted.path} was made; the lock still holds what is required, and is used. `{COMMANDS[wanted.file]}` makes it anew."]


def digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def hash_for_poetry(data: dict) -> set[str]:
    """As Poetry 2.3 has it, and as the versions before it, which left dependency groups out."""
    return {digest(pick_for_poetry(data, data.get("dependency-groups", {}))), digest(pick_for_poetry(data, {}))}


def pick_for_poetry(data: dict, groups: dict) -> dict:
    project = {key: value for key in ("requires-python", "dependencies", "optional-dependencies") if (value := data.get("project", {}).get(key)) is not None}
    own = data.get("tool", {}).get("poetry", {})
    legacy = () if project or groups else ("dependencies", "source", "extras", "dev-dependencies")
    keys = ("dependencies", "source", "extras", "dev-dependencies", "group")
    poetry = {key: own.get(key) for key in keys if own.get(key) is not None or key in legacy}
    if not project and not groups:
        return poetry
    return {**({"project": project} if project else {}), **({"dependency-groups": groups} if groups else {}), "tool": {"poetry": poetry}}


def hash_for_pdm(data: dict) -> set[str]:
    project, own = data["project"], data.get("tool", {}).get("pdm", {})
    development: dict[str, list] = {}
    for name, wanted in data.get("dependency-groups", {}).items():
        development[canonicalize_name(name)] = wanted
    for name, wanted in own.get("dev-dependencies", {}).items():
        development.setdefault(canonicalize_name(name), []).extend(wanted)
    return {digest({
        "sources": own.get("source", []), "dependencies": project.get("dependencies", []), "dev-dependencies": development,
        "optional-dependencies": project.get("optional-dependencies", {}), "requires-python": project.get("requires-python", ""), "resolution": own.get("resolution", {}),
    })}


HASHES = {"poetry.lock": hash_for_poetry, "pdm.lock": hash_for_pdm}
