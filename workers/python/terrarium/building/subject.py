"""What is being built, in the words of failures: the dropped project, or a dependency of which only the source is published."""
from typing import NamedTuple


class Subject(NamedTuple):
    name: str
    advice: str
    compiler_advice: str
    version_advice: str


PROJECT = Subject(
    'the project',
    'The same build outside, `pip wheel --no-deps .`, should show the same; or drop the wheel that it makes.',
    'Build its wheels elsewhere, for each platform, and drop one of them here.',
    'Say which version this is, or drop the sdist, which has it inside.',
)


def make_subject(dependency: str | None) -> Subject:
    """`dependency`: its name and version."""
    if dependency is None:
        return PROJECT
    drop = f'Build a wheel of it elsewhere (`pip wheel --no-deps {dependency.replace(" ", "==")}`) and drop it beside the project, or choose another version of it.'
    return Subject(dependency, drop, drop, drop)
