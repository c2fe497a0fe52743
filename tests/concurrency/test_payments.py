"""One form of payment sent many times at once, and many who take the last of what is due."""

from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum as Total

from massage_booking.core.errors import Refused
from sessions.models import MassageSession, Payment
from sessions.services import money
from tests import cast
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)

RACERS = 12


def take(house: cast.House, session: MassageSession, amount: str, key: str) -> Any:
    return money.take(
        session=session, paid=money.Sum(Decimal(amount), "cash"), actor=house.desk, by="desk", now=cast.NOW,
        form_key=key, form_digest=amount,
    )  # fmt: skip


def paid() -> Decimal:
    return Payment.objects.aggregate(total=Total("amount"))["total"]


def test_without_the_lock_more_is_taken_than_is_due(house: cast.House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(money, "_locked", lambda session: session)
    monkeypatch.setattr(money, "in_transaction", lambda work: work())
    monkeypatch.setattr(money.record, "answered_before", lambda **_: None)
    monkeypatch.setattr(money.record, "keep_answer", lambda **_: None)
    for hour in range(9, 16):
        session = cast.book(house, starts_at=cast.at(hour, days=hour))
        Payment.objects.all().delete()
        race(8, lambda number, session=session: take(house, session, "68.00", f"{number:020}"))
        if paid() > 68:
            return
    pytest.fail("The race never showed: a green suite would prove nothing.")


def test_a_form_sent_many_times_takes_it_once(house: cast.House) -> None:
    session = cast.book(house)

    results = race(RACERS, lambda number: take(house, session, "20.00", "k" * 20))

    assert {getattr(result, "pk", result) for result in results} == {session.pk}
    assert (Payment.objects.count(), paid()) == (1, Decimal("20.00"))


def test_many_who_take_the_whole_take_it_once(house: cast.House) -> None:
    session = cast.book(house)

    results = race(RACERS, lambda number: take(house, session, "68.00", f"{number:020}"))

    refused = [result.code for result in results if isinstance(result, Refused)]
    assert (len(refused), set(refused), paid()) == (RACERS - 1, {"paid_already"}, Decimal("68.00"))


def test_a_mistake_is_taken_back_once(house: cast.House) -> None:
    session = cast.book(house)
    take(house, session, "68.00", "k" * 20)
    payment = Payment.objects.get()

    results = race(RACERS, lambda number: money.take_back(payment=payment, actor=house.desk, by="desk", now=cast.NOW))

    assert sum(isinstance(result, Payment) for result in results) == 1
    assert {result.code for result in results if isinstance(result, Refused)} == {"taken_back_already"}
