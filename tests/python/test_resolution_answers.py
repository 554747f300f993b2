"""Index answers, file names and metadata as they come from outside: read leniently in form, refused where they lie."""
import json

import pytest
from frozen_index import hazard

from terrarium.failure import Failure
from terrarium.resolution.files import find_sdist_version, find_wheel_name, url_filename
from terrarium.resolution.listing import find_address, parse_listing
from terrarium.resolution.metadata import parse_metadata

URL = "https://index.example/simple/demo/"
SHA = "ab" * 32
WHEEL = "demo-1.0-py3-none-any.whl"


def parse_json_files(*files, **rest):
    body = json.dumps({"meta": {"api-version": "1.1"}, "name": "demo", "files": [*files], **rest}).encode()
    return parse_listing("demo", URL, "application/vnd.pypi.simple.v1+json", body)


def parse_page(html: str, content_type: str = "text/html; charset=utf-8"):
    return parse_listing("demo", URL, content_type, html.encode())


def only(listing):
    [version] = listing.versions
    [file] = listing.wheels(version)
    return file


def entry(**fields) -> dict:
    return {"filename": WHEEL, "url": f"https://files.example/{WHEEL}", "hashes": {"sha256": SHA}, **fields}


def test_a_json_entry_is_read_with_all_that_counts():
    file = only(parse_json_files(entry(size=12, yanked="why", **{"requires-python": ">=3.8", "core-metadata": {"sha256": "cd" * 32}})))
    assert (file.url, file.sha256, file.size, file.yanked) == (f"https://files.example/{WHEEL}", SHA, 12, "why")
    assert (file.requires_python, file.metadata_sha256) == (">=3.8", "cd" * 32)


@pytest.mark.parametrize("key", ["core-metadata", "dist-info-metadata", "data-dist-info-metadata"])
@pytest.mark.parametrize("value,digest", [(True, ""), (False, ""), ({"sha256": SHA.upper()}, SHA), ({"md5": "0"}, ""), (7, "")])
def test_metadata_is_announced_under_three_names_as_a_flag_or_with_hashes(key, value, digest):
    assert only(parse_json_files(entry(**{key: value}))).metadata_sha256 == digest


def test_an_html_anchor_is_read_with_all_that_counts():
    file = only(parse_page(
        f'<!-- <a href="demo-9-py3-none-any.whl">x</a> --><A data-requires-python="&gt;=3.8, &lt;4" class=x '
        f"href='../../files/{WHEEL}#sha256={SHA}' data-yanked='&quot;why&quot;' data-core-metadata=\"sha256={'cd' * 32}\">any text</A>"
    ))
    assert (file.url, file.sha256) == (f"https://index.example/files/{WHEEL}", SHA)
    assert (file.requires_python, file.yanked, file.metadata_sha256) == (">=3.8, <4", '"why"', "cd" * 32)


def test_a_raw_angle_bracket_in_an_attribute_ends_nothing():
    assert only(parse_page(f'<a data-requires-python=">=3.8" href="{WHEEL}#sha256={SHA}">x</a>')).requires_python == ">=3.8"


def test_a_page_can_move_its_base():
    page = f'<head><base href="https://files.example/pool/"></head><a href="{WHEEL}#sha256={SHA}">x</a>'
    assert only(parse_page(page)).url == f"https://files.example/pool/{WHEEL}"


def test_yanked_without_reason_is_yanked_all_the_same():
    assert only(parse_page(f'<a href="{WHEEL}#sha256={SHA}" data-yanked>x</a>')).yanked == ""
    assert only(parse_json_files(entry(yanked=True))).yanked == ""
    assert only(parse_json_files(entry(yanked=False))).yanked is None


def test_what_the_answer_is_shows_where_the_content_type_does_not_say():
    assert only(parse_page(f'\n<a href="{WHEEL}#sha256={SHA}">x</a>', "application/octet-stream"))
    assert only(parse_listing("demo", URL, "", json.dumps({"files": [entry()]}).encode()))


@pytest.mark.parametrize("url,address", [
    ("../../packages/x.whl", "https://index.example/packages/x.whl"),
    ("//files.example/x.whl", "https://files.example/x.whl"),
    ("https://user:secret@files.example/x.whl#sha256=1", "https://files.example/x.whl"),
    ("https://files.example/x.whl?a=b", "https://files.example/x.whl?a=b"),
    ("http://files.example/x.whl", None),
    ("http://127.0.0.1:8000/x.whl", None),
    ("javascript:alert(1)", None),
    ("data:text/plain,x", None),
    ("file:///etc/passwd", None),
    ("https://[broken/x.whl", None),
    ("ftp://files.example/x.whl", None),
])
def test_only_https_addresses_are_taken(url, address):
    found = find_address(url, URL)
    assert (found and found[0]) == address


def test_an_index_on_this_machine_may_name_files_of_its_own_server_and_no_other():
    base = "http://127.0.0.1:8000/simple/demo/"
    assert find_address("/files/x.whl", base)[0] == "http://127.0.0.1:8000/files/x.whl"
    assert find_address("http://127.0.0.1:9000/x.whl", base) is None
    assert find_address("http://index.example/x.whl", "http://index.example/simple/") is None


@pytest.mark.parametrize("fields", [
    {"hashes": {}}, {"hashes": {"md5": "ab" * 16}}, {"hashes": {"sha256": "short"}}, {"hashes": None},
    {"url": "javascript:alert(1)"}, {"url": "http://files.example/x.whl"},
], ids=["I16 no hash", "I17 md5 alone", "a hash cut short", "hashes that are none", "I26 a script", "I26 plain http"])
def test_a_file_without_sha256_or_at_a_bad_address_is_listed_as_unusable(fields):
    listing = parse_json_files(entry(**fields))
    [version] = listing.versions
    assert (listing.wheels(version), listing.unusable(version)) == ((), [WHEEL])


@pytest.mark.parametrize("value", [
    None, 7, "text", [], {}, {"filename": 3, "url": "x"}, {"filename": WHEEL}, {"filename": WHEEL, "url": None},
    {"filename": "other-1.0-py3-none-any.whl", "url": "x"}, {"filename": "demo-1.0-foo.tar.gz", "url": "x"},
])
def test_entries_that_are_none_are_left_out(value):
    assert parse_json_files(value).versions == []


@pytest.mark.parametrize("body,part", [
    (b"<html>", "is not JSON"), (b"[]", "no list of files"), (b'{"files": {}}', "no list of files"), (b"\xff\xfe", "is not JSON"),
    (b"[" * 200_000, "is not JSON"), (b'{"meta": {"api-version": "2.0"}, "files": []}', "version 2.0"),
])
def test_an_answer_that_cannot_be_read_is_refused(body, part):
    with pytest.raises(Failure) as caught:
        parse_listing("demo", URL, "application/json", body)
    assert caught.value.code == "supply/bad-answer" and part in caught.value.message and caught.value.notes == [URL]


@hazard("(I15)")
def test_a_later_minor_version_of_the_interface_is_fine():
    assert only(parse_json_files(entry(), meta={"api-version": "1.99"}))


@hazard("(I15)")
def test_a_page_of_version_two_is_refused():
    with pytest.raises(Failure, match="version 2.0"):
        parse_page('<meta name="pypi:repository-version" content="2.0">')


def test_a_page_to_log_in_is_no_empty_listing():
    with pytest.raises(Failure, match="perhaps to log in"):
        parse_page('<form action="/login"><a href="/help">help</a></form>')
    assert parse_page("<h1>Links for demo</h1>").versions == []


@hazard("(I14)")
def test_a_listing_of_a_hundred_thousand_files_is_read():
    files = [entry(filename=f"demo-1.{number}-py3-none-any.whl") for number in range(100_000)]
    assert len(parse_json_files(*files).versions) == 100_000


def test_a_page_full_of_open_quotes_is_read_in_reasonable_time():
    assert parse_page('<a href="' * 20_000 + "<!--" * 20_000).versions == []


@pytest.mark.parametrize("filename,found", [
    (WHEEL, ("demo", "1.0", ())),
    ("De_mo.X-1.0-1a-py2.py3-none-any.whl", ("de-mo-x", "1.0", (1, "a"))),
    ("demo-1.0-x-py3-none-any.whl", None), ("demo-1.0-py3-none.whl", None), ("demo-1.0-1-2-py3-none-any.whl", None),
    ("demo-one-py3-none-any.whl", None), ("../demo-1.0-py3-none-any.whl", None), ("demo-1.0--none-any.whl", None),
    ("demo-1.0-py3-none-any.zip", None), ("d" * 100_000 + "-1.0-py3-none-any.whl", None),
    (f"demo-{'1' * 300}-py3-none-any.whl", None), (f"demo-1.0-{'1' * 350}-py3-none-any.whl", None),
])
def test_wheel_names(filename, found):
    name = find_wheel_name(filename)
    assert (name and (name.name, str(name.version), name.build)) == found


@pytest.mark.parametrize("filename,version", [
    ("demo-pkg-1.0.tar.gz", "1.0"), ("demo_pkg-1.0.zip", "1.0"), ("other-1.0.tar.gz", None), ("demo-pkg.tar.gz", None), ("demo-pkg-1.0.exe", None),
])
def test_names_of_source_archives(filename, version):
    found = find_sdist_version(filename, "demo-pkg")
    assert (found and str(found)) == version


@hazard("(I27)")
def test_an_address_is_decoded_once():
    assert url_filename("https://files.example/a/x%252f..%252fy.whl?z#sha256=1") == "x%2f..%2fy.whl"


def test_metadata_is_read_up_to_the_description_and_over_folded_lines():
    metadata = parse_metadata(
        "\ufeffName: De_Mo\r\nversion: 1.0\r\nRequires-Dist: a>=1,\r\n\t<2\r\nREQUIRES-DIST: b\r\nno colon\r\n"
        "Provides-Extra: X_y\r\nRequires-Python: >=3.8\r\n\r\nRequires-Dist: evil\r\n"
    )
    assert (metadata.name, metadata.version, metadata.requires) == ("de-mo", "1.0", ("a>=1, <2", "b"))
    assert (metadata.extras, metadata.requires_python) == (frozenset({"x-y"}), ">=3.8")


@pytest.mark.parametrize("text", ["", "\n\n", " folded first\nName: x", "Name x", "\x00\x00"])
def test_metadata_that_says_nothing_has_no_version(text):
    assert parse_metadata(text).version == ""
