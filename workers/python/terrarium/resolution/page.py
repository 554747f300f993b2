"""A simple repository page (PEP 503) → entries in the shape of the JSON answer.

Not `html.parser`: it takes seconds in Pyodide for the pages of one larger project. A page is a row of anchors; those are
found here, and their attributes are read only for the versions that are looked at.
"""
import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import unquote

from .need import find_digest

# Possessive and bounded: a page that is not what it should be costs time in proportion to its length.
TAG = re.compile(r"""<(a|base|meta|form)\b((?:[^>"']{1,1000}+|"[^"]{0,8000}+"|'[^']{0,8000}+'){0,100}+)>""", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([^\s"'>/=]{1,100}+)(?:\s{0,20}+=\s{0,20}+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++)))?""")
HREF = re.compile(r"""\bhref\s{0,20}+=\s{0,20}+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""", re.IGNORECASE)


@dataclass(slots=True)
class Page:
    entries: list[dict] = field(default_factory=list)
    base: str = ""
    api_version: str | None = None
    status: str = ""
    has_form: bool = False


def parse_page(text: str) -> Page:
    page = Page()
    for tag, raw in TAG.findall(drop_comments(text)):
        tag = tag.lower()
        if tag == "a":
            add_anchor(page, raw)
        elif tag == "form":
            page.has_form = True
        else:
            read_head(page, tag, parse_attributes(raw))
    return page


def drop_comments(text: str) -> str:
    kept, start = [], 0
    while (opening := text.find("<!--", start)) >= 0:
        kept.append(text[start:opening])
        closing = text.find("-->", opening + 4)
        start = closing + 3 if closing >= 0 else len(text)
    return "".join([*kept, text[start:]])


def add_anchor(page: Page, raw: str) -> None:
    if match := HREF.search(raw):
        url = unescape(match[1] or match[2] or match[3] or "")
        filename = url.partition("#")[0].partition("?")[0].rpartition("/")[2]
        page.entries.append({"filename": unquote(filename), "url": url, "attributes": raw})


def read_head(page: Page, tag: str, attributes: dict[str, str]) -> None:
    if tag == "base" and not page.base:
        page.base = attributes.get("href", "")
    elif tag == "meta" and attributes.get("name") == "pypi:repository-version":
        page.api_version = attributes.get("content")
    elif tag == "meta" and attributes.get("name") == "pypi:project-status":
        page.status = attributes.get("content", "")


def parse_attributes(raw: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in ATTRIBUTE.finditer(raw):
        # The first of two attributes of the same name counts, in HTML.
        found.setdefault(match[1].lower(), unescape(match[2] or match[3] or match[4] or ""))
    return found


def complete_entry(entry: dict) -> dict:
    """An entry of a page with its attributes read; an entry of a JSON answer as it is."""
    if "attributes" not in entry or not isinstance(entry["attributes"], str):
        return entry
    attributes = parse_attributes(entry["attributes"])
    full = {"filename": entry["filename"], "url": entry["url"], "hashes": {}}
    full["requires-python"] = attributes.get("data-requires-python")
    full["yanked"] = (attributes["data-yanked"] or True) if "data-yanked" in attributes else False
    announced = attributes.get("data-core-metadata", attributes.get("data-dist-info-metadata"))
    if announced is not None:
        digest = find_digest(announced)
        full["core-metadata"] = {"sha256": digest} if digest else True
    return full
