"""Many at the desk want one minute that is no opening. Without the lock it is sold twice; with it once."""

from datetime import timedelta
from typing import Any

import pytest

from massage_booking.core.errors import Taken
from sessions.models import MassageSession
from sessions.services import booking
from tests import cast
from tests.concurrency.racing import race
from tests.concurrency.test_double_booking import overlapping_pairs

pytestmark = pytest.mark.django_db(transaction=True)

RACERS = 16
WHY = "They come from far away"


def book_as(house: cast.House, number: int, clients: list[Any], *, minutes: int = 0) -> Any:
    return booking.book(
        client=clients[number],
        service=house.swedish,
        therapist=house.ana,
        starts_at=cast.at(20, 3, days=1) + timedelta(minutes=minutes),
        assessment=None,
        via="phone",
        actor=house.desk,
        by="desk",
        now=cast.NOW,
        override=WHY,
    )


def callers() -> list[Any]:
    return [cast.make_client(f"Caller {number}") for number in range(RACERS)]


def test_without_lock_and_guard_one_minute_is_sold_twice(house: cast.House, unguarded: Any) -> None:
    clients = callers()
    for _ in range(10):
        race(8, lambda number: book_as(house, number, clients))
        if overlapping_pairs():
            return
        MassageSession.objects.all().delete()
    pytest.fail("The race never showed: a green suite would prove nothing.")


def test_of_many_who_go_against_the_times_exactly_one_gets_the_minute(house: cast.House) -> None:
    clients = callers()
    results = race(RACERS, lambda number: book_as(house, number, clients))

    won = [result for result in results if isinstance(result, MassageSession)]
    lost = [result for result in results if isinstance(result, Taken)]
    assert (len(won), len(lost)) == (1, RACERS - 1), results
    assert all(len(refusal.params["nearest"]) == 3 for refusal in lost)
    assert won[0].override_reason == WHY


def test_minutes_that_overlap_never_do(house: cast.House) -> None:
    clients = callers()
    results = race(RACERS, lambda number: book_as(house, number, clients, minutes=7 * (number % 5)))

    assert all(isinstance(result, (MassageSession, Taken)) for result in results), results
    assert overlapping_pairs() == 0
    assert MassageSession.objects.count() >= 1
