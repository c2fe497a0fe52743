"""Taking money, taking a mistake back, fees and letting them go."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from massage_booking.core.errors import Refused
from massage_booking.studio.models import Studio
from sessions.domain.money import What
from sessions.models import MassageSession, Payment, SessionEvent
from sessions.selectors.money import bill_of
from sessions.services import changes, money
from sessions.services.money import Sum
from tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

LATE = cast.at(15, days=0)


@pytest.fixture
def session(house: cast.House) -> MassageSession:
    Studio.objects.update(late_fee_percent=50, no_show_fee_percent=100)
    return cast.book(house)


def take(house: cast.House, session: MassageSession, amount: str, how: str = "cash", **more: Any) -> MassageSession:
    values = {"actor": house.desk, "by": "desk", "now": cast.NOW}
    return money.take(session=session, paid=Sum(Decimal(amount), how), **{**values, **more})


def code_of(work: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refusal:
        work()
    return refusal.value.code


def due(session: MassageSession) -> Decimal:
    session.refresh_from_db()
    return bill_of(session).due


def test_the_price_copied_when_booked_is_what_is_due(house: cast.House, session: MassageSession) -> None:
    house.swedish.price = Decimal("99.00")
    house.swedish.save()

    assert due(session) == Decimal("68.00")


def test_it_is_paid_in_parts_and_no_cent_too_much(house: cast.House, session: MassageSession) -> None:
    take(house, session, "20.00")
    assert due(session) == Decimal("48.00")
    assert code_of(lambda: take(house, session, "48.01")) == "too_much"
    take(house, session, "48.00", "card")

    assert due(session) == 0
    assert code_of(lambda: take(house, session, "0.01")) == "paid_already"
    rows = Payment.objects.values_list("amount", "currency", "how", "taken_by", "taken_at", "reference")
    assert list(rows) == [
        (Decimal("20.00"), "EUR", "cash", house.desk.pk, cast.NOW, ""),
        (Decimal("48.00"), "EUR", "card", house.desk.pk, cast.NOW, ""),
    ]
    details = SessionEvent.objects.filter(act="paid").values_list("detail", flat=True)
    assert details[0] == {"amount": "20.00", "currency": "EUR", "how": "cash"}


@pytest.mark.parametrize(
    "amount", ["0", "-1", "NaN", "sNaN", "Infinity", "-Infinity", "1e9", "1e-9", "68.005", "1E+400"]
)
def test_amounts_that_cannot_be_meant_are_refused(house: cast.House, session: MassageSession, amount: str) -> None:
    assert code_of(lambda: take(house, session, amount)) == "unreadable_amount"
    assert not Payment.objects.exists()


def test_a_way_that_nobody_pays_in_is_refused(house: cast.House, session: MassageSession) -> None:
    assert code_of(lambda: take(house, session, "10", "kisses")) == "unknown_way"


def test_a_currency_without_decimals_takes_none(house: cast.House, session: MassageSession) -> None:
    MassageSession.objects.update(currency="JPY", price=6800)
    session.refresh_from_db()

    assert code_of(lambda: take(house, session, "10.50")) == "unreadable_amount"
    assert due(take(house, session, "6800")) == 0


def test_nothing_is_taken_for_what_is_only_asked_for(house: cast.House, session: MassageSession) -> None:
    asked = cast.book(house, client=house.ben, starts_at=cast.at(14, days=1), needs_review=True)

    assert code_of(lambda: take(house, asked, "10")) == "nothing_due"


def test_the_same_form_takes_it_once_and_with_other_words_not_at_all(
    house: cast.House, session: MassageSession
) -> None:
    key = {"form_key": "k" * 20, "form_digest": "one"}
    take(house, session, "20.00", **key)
    take(house, session, "20.00", **key)

    assert code_of(lambda: take(house, session, "20.00", form_key="k" * 20, form_digest="two")) == "form_reused"
    assert Payment.objects.count() == 1


def test_a_mistake_is_taken_back_and_its_row_stays(house: cast.House, session: MassageSession) -> None:
    take(house, session, "68.00")
    payment = Payment.objects.get()
    by = {"actor": house.admin, "by": "admin", "now": cast.at(9)}

    money.take_back(payment=payment, **by)

    assert code_of(lambda: money.take_back(payment=payment, **by)) == "taken_back_already"
    payment.refresh_from_db()
    assert (payment.amount, payment.voided_at, payment.voided_by) == (Decimal("68.00"), cast.at(9), house.admin)
    assert due(session) == Decimal("68.00")
    assert take(house, session, "68.00").pk == session.pk


def test_the_database_itself_takes_nothing_below_zero(house: cast.House, session: MassageSession) -> None:
    for amount in (0, -5):
        with pytest.raises(IntegrityError), transaction.atomic():
            Payment.objects.create(session=session, amount=amount, currency="EUR", how="cash", taken_at=cast.NOW)


# -- fees


def cancel(session: MassageSession, *, by: str, now: datetime, because: str | None = None) -> MassageSession:
    return changes.cancel(session=session, actor=None, by=by, now=now, no_fee_because=because)


@pytest.mark.parametrize(
    ("what", "because", "hours", "expected"),
    [
        ("the studio’s wish", None, 2, (None, False, "")),
        ("the client’s wish, late", "", 2, (Decimal("34.00"), False, "")),
        ("the client’s wish, in time", "", 25, (None, False, "")),
        ("let go", " Train strike ", 2, (Decimal("34.00"), True, "Train strike")),
        ("a reason where nothing is due", "Train strike", 25, (None, False, "")),
    ],
)
def test_what_staff_say_decides_about_the_fee(
    session: MassageSession, what: str, because: str | None, hours: int, expected: tuple[Any, ...]
) -> None:
    gone = cancel(session, by="desk", now=session.starts_at - timedelta(hours=hours), because=because)

    assert (gone.fee, gone.fee_waived, gone.fee_waived_because) == expected, what


def test_what_was_only_asked_for_is_given_up_without_a_fee(house: cast.House, session: MassageSession) -> None:
    asked = cast.book(house, client=house.ben, starts_at=cast.at(14, days=1), needs_review=True)

    assert cancel(asked, by="desk", now=cast.at(10, days=1), because="").fee is None


def test_no_percent_no_fee(session: MassageSession) -> None:
    Studio.objects.update(late_fee_percent=0)

    assert cancel(session, by="desk", now=LATE, because="").fee is None


def test_answers_that_hold_a_session_back_let_the_fee_go_by_themselves(session: MassageSession) -> None:
    """One truth: who is ill and says so pays nothing, whoever cancels, so many times in a year."""
    MassageSession.objects.update(held_back_at=cast.NOW)
    session.refresh_from_db()

    gone = cancel(session, by="client", now=LATE)

    assert (gone.fee, gone.fee_waived, gone.fee_waived_because) == (Decimal("34.00"), True, "")
    assert bill_of(gone).what is What.WAIVED
    assert SessionEvent.objects.filter(session=session, act="fee_waived").count() == 1
    assert not money.may_ask_for_fee(gone)


def test_nobody_came_and_the_fee_is_due_until_it_is_let_go(house: cast.House, session: MassageSession) -> None:
    who = {"actor": house.desk, "by": "desk"}
    missed = changes.no_show(session=session, now=cast.at(11, days=1), **who)
    assert (missed.fee, bill_of(missed).due) == (Decimal("68.00"), Decimal("68.00"))

    let_go = money.waive(session=missed, because="Stuck in the lift", now=cast.at(11, days=1), **who)
    assert (let_go.fee_waived_because, bill_of(let_go).due) == ("Stuck in the lift", 0)
    # It is no waiver for health: those are counted.
    assert not SessionEvent.objects.filter(act="fee_waived").exists()
    assert code_of(lambda: money.waive(session=missed, because="Twice", now=cast.at(11, days=1), **who)) == "no_fee"

    asked = money.ask_for_fee(session=missed, now=cast.at(12, days=1), **who)
    assert bill_of(asked).due == Decimal("68.00")
    assert code_of(lambda: money.ask_for_fee(session=missed, now=cast.at(12, days=1), **who)) == "no_fee"


def test_whoever_said_in_time_how_they_are_pays_nothing_for_not_coming(session: MassageSession) -> None:
    MassageSession.objects.update(held_back_at=cast.NOW)
    session.refresh_from_db()

    missed = changes.no_show(session=session, actor=None, by="desk", now=cast.at(11, days=1))

    assert (bill_of(missed).what, missed.fee_waived_because) == (What.WAIVED, "")
    assert SessionEvent.objects.filter(act="fee_waived").count() == 1


def test_an_earlier_free_change_does_not_pay_for_not_coming(session: MassageSession) -> None:
    MassageSession.objects.update(fee_waived=True)
    session.refresh_from_db()

    missed = changes.no_show(session=session, actor=None, by="desk", now=cast.at(11, days=1))

    assert (missed.fee, missed.fee_waived) == (Decimal("68.00"), False)


def test_what_was_paid_before_goes_on_to_the_fee(house: cast.House, session: MassageSession) -> None:
    take(house, session, "68.00")

    gone = cancel(session, by="desk", now=LATE, because="")

    found = bill_of(gone)
    assert (found.owed, found.due, found.back) == (Decimal("34.00"), 0, Decimal("34.00"))
