"""The interface to whatever takes cards, tried with a till that says what it is told to say."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import override_settings

from massage_booking.core.errors import Refused
from sessions import payments
from sessions.checks import check_till
from sessions.models import MassageSession, Payment
from sessions.payments import Outcome, Request
from sessions.services import money
from tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


class PretendTill:
    """Remembers what it was asked; the same key is the same request."""

    def __init__(self) -> None:
        self.asked: dict[str, Request] = {}
        self.refunds: list[tuple[str, Decimal, str]] = []
        self.says = Outcome.TAKEN

    def ask(self, request: Request) -> str:
        self.asked.setdefault(request.key, request)
        return f"card-{request.key}"

    def outcome(self, reference: str) -> Outcome:
        return self.says

    def refund(self, reference: str, *, amount: Decimal, currency: str) -> Outcome:
        self.refunds.append((reference, amount, currency))
        return self.says


class HalfTill:
    """Cannot give anything back."""

    ask = outcome = PretendTill.ask


@pytest.fixture
def till(monkeypatch: pytest.MonkeyPatch) -> PretendTill:
    pretend = PretendTill()
    monkeypatch.setattr(payments, "till", lambda: pretend)
    return pretend


def take(house: cast.House, session: MassageSession, how: str = "card", key: str = "k" * 20) -> MassageSession:
    return money.take(
        session=session, paid=money.Sum(Decimal("68.00"), how), actor=house.desk, by="desk", now=cast.NOW,
        form_key=key, form_digest=how,
    )  # fmt: skip


def test_a_card_is_asked_for_once_and_its_reference_is_kept(house: cast.House, till: PretendTill) -> None:
    session = cast.book(house)
    take(house, session)
    take(house, session)

    assert till.asked == {"k" * 20: Request(Decimal("68.00"), "EUR", session.public_id, "k" * 20)}
    assert list(Payment.objects.values_list("how", "reference")) == [("card", f"card-{'k' * 20}")]


def test_cash_never_troubles_the_till(house: cast.House, till: PretendTill) -> None:
    take(house, cast.book(house), how="cash")

    assert (till.asked, till.refunds) == ({}, [])


@pytest.mark.parametrize(("says", "code"), [(Outcome.REFUSED, "card_refused"), (Outcome.WAITING, "card_waits")])
def test_what_the_card_does_not_give_is_not_noted(
    house: cast.House, till: PretendTill, says: Outcome, code: str
) -> None:
    session = cast.book(house)
    till.says = says
    with pytest.raises(Refused) as refusal:
        take(house, session)
    assert (refusal.value.code, Payment.objects.count()) == (code, 0)

    # Pressed once more, it is the same request.
    till.says = Outcome.TAKEN
    take(house, session)
    assert (len(till.asked), Payment.objects.count()) == (1, 1)


def test_what_was_taken_and_cannot_be_noted_is_given_back(
    house: cast.House, till: PretendTill, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = cast.book(house)
    asked = till.ask

    def meanwhile(request: Request) -> str:
        monkeypatch.setattr(till, "ask", asked)
        take(house, session, how="cash", key="c" * 20)
        return asked(request)

    monkeypatch.setattr(till, "ask", meanwhile)
    with pytest.raises(Refused) as refusal:
        take(house, session)

    assert refusal.value.code == "paid_already"
    assert till.refunds == [(f"card-{'k' * 20}", Decimal("68.00"), "EUR")]
    assert list(Payment.objects.values_list("how", flat=True)) == ["cash"]


def test_a_card_payment_that_is_taken_back_is_given_back(house: cast.House, till: PretendTill) -> None:
    take(house, cast.book(house))
    payment = Payment.objects.get()
    by: dict[str, Any] = {"actor": house.desk, "by": "desk", "now": cast.NOW}

    till.says = Outcome.REFUSED
    with pytest.raises(Refused):
        money.take_back(payment=payment, **by)
    payment.refresh_from_db()
    assert payment.voided_at is None

    till.says = Outcome.TAKEN
    assert money.take_back(payment=payment, **by).voided_at == cast.NOW
    assert till.refunds[-1] == (payment.reference, Decimal("68.00"), "EUR")


def test_built_in_is_the_terminal_worked_by_hand() -> None:
    till = payments.till()
    request = Request(Decimal("68.00"), "EUR", "session", "key")

    assert isinstance(till, payments.ByHand)
    assert (till.ask(request), till.outcome(""), till.refund("", amount=request.amount, currency="EUR")) == (
        "", Outcome.TAKEN, Outcome.TAKEN,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("sessions.payments.Nothing", "Nothing"),
        ("no.such.place", "No module"),
        ("tests.sessions.money.test_till.HalfTill", "it has no refund()"),
        ("tests.sessions.money.test_till.PretendTill", ""),
    ],
)
def test_a_setting_that_names_no_till_stops_the_start(path: str, words: str) -> None:
    with override_settings(PAYMENTS_TILL=path):
        found = [error.msg for error in check_till(None)]

    assert [words in message for message in found] == ([True] if words else [])
    assert not [error for error in run_checks() if error.id == "massage_sessions.E002"]
