"""The verb `resolve`: requirements, targets and index answers → the exact wheel of each distribution for each target, or what is missing."""
from .resolution.given_lock import resolve_lock
from .resolution.session import Missing, find_session, take_answers
from .resolution.task import find_task, make_environments


def resolve(request: dict, blobs: list) -> dict:
    if request.get("lock"):
        return done(resolve_lock(request["lock"], make_environments(request), request["local"]))
    session = find_session(request["session"])
    take_answers(session, request["answers"], blobs)
    try:
        return done(find_task(session, request).resolve())
    except Missing as missing:
        return {"state": "missing", "wants": list(missing.wants.values())}


def done(resolution: dict) -> dict:
    return {"state": "done", "resolution": resolution}
