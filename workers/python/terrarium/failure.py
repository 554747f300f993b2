"""Expected stops. A verb raises Failure; the door turns it into the same plain data that src/model/failure.ts describes."""
import re

CODES = frozenset({
    "project/unreadable",
    "project/unsafe-entry",
    "project/too-large",
    "project/empty",
    "project/bad-metadata",
    "project/needs-compiler",
    "project/no-entry",
    "project/needs-answer",
    "build/failed",
    "build/unsupported",
    "resolution/conflict",
    "resolution/no-wheel",
    "resolution/unknown-name",
    "resolution/bad-requirement",
    "resolution/gave-up",
    "supply/unreachable",
    "supply/refused",
    "supply/bad-answer",
    "supply/wrong-hash",
    "supply/no-runtime",
    "supply/storage",
    "wheel/invalid",
    "plan/unsupported",
    "artifact/corrupt",
    "cancelled",
    "terrarium/bug",
})

#: Of a sentence; names and values of others stand in it, which may be as long as they like.
LONGEST = 1500
# Line breaks, which doors keep, and halves of characters, which are no text on the other side.
_BREAKING = re.compile("[\r\n\v\f\x1c-\x1e\x85\u2028\u2029\ud800-\udfff]+")


class Failure(Exception):
    """One sentence (what was being done, to what, what was found, what was expected) and notes: where, and what to do next."""

    def __init__(self, code: str, message: str, *notes: str):
        if code not in CODES:
            raise ValueError(f"{code!r} is not one of the codes of src/model/failure.ts")
        self.code = code
        self.message = make_sentence(message)
        self.notes = [make_sentence(note) for note in notes]
        super().__init__(self.message)

    def as_data(self) -> dict:
        return {"code": self.code, "message": self.message, "notes": self.notes}


def make_sentence(text: str) -> str:
    """One line of bounded length: where it is too long the middle goes, since the end says what was expected."""
    line = _BREAKING.sub(" ", text)
    return line if len(line) <= LONGEST else f"{line[:LONGEST * 2 // 3]} … {line[-LONGEST // 3:]}"
