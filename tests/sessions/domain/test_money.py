"""What is due for a session: the table of cases."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_booking.core import amounts as core
from sessions.domain import money
from sessions.domain.money import Bill, What
from sessions.domain.status import Status

PRICE = Decimal("68.00")
HALF = Decimal("34.00")
NONE = Decimal(0)


def bill(status: Status, *payments: str, fee: Decimal | None = None, is_waived: bool = False) -> Bill:
    paid = [Decimal(amount) for amount in payments]
    return money.bill(status, price=PRICE, fee=fee, is_waived=is_waived, payments=paid)


@pytest.mark.parametrize(
    ("what", "found", "expected"),
    [
        ("held: nothing yet", bill(Status.HELD), (What.NOTHING, NONE, NONE, NONE)),
        ("asked for: nothing before the yes", bill(Status.REQUESTED), (What.NOTHING, NONE, NONE, NONE)),
        ("booked", bill(Status.BOOKED), (What.PRICE, PRICE, PRICE, NONE)),
        ("here", bill(Status.ARRIVED), (What.PRICE, PRICE, PRICE, NONE)),
        ("on the table", bill(Status.STARTED), (What.PRICE, PRICE, PRICE, NONE)),
        ("done", bill(Status.DONE), (What.PRICE, PRICE, PRICE, NONE)),
        ("paid in part", bill(Status.DONE, "20.00"), (What.PRICE, PRICE, Decimal("48.00"), NONE)),
        ("paid in two parts", bill(Status.DONE, "20.00", "48.00"), (What.PRICE, PRICE, NONE, NONE)),
        ("paid too much, by a price corrected", bill(Status.DONE, "70.00"), (What.PRICE, PRICE, NONE, Decimal("2.00"))),
        ("cancelled in time", bill(Status.CANCELLED), (What.NOTHING, NONE, NONE, NONE)),
        ("cancelled in time, paid before", bill(Status.CANCELLED, "68.00"), (What.NOTHING, NONE, NONE, PRICE)),
        ("cancelled late", bill(Status.CANCELLED, fee=HALF), (What.FEE, HALF, HALF, NONE)),
        ("cancelled late, paid before", bill(Status.CANCELLED, "68.00", fee=HALF), (What.FEE, HALF, NONE, HALF)),
        ("cancelled late, let go", bill(Status.CANCELLED, fee=HALF, is_waived=True), (What.WAIVED, NONE, NONE, NONE)),
        (
            "let go after it was paid",
            bill(Status.CANCELLED, "34.00", fee=HALF, is_waived=True),
            (What.WAIVED, NONE, NONE, HALF),
        ),
        ("nobody came", bill(Status.NO_SHOW, fee=PRICE), (What.FEE, PRICE, PRICE, NONE)),
        ("nobody came, no fee asked", bill(Status.NO_SHOW), (What.NOTHING, NONE, NONE, NONE)),
        ("a fee left over from what was undone", bill(Status.BOOKED, fee=HALF), (What.PRICE, PRICE, PRICE, NONE)),
        (
            "waived means nothing for what takes place",
            bill(Status.DONE, is_waived=True),
            (What.PRICE, PRICE, PRICE, NONE),
        ),
    ],
)
def test_what_is_due(what: str, found: Bill, expected: tuple[Any, ...]) -> None:
    assert (found.what, found.owed, found.due, found.back) == expected, what


def test_paid_is_what_was_owed_and_is_owed_no_more() -> None:
    assert bill(Status.DONE, "68.00").is_paid
    assert not bill(Status.DONE, "67.99").is_paid
    assert not bill(Status.CANCELLED).is_paid


@pytest.mark.parametrize(
    ("price", "percent", "currency", "expected"),
    [
        ("68.00", 50, "EUR", "34.00"),
        ("55.00", 33, "EUR", "18.15"),
        ("0.01", 50, "EUR", "0.01"),
        ("0.01", 49, "EUR", None),
        ("68.00", 0, "EUR", None),
        ("0.00", 100, "EUR", None),
        ("6850", 50, "JPY", "3425"),
        ("6851", 50, "JPY", "3426"),
        ("12.35", 50, "BHD", "6.18"),
    ],
)
def test_a_fee_is_the_percent_of_the_copied_price_in_what_the_currency_writes(
    price: str, percent: int, currency: str, expected: str | None
) -> None:
    fee = money.fee_of(Decimal(price), percent=percent, currency=currency)
    assert fee == (Decimal(expected) if expected else None)


@pytest.mark.parametrize(
    ("amount", "of", "expected"),
    [
        ("68.00", bill(Status.DONE), ""),
        ("0.01", bill(Status.DONE), ""),
        ("68.01", bill(Status.DONE), "too_much"),
        ("48.01", bill(Status.DONE, "20.00"), "too_much"),
        ("1.00", bill(Status.DONE, "68.00"), "paid_already"),
        ("1.00", bill(Status.CANCELLED), "nothing_due"),
        ("1.00", bill(Status.CANCELLED, fee=HALF, is_waived=True), "nothing_due"),
    ],
)
def test_why_so_much_cannot_be_taken(amount: str, of: Bill, expected: str) -> None:
    assert money.against_paying(Decimal(amount), of) == expected


@given(
    st.sampled_from(list(Status)),
    st.none() | st.decimals(0, 500, places=2),
    st.booleans(),
    st.lists(st.decimals("0.01", 500, places=2), max_size=4),
)
def test_due_and_back_are_never_both_and_never_negative(
    status: Status, fee: Decimal | None, is_waived: bool, payments: list[Decimal]
) -> None:
    found = money.bill(status, price=PRICE, fee=fee, is_waived=is_waived, payments=payments)

    assert found.due >= 0
    assert found.back >= 0
    assert not (found.due and found.back)
    assert found.owed - found.paid == found.due - found.back


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [
        ("68", "EUR", "68.00"),
        ("68.5", "EUR", "68.50"),
        (" 68,50 ", "EUR", "68.50"),
        ("68.505", "EUR", None),
        ("68.500", "EUR", "68.50"),
        ("6800", "JPY", "6800"),
        ("68.5", "JPY", None),
        ("0", "EUR", None),
        ("0.00", "EUR", None),
        ("-5", "EUR", None),
        ("+5", "EUR", None),
        ("NaN", "EUR", None),
        ("Infinity", "EUR", None),
        ("1e9", "EUR", None),
        ("1000000", "EUR", None),
        ("999999.99", "EUR", "999999.99"),
        ("1,000.00", "EUR", None),
        ("€68", "EUR", None),
        ("٦٨", "EUR", None),
        ("²", "EUR", None),
        ("", "EUR", None),
        (".", "EUR", None),
        ("9" * 400, "EUR", None),
    ],
)
def test_what_somebody_typed_is_read_or_refused(text: str, currency: str, expected: str | None) -> None:
    assert core.read(text, currency) == (Decimal(expected) if expected else None)


@given(st.text(max_size=20))
def test_whatever_is_typed_never_breaks(text: str) -> None:
    amount = core.read(text, "EUR")
    assert amount is None or 0 < amount <= core.MOST
