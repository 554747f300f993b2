"""What is kept between the rounds of one session: answers, parsed, and the tasks that they serve."""
import hashlib
from collections import Counter, OrderedDict
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from ..failure import Failure
from .files import File
from .listing import Listing, parse_listing
from .metadata import Metadata, parse_metadata

MOST_SESSIONS = 4
UNKNOWN = object()


class Missing(Exception):
    """Something has to be fetched first. `wants` by key, in the order in which they were met."""

    def __init__(self, wants: dict[tuple, dict]):
        super().__init__()
        self.wants = wants


@dataclass(frozen=True, slots=True)
class Refusal:
    """A source archive that was looked into and is not built here."""

    reason: str


class Session:
    def __init__(self):
        # A Failure stands for what could not be had, None for what does not exist.
        self.listings: dict[str, Listing | Failure | None] = {}
        self.metadata: dict[str, Metadata | Refusal | Failure | None] = {}
        # How often a search had to stop for the metadata of one more version of a name.
        self.stops: Counter[str] = Counter()
        self.tasks: OrderedDict[str, object] = OrderedDict()

    def listing(self, name: str) -> Listing | None:
        found = self.listings.get(name, UNKNOWN)
        if found is UNKNOWN:
            raise Missing(want_listing(name))
        if isinstance(found, Failure):
            raise found
        return found

    def metadata_of(self, file: File) -> Metadata | Refusal | None:
        found = self.metadata.get(file.metadata_key, UNKNOWN)
        if found is UNKNOWN and file.text is not None:
            found = self.metadata[file.metadata_key] = parse_metadata(file.text)
        if found is UNKNOWN:
            raise Missing(want_metadata(file))
        if isinstance(found, Failure):
            raise found
        return found


SESSIONS: OrderedDict[str, Session] = OrderedDict()


def find_session(key: str) -> Session:
    session = SESSIONS.pop(key, None) or Session()
    SESSIONS[key] = session
    while len(SESSIONS) > MOST_SESSIONS:
        SESSIONS.popitem(last=False)
    return session


def want_listing(name: str) -> dict[tuple, dict]:
    return {("listing", name): {"kind": "listing", "name": name}}


def want_metadata(file: File) -> dict[tuple, dict]:
    want = {"kind": "source" if file.source else "metadata", "url": file.url, "filename": file.filename, "sha256": file.sha256}
    if file.size is not None:
        want["size"] = file.size
    if file.metadata_sha256:
        want["metadataSha256"] = file.metadata_sha256
    return {("metadata", file.metadata_key): want}


def take_answers(session: Session, answers: list[dict], blobs: list, prior_to: datetime | None = None) -> None:
    for answer in answers:
        want = answer["want"]
        body = bytes(blobs[answer["blob"]]) if answer.get("blob") is not None else None
        if want["kind"] == "listing":
            session.listings[want["name"]] = read_answer(partial(take_listing, prior_to=prior_to), answer, body)
        else:
            session.metadata[want.get("metadataSha256") or want["url"]] = read_answer(take_metadata, answer, body)


def read_answer(take, answer: dict, body: bytes | None):
    problem = answer.get("problem")
    if problem and problem["code"] == "project/needs-compiler":
        return Refusal(problem["message"].rstrip("."))
    if problem:
        return Failure(problem["code"], problem["message"], *problem.get("notes", ()))
    if body is None:
        return None
    try:
        return take(answer, body)
    except Failure as failure:
        # Raised only where the search really needs it: it may belong to a version that is never taken.
        return failure


def take_listing(answer: dict, body: bytes, prior_to: datetime | None) -> Listing:
    return parse_listing(answer["want"]["name"], answer.get("url") or "", answer.get("contentType") or "", body, index=answer.get("index") or "", prior_to=prior_to)


def take_metadata(answer: dict, body: bytes) -> Metadata:
    want = answer["want"]
    promised = want.get("metadataSha256")
    if promised and (found := hashlib.sha256(body).hexdigest()) != promised:
        raise Failure(
            "supply/wrong-hash",
            f"The metadata of {want['filename']} has the SHA-256 {found}; the index promised {promised}.", want["url"],
        )
    return parse_metadata(body.decode("utf-8", "replace"))
