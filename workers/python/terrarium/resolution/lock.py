"""Distributions → pylock.toml (PEP 751). The same input gives the same text: no dates, everything sorted."""
import json
from collections import Counter
from datetime import datetime

from ..instant import print_instant
from .environment import Environment

# What tells our targets apart, first that which does so best.
MARKER_FIELDS = ("sys_platform", "platform_machine")


def print_lock(environments: dict[str, Environment], distributions: list[dict], prior_to: datetime | None = None) -> str:
    series = sorted({environment.series for environment in environments.values()})
    markers = {id: make_marker(environment, len(series) > 1) for id, environment in environments.items()}
    lines = [
        'lock-version = "1.0"',
        f"environments = {print_strings(sorted(set(markers.values())))}",
        *([f'requires-python = "=={series[0]}.*"'] if len(series) == 1 else []),
        "extras = []",
        "dependency-groups = []",
        "default-groups = []",
        'created-by = "terrarium"',
        *([] if distributions else ["packages = []"]),
    ]
    dependencies = make_dependencies(distributions)
    counts = Counter(distribution["name"] for distribution in distributions)
    several = {name for name, count in counts.items() if count > 1}
    for distribution in distributions:
        # Another version of the same dependency may belong to other targets only.
        own = [one for one in dependencies.get(distribution["name"], ()) if one["wheels"].keys() & distribution["wheels"].keys()]
        lines += ["", "[[packages]]", *print_package(distribution, markers, [print_dependency(one, several) for one in own])]
    if prior_to:
        lines += ["", "[tool.terrarium]", f"uploaded-prior-to = {quote(print_instant(prior_to))}"]
    return "\n".join(lines) + "\n"


def make_marker(environment: Environment, with_python: bool) -> str:
    terms = [f"{field} == '{environment.own[field]}'" for field in MARKER_FIELDS]
    if with_python:
        terms.append(f"python_version == '{environment.series}'")
    return " and ".join(terms)


def print_package(distribution: dict, markers: dict[str, str], dependencies: list[str]) -> list[str]:
    lines = [f"name = {quote(distribution['name'])}", f"version = {quote(distribution['version'])}"]
    if len(distribution["wheels"]) < len(markers):
        lines.append(f"marker = {quote(join_markers(markers[id] for id in distribution['wheels']))}")
    if "index" in distribution:
        lines.append(f"index = {quote(distribution['index'])}")
    if dependencies:
        lines += ["dependencies = [", *(f"    {entry}," for entry in dependencies), "]"]
    wheels = {wheel["filename"]: wheel for wheel in distribution["wheels"].values() if "built" not in wheel}
    sources = [wheel["built"] for wheel in distribution["wheels"].values() if "built" in wheel]
    # What was built here is what whoever reads the lock has to build: the source archive stands for it.
    lines += [f"sdist = {print_file(sources[0])}"] if sources else []
    return [*lines, "wheels = [", *(f"    {print_file(wheels[name])}," for name in sorted(wheels)), "]"] if wheels else lines


def join_markers(markers) -> str:
    own = sorted(set(markers))
    return own[0] if len(own) == 1 else " or ".join(f"({marker})" for marker in own)


def make_dependencies(distributions: list[dict]) -> dict[str, list[dict]]:
    """By name of who asks."""
    dependencies: dict[str, list[dict]] = {}
    for distribution in distributions:
        for name in sorted({asker["name"] for asker in distribution["requiredBy"]} - {"", distribution["name"]}):
            dependencies.setdefault(name, []).append(distribution)
    return dependencies


def print_dependency(dependency: dict, several: set[str]) -> str:
    """The name is enough, except where it stands in the lock more than once."""
    version = f", version = {quote(dependency['version'])}" if dependency["name"] in several else ""
    return f"{{ name = {quote(dependency['name'])}{version} }}"


def print_file(wheel: dict) -> str:
    fields = [f"name = {quote(wheel['filename'])}"]
    # A wheel that came with the project, or was built from it, has no address: it lies beside the lock.
    local = not wheel["url"].startswith(("https:", "http:"))
    fields.append(f"path = {quote(wheel['filename'])}" if local else f"url = {quote(wheel['url'])}")
    if "size" in wheel:
        fields.append(f"size = {wheel['size']}")
    return f"{{ {', '.join(fields)}, hashes = {{ sha256 = {quote(wheel['sha256'])} }} }}"


def print_strings(values: list[str]) -> str:
    return f"[{', '.join(map(quote, values))}]"


def quote(text: str) -> str:
    # A JSON string is a TOML basic string, except that TOML wants DEL escaped as well.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
