"""Python source, untrusted → syntax tree; every way in which that can go wrong is one exception with a reason."""
import ast
import codecs
import io
import tokenize
import warnings

from terrarium import limits
from terrarium.analysis.nesting import DEEPEST, is_too_deep


class Unparsable(Exception):
    """`reason` for people, `line` where known."""

    def __init__(self, reason: str, line: int = 0):
        super().__init__(reason)
        self.reason, self.line = reason, line


def check_size(size: int) -> None:
    """A tree takes some fifty times the memory of its source."""
    if size > limits.find("source"):
        raise Unparsable(f"it has {size} bytes, more than the {limits.find('source')} that are analysed (`--limit source={size}` raises that)")


def parse_source(data: bytes) -> ast.Module:
    check_size(len(data))
    text = decode_source(data)
    if is_too_deep(text):
        raise Unparsable(f"it nests deeper than {DEEPEST} levels")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        raise Unparsable(error.msg or "syntax error", error.lineno or 0) from None
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise Unparsable(str(error) or type(error).__name__) from None


def decode_source(data: bytes) -> str:
    """By its mark or its coding line (PEP 263), as Python itself reads it."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = codecs.decode(data, encoding)
    except SyntaxError as error:
        raise Unparsable(error.msg or "its coding line is wrong", 1) from None
    except (UnicodeDecodeError, LookupError) as error:
        raise Unparsable(str(error)) from None
    if not isinstance(text, str):
        raise Unparsable(f"its coding line names {encoding}, which is no text encoding", 1)
    if "\0" in text:
        raise Unparsable("it contains a NUL character", text.count("\n", 0, text.index("\0")) + 1)
    return text.replace("\r\n", "\n").replace("\r", "\n")
