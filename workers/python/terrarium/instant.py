"""When a file was uploaded (PEP 700) and the cut-off date that it is held against; both as RFC 3339 has them."""
import re
from datetime import datetime, timezone

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d:\d\d)(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d))?\Z", re.ASCII)


def find_instant(text: object) -> datetime | None:
    """A date is the start of that day in UTC, wherever somebody builds."""
    match = _INSTANT.match(text) if isinstance(text, str) else None
    if not match:
        return None
    day, time, fraction, zone = match.groups()
    # Python counts microseconds; what it would round is cut.
    text = f"{day}T{time or '00:00:00'}{(fraction or '')[:7]}{'+00:00' if zone in (None, 'Z', 'z') else zone}"
    try:
        return datetime.fromisoformat(text).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def print_instant(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
