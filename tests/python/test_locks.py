"""uv.lock, poetry.lock and pdm.lock: what each says for a target, where its files are found, and what is refused (P19). The files are ours, in the tools' own form."""
import json
import random

import pytest
from frozen_index import FrozenIndex, digest, make_request, run, versions_of

from terrarium.failure import Failure

WINDOWS, LINUX = "windows-x86_64", "linux-x86_64"
FILES = {
    "cli": ["cli-2.0-py3-none-any.whl"],
    "net": ["net-1.5-py3-none-any.whl"],
    "socks": ["socks-1.0-py3-none-any.whl"],
    "check": ["check-3.0-py3-none-any.whl"],
    "fast": ["fast-1.0-cp314-cp314-manylinux_2_17_x86_64.whl", "fast-1.0-cp314-cp314-win_amd64.whl", "fast-1.0.tar.gz"],
}
VERSIONS = {name: files[0].split("-")[1] for name, files in FILES.items()}
INDEX = {name: [{"file": file} for file in files] for name, files in FILES.items()}
#: The project of all three: cli and fast always, net but on Windows, socks by an extra, check by a group.
REQUIRES = ["cli>=1", "fast", "net>=1; sys_platform != 'win32'", "net[socks]; extra == 'socks'"]


def uv_package(name, body=""):
    wheels = ", ".join(f'{{ url = "https://files.example/{file}", hash = "sha256:{digest(file)}", size = 10 }}' for file in FILES[name] if file.endswith(".whl"))
    return f'[[package]]\nname = "{name}"\nversion = "{VERSIONS[name]}"\nsource = {{ registry = "https://index.example/simple" }}\nwheels = [{wheels}]\n{body}\n'


UV = f"""version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "app"
version = "1.0"
source = {{ virtual = "." }}
dependencies = [
    {{ name = "cli" }},
    {{ name = "fast" }},
    {{ name = "net", marker = "sys_platform != 'win32'" }},
]

[package.optional-dependencies]
socks = [{{ name = "net", extra = ["socks"] }}]

[package.dev-dependencies]
test = [{{ name = "check" }}]

[package.metadata]
provides-extras = ["socks"]

{uv_package("cli")}
{uv_package("net", '[package.optional-dependencies]' + chr(10) + 'socks = [{ name = "socks" }]')}
{uv_package("socks")}
{uv_package("check")}
{uv_package("fast")}
"""


def poetry_package(name, body, more=""):
    files = ", ".join(f'{{file = "{file}", hash = "sha256:{digest(file)}"}}' for file in FILES[name])
    return f'[[package]]\nname = "{name}"\nversion = "{VERSIONS[name]}"\npython-versions = ">=3.8"\n{body}\nfiles = [{files}]\n{more}\n'


POETRY = "\n".join([
    poetry_package("cli", 'optional = false\ngroups = ["main", "test"]'),
    poetry_package("net", 'optional = false\ngroups = ["main"]\nmarkers = "sys_platform != \\"win32\\" or extra == \\"socks\\""',
                   '[package.dependencies]\nsocks = {version = "==1.*", optional = true, markers = "extra == \\"socks\\""}\n[package.extras]\nsocks = ["socks (==1.*)"]'),
    poetry_package("socks", 'optional = true\ngroups = ["main"]\nmarkers = "extra == \\"socks\\""'),
    poetry_package("check", 'optional = false\ngroups = ["test"]\nmarkers = {main = "sys_platform == \\"none\\"", test = "python_version >= \\"3\\""}'),
    poetry_package("fast", 'optional = false\ngroups = ["main"]'),
    '[extras]\nsocks = ["net"]\n[metadata]\nlock-version = "2.1"\npython-versions = "^3.11"\ncontent-hash = "00"',
])
# Before 2.1 nothing says for whom a package is there.
POETRY_OLD = "\n".join(line for line in POETRY.replace('lock-version = "2.1"', 'lock-version = "2.0"').splitlines() if not line.startswith(("groups", "markers")))


def pdm_package(name, body, files="file", title=None):
    listed = ", ".join(f'{{{files} = "{"https://files.example/" if files == "url" else ""}{file}", hash = "sha256:{digest(file)}"}}' for file in FILES[name])
    return f'[[package]]\nname = "{title or name}"\nversion = "{VERSIONS[name]}"\nrequires_python = ">=3.8"\nsummary = ""\n{body}\nfiles = [{listed}]\n'


def print_pdm(strategy='["inherit_metadata"]', files="file"):
    return "\n".join([
        f'[metadata]\ngroups = ["default", "socks", "test"]\nstrategy = {strategy}\nlock_version = "4.5.0"\ncontent_hash = "sha256:00"\n[[metadata.targets]]\nrequires_python = ">=3.11"',
        pdm_package("cli", 'groups = ["default", "test"]', files),
        pdm_package("net", 'groups = ["default", "socks"]\nmarker = "sys_platform != \\"win32\\" or extra == \\"socks\\""', files),
        pdm_package("net", 'extras = ["socks"]\ngroups = ["socks"]\ndependencies = ["net==1.5", "socks==1.*"]', files),
        pdm_package("socks", 'groups = ["socks"]', files),
        pdm_package("check", 'groups = ["test"]', files),
        pdm_package("fast", 'groups = ["default"]', files),
    ])


LOCKS = {
    "uv.lock": UV, "poetry.lock": POETRY, "pdm.lock": print_pdm(), "pdm.lock with addresses": print_pdm('["inherit_metadata", "static_urls"]', "url"),
}
#: These name no groups of the project.
GRAPHS = {"poetry.lock before 2.1": POETRY_OLD, "pdm.lock without inherited metadata": print_pdm('["cross_platform"]')}
EITHER = LOCKS | GRAPHS


def as_lock(path, text, **rest):
    return {"path": path.partition(" ")[0], "text": text, "project": "app", "root": "", "extras": [], "groups": [], **rest}


def resolve(path, text, *, index=None, targets=(LINUX, WINDOWS), requires=REQUIRES, local=(), **lock):
    return run(index or FrozenIndex(INDEX), make_request(requires, [*targets], lock=as_lock(path, text, **lock), local=[*local]))


def refuse(*args, **rest):
    with pytest.raises(Failure) as caught:
        resolve(*args, **rest)
    return caught.value


ALWAYS = {"cli": "2.0", "fast": "1.0"}


@pytest.mark.parametrize("path", EITHER)
def test_a_lock_says_what_each_target_gets(path):
    found = resolve(path, EITHER[path])
    assert versions_of(found) == {**ALWAYS, "net": {LINUX: "1.5"}}
    fast = next(one for one in found["distributions"] if one["name"] == "fast")
    assert [fast["wheels"][id]["filename"].split("-")[-1] for id in (LINUX, WINDOWS)] == ["manylinux_2_17_x86_64.whl", "win_amd64.whl"]
    assert all(wheel["sha256"] == digest(wheel["filename"]) for one in found["distributions"] for wheel in one["wheels"].values())
    assert path.partition(" ")[0] in found["notices"][0]


@pytest.mark.parametrize("path", EITHER)
def test_an_extra_brings_what_it_asks_for(path):
    assert versions_of(resolve(path, EITHER[path], extras=["Socks"])) == {**ALWAYS, "net": "1.5", "socks": "1.0"}


@pytest.mark.parametrize("path", LOCKS)
def test_a_dependency_group_brings_what_it_asks_for(path):
    assert versions_of(resolve(path, LOCKS[path], groups=["test"])) == {**ALWAYS, "net": {LINUX: "1.5"}, "check": "3.0"}


@pytest.mark.parametrize("path", ["uv.lock", "pdm.lock with addresses"])
def test_a_lock_with_addresses_needs_no_index(path):
    index = FrozenIndex(INDEX)
    resolve(path, LOCKS[path], index=index)
    assert index.wants == []


@pytest.mark.parametrize("path", ["poetry.lock", "pdm.lock", *GRAPHS])
def test_a_lock_without_addresses_asks_the_index_once_and_only_for_listings(path):
    index = FrozenIndex(INDEX)
    resolve(path, EITHER[path], index=index)
    [wants] = index.wants
    assert sorted(want["name"] for want in wants) == ["cli", "fast", "net"] and {want["kind"] for want in wants} == {"listing"}


@pytest.mark.parametrize("path", EITHER)
def test_the_lock_written_for_it_says_the_same(path):
    first = resolve(path, EITHER[path])
    again = resolve("pylock.toml", first["lock"], index=FrozenIndex({}))
    assert versions_of(again) == versions_of(first)


@pytest.mark.parametrize("path", EITHER)
def test_a_lock_that_no_longer_fits_the_project_stops(path):
    failure = refuse(path, EITHER[path], requires=[*REQUIRES, "cli>=3"])
    assert "`cli>=3` is required" in failure.message and "2.0" in failure.message
    assert any("--no-lock" in note for note in failure.notes)
    assert "`more` is required" in refuse(path, EITHER[path], requires=[*REQUIRES, "more"]).message


def test_what_only_another_target_needs_makes_no_lock_stale():
    assert "more" not in versions_of(resolve("uv.lock", UV, requires=[*REQUIRES, "more; sys_platform == 'darwin'"]))


@pytest.mark.parametrize("path", ["poetry.lock", "pdm.lock"])
def test_a_file_of_another_hash_on_the_index_stops(path):
    failure = refuse(path, LOCKS[path].replace(digest("cli-2.0-py3-none-any.whl"), "0" * 64))
    assert failure.code == "supply/wrong-hash" and "cli-2.0-py3-none-any.whl" in failure.message


@pytest.mark.parametrize("path", ["poetry.lock", "pdm.lock"])
def test_a_file_that_the_index_does_not_have_stops(path):
    failure = refuse(path, LOCKS[path], index=FrozenIndex({**INDEX, "cli": [{"file": "cli-9.0-py3-none-any.whl"}]}))
    assert failure.code == "resolution/no-wheel" and "the index has no such file" in failure.message


def test_the_index_is_not_asked_for_a_file_that_came_with_the_project():
    own = {"filename": "cli-2.0-py3-none-any.whl", "url": "dropped:cli-2.0-py3-none-any.whl", "sha256": digest("cli-2.0-py3-none-any.whl"), "size": 3, "metadata": ""}
    index = FrozenIndex({name: files for name, files in INDEX.items() if name != "cli"})
    found = resolve("poetry.lock", POETRY, index=index, local=[own])
    assert found["distributions"][0]["wheels"][LINUX]["url"] == own["url"]
    assert all(want["name"] != "cli" for wants in index.wants for want in wants)


def test_a_dropped_wheel_that_the_lock_does_not_name_is_not_used_and_said_to_be_so():
    own = {"filename": "cli-9.0-py3-none-any.whl", "url": "dropped:cli-9.0-py3-none-any.whl", "sha256": "1" * 64, "size": 3, "metadata": ""}
    found = resolve("uv.lock", UV, local=[own])
    assert versions_of(found)["cli"] == "2.0" and any("cli-9.0" in notice and "not used" in notice for notice in found["notices"])


def test_a_folder_of_the_project_is_the_wheel_that_was_built_of_it():
    text = UV.replace('name = "cli"\nversion = "2.0"\nsource = { registry = "https://index.example/simple" }', 'name = "cli"\nversion = "2.0"\nsource = { editable = "packages/cli" }')
    built = {"filename": "cli-2.0-py3-none-any.whl", "url": "built:cli-2.0-py3-none-any.whl", "sha256": "1" * 64, "size": 3, "metadata": ""}
    assert resolve("uv.lock", text, local=[built])["distributions"][0]["wheels"][LINUX]["url"] == built["url"]
    assert "packages/cli" in refuse("uv.lock", text).message


def test_versions_that_differ_by_platform_are_told_apart_by_uv():
    cli = uv_package("cli")
    older = cli.replace("2.0", "1.0").replace(digest("cli-2.0-py3-none-any.whl"), "1" * 64)
    text = UV.replace(cli, cli + older).replace('{ name = "cli" },', '{ name = "cli", version = "1.0", marker = "sys_platform == \'win32\'" }, { name = "cli", version = "2.0", marker = "sys_platform != \'win32\'" },')
    assert versions_of(resolve("uv.lock", text))["cli"] == {LINUX: "2.0", WINDOWS: "1.0"}


BROKEN = [
    ("uv.lock", "version = 1", "version = 2", "version 1 is understood"),
    ("uv.lock", 'virtual = "."', 'virtual = "else"', None),
    ("uv.lock", 'name = "app"', 'name = "other"', None),
    ("uv.lock", 'requires-python = ">=3.11"', 'requires-python = "<3"', "for Python <3"),
    ("uv.lock", '{ name = "cli" },', '{ name = "nowhere" },', "stands there 0 times"),
    ("uv.lock", '{ name = "cli" },', '{ name = "cli", marker = "nonsense" },', "cannot be decided"),
    ("uv.lock", '{ name = "cli" },', '"cli",', "expected an array of tables"),
    ("uv.lock", 'https://files.example/cli', 'http://files.example/cli', "is not https"),
    ("uv.lock", 'https://files.example/cli', 'file:///files/cli', "is not https"),
    ("uv.lock", "sha256:", "md5:", "has no SHA-256"),
    ("uv.lock", 'registry = "https://index.example/simple"', 'git = "https://git.example/x"', "git sources cannot be fetched"),
    ("poetry.lock", 'lock-version = "2.1"', 'lock-version = "3.0"', "versions 1 and 2"),
    ("poetry.lock", "[metadata]", "[metadat]", "versions 1 and 2"),
    ("poetry.lock", 'python-versions = "^3.11"', 'python-versions = "<3.9"', "for Python <3.9"),
    ("poetry.lock", 'groups = ["main", "test"]', 'groups = "main"', "expected an array of strings"),
    ("poetry.lock", "sha256:", "sha1:", "has no SHA-256"),
    ("pdm.lock", 'lock_version = "4.5.0"', 'lock_version = "5.0"', "version 4 is understood"),
    ("pdm.lock", 'requires_python = ">=3.11"', 'requires_python = "<3"', "for Python <3"),
    ("pdm.lock", 'dependencies = ["net==1.5"', 'dependencies = ["=="', "is not a requirement"),
]


@pytest.mark.parametrize(("path", "old", "new", "part"), BROKEN)
def test_a_lock_that_cannot_be_followed_is_refused(path, old, new, part):
    assert old in LOCKS[path]
    text = LOCKS[path].replace(old, new)
    if part is None:  # one of name and folder is enough to find the project by
        assert versions_of(resolve(path, text))["cli"] == "2.0"
        return
    failure = refuse(path, text)
    assert part in failure.message, failure.message


@pytest.mark.parametrize("path", LOCKS)
def test_unknown_extras_and_groups_are_refused(path):
    assert "nope" in refuse(path, LOCKS[path], extras=["nope"]).message
    if not path.startswith("poetry"):
        assert "nope" in refuse(path, LOCKS[path], groups=["nope"]).message


@pytest.mark.parametrize("path", EITHER)
def test_a_damaged_lock_gives_failures_and_nothing_else(path):
    chance = random.Random(path)
    text = EITHER[path]
    for _ in range(150):
        at, length = chance.randrange(len(text)), chance.choice([1, 1, 2, 8, 40])
        damaged = text[:at] + chance.choice(["", '"', "[", "{}", "=1", "\n", chr(chance.randrange(32, 1000)), text[at:at + length] * 2]) + text[at + length:]
        try:
            json.dumps(resolve(path, damaged, extras=["socks"]))
        except Failure:
            pass


HASHED = {"top": [{"file": "top-1.0-py3-none-any.whl", "requires": ["leaf"]}], "leaf": [{"file": "leaf-1.0-py3-none-any.whl"}]}


def hashes_of(*names):
    return {name: [f"sha256:{digest(f'{name}-1.0-py3-none-any.whl')}"] for name in names}


def test_hashed_requirements_are_taken_with_all_that_they_name():
    found = run(FrozenIndex(HASHED), make_request(["top", "leaf"], [LINUX], hashes=hashes_of("top", "leaf")))
    assert versions_of(found) == {"top": "1.0", "leaf": "1.0"}


@pytest.mark.parametrize("requirements", [["top"], ["top", "leaf"]])
def test_one_hash_means_that_all_must_have_one(requirements):
    with pytest.raises(Failure, match="leaf has none"):
        run(FrozenIndex(HASHED), make_request(requirements, [LINUX], hashes=hashes_of("top")))


def test_what_a_person_adds_to_hashed_requirements_needs_none():
    request = make_request(["leaf"], [LINUX], hashes=hashes_of("leaf"))
    request["requirements"].append({"requirement": "top", "origin": "confirmed by you", "hashes": []})
    assert versions_of(run(FrozenIndex(HASHED), request)) == {"top": "1.0", "leaf": "1.0"}


def test_a_hash_that_no_file_of_the_index_has_stops():
    with pytest.raises(Failure):
        run(FrozenIndex(HASHED), make_request(["leaf"], [LINUX], hashes=hashes_of("top") | {"leaf": ["sha256:" + "0" * 64]}))


@pytest.mark.parametrize(("marker", "without", "with_it"), [
    ("extra == 'extra-3-app-socks'", False, True), ("extra != 'extra-3-app-socks'", True, False), ("extra == 'extra-3-app-socks' or extra == 'group-3-app-test'", False, True),
])
def test_markers_of_conflicting_extras_are_decided_by_what_is_chosen(marker, without, with_it):
    text = UV.replace(uv_package("cli"), uv_package("cli", f'dependencies = [{{ name = "check", marker = "{marker}" }}]'))
    assert ("check" in versions_of(resolve("uv.lock", text))) is without
    assert ("check" in versions_of(resolve("uv.lock", text, extras=["socks"]))) is with_it
