"""Amounts of money as numbers: what a currency can write, rounding, and reading what somebody typed. Plain Python."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

WITHOUT_DECIMALS: Final[frozenset[str]] = frozenset(
    {"JPY", "KRW", "VND", "CLP", "ISK", "PYG", "UGX", "XAF", "XOF", "XPF"}
)
WITH_THREE: Final[frozenset[str]] = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
# The largest amount that a column of this software holds.
MOST: Final = Decimal("999999.99")
_COLUMN_PLACES: Final = 2


def decimals(currency: str) -> int:
    """Return how many digits a currency writes after its point."""
    if currency in WITHOUT_DECIMALS:
        return 0
    return 3 if currency in WITH_THREE else 2


def smallest(currency: str) -> Decimal:
    """Return the smallest amount that is written in a currency: 0.01, or 1 where there are no decimals."""
    return Decimal(1).scaleb(-min(decimals(currency), _COLUMN_PLACES))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Round half up to what a currency writes."""
    return amount.quantize(smallest(currency), rounding=ROUND_HALF_UP)


def read(text: str, currency: str) -> Decimal | None:
    """Read an amount that somebody typed: 68, 68.50 or 68,50. None: no amount of this currency, or not above zero."""
    plain = text.strip().replace(",", ".")
    if len(plain) > 12 or not plain.isascii() or not plain.replace(".", "", 1).isdigit():
        return None
    amount = Decimal(plain)
    if not 0 < amount <= MOST or amount != rounded(amount, currency):
        return None
    return rounded(amount, currency)


def plain(amount: Decimal, currency: str) -> str:
    """Write an amount for a field or a table of figures: 68.00, without symbol or grouping."""
    return f"{rounded(amount, currency):f}"
