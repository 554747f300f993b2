"""A small index as data, and the engine's side of the rounds: answers every want until the resolution is done."""
import hashlib
import json
import re
from pathlib import Path

import pytest

from terrarium.failure import Failure
from terrarium.resolve import resolve

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://index.example/simple"
FILES = "https://files.example"
IDS = ["linux-x86_64", "linux-arm64", "windows-x86_64", "macos-arm64", "macos-x86_64"]


def read_target(id: str) -> dict:
    """The targets are TypeScript, but plain enough to be read as JSON."""
    text = (ROOT / "src/targets" / f"{id}.ts").read_text()
    body = re.search(r"export default (\{.*\}) satisfies Target", text, re.DOTALL)[1]
    body = re.sub(r"([{,]\s*)(\w+):", r'\1"\2":', body).replace("'", '"')
    return json.loads(re.sub(r",(\s*[}\]])", r"\1", body))


TARGETS = {id: read_target(id) for id in IDS}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def print_metadata(file: dict) -> str:
    stem = file["file"].removesuffix(".tar.gz").removesuffix(".zip")
    name, version = stem.split("-")[:2] if file["file"].endswith(".whl") else stem.rsplit("-", 1)
    lines = ["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}"]
    python = file.get("metadataPython", file.get("requiresPython"))
    lines += [f"Requires-Python: {python}"] if python else []
    lines += [f"Provides-Extra: {extra}" for extra in file.get("extras", ())]
    lines += [f"Requires-Dist: {requirement}" for requirement in file.get("requires", ())]
    return "\n".join(lines) + "\n\nName: not this one\n"


def make_entry(file: dict) -> dict:
    entry = {"filename": file["file"], "url": f"{FILES}/{file['file']}", "hashes": {"sha256": digest(file["file"])}, "size": 1000}
    if "requiresPython" in file:
        entry["requires-python"] = file["requiresPython"]
    if "yanked" in file:
        entry["yanked"] = file["yanked"] or True
    if "uploaded" in file:
        entry["upload-time"] = file["uploaded"]
    if file["file"].endswith(".whl"):
        entry["core-metadata"] = {"sha256": digest(print_metadata(file))}
    return entry


class FrozenIndex:
    """`wants` keeps the wants of each round."""

    def __init__(self, index: dict[str, list[dict]]):
        self.index = index
        self.metadata = {f"{FILES}/{file['file']}": print_metadata(file) for files in index.values() for file in files}
        # What shows that a source archive needs a compiler, as the engine finds it out.
        self.compiled = {f"{FILES}/{file['file']}": file["compiler"] for files in index.values() for file in files if "compiler" in file}
        self.wants: list[list[dict]] = []

    def answer(self, wants: list[dict]) -> tuple[list[dict], list[bytes]]:
        self.wants.append(wants)
        answers, blobs = [], []
        for want in wants:
            answer, body = self.find(want)
            if body is not None:
                answer["blob"] = len(blobs)
                blobs.append(body)
            answers.append(answer)
        return answers, blobs

    def find(self, want: dict) -> tuple[dict, bytes | None]:
        if want["kind"] == "source" and (shown := self.compiled.get(want["url"])):
            return {"want": want, "problem": {"code": "project/needs-compiler", "message": f"its source archive is not pure Python: {shown}", "notes": []}}, None
        if want["kind"] in ("metadata", "source"):
            text = self.metadata.get(want["url"])
            return {"want": want}, text.encode() if text is not None else None
        files = self.index.get(want["name"])
        answer = {"want": want, "url": f"{BASE}/{want['name']}/", "contentType": "application/vnd.pypi.simple.v1+json", "index": f"{BASE}/"}
        body = {"meta": {"api-version": "1.1"}, "name": want["name"], "files": [make_entry(file) for file in files or ()]}
        return answer, json.dumps(body).encode() if files is not None else None


class Incomplete(Failure):
    """The failure that the engine makes of it; `resolution` has the gaps."""

    def __init__(self, value: dict):
        failure = value["failure"]
        super().__init__(failure["code"], failure["message"], *failure["notes"])
        self.resolution = value["resolution"]


def hazard(label: str):
    """Puts the name of a case of the list of hazards into a test's own: `test_…[(R13)]`."""
    return pytest.mark.parametrize((), [()], ids=[label])


sessions = iter(range(10**9))


def make_request(requirements: list, targets: list[str] | None = None, python: str = "3.14.6", **rest) -> dict:
    chosen = [TARGETS[id] if isinstance(id, str) else id for id in (targets or IDS)]
    hashes = rest.pop("hashes", {})
    return {
        "session": f"test-{next(sessions)}",
        "requirements": [
            {"requirement": text, "origin": f"pyproject.toml:{line}", "hashes": hashes.get(text, [])}
            for line, text in enumerate(requirements, 1)
        ],
        "constraints": [], "pythons": {target["id"]: python for target in chosen}, "targets": chosen,
        "local": [], "preferred": {}, "allowPrereleases": False, **rest,
    }


def run(index, request: dict, most_rounds: int = 400) -> dict:
    answers, blobs = [], []
    for _ in range(most_rounds):
        value = resolve({**request, "answers": answers}, blobs)
        # Whatever crosses the thread must be plain data.
        value = json.loads(json.dumps(value))
        if value["state"] == "done":
            return value["resolution"]
        if value["state"] == "incomplete":
            raise Incomplete(value)
        answers, blobs = index.answer(value["wants"])
    raise AssertionError("the rounds do not end")


def versions_of(resolution: dict) -> dict:
    """Name → version where all targets have the same, else name → target → version."""
    found: dict[str, dict[str, str]] = {}
    for distribution in resolution["distributions"]:
        for id in distribution["wheels"]:
            found.setdefault(distribution["name"], {})[id] = distribution["version"]
    everywhere = set(resolution["targets"])
    return {
        name: next(iter(own.values())) if set(own) == everywhere and len(set(own.values())) == 1 else own
        for name, own in found.items()
    }
