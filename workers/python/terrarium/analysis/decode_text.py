"""Bytes of a metadata file → text: UTF-8, with or without a mark, or UTF-16 and UTF-32 by their mark."""
import codecs

from terrarium.failure import Failure

# UTF-32's mark begins with UTF-16's, so it is looked for first.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode_text(data: bytes, path: str, fallback: str | None = None) -> str:
    """`fallback`: an encoding for what is not UTF-8, where a wrong letter in a comment does no harm."""
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if not fallback or encoding != "utf-8":
            raise _unreadable(path, f"byte {error.start} is not {encoding.removesuffix('-sig').upper()}") from None
        text = data.decode(fallback)
    if "\0" in text:
        raise _unreadable(path, f"character {text.index(chr(0))} is NUL")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _unreadable(path: str, found: str) -> Failure:
    return Failure("project/bad-metadata", f"Reading {path} as text: {found}, expected UTF-8 (or UTF-16 with its mark).",
                   path, "Save the file as UTF-8.")


def find_line(text: str, needle: str) -> int:
    """Line of the first place where `needle` stands, from 1; 0 where it does not (escaped, or computed)."""
    at = text.find(needle) if needle else -1
    return text.count("\n", 0, at) + 1 if at >= 0 else 0
