"""pylock.toml (P19): what is written is read back by others and by us, and a lock that came with the project is used as it is."""
import tomllib

import pytest
from frozen_index import TARGETS, FrozenIndex, digest, make_request, run, versions_of
from packaging.pylock import Pylock

from terrarium.failure import Failure

INDEX = {
    "native": [{"file": f"native-{v}-cp314-cp314-{platform}.whl", "requires": ["leaf", "colour; sys_platform == 'win32'"]} for v, platform in [
        ("2.0", "manylinux_2_17_x86_64"), ("2.0", "manylinux_2_17_aarch64"), ("2.0", "win_amd64"), ("2.0", "macosx_11_0_arm64"), ("1.0", "macosx_10_9_x86_64")]],
    "leaf": [{"file": "leaf-1.0-py3-none-any.whl"}],
    "colour": [{"file": "colour-1.0-py3-none-any.whl"}],
}
HASH = digest("x")


class NoIndex:
    def answer(self, wants):
        raise AssertionError(f"a lock needs no index: {wants}")


def lock(*packages: str, head: str = 'lock-version = "1.0"\ncreated-by = "somebody"') -> str:
    return head + "".join(f"\n[[packages]]\n{package}" for package in packages)


def package(name="a", version="1.0", tag="py3-none-any", extra="", hashes=f'sha256 = "{HASH}"', url=None) -> str:
    url = url or f"https://files.example/{name}-{version}-{tag}.whl"
    return f'name = "{name}"\nversion = "{version}"\n{extra}\nwheels = [{{url = "{url}", size = 7, hashes = {{{hashes}}}}}]'


def as_lock(text: str, **rest) -> dict:
    return {"path": "pylock.toml", "text": text, "project": "app", "root": "", "extras": [], "groups": [], **rest}


def resolve_lock(text: str, targets=("linux-x86_64",), **rest) -> dict:
    return run(NoIndex(), make_request([], [*targets], lock=as_lock(text), **rest))


def test_what_is_written_says_the_same_to_another_reader():
    resolution = run(FrozenIndex(INDEX), make_request(["native"]))
    pylock = Pylock.from_dict(tomllib.loads(resolution["lock"]))
    for id, target in TARGETS.items():
        environment = {
            "implementation_name": "cpython", "implementation_version": "3.14.6", "platform_python_implementation": "CPython",
            "platform_release": "", "platform_version": "", "python_version": "3.14", "python_full_version": "3.14.6", **target["environment"],
        }
        markers = [one for one in pylock.packages if one.marker is None or one.marker.evaluate(environment, context="lock_file")]
        expected = {(d["name"], d["version"]) for d in resolution["distributions"] if id in d["wheels"]}
        assert {(one.name, str(one.version)) for one in markers} == expected
        assert any(marker.evaluate(environment, context="lock_file") for marker in pylock.environments)


def test_what_is_written_is_used_as_it_is():
    first = run(FrozenIndex(INDEX), make_request(["native"]))
    again = run(NoIndex(), make_request(["native"], lock=as_lock(first["lock"])))
    assert versions_of(again) == versions_of(first) and again["lock"] == first["lock"]
    assert [d["wheels"] for d in again["distributions"]] == [d["wheels"] for d in first["distributions"]]
    assert [{asker["name"] for asker in d["requiredBy"]} for d in again["distributions"]] == [{asker["name"] for asker in d["requiredBy"]} for d in first["distributions"]]


def test_a_lock_for_two_pythons_tells_them_apart():
    request = {**make_request(["native"], ["linux-x86_64", "linux-arm64"]), "pythons": {"linux-x86_64": "3.14.6", "linux-arm64": "3.14.6"}}
    assert 'requires-python = "==3.14.*"' in run(FrozenIndex(INDEX), request)["lock"]
    leaf = {**make_request(["leaf"], ["linux-x86_64", "linux-arm64"]), "pythons": {"linux-x86_64": "3.11.11", "linux-arm64": "3.14.6"}}
    text = run(FrozenIndex(INDEX), leaf)["lock"]
    assert "python_version == '3.11'" in text and "requires-python" not in text


def test_a_wheel_of_the_project_lies_beside_the_lock():
    filename = "own-1.0-py3-none-any.whl"
    own = {"filename": filename, "url": f"built:{filename}", "sha256": HASH, "size": 3, "metadata": "Name: own\nVersion: 1.0\n"}
    text = run(FrozenIndex({}), make_request(["own"], local=[own]))["lock"]
    assert f'path = "{filename}"' in text and "built:" not in text
    assert versions_of(run(NoIndex(), make_request(["own"], lock=as_lock(text), local=[own]))) == {"own": "1.0"}
    with pytest.raises(Failure, match="is not among the files that came with the project"):
        resolve_lock(text)


def test_a_lock_says_which_index_and_which_date_it_was_made_with():
    index = FrozenIndex({"leaf": [{"file": "leaf-1.0-py3-none-any.whl", "uploaded": "2025-01-01T00:00:00Z"}]})
    own = {"filename": "own-1.0-py3-none-any.whl", "url": "built:own-1.0-py3-none-any.whl", "sha256": HASH, "size": 3, "metadata": "Name: own\nVersion: 1.0\n"}
    data = tomllib.loads(run(index, make_request(["leaf", "own"], local=[own], uploadedPriorTo="2026-01-31T00:00:00.000Z"))["lock"])
    assert [(one["name"], one.get("index")) for one in data["packages"]] == [("leaf", "https://index.example/simple/"), ("own", None)]
    assert data["tool"] == {"terrarium": {"uploaded-prior-to": "2026-01-31T00:00:00Z"}}
    assert str(Pylock.from_dict(data).packages[0].index) == "https://index.example/simple/"


def test_a_cut_off_date_does_not_touch_a_lock():
    assert "The cut-off date was not applied" in " ".join(resolve_lock(lock(package()), uploadedPriorTo="2026-01-31")["notices"])


def test_the_lock_decides_by_marker_and_tag():
    text = lock(package("a", "1.0", extra="marker = \"sys_platform == 'win32'\""), package("a", "2.0", extra="marker = \"sys_platform != 'win32'\""))
    assert versions_of(resolve_lock(text, ["linux-x86_64", "windows-x86_64"])) == {"a": {"linux-x86_64": "2.0", "windows-x86_64": "1.0"}}


def test_packages_of_extras_are_left_out():
    text = lock(package("a"), package("b", extra="marker = \"'fast' in extras\""))
    assert versions_of(resolve_lock(text)) == {"a": "1.0"}


@pytest.mark.parametrize("text,code,part", [
    ("lock-version = ", "project/bad-metadata", "not valid TOML"),
    (lock(package(), head='lock-version = "2.0"\ncreated-by = "x"'), "project/bad-metadata", "version 2.0"),
    (lock(package(), head='created-by = "x"'), "project/bad-metadata", "lock-version"),
    (lock(package(hashes="")), "project/bad-metadata", "hash"),
    (lock(package(hashes='md5 = "00"')), "project/bad-metadata", "no SHA-256"),
    (lock(package(hashes='sha256 = "00"')), "project/bad-metadata", "no SHA-256"),
    (lock(package(url="http://files.example/a-1.0-py3-none-any.whl")), "project/bad-metadata", "not https"),
    (lock(package(url="file:///a-1.0-py3-none-any.whl")), "project/bad-metadata", "not https"),
    (lock(package(), package(version="2.0")), "project/bad-metadata", "a stands in it twice"),
    (lock(package("A")), "project/bad-metadata", "not normalized"),
    (lock(package(extra='requires-python = ">=3.15"')), "resolution/conflict", "requires Python >=3.15"),
    (lock(package(), head='lock-version = "1.0"\ncreated-by = "x"\nrequires-python = "<3"'), "resolution/conflict", "for Python <3"),
    (lock(package(), head='lock-version = "1.0"\ncreated-by = "x"\nenvironments = ["sys_platform == \'win32\'"]'), "project/bad-metadata", "not among the environments"),
    (lock(package(tag="cp313-cp313-win_amd64")), "resolution/no-wheel", "a-1.0-cp313-cp313-win_amd64.whl"),
    (lock('name = "a"\nversion = "1.0"\nsdist = {url = "https://files.example/a-1.0.tar.bz2", hashes = {sha256 = "00"}}'), "project/bad-metadata", "a-1.0.tar.bz2"),
    (lock('name = "a"\nversion = "1.0"\nsdist = {url = "https://files.example/a-1.0.tar.gz", hashes = {sha256 = "00"}}'), "project/bad-metadata", "a-1.0.tar.gz has no SHA-256"),
    (lock('name = "a"\nvcs = {type = "git", url = "https://git.example/a", commit-id = "0"}'), "resolution/no-wheel", "only sources"),
])
def test_a_lock_that_cannot_be_followed_is_refused(text, code, part):
    with pytest.raises(Failure) as caught:
        resolve_lock(text)
    assert caught.value.code == code and part in caught.value.message, caught.value.message


def test_what_is_built_from_source_stands_in_the_lock_by_its_source_and_comes_back_from_it():
    index = FrozenIndex({"a": [{"file": "a-1.0.tar.gz", "requires": ["b"]}], "b": [{"file": "b-2.0-py3-none-any.whl"}]})
    resolution = run(index, make_request(["a"]))
    [a, _] = Pylock.from_dict(tomllib.loads(resolution["lock"])).packages
    assert a.sdist.name == "a-1.0.tar.gz" and a.sdist.hashes == {"sha256": digest("a-1.0.tar.gz")} and not a.wheels
    built = {"filename": "a-1.0.tar.gz", "url": "https://files.example/a-1.0.tar.gz", "sha256": digest("a-1.0.tar.gz"), "size": 1000}
    again = run(FrozenIndex({}), make_request([], lock=as_lock(resolution["lock"])))
    for one in (resolution, again):
        assert {id: wheel["built"] for id, wheel in one["distributions"][0]["wheels"].items()} == dict.fromkeys(one["targets"], built)
