"""Requirements with hashes: as pip has it, one that has some means that all must, what they bring with them included."""
from ..failure import Failure
from ..resolution.files import canonical
from ..resolution.need import find_requirement


def check_all_hashed(request: dict, distributions: list[dict]) -> None:
    """What people and targets add is no line of the file, and needs none."""
    files = {one["origin"].partition(":")[0] for one in request["requirements"] if one["hashes"]}
    if not files:
        return
    hashed = {name(one) for one in request["requirements"] if one["hashes"]}
    added = {name(one) for one in request["requirements"] if one["origin"].partition(":")[0] not in files}
    local = {canonical(one["filename"].partition("-")[0]) for one in request["local"]}
    reached = reach(added, distributions)
    open_ = sorted({one["name"] for one in distributions} - hashed - reached - local)
    if open_:
        raise Failure(
            "resolution/bad-requirement",
            f"{sorted(files)[0]} has hashes, which then all that is packed must have; {', '.join(open_[:5])}{' and more' if len(open_) > 5 else ''} {'has' if len(open_) == 1 else 'have'} none.",
            "Write it anew so that it names all distributions with their hashes (`uv pip compile --generate-hashes`, `pip-compile --generate-hashes`).",
        )


def name(one: dict) -> str:
    return canonical(find_requirement(one["requirement"].strip()).name)


def reach(names: set[str], distributions: list[dict]) -> set[str]:
    found, queue = set(names), list(names)
    for asker in queue:
        for one in distributions:
            if one["name"] not in found and any(other["name"] == asker for other in one["requiredBy"]):
                found.add(one["name"])
                queue.append(one["name"])
    return found
