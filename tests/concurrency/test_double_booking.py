"""Many people want one time. The control shows the race without lock and guard; with them exactly one wins."""

from datetime import timedelta
from typing import Any

import pytest

from massage_booking.core.errors import Busy, Taken
from sessions.models import MassageSession
from sessions.models.session import BLOCKING_VALUES
from sessions.services import holds
from tests import cast
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)

RACERS = 20


def hold_as(house: cast.House, number: int, *, minutes: int = 0, anyone: bool = False) -> Any:
    return holds.hold(
        service=house.swedish,
        therapist=None if anyone else house.ana,
        starts_at=cast.at(10, days=1) + timedelta(minutes=minutes),
        browser=f"browser-{number}",
        address=f"address-{number}",
        signed_in=False,
        now=cast.NOW,
    )


def overlapping_pairs() -> int:
    """Count pairs of blocking sessions that share a therapist or a place at the same time."""
    rows = list(MassageSession.objects.filter(status__in=BLOCKING_VALUES).order_by("pk"))
    return sum(
        1
        for index, one in enumerate(rows)
        for other in rows[index + 1 :]
        if (one.therapist_id == other.therapist_id or one.place_id == other.place_id)
        and one.starts_at < other.blocked_until
        and other.starts_at < one.blocked_until
    )


def test_without_lock_and_guard_one_time_is_sold_twice(house: cast.House, unguarded: Any) -> None:
    for _ in range(10):
        race(8, lambda number: hold_as(house, number))
        if overlapping_pairs():
            return
        MassageSession.objects.all().delete()
    pytest.fail("The race never showed: a green suite would prove nothing.")


def test_of_many_who_want_one_time_exactly_one_gets_it(house: cast.House) -> None:
    results = race(RACERS, lambda number: hold_as(house, number))

    won = [result for result in results if isinstance(result, MassageSession)]
    lost = [result for result in results if isinstance(result, Taken)]
    assert (len(won), len(lost)) == (1, RACERS - 1), results
    assert all(len(refusal.params["nearest"]) == 3 for refusal in lost)
    assert MassageSession.objects.count() == 1


def test_overlapping_starts_never_overlap_and_never_deadlock(house: cast.House) -> None:
    results = race(RACERS, lambda number: hold_as(house, number, minutes=15 * (number % 5)))

    assert all(isinstance(result, (MassageSession, Taken)) for result in results), results
    assert overlapping_pairs() == 0
    assert MassageSession.objects.count() >= 1


def test_anyone_means_as_many_as_there_are_therapists(house: cast.House) -> None:
    results = race(RACERS, lambda number: hold_as(house, number, anyone=True))

    assert not any(isinstance(result, Busy) for result in results), results
    assert all(isinstance(result, (MassageSession, Taken)) for result in results), results
    assert overlapping_pairs() == 0
    assert {session.therapist_id for session in MassageSession.objects.all()} == {house.ana.pk, house.uma.pk}
