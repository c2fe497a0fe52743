"""Readers of what arrives in URLs and forms: garbage becomes None, never an exception."""

from datetime import UTC, date, datetime

# Databases store 64-bit keys; anything beyond is no key of ours.
_LARGEST_KEY = 2**63 - 1
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def to_int(raw: object, *, least: int = 0, most: int = _LARGEST_KEY) -> int | None:
    """Read a whole number within bounds."""
    text = str(raw or "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 19:
        return None
    value = int(text)
    return value if least <= value <= most else None


def to_date(raw: object) -> date | None:
    """Read YYYY-MM-DD."""
    text = str(raw or "").strip()
    if len(text) != 10 or text[4] + text[7] != "--":
        return None
    try:
        value = date.fromisoformat(text)
    except ValueError:
        return None
    return value if _FIRST_YEAR <= value.year <= _LAST_YEAR else None


def to_month(raw: object) -> date | None:
    """Read YYYY-MM as the first day of that month."""
    text = str(raw or "").strip()
    return to_date(f"{text}-01") if len(text) == 7 else None


def to_instant(raw: object) -> datetime | None:
    """Read an ISO instant that names its offset (or Z), as aware UTC.

    Naive times are refused: nobody knows which hour they mean.
    """
    text = str(raw or "").strip()
    if not 16 <= len(text) <= 35:
        return None
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    if value.tzinfo is None or not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        return None
    return value.astimezone(UTC)
