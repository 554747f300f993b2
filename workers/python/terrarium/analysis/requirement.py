"""Requirements as written → checked ones: PEP 508, and nothing that points to a place we do not fetch from."""
from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as ParsedRequirement

from terrarium.analysis.declared import Requirement, place
from terrarium.failure import Failure
from terrarium.limits import TABLE

LONGEST = TABLE["requirement"][0]


def check_requirements(requirements: list[Requirement]) -> list[dict]:
    """As `Analysis.requirements`; one Failure lists all that is wrong."""
    problems = [(requirement, problem) for requirement in requirements if (problem := _find_problem(requirement))]
    if problems:
        raise _refusal(problems)
    return [
        {"requirement": requirement.text, "place": place(requirement.path, requirement.line), "hashes": requirement.hashes}
        for requirement in requirements
    ]


def _refusal(problems: list[tuple[Requirement, str]]) -> Failure:
    first, problem = problems[0]
    more = f", and {len(problems) - 1} more" if len(problems) > 1 else ""
    return Failure(
        "project/bad-metadata",
        f"Checking the requirements in {first.path}: `{shorten(first.text)}` {problem}{more}.",
        *(f"{where(requirement)}: `{shorten(requirement.text)}` {problem}" for requirement, problem in problems[:50]),
        "Name a distribution of the index (PEP 508), or the https address of a wheel or source archive: `name @ https://…/name-1.0-py3-none-any.whl`.",
    )


def where(requirement: Requirement) -> str:
    return f"{requirement.path}:{requirement.line}" if requirement.line else requirement.path


def shorten(text: str) -> str:
    return text if len(text) <= 120 else text[:119] + "…"


def parse_requirement(text: str) -> ParsedRequirement | None:
    if len(text) > LONGEST:
        return None
    try:
        return ParsedRequirement(text)
    except (InvalidRequirement, RecursionError, ValueError):
        return None


def _find_problem(requirement: Requirement) -> str | None:
    if len(requirement.text) > LONGEST:
        return f"is {len(requirement.text)} characters long, the limit is {LONGEST} (requirement)"
    parsed = parse_requirement(requirement.text)
    if parsed is None:
        return "is not a requirement that PEP 508 describes"
    return find_url_problem(parsed.url) if parsed.url else None


def find_url_problem(url: str) -> str | None:
    scheme, separator, rest = url.partition(":")
    if "+" in scheme or scheme == "git":
        return "points into version control, which cannot be fetched here"
    if scheme == "file" or not separator:
        return "points to a file of some machine"
    if scheme != "https":
        return f"uses {scheme}:, where https: is needed"
    address = rest.partition("#")[0].partition("?")[0]
    if "@" in address.removeprefix("//").partition("/")[0]:
        return "carries a user name or password, which would end up in the lock"
    return None if address.endswith((".whl", ".tar.gz", ".zip")) else "is not the address of a wheel or of a source archive"
