"""The verb `resolve`: requirements, targets and index answers → the exact wheel of each distribution for each target, or what is missing."""
from .failure import Failure
from .instant import find_instant
from .locks.hashed import check_all_hashed
from .resolution.given_lock import resolve_lock
from .resolution.session import Missing, find_session, take_answers
from .resolution.task import find_task, make_environments


def resolve(request: dict, blobs: list) -> dict:
    check_python(request)
    session = find_session(request["session"])
    take_answers(session, request["answers"], blobs, find_instant(request.get("uploadedPriorTo")))
    try:
        if request.get("lock"):
            return {"state": "done", "resolution": resolve_lock(request, session, make_environments(request))}
        answer = find_task(session, request).resolve()
    except Missing as missing:
        return {"state": "missing", "wants": list(missing.wants.values())}
    check_all_hashed(request, answer["resolution"]["distributions"])
    return {"state": "incomplete" if "failure" in answer else "done", **answer}


def check_python(request: dict) -> None:
    asked = request.get("requiresPython")
    if not asked:
        return
    excluded = {str(one.python) for one in make_environments(request).values() if not one.admits(asked)}
    if excluded:
        found = " and ".join(sorted(excluded))
        raise Failure(
            "resolution/conflict",
            f"The project asks for Python {asked}; it was to be packed with {found}.",
            "Choose another Python (on the command line: --python), or change requires-python.",
        )
