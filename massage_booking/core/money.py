"""Amounts of money as people write them. Amounts are in whole units of the currency (euros, not cents)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.apps import apps

from massage_booking.core.amounts import decimals

SYMBOLS: Final[dict[str, str]] = {
    "EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥", "INR": "₹", "KRW": "₩", "ILS": "₪", "TRY": "₺", "UAH": "₴",
    "NGN": "₦", "AUD": "A$", "CAD": "C$", "NZD": "NZ$", "SGD": "S$", "HKD": "HK$", "BRL": "R$", "MXN": "MX$",
}  # fmt: skip
# ISO 4217: the currencies that people pay with; funds, metals and test codes left out.
CODES: Final[frozenset[str]] = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY
    COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR
    ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF
    SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU
    UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """.split()  # noqa: SIM905 - words are easier to read than 150 strings
)
NO_BREAK_SPACE: Final = "\u00a0"

_in_force: ContextVar[str] = ContextVar("currency in force", default="")


def write(amount: Decimal | int | float | str, currency: str) -> str:
    """Write an amount with its symbol: €68, €68.50, ¥6,800, CHF 68. Whole amounts carry no decimals."""
    places = decimals(currency)
    value = Decimal(str(amount)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    digits = f"{abs(value):,.0f}" if value == value.to_integral_value() else f"{abs(value):,.{places}f}"
    symbol = SYMBOLS.get(currency) or f"{currency}{NO_BREAK_SPACE}"
    return f"{'−' if value < 0 else ''}{symbol}{digits}"


@contextmanager
def in_currency(currency: str) -> Iterator[None]:
    """Put a currency in force for amounts written without naming one, as a zone is put in force for times."""
    token = _in_force.set(currency)
    try:
        yield
    finally:
        _in_force.reset(token)


def currency_in_force() -> str:
    """Return the currency in force; outside of a page, the studio's own (one query)."""
    if currency := _in_force.get():
        return currency
    # The core stands below the studio and may not import it; Django's register of models knows it by name.
    studio = apps.get_model("studio", "Studio")
    return str(studio._default_manager.values_list("currency", flat=True).first() or "EUR")
