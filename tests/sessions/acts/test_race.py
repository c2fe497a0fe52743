"""Acts that meet at the same moment: one wins, nothing is lost, nobody gets a fault. A control shows the race."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from massage_booking.core.errors import DomainError, Refused, Taken
from sessions.models import ChangeRequest, MassageSession
from sessions.selectors import policies
from sessions.services import changes, late_changes, reshaping, undoing
from tests import cast
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)

SOON = cast.at(10, days=1) - timedelta(hours=3)


@pytest.fixture(autouse=True)
def settings_in_force(house: cast.House, monday: Any) -> None:
    cast.make_studio(undo_minutes=3, late_changes="ask", upcoming_most=2)
    cast.answer(house.nadia)
    cast.answer(house.ben)


def book_at_once(house: cast.House) -> list[Any]:
    """Book four different times for Nadia at once; she has one session ahead and may have two."""
    return race(4, lambda number: cast.book(house, starts_at=cast.at(9 + 2 * (number % 4), days=3)))


def ahead(house: cast.House) -> int:
    return policies.ahead_of(house.nadia, now=cast.NOW)


def test_counted_before_the_lock_the_last_place_is_taken_more_than_once(
    house: cast.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.book(house, starts_at=cast.at(10, days=1))
    counted = policies.most_ahead(house.nadia, now=cast.NOW)
    monkeypatch.setattr(policies, "most_ahead", lambda *args, **kwargs: counted)

    book_at_once(house)

    assert ahead(house) > 2


def test_bookings_at_once_never_exceed_the_most_sessions_ahead(house: cast.House) -> None:
    cast.book(house, starts_at=cast.at(10, days=1))

    results = book_at_once(house)

    assert ahead(house) == 2
    refused = [result for result in results if isinstance(result, Exception)]
    assert [getattr(error, "code", error) for error in refused] == ["too_many_ahead"] * 3


def test_a_longer_session_and_a_booking_into_it_are_not_both(house: cast.House) -> None:
    long = cast.make_service("swedish", 90, price=Decimal("98.00"))
    long.therapists.set([house.ana])
    for day in range(3, 7):
        day_at = day if day < 5 else day + 2
        session = cast.book(house, starts_at=cast.at(10, days=day_at), by="desk")

        def act(number: int, session: MassageSession = session, day_at: int = day_at) -> Any:
            if number:
                return cast.book(house, client=house.ben, starts_at=cast.at(11, 15, days=day_at), by="desk")
            return reshaping.change_length(service=long, session=session, actor=None, by="desk", now=cast.NOW)

        results = race(2, act)

        won = [result for result in results if isinstance(result, MassageSession)]
        lost = [result for result in results if not isinstance(result, MassageSession)]
        assert len(won) == 1, results
        assert isinstance(lost[0], Taken), results


def test_an_undo_and_a_booking_of_the_same_time_are_not_both(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    cancelled = changes.cancel(session=session, actor=None, by="client", now=cast.NOW)

    def act(number: int) -> Any:
        if number:
            return cast.book(house, client=house.ben, starts_at=cast.at(10, days=3))
        return undoing.undo(session=cancelled, actor=None, by="client", now=cast.NOW)

    results = race(2, act)

    assert sum(isinstance(result, MassageSession) for result in results) == 1, results
    assert all(isinstance(result, (MassageSession, Taken)) for result in results), results


def test_one_press_many_times_is_one_undo(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    cancelled = changes.cancel(session=session, actor=None, by="client", now=cast.NOW)

    results = race(
        4,
        lambda number: undoing.undo(
            session=cancelled, actor=None, by="client", now=cast.NOW, form_key="k", form_digest="d"
        ),
    )

    assert [result.pk for result in results] == [session.pk] * 4, results
    assert session.events.filter(act="undo").count() == 1


def test_a_yes_and_a_cancellation_at_once_end_in_one_of_them(house: cast.House) -> None:
    session = cast.book(house)
    asked = late_changes.ask_to_move(
        session=session,
        starts_at=cast.at(14, days=3),
        therapist=house.ana,
        assessment=cast.assess(house.nadia, cast.at(14, days=3), now=SOON),
        actor=None,
        now=SOON,
    )

    def act(number: int) -> Any:
        fresh = MassageSession.objects.select_related("client__account", "service__technique", "therapist")
        if number:
            return changes.cancel(session=fresh.get(pk=session.pk), actor=None, by="desk", now=SOON)
        found = ChangeRequest.objects.select_related("session__client", "session__therapist").get(pk=asked.pk)
        return late_changes.accept(asked=found, waives_fee=True, actor=None, by="therapist", now=SOON)

    results = race(2, act)

    assert all(isinstance(result, (MassageSession, DomainError)) for result in results), results
    assert MassageSession.objects.get(pk=session.pk).status == "cancelled"
    assert ChangeRequest.objects.get(pk=asked.pk).answer in ("accepted", "withdrawn")
    assert not MassageSession.objects.filter(status="held").exists()


def test_one_request_pressed_many_times_is_one(house: cast.House) -> None:
    session = cast.book(house)

    results = race(
        4,
        lambda number: late_changes.ask_to_cancel(
            session=session, actor=None, now=SOON, form_key=f"k{number % 2}", form_digest="d"
        ),
    )

    assert ChangeRequest.objects.count() == 1
    assert all(isinstance(result, (ChangeRequest, Refused)) for result in results), results
