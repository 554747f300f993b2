"""The rounds of one resolution, what a request can say besides requirements, and limits."""
import hashlib
import time

import pytest
from frozen_index import FILES, TARGETS, FrozenIndex, digest, hazard, make_request, run, versions_of

from terrarium import limits
from terrarium.failure import Failure
from terrarium.resolution import search
from terrarium.resolution.session import MOST_SESSIONS, SESSIONS
from terrarium.resolve import resolve

LINUX = ["linux-x86_64"]


def pure(name: str, version: str = "1.0", *requires: str, **rest) -> dict:
    return {"file": f"{name}-{version}-py3-none-any.whl", "requires": [*requires], **rest}


def failure_of(index, request) -> Failure:
    with pytest.raises(Failure) as caught:
        run(index, request)
    return caught.value


def local_wheel(filename: str, *requires: str) -> dict:
    name, version = filename.split("-")[:2]
    text = "\n".join(["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {one}" for one in requires), "", ""])
    return {"filename": filename, "url": f"dropped:{filename}", "sha256": digest(filename), "size": 5, "metadata": text}


def test_a_round_wants_everything_that_is_known_to_be_missing():
    index = FrozenIndex({"root": [pure("root", "1.0", *(f"leaf{n}" for n in range(30)))], **{f"leaf{n}": [pure(f"leaf{n}")] for n in range(30)}})
    run(index, make_request(["root"]))
    assert [len(wants) for wants in index.wants] == [1, 1, 30, 30]


def test_nothing_is_wanted_twice_even_where_targets_share_it():
    shared = [{"file": f"native-1.0-cp314-cp314-{platform}.whl"} for platform in ("manylinux_2_17_x86_64", "win_amd64", "macosx_11_0_arm64")]
    index = FrozenIndex({"native": shared})
    run(index, make_request(["native"], ["linux-x86_64", "windows-x86_64", "macos-arm64"]))
    assert [[want["kind"] for want in wants] for wants in index.wants] == [["listing"], ["metadata"]]


def test_wheels_whose_metadata_is_not_announced_are_asked_for_one_by_one(monkeypatch):
    index = FrozenIndex({"native": [{"file": f"native-1.0-cp314-cp314-{platform}.whl"} for platform in ("manylinux_2_17_x86_64", "win_amd64")]})
    monkeypatch.setattr("frozen_index.make_entry", lambda file: {
        "filename": file["file"], "url": f"{FILES}/{file['file']}", "hashes": {"sha256": digest(file["file"])}})
    run(index, make_request(["native"], ["linux-x86_64", "windows-x86_64"]))
    assert [sorted(want) for want in index.wants[1]] == [["filename", "kind", "sha256", "url"]] * 2


def test_versions_that_are_tried_in_turn_are_wanted_in_growing_batches():
    versions = [pure("many", f"{n}.0", f"base=={n}") for n in range(1, 201)]
    index = FrozenIndex({"many": versions, "base": [pure("base", f"{n}") for n in range(1, 201)]})
    assert versions_of(run(index, make_request(["many", "base<20"], LINUX))) == {"many": "19.0", "base": "19"}
    assert len(index.wants) < 20


def test_what_the_project_itself_makes_impossible_is_said_at_once():
    chain = {f"c{n}": [pure(f"c{n}", "1.0", *([f"c{n + 1}"] if n < 9 else []))] for n in range(10)}
    index = FrozenIndex({**chain, "a": [pure("a")]})
    assert failure_of(index, make_request(["c0", "a>=2"], LINUX)).code == "resolution/conflict"
    assert len(index.wants) == 1


def test_the_same_session_answers_a_second_question_without_asking_again():
    index = FrozenIndex({"a": [pure("a", "1.0", "b")], "b": [pure("b")]})
    request = make_request(["a"])
    run(index, request)
    rounds = len(index.wants)
    assert versions_of(run(index, {**request, "requirements": [{"requirement": "b", "origin": "x", "hashes": []}]})) == {"b": "1.0"}
    assert len(index.wants) == rounds


def test_old_sessions_are_forgotten():
    for _ in range(MOST_SESSIONS + 3):
        resolve({**make_request(["a"]), "answers": []}, [])
    assert len(SESSIONS) == MOST_SESSIONS


@hazard("(R21)")
def test_the_same_input_gives_the_same_bytes():
    index = {"a": [pure("a", "1.0", "b; sys_platform == 'win32'", "c")], "b": [pure("b")], "c": [pure("c")]}
    assert run(FrozenIndex(index), make_request(["c", "a"])) == run(FrozenIndex(index), make_request(["c", "a"]))


def test_every_asker_is_named_with_the_requirement_as_written():
    index = FrozenIndex({"a": [pure("a", "1.0", "B >= 1 ; sys_platform == 'linux'")], "b": [pure("b")]})
    [_, b] = run(index, make_request(["a", "b"], LINUX))["distributions"]
    assert b["requiredBy"] == [{"name": "", "requirement": "b"}, {"name": "a", "requirement": "B >= 1 ; sys_platform == 'linux'"}]


def test_a_wheel_of_the_project_is_preferred_and_never_looked_up():
    index = FrozenIndex({"b": [pure("b", "9.0")], "c": [pure("c")]})
    resolution = run(index, make_request(["b"], LINUX, local=[local_wheel("b-1.0-py3-none-any.whl", "c")]))
    assert versions_of(resolution) == {"b": "1.0", "c": "1.0"}
    assert resolution["distributions"][0]["wheels"]["linux-x86_64"]["url"] == "dropped:b-1.0-py3-none-any.whl"
    assert ("listing", "b") not in [(want["kind"], want.get("name")) for wants in index.wants for want in wants]


def test_a_wheel_of_the_project_may_be_a_pre_release_for_plain_linux():
    wheel = local_wheel("b-1.0rc1-cp314-cp314-linux_x86_64.whl")
    assert versions_of(run(FrozenIndex({}), make_request(["b"], LINUX, local=[wheel]))) == {"b": "1.0rc1"}


def test_a_wheel_of_the_project_that_does_not_satisfy_is_a_failure_and_not_a_reason_to_look_elsewhere():
    failure = failure_of(FrozenIndex({"b": [pure("b", "9.0")]}), make_request(["b>=2"], LINUX, local=[local_wheel("b-1.0-py3-none-any.whl")]))
    assert failure.code == "resolution/conflict" and "the newest is 1.0" in failure.message


def test_only_files_with_the_given_hashes_are_taken():
    index = {"a": [pure("a", "1.0"), pure("a", "2.0")]}
    one = {"a": [f"sha256:{digest('a-1.0-py3-none-any.whl')}", "md5:00"]}
    assert versions_of(run(FrozenIndex(index), make_request(["a"], LINUX, hashes=one))) == {"a": "1.0"}
    failure = failure_of(FrozenIndex(index), make_request(["a==2.0"], LINUX, hashes={"a==2.0": [f"sha256:{'0' * 64}"]}))
    assert failure.code == "resolution/no-wheel" and "has one of the hashes" in failure.message
    assert failure_of(FrozenIndex(index), make_request(["a"], LINUX, hashes={"a": ["md5:00"]})).code == "resolution/bad-requirement"


def test_a_wheel_at_an_address_is_taken_as_it_is():
    index = FrozenIndex({"x": [pure("x", "1.0", "y")], "y": [pure("y")], "z": [pure("z", "1.0", "x>=1")]})
    address = f"{FILES}/x-1.0-py3-none-any.whl"
    resolution = run(index, make_request(["z", f"x @ {address}#sha256={'ab' * 32}"], LINUX))
    assert versions_of(resolution) == {"x": "1.0", "y": "1.0", "z": "1.0"}
    wheel = resolution["distributions"][0]["wheels"]["linux-x86_64"]
    assert wheel == {"filename": "x-1.0-py3-none-any.whl", "url": address, "sha256": "ab" * 32, "pure": True}
    assert ("listing", "x") not in [(want["kind"], want.get("name")) for wants in index.wants for want in wants]


def test_a_failure_of_the_supply_is_passed_on_as_it_is():
    class Broken(FrozenIndex):
        def find(self, want):
            return {"want": want, "problem": {"code": "supply/unreachable", "message": "The index does not answer.", "notes": ["Try again."]}}, None

    failure = failure_of(Broken({}), make_request(["a"]))
    assert (failure.code, failure.message, failure.notes) == ("supply/unreachable", "The index does not answer.", ["Try again."])


def test_a_failure_on_a_path_that_is_not_taken_stops_nothing():
    class Partly(FrozenIndex):
        def find(self, want):
            if want.get("name") == "broken":
                return {"want": want, "problem": {"code": "supply/refused", "message": "No.", "notes": []}}, None
            return super().find(want)

    index = Partly({"a": [pure("a", "1.0"), pure("a", "2.0", "broken", "c<1")], "c": [pure("c")]})
    assert versions_of(run(index, make_request(["c", "a<2"], LINUX))) == {"a": "1.0", "c": "1.0"}


def test_metadata_that_is_not_what_the_index_promised_is_refused():
    class Lying(FrozenIndex):
        def find(self, want):
            answer, body = super().find(want)
            return answer, body + b"\n" if want["kind"] == "metadata" else body

    assert failure_of(Lying({"a": [pure("a")]}), make_request(["a"])).code == "supply/wrong-hash"


def test_metadata_of_another_distribution_is_refused():
    index = FrozenIndex({"a": [pure("a")]})
    text = "Name: b\nVersion: 1.0\n"
    index.metadata[f"{FILES}/a-1.0-py3-none-any.whl"] = text
    original = index.find
    index.find = lambda want: ({"want": want}, text.encode()) if want["kind"] == "metadata" and not want.update(
        metadataSha256=hashlib.sha256(text.encode()).hexdigest()) else original(want)
    request = make_request(["a"], LINUX)
    import frozen_index
    entry = frozen_index.make_entry
    try:
        frozen_index.make_entry = lambda file: {**entry(file), "core-metadata": {"sha256": digest(text)}}
        failure = failure_of(index, request)
    finally:
        frozen_index.make_entry = entry
    assert failure.code == "resolution/no-wheel" and "its metadata says that it is b 1.0" in failure.message


def test_metadata_that_is_not_there_leaves_an_older_version():
    index = FrozenIndex({"a": [pure("a", "1.0"), pure("a", "2.0")]})
    del index.metadata[f"{FILES}/a-2.0-py3-none-any.whl"]
    resolution = run(index, make_request(["a"], LINUX))
    assert versions_of(resolution) == {"a": "1.0"} and "its metadata is not to be had" in resolution["notices"][0]


def test_a_build_environment_takes_pure_wheels_only():
    tab = {
        "id": "tab", "label": "this tab", "platform": {"kind": "none"},
        "environment": {"os_name": "posix", "platform_machine": "wasm32", "platform_system": "Emscripten", "sys_platform": "emscripten"},
    }
    index = FrozenIndex({"backend": [
        {"file": "backend-1.0-cp314-none-any.whl", "requires": ["only-here; sys_platform == 'emscripten'"]},
        {"file": "backend-2.0-cp314-cp314-manylinux_2_17_x86_64.whl"}], "only-here": [pure("only_here")]})
    assert versions_of(run(index, make_request(["backend"], [tab]))) == {"backend": "1.0", "only-here": "1.0"}


def test_targets_may_have_different_pythons():
    index = FrozenIndex({"a": [pure("a", "1.0"), pure("a", "2.0", requiresPython=">=3.12")]})
    request = {**make_request(["a"], ["linux-x86_64", "linux-arm64"]), "pythons": {"linux-x86_64": "3.11.11", "linux-arm64": "3.14.6"}}
    assert versions_of(run(index, request)) == {"a": {"linux-x86_64": "1.0", "linux-arm64": "2.0"}}


@hazard("(R13)")
def test_a_chain_of_five_thousand_is_no_recursion():
    # Handed over through the wheels of the project, as five thousand rounds would test nothing else.
    wheels = [local_wheel(f"c{n}-1.0-py3-none-any.whl", *([f"c{n + 1}"] if n < 4999 else [])) for n in range(5000)]
    assert len(run(FrozenIndex({}), make_request(["c0"], LINUX, local=wheels))["distributions"]) == 5000


@hazard("(R12)")
def test_two_thousand_requirements_of_the_project_itself():
    names = [f"p{n}" for n in range(2000)]
    index = FrozenIndex({name: [pure(name)] for name in names})
    assert len(run(index, make_request(names, LINUX))["distributions"]) == 2000


@hazard("(R3)")
def test_an_index_of_thirteen_thousand_versions():
    index = FrozenIndex({"big": [pure("big", f"{n // 100}.{n % 100}.0") for n in range(13_000)]})
    assert versions_of(run(index, make_request(["big<100"]))) == {"big": "99.99.0"}


@pytest.mark.parametrize("requirement", ["a" * 30_000, f"a=={'1' * 10_000}", f"a; {'(' * 5_000}python_version>'3'{')' * 5_000}", "-x", "", "a b"])
def test_requirements_without_measure_are_refused(requirement):
    failure = failure_of(FrozenIndex({"a": [pure("a")]}), make_request([requirement], LINUX))
    assert failure.code in ("resolution/bad-requirement", "resolution/conflict", "resolution/unknown-name")


@hazard("(R1)")
def test_a_diagonal_of_versions_is_searched_to_its_end():
    size = 8
    index = {"x": [pure("x", f"{n}", f"y=={n}") for n in range(1, size + 1)], "y": [pure("y", f"{n}", f"z=={n}") for n in range(1, size + 1)]}
    index["z"] = [pure("z", f"{n}", f"x=={n % size + 1}") for n in range(1, size + 1)]
    failure = failure_of(FrozenIndex(index), make_request(["x", "y", "z"], LINUX))
    assert failure.code == "resolution/conflict" and len(failure.notes) >= 2


@hazard("(R4)")
def test_a_search_that_takes_too_long_is_given_up_and_does_not_claim_to_know(monkeypatch):
    monkeypatch.setitem(limits.TABLE, "search-seconds", (0.5, 3600))
    # Pigeons and holes: one too many, and every order of them has to be looked at.
    names = [f"pigeon{n}" for n in range(13)]
    index = {
        name: [pure(name, f"{hole}", *(f"{other}!={hole}" for other in names if other != name)) for hole in range(12)]
        for name in names
    }
    started = time.monotonic()
    failure = failure_of(FrozenIndex(index), make_request(names, LINUX))
    assert failure.code == "resolution/gave-up" and "does not mean that there are none" in failure.message
    assert time.monotonic() - started < 20


def test_targets_of_the_table_are_read():
    assert TARGETS["linux-x86_64"]["platform"]["kind"] == "manylinux"


def test_a_project_that_excludes_the_chosen_python_is_told_so_before_anything_is_fetched():
    index = FrozenIndex({})
    request = {**make_request([], LINUX), "requiresPython": "<3.10"}
    failure = failure_of(index, request)
    assert failure.code == "resolution/conflict" and "<3.10" in failure.message and index.wants == []


@hazard("(R2)")
def test_hundreds_of_versions_of_each_of_forty_names():
    """Each version asks for the same minor of the next name, and the last has one that fits alone."""
    names = [f"n{at}" for at in range(40)]
    files = {
        name: [pure(name, f"1.{minor}", *([f"{names[at + 1]}=={f'1.{minor}'}"] if at < 39 else [])) for minor in range(200)]
        for at, name in enumerate(names)
    }
    files["n39"] = [pure("n39", f"1.{minor}") for minor in range(151)]
    index = FrozenIndex(files)
    assert set(versions_of(run(index, make_request(["n0", "n39"], LINUX))).values()) == {"1.150"}


@hazard("(R5)")
def test_two_thousand_releases_that_pin_a_window_of_another():
    """As boto3, botocore and urllib3: only releases from long ago suit, and the search must not try all in between one by one."""
    index = FrozenIndex({
        "boto": [pure("boto", f"1.{n}", f"core>=1.{n},<1.{n + 1}", "transfer<1") for n in range(1500)],
        "core": [pure("core", f"1.{n}", "urllib>=1.25,<1.27" if n > 40 else "urllib>=1.20,<1.26") for n in range(1500)],
        "transfer": [pure("transfer", f"0.{n}", "core") for n in range(50)],
        "urllib": [pure("urllib", f"1.{n}") for n in range(20, 28)],
    })
    found = versions_of(run(index, make_request(["boto", "urllib<1.25"], LINUX)))
    assert found == {"boto": "1.40", "core": "1.40", "transfer": "0.49", "urllib": "1.24"}
    # Not one for each of the three thousand: they are asked for in growing batches.
    assert len(index.wants) < 80


def test_a_search_that_waits_for_answers_does_not_use_up_its_time(monkeypatch):
    monkeypatch.setitem(limits.TABLE, "search-seconds", (0.5, 3600))
    chain = {f"c{n}": [pure(f"c{n}", "1.0", *([f"c{n + 1}"] if n < 9 else []))] for n in range(10)}

    class Slow(FrozenIndex):
        def answer(self, wants):
            time.sleep(0.1)
            return super().answer(wants)

    assert len(versions_of(run(Slow(chain), make_request(["c0"], LINUX)))) == 10
