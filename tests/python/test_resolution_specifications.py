"""A case or more for each specification that resolution follows, as a table: an index, what is asked, what must come out.

`versions`: by name; a dict of targets where they differ. `says`: parts of the failure's sentence and notes. `notices`: likewise of the lines for people.
"""
from dataclasses import dataclass, field

import pytest
from frozen_index import TARGETS, FrozenIndex, digest, make_request, run, versions_of

from terrarium.failure import Failure
from terrarium.resolution.files import find_sdist_version, find_wheel_name
from terrarium.resolution.listing import parse_listing
from terrarium.resolution.page import parse_page

LINUX, ARM, WINDOWS, MAC, INTEL = "linux-x86_64", "linux-arm64", "windows-x86_64", "macos-arm64", "macos-x86_64"


def wheel(name: str, version: str = "1", *requires: str, tag: str = "py3-none-any", **rest) -> dict:
    return {"file": f"{name}-{version}-{tag}.whl", "requires": [*requires], **rest}


def index_of(*files: dict) -> dict[str, list[dict]]:
    index: dict[str, list[dict]] = {}
    for file in files:
        index.setdefault(file["file"].split("-")[0].replace("_", "-").lower(), []).append(file)
    return index


def versions(name: str, *numbers: str) -> list[dict]:
    return [wheel(name, number) for number in numbers]


@dataclass
class Case:
    title: str
    files: list[dict]
    asked: list[str]
    found: dict | None = None
    targets: list[str] = field(default_factory=lambda: [LINUX])
    says: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    wheels: dict[str, str] = field(default_factory=dict)
    more: dict = field(default_factory=dict)


def chooses(title: str, numbers: list[str], asked: str, found: str | None, **more) -> Case:
    """Of the versions of `a`."""
    return Case(title, versions("a", *numbers), [asked], {"a": found} if found else None, more=more)


TAGS = {
    "musl": "cp314-cp314-musllinux_1_2_x86_64", "iOS": "cp314-cp314-ios_13_0_arm64_iphoneos", "Android": "cp314-cp314-android_24_arm64_v8a",
    "free-threaded": "cp314-cp314t-manylinux_2_17_x86_64", "PyPy": "pp311-pypy311_pp73-manylinux_2_17_x86_64", "emscripten": "cp314-cp314-pyemscripten_2026_0_wasm32",
}
CASES = [
    # Versions
    chooses("PEP 440: an epoch stands above every release", ["2026.1", "1!1.0"], "a", "1!1.0"),
    chooses("PEP 440: a specifier without an epoch means epoch 0", ["2026.1", "1!1.0"], "a<3000", "2026.1"),
    chooses("PEP 440: trailing zeros do not count", ["1.0.0"], "a==1", "1.0.0"),
    chooses("PEP 440: spellings are normalised", ["1.0RC1"], "a==1.0-c.1", "1.0rc1"),
    chooses("PEP 440: a post-release is newer than its release", ["1.0", "1.0.post1"], "a", "1.0.post1"),
    chooses("PEP 440: `>` leaves out post-releases of the same release", ["1.0", "1.0.post1"], "a>1.0", None),
    chooses("PEP 440: `>` with a post-release takes later ones", ["1.0.post1", "1.0.post2"], "a>1.0.post1", "1.0.post2"),
    chooses("PEP 440: `<` leaves out pre-releases of the same release", ["1.9", "2.0b1"], "a<2.0", "1.9", allowPrereleases=True),
    chooses("PEP 440: `~=` holds all but the last part", ["1.4.5", "1.5", "2.0"], "a~=1.4.2", "1.4.5"),
    chooses("PEP 440: `~=` of two parts holds the first", ["1.4.5", "1.5", "2.0"], "a~=1.4", "1.5"),
    chooses("PEP 440: `==` with a star takes what begins so", ["1.4.5", "1.5"], "a==1.4.*", "1.4.5"),
    chooses("PEP 440: `!=` with a star leaves out what begins so", ["1.4.5", "1.5"], "a!=1.5.*", "1.4.5"),
    chooses("PEP 440: several specifiers hold together", ["1.1", "1.2", "1.3"], "a>1.1,!=1.3", "1.2"),
    chooses("PEP 440: a local version satisfies its public one (R10)", ["1.0", "1.0+cpu"], "a==1.0", "1.0+cpu"),
    chooses("PEP 440: a local version that is asked for is the only one", ["1.0", "1.0+cpu", "1.0+cu12"], "a==1.0+cpu", "1.0+cpu"),
    chooses("PEP 440: `>` does not take a local version of the same", ["1.0+cpu"], "a>1.0", None),
    chooses("PEP 440: numeric parts of local versions stand above letters", ["1.0+cpu", "1.0+2"], "a", "1.0+2"),
    chooses("PEP 440: `===` compares text (R11)", ["1.0"], "a===1.0", "1.0"),
    chooses("PEP 440: `===` with another spelling finds nothing (R11)", ["1.0"], "a===1.0.0", None),
    chooses("PEP 440: pre-releases are left out", ["1.0", "2.0a1", "2.0.dev3"], "a", "1.0"),
    chooses("PEP 440: pre-releases count where somebody names one", ["1.0", "2.0a1"], "a>=2.0a0", "2.0a1"),
    chooses("PEP 440: pre-releases count where nothing else satisfies", ["1.0", "2.0a1", "2.0a2"], "a>1.0", "2.0a2"),
    chooses("PEP 440: only pre-releases there are (R9)", ["0.9b1", "0.9b2"], "a", "0.9b2"),
    chooses("PEP 440: post, dev, local and epoch in one order (R10)", ["1.0.dev1", "1.0a1.dev1", "1.0a1", "1.0", "1.0+l", "1.0.post1.dev1", "1.0.post1", "0!1.0.post2"], "a", "1.0.post2"),
    Case("PEP 440: a pre-release that one asker names is good for all", [*versions("a", "1.0", "2.0b1"), wheel("b", "1", "a>=2.0b1")], ["a", "b"], {"a": "2.0b1", "b": "1"}),
    # Requirements and markers
    Case("PEP 508: specifiers may stand in parentheses", versions("a", "1", "2"), ["a (<2)"], {"a": "1"}),
    Case("PEP 508: names are compared normalised", [wheel("friendly_bard")], ["Friendly.--Bard"], {"friendly-bard": "1"}),
    Case("PEP 508: markers are the target's", [wheel("a"), wheel("b"), wheel("c")], ["a; sys_platform == 'win32'", "b; platform_machine == 'aarch64'", "c; os_name == 'posix' and platform_system == 'Darwin'"],
         {"a": {WINDOWS: "1"}, "b": {ARM: "1"}, "c": {MAC: "1", INTEL: "1"}}, targets=[LINUX, ARM, WINDOWS, MAC, INTEL]),
    Case("PEP 508: `in` and `not in` look into text", [wheel("a"), wheel("b")], ["a; 'linux' in sys_platform", "b; sys_platform not in 'linux darwin'"], {"a": "1"}),
    Case("PEP 508: Python versions are compared as versions", [wheel("a"), wheel("b")], ["a; python_version >= '3.9'", "b; python_full_version < '3.14.7'"], {"a": "1", "b": "1"}),
    Case("PEP 508: and, or and parentheses", [wheel("a"), wheel("b")], ["a; (os_name == 'nt' or os_name == 'posix') and python_version > '3'", "b; os_name == 'nt' or os_name == 'java'"], {"a": "1"}),
    Case("PEP 508: implementation markers say CPython", [wheel("a")], ["a; implementation_name == 'cpython' and platform_python_implementation != 'PyPy'"], {"a": "1"}),
    Case("PEP 508: a direct reference is taken as it is", [wheel("b")], [f"a @ https://files.example/a-3-py3-none-any.whl#sha256={digest('x')}", "b"], {"a": "3", "b": "1"},
         more={"extra_metadata": {"https://files.example/a-3-py3-none-any.whl": "Name: a\nVersion: 3\n"}}),
    Case("PEP 508: a direct reference to a source archive is built", [], [f"a @ https://files.example/a-3.tar.gz#sha256={digest('x')}"], {"a": "3"},
         notices=["a 3 is built here"], more={"extra_metadata": {"https://files.example/a-3.tar.gz": "Name: a\nVersion: 3\n"}}),
    Case("PEP 508: a URL of a version control system is refused", [], ["a @ git+https://code.example/a.git"], says=["cannot be packed"]),
    Case("PEP 508: nesting without measure is refused (R15)", [wheel("a")], ["a; " + "(" * 5000 + "os_name == 'x'" + ")" * 5000], says=["not a requirement"]),
    Case("PEP 508: a version without measure is refused (R14)", [wheel("a")], ["a==" + "1" * 10_000], says=["not a requirement"]),
    Case("PEP 685: extras are compared normalised", [wheel("a", "1", "b; extra == 'Fancy_Extra'", extras=["Fancy_Extra"]), wheel("b")], ["a[fancy.extra]"], {"a": "1", "b": "1"}),
    Case("PEP 685: an extra may ask for its own distribution's others (R7)", [wheel("a", "1", "a[x,y]; extra == 'all'", "b; extra == 'x'", "c; extra == 'y'", extras=["all", "x", "y"]), wheel("b"), wheel("c")],
         ["a[all]"], {"a": "1", "b": "1", "c": "1"}),
    Case("a cycle ends (R6)", [wheel("a", "1", "b"), wheel("b", "1", "c"), wheel("c", "1", "a")], ["a"], {"a": "1", "b": "1", "c": "1"}),
    Case("pins that exclude each other are explained (R8)", [*versions("a", "1", "2"), wheel("b", "1", "a==1")], ["a==2", "b"], says=["`a==2`", "b 1 requires `a==1`"]),
    Case("a name that nobody has is told with who asks (R16)", [wheel("a", "1", "ghost>=1")], ["a"], says=["no index has a distribution of that name", "a 1 requires `ghost>=1`"]),
    # Wheels and tags
    Case("PEP 425: a wheel with several tags fits by any of them", [wheel("a", tag="py2.py3-none-any")], ["a"], {"a": "1"}),
    Case("PEP 425: the exact ABI before the stable one before none", [wheel("a", tag=f"{one}-manylinux_2_17_x86_64") for one in ("py3-none", "cp39-abi3", "cp314-cp314")], ["a"], {"a": "1"},
         wheels={LINUX: "a-1-cp314-cp314-manylinux_2_17_x86_64.whl"}),
    Case("PEP 425: a higher build number wins", [wheel("a", "1-2"), wheel("a", "1-10")], ["a"], {"a": "1"}, wheels={LINUX: "a-1-10-py3-none-any.whl"}),
    Case("PEP 600: manylinux by glibc's version, the oldest that fits", [wheel("a", tag=f"cp314-cp314-manylinux_2_{minor}_x86_64") for minor in (17, 28, 34)], ["a"], {"a": "1"},
         wheels={LINUX: "a-1-cp314-cp314-manylinux_2_17_x86_64.whl"}),
    Case("PEP 600: the old names mean the same", [wheel("a", tag="cp314-cp314-manylinux2014_aarch64")], ["a"], {"a": "1"}, targets=[ARM]),
    Case("macOS: universal binaries fit both processors", [wheel("a", tag="cp314-cp314-macosx_11_0_universal2")], ["a"], {"a": "1"}, targets=[MAC, INTEL]),
    *(Case(f"PEP 425, 656, 730, 738, 783, 703: a wheel for {kind} does not fit (R18)", [wheel("a", tag=tag)], ["a"], targets=[LINUX, MAC, WINDOWS], says=["a 1 has no wheel for"]) for kind, tag in TAGS.items()),
    # Index
    Case("PEP 592: a yanked file is passed over", [wheel("a", "1"), wheel("a", "2", yanked="broken")], ["a"], {"a": "1"}),
    Case("PEP 592: where all are yanked nothing is taken without a pin (I23)", [wheel("a", "1", yanked="broken"), wheel("a", "2", yanked="broken")], ["a"], says=["withdrawn by its authors (yanked)"]),
    Case("PEP 592: a pin takes it, with its reason (I24)", [wheel("a", "2", yanked="broken")], ["a==2"], {"a": "2"}, notices=["withdrawn by its authors (yanked): broken"]),
    Case("PEP 592: `===` is a pin too", [wheel("a", "2", yanked="")], ["a===2"], {"a": "2"}, notices=["yanked"]),
    Case("PEP 592: yanked source archives are not built", [{"file": "a-2.tar.gz", "yanked": "no"}, wheel("a", "1")], ["a"], {"a": "1"}),
    Case("requires-python: what excludes the target's Python is passed over", [wheel("a", "1", requiresPython=">=3.8"), wheel("a", "2", requiresPython=">=3.15")], ["a"], {"a": "1"}),
    Case("requires-python: an upper bound counts", [wheel("a", "1"), wheel("a", "2", requiresPython="<3.14")], ["a"], {"a": "1"}),
    Case("requires-python: patch releases count", [wheel("a", "1"), wheel("a", "2", requiresPython="!=3.14.6")], ["a"], {"a": "1"}),
    Case("requires-python: that excludes all is told (R17)", [wheel("a", "1", requiresPython="<3")], ["a"], says=["a 1 requires Python <3"]),
    Case("requires-python: one that cannot be read forbids nothing (I25)", [wheel("a", "1", requiresPython="=>3"), wheel("b", "1", requiresPython=">=" + "9" * 5000)], ["a", "b"], {"a": "1", "b": "1"}),
    Case("requires-python: of a source archive counts as well", [{"file": "a-2.tar.gz", "requiresPython": "<3"}, wheel("a", "1")], ["a"], {"a": "1"}),
]


class WithMore(FrozenIndex):
    def __init__(self, index, extra):
        super().__init__(index)
        self.metadata.update(extra)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_specification(case):
    extra = case.more.pop("extra_metadata", {}) if "extra_metadata" in case.more else {}
    index = WithMore(index_of(*case.files), extra)
    request = make_request(case.asked, case.targets, **case.more)
    if case.found is None:
        with pytest.raises(Failure) as caught:
            run(index, request)
        told = "\n".join([caught.value.message, *caught.value.notes])
        assert all(part in told for part in case.says), told
        return
    resolution = run(index, request)
    assert versions_of(resolution) == case.found
    for target, filename in case.wheels.items():
        assert resolution["distributions"][0]["wheels"][target]["filename"] == filename
    assert all(any(part in line for line in resolution["notices"]) for part in case.notices), resolution["notices"]


@pytest.mark.parametrize("status,notice", [("archived", "archived"), ("deprecated", "deprecated"), ("active", "")], ids=lambda word: f"{word} (I36)")
def test_pep_792_a_status_that_people_should_know_of_is_told(status, notice):
    class Marked(FrozenIndex):
        def find(self, want):
            answer, body = super().find(want)
            return answer, body and body.replace(b'{"meta"', b'{"project-status": {"status": "%s"}, "meta"' % status.encode())

    notices = run(Marked(index_of(wheel("a"))), make_request(["a"], [LINUX]))["notices"]
    assert [line for line in notices if "marked" in line] == ([f"a is marked as {notice} on the index."] if notice else [])


@pytest.mark.parametrize("page", ['<meta name="pypi:project-status" content="quarantined">', '<META content=quarantined name="pypi:project-status" />'], ids=["quoted (I36)", "bare (I36)"])
def test_pep_792_the_status_stands_in_html_too(page):
    assert parse_page(page).status == "quarantined"
    listing = parse_listing("a", "https://index.example/simple/a/", "text/html", f"<html><head>{page}</head><body></body></html>".encode())
    assert listing.status == "quarantined"


@pytest.mark.parametrize("filename,name,version", [
    ("Foo_Bar-1.0-py3-none-any.whl", "foo-bar", "1.0"), ("foo.bar-1!2.0+l.1-1-py3-none-any.whl", "foo-bar", "1!2.0+l.1"), ("foo-1.0-py2.py3-none-any.whl", "foo", "1.0"),
])
def test_pep_427_and_503_names_of_wheels_are_normalised(filename, name, version):
    found = find_wheel_name(filename)
    assert (found.name, str(found.version)) == (name, version)


@pytest.mark.parametrize("filename,name,version", [
    ("foo_bar-1.0.tar.gz", "foo-bar", "1.0"), ("Foo-Bar-1.0.zip", "foo-bar", "1.0"), ("foo-bar-1.0-2.tar.gz", "foo-bar", None), ("foo-1.0.tar.gz", "bar", None),
])
def test_pep_625_names_of_source_archives_old_and_new(filename, name, version):
    found = find_sdist_version(filename, name)
    assert (str(found) if found else None) == version


def test_pep_691_and_503_say_the_same():
    sha = digest("a")
    json = '{"meta": {"api-version": "1.4"}, "name": "a", "files": [{"filename": "a-1-py3-none-any.whl", "url": "../a-1-py3-none-any.whl", "hashes": {"sha256": "%s"}, "requires-python": ">=3.9", "yanked": "x"}]}' % sha
    html = f'<!DOCTYPE html><a href="../a-1-py3-none-any.whl#sha256={sha}" data-requires-python="&gt;=3.9" data-yanked="x">a</a>'
    listings = [parse_listing("a", "https://index.example/simple/a/", kind, text.encode()) for kind, text in [("application/vnd.pypi.simple.v1+json", json), ("text/html", html)]]
    assert [listing.wheels(listing.versions[0]) for listing in listings][0] == listings[1].wheels(listings[1].versions[0])


def test_the_targets_are_those_of_the_table():
    assert {LINUX, ARM, WINDOWS, MAC, INTEL} == set(TARGETS)
