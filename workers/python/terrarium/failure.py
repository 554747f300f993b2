"""Expected stops. A verb raises Failure; the door turns it into the same plain data that src/model/failure.ts describes."""

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


class Failure(Exception):
    """One sentence (what was being done, to what, what was found, what was expected) and notes: where, and what to do next."""

    def __init__(self, code: str, message: str, *notes: str):
        if code not in CODES:
            raise ValueError(f"{code!r} is not one of the codes of src/model/failure.ts")
        super().__init__(message)
        self.code = code
        self.message = message
        self.notes = list(notes)

    def as_data(self) -> dict:
        return {"code": self.code, "message": self.message, "notes": self.notes}
