"""Distributions → pylock.toml (PEP 751). The same input gives the same text: no dates, everything sorted."""
import json

from .environment import Environment

# What tells our targets apart, first that which does so best.
MARKER_FIELDS = ("sys_platform", "platform_machine")


def print_lock(environments: dict[str, Environment], distributions: list[dict]) -> str:
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
    ]
    for distribution in distributions:
        lines += ["", "[[packages]]", *print_package(distribution, markers, distributions)]
    return "\n".join(lines) + "\n"


def make_marker(environment: Environment, with_python: bool) -> str:
    terms = [f"{field} == '{environment.own[field]}'" for field in MARKER_FIELDS]
    if with_python:
        terms.append(f"python_version == '{environment.series}'")
    return " and ".join(terms)


def print_package(distribution: dict, markers: dict[str, str], distributions: list[dict]) -> list[str]:
    lines = [f"name = {quote(distribution['name'])}", f"version = {quote(distribution['version'])}"]
    if len(distribution["wheels"]) < len(markers):
        lines.append(f"marker = {quote(join_markers(markers[id] for id in distribution['wheels']))}")
    dependencies = find_dependencies(distribution, distributions)
    if dependencies:
        lines += ["dependencies = [", *(f"    {{ {entry} }}," for entry in dependencies), "]"]
    wheels = {wheel["filename"]: wheel for wheel in distribution["wheels"].values()}
    return [*lines, "wheels = [", *(f"    {print_wheel(wheels[name])}," for name in sorted(wheels)), "]"]


def join_markers(markers) -> str:
    own = sorted(set(markers))
    return own[0] if len(own) == 1 else " or ".join(f"({marker})" for marker in own)


def find_dependencies(distribution: dict, distributions: list[dict]) -> list[str]:
    """Names are enough, except where a name stands in the lock more than once."""
    found = []
    for other in distributions:
        asked = any(asker["name"] == distribution["name"] for asker in other["requiredBy"])
        if asked and other is not distribution and set(other["wheels"]) & set(distribution["wheels"]):
            several = sum(one["name"] == other["name"] for one in distributions) > 1
            version = f", version = {quote(other['version'])}" if several else ""
            found.append(f"name = {quote(other['name'])}{version}")
    return found


def print_wheel(wheel: dict) -> str:
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
