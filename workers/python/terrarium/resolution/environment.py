"""A target and its Python → what decides there: marker values, accepted tags in order of preference, `requires-python`."""
from packaging.specifiers import SpecifierSet
from packaging.tags import compatible_tags, cpython_tags, mac_platforms
from packaging.version import Version

from .files import WheelName

LEGACY = {5: "manylinux1", 12: "manylinux2010", 17: "manylinux2014"}


class Environment:
    def __init__(self, target: dict, python: str):
        self.id: str = target["id"]
        self.label: str = target.get("label") or target["id"]
        self.python = Version(python)
        self.series = ".".join(python.split(".")[:2])
        self.own: dict = dict(target["environment"])
        self.markers = make_markers(self.own, python, self.series)
        version = (self.python.major, self.python.minor)
        platforms = make_platforms(target["platform"])
        self.tags = make_ranks(version, platforms)
        self.local_tags = make_ranks(version, [*platforms, *local_platforms(target["platform"])])
        self._python_answers: dict[str, bool] = {}
        self.needs: dict = {}

    @property
    def described(self) -> str:
        return f"{self.label} with CPython {self.series}"

    def holds(self, marker, extra: str = "") -> bool:
        if marker is None:
            return True
        try:
            return marker.evaluate({**self.markers, "extra": extra})
        except ValueError:  # undefined, or a number of more digits than Python converts
            return False

    def admits(self, requires_python: str) -> bool:
        """A `requires-python` that cannot be read forbids nothing, as with pip."""
        answer = self._python_answers.get(requires_python)
        if answer is None:
            answer = self._python_answers[requires_python] = self._admits(requires_python)
        return answer

    def _admits(self, requires_python: str) -> bool:
        try:
            return SpecifierSet(requires_python).contains(self.python, prereleases=True)
        except ValueError:  # packaging's own, or a number of more digits than Python converts
            return True

    def rank(self, wheel: WheelName, local: bool = False) -> int | None:
        """Smaller is better; None where it does not fit."""
        tags = self.local_tags if local else self.tags
        ranks = (
            tags.get((python, abi, platform))
            for platform in wheel.platforms for abi in wheel.abis for python in wheel.pythons
        )
        return min((rank for rank in ranks if rank is not None), default=None)


def make_markers(own: dict, python: str, series: str) -> dict:
    return {
        "implementation_name": "cpython",
        "implementation_version": python,
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_version": "",
        "python_version": series,
        "python_full_version": python,
        **own,
    }


def make_ranks(version: tuple[int, int], platforms: list[str]) -> dict[tuple[str, str, str], int]:
    # Python tag first, platform second, and platforms oldest first: so the wheel that runs on most machines wins.
    # `packaging` takes an empty list of platforms for "ask this machine": the pure tags are then all there is.
    interpreter = "cp{}{}".format(*version)
    native = cpython_tags(version, abis=[interpreter], platforms=platforms) if platforms else ()
    pure = compatible_tags(version, interpreter, platforms=platforms or ["any"])
    ranks: dict[tuple[str, str, str], int] = {}
    for tag in (*native, *pure):
        ranks.setdefault((tag.interpreter, tag.abi, tag.platform), len(ranks))
    return ranks


def make_platforms(platform: dict) -> list[str]:
    return PLATFORMS[platform["kind"]](platform)


def make_manylinux(platform: dict) -> list[str]:
    arch, oldest, newest = platform["arch"], platform["oldest"][1], platform["newest"][1]
    tags = []
    for minor in range(oldest, newest + 1):
        tags.append(f"manylinux_2_{minor}_{arch}")
        if minor in LEGACY:
            tags.append(f"{LEGACY[minor]}_{arch}")
    return tags


def make_macos(platform: dict) -> list[str]:
    arch, oldest = platform["arch"], tuple(platform["oldest"])

    def key(tag: str):
        _, major, minor, binary = tag.split("_", 3)
        # What is older than the oldest system that we run on is no better than that: there the thinner binary wins.
        system = (int(major), int(minor))
        return max(system, oldest), binary != arch, system

    # `sorted` is stable: within one system the order of `packaging` stays, thin before fat.
    return sorted(mac_platforms(tuple(platform["newest"]), arch), key=key)


PLATFORMS = {
    "manylinux": make_manylinux,
    "macos": make_macos,
    "windows": lambda platform: [f"win_{platform['arch']}"],
    "none": lambda platform: [],
}


def local_platforms(platform: dict) -> list[str]:
    """An index cannot promise what `linux_x86_64` runs on; somebody who drops such a wheel can."""
    return [f"linux_{platform['arch']}"] if platform["kind"] == "manylinux" else []
