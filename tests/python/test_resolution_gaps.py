"""What cannot be had: all gaps at once, with the fixes that exist; and what people decide over the heads of those who ask."""
import pytest
from frozen_index import FrozenIndex, Incomplete, digest, make_request, run, versions_of

from terrarium.failure import Failure

LINUX, WINDOWS, MAC = "linux-x86_64", "windows-x86_64", "macos-x86_64"


def wheels(name: str, version: str, *tags: str, **rest) -> list[dict]:
    return [{"file": f"{name}-{version}-{tag}.whl", **rest} for tag in tags]


INDEX = {
    "game": [*wheels("game", "2.6", "cp311-cp311-manylinux_2_17_x86_64", "cp311-cp311-win_amd64", requires=["helper"]), *wheels("game", "1.0", "cp314-cp314-win_amd64")],
    "helper": wheels("helper", "1.0", "py3-none-any"),
    "crypt": [*wheels("crypt", "50", "cp311-abi3-manylinux_2_17_x86_64", "cp311-abi3-win_amd64"), *wheels("crypt", "48", "cp311-abi3-macosx_10_9_x86_64"),
              {"file": "crypt-50.tar.gz", "compiler": "Cargo.toml is built with maturin"}],
    "psycopg2": [{"file": "psycopg2-2.9.tar.gz", "compiler": "setup.py:9 declares ext_modules"}],
    "psycopg2-binary": wheels("psycopg2_binary", "2.9", "cp314-cp314-manylinux_2_17_x86_64", "cp314-cp314-win_amd64"),
    "late": wheels("late", "9", "py3-none-any", requiresPython=">=3.15"),
    "brush": [*wheels("brush", "3", "cp311-cp311-win_amd64"), *wheels("brush", "2", "py3-none-any", requires=["helper>=9"]), *wheels("brush", "1", "py3-none-any", requires=["helper"])],
    "stone": [*wheels("stone", "2", "cp311-cp311-win_amd64"), *wheels("stone", "1", "py3-none-any", requires=["psycopg2"])],
    "app": wheels("app", "1", "py3-none-any", requires=["crypt==50", "psycopg2>=2"]),
}


def gaps_of(requirements: list[str], targets: list[str], **rest) -> tuple[Incomplete, dict]:
    with pytest.raises(Incomplete) as caught:
        run(FrozenIndex(INDEX), make_request(requirements, targets, **rest))
    return caught.value, {(gap["name"], gap["target"]): gap for gap in caught.value.resolution["gaps"]}


def test_every_gap_is_told_and_the_rest_is_resolved_all_the_same():
    failure, gaps = gaps_of(["app", "helper"], [LINUX, WINDOWS, MAC])
    assert sorted(gaps) == [("crypt", MAC), ("psycopg2", LINUX), ("psycopg2", MAC), ("psycopg2", WINDOWS)]
    found = {entry["name"]: set(entry["wheels"]) for entry in failure.resolution["distributions"]}
    assert found == {"app": {LINUX, WINDOWS, MAC}, "helper": {LINUX, WINDOWS, MAC}, "crypt": {LINUX, WINDOWS}, "psycopg2": set()}
    assert failure.code == "resolution/no-wheel" and failure.resolution["lock"] == ""


def test_what_a_missing_distribution_needs_is_known_from_a_wheel_that_does_not_fit():
    failure, gaps = gaps_of(["game==2.6"], [LINUX])
    assert [entry["name"] for entry in failure.resolution["distributions"]] == ["game", "helper"]


@pytest.mark.parametrize("requirement,target,fixes", [
    ("game==2.6", LINUX, ["python 3.11"]),
    ("game==2.6", WINDOWS, ["python 3.11", "version game==1.0"]),
    ("game==2.6; sys_platform == 'win32'", f"{WINDOWS} {LINUX}", ["python 3.11", "version game==1.0; sys_platform == 'win32' and platform_machine == 'AMD64'", "leave-out windows-x86_64"]),
    ("crypt==50", f"{MAC} {LINUX}", ["version crypt==48; sys_platform == 'darwin' and platform_machine == 'x86_64'", "leave-out macos-x86_64"]),
    ("crypt==48", LINUX, ["version crypt==50"]),
    ("psycopg2", LINUX, ["substitute psycopg2-binary"]),
    ("psycopg2", MAC, []),
    ("late", LINUX, []),
    # Some of their older versions have wheels, and need what does not exist or has none.
    ("brush==3", LINUX, ["version brush==1"]),
    ("stone==2", LINUX, []),
])
def test_the_fixes_that_exist_and_no_others(requirement, target, fixes):
    _, gaps = gaps_of([requirement], target.split(), alternatives={target.split()[0]: ["3.11.11"]})
    [gap] = gaps.values()
    assert [f"{fix['kind']} {fix.get('series') or fix.get('override') or fix.get('other') or fix.get('target')}" for fix in gap["fixes"]] == fixes


@pytest.mark.parametrize("requirement,target,kind,part", [
    ("crypt==50", MAC, "wheel", "crypt 50 has no wheel for macOS x86-64 with CPython 3.14; it has wheels for manylinux_2_17_x86_64, win_amd64; its source archive is not pure Python: Cargo.toml"),
    ("psycopg2", LINUX, "compiler", "psycopg2 2.9 cannot be used: its source archive is not pure Python: setup.py:9"),
    ("late", LINUX, "python", "late 9 requires Python >=3.15"),
])
def test_the_reason_names_what_shows_it(requirement, target, kind, part):
    _, gaps = gaps_of([requirement], [target])
    [gap] = gaps.values()
    assert gap["kind"] == kind and gap["reason"].startswith(part), gap["reason"]


def test_each_fix_closes_its_gap():
    override = "crypt==48; sys_platform == 'darwin' and platform_machine == 'x86_64'"
    index = {**INDEX, "app": wheels("app", "1", "py3-none-any", requires=["crypt==50", "psycopg2>=2; sys_platform != 'darwin'"])}
    request = make_request(["app"], [LINUX, WINDOWS, MAC], overrides=[override], substitutes={"psycopg2": "psycopg2-binary"})
    resolution = run(FrozenIndex(index), request)
    assert versions_of(resolution) == {"app": "1", "crypt": {LINUX: "50", WINDOWS: "50", MAC: "48"}, "psycopg2-binary": {LINUX: "2.9", WINDOWS: "2.9"}}
    assert versions_of(run(FrozenIndex(INDEX), make_request(["game==2.6"], [LINUX], python="3.11.11"))) == {"game": "2.6", "helper": "1.0"}


def test_an_override_counts_for_whoever_asks_and_keeps_the_extras():
    index = {"a": wheels("a", "1", "py3-none-any", requires=["b[x]<2"]), "b": [*wheels("b", "1", "py3-none-any"), *wheels("b", "3", "py3-none-any", requires=["c; extra == 'x'"], extras=["x"])],
             "c": wheels("c", "1", "py3-none-any")}
    assert versions_of(run(FrozenIndex(index), make_request(["a"], overrides=["b>=3"]))) == {"a": "1", "b": "3", "c": "1"}


@pytest.mark.parametrize("text", ["b ==", "b[x]==1", "b @ http://files.example/b-1-py3-none-any.whl"])
def test_an_override_that_says_nothing_is_refused(text):
    with pytest.raises(Failure) as caught:
        run(FrozenIndex(INDEX), make_request(["helper"], overrides=[text]))
    assert caught.value.code == "resolution/bad-requirement" and text in caught.value.message


def test_what_a_conflict_makes_impossible_is_no_gap():
    with pytest.raises(Failure) as caught:
        run(FrozenIndex(INDEX), make_request(["helper>2"], [LINUX]))
    assert not isinstance(caught.value, Incomplete) and caught.value.code == "resolution/conflict"


def test_hashes_that_no_file_has_are_a_gap_of_their_own():
    with pytest.raises(Incomplete) as caught:
        run(FrozenIndex(INDEX), make_request(["helper==1.0"], [LINUX], hashes={"helper==1.0": [f"sha256:{digest('other')}"]}))
    assert caught.value.resolution["gaps"][0]["kind"] == "hash"
