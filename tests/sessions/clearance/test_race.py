"""Two at once: one word on a letter counts, and a time is booked or given back, never both."""

from datetime import timedelta
from typing import Any

import pytest

from massage_booking.core.errors import Refused
from massage_booking.outbox.models import Message
from screening.models import Letter
from sessions.models import MassageSession, SessionEvent
from sessions.services import clearance
from tests import cast
from tests.concurrency.racing import race
from tests.screening.letters.sent import BONES, accept, refuse, send

pytestmark = pytest.mark.django_db(transaction=True)
KEPT = cast.NOW + timedelta(days=5)


def test_two_therapists_at_once_and_one_word_counts(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, BONES)
    letter = send(house.nadia)

    results = race(4, lambda number: accept(letter, house) if number % 2 else refuse(letter, house))

    assert [type(result) for result in results].count(Letter) == 1, results
    assert all(isinstance(result, Letter | Refused) for result in results), results
    winner = next(result for result in results if isinstance(result, Letter))
    assert Letter.objects.get().state == winner.state


def test_at_the_end_of_the_keeping_a_time_is_booked_or_given_back(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, BONES)
    session = cast.book(house, starts_at=cast.at(10, days=7))
    latest = session.starts_at - timedelta(hours=48)
    letter = send(house.nadia)
    monday.move_to(latest)

    results = race(
        2, lambda number: accept(letter, house, now=latest) if number else clearance.release_overdue(now=latest)
    )

    assert not any(isinstance(result, Exception) for result in results), results
    found = MassageSession.objects.get(pk=session.pk)
    acts = list(SessionEvent.objects.filter(session=session, by="system", act__in=["approve", "cancel"]))
    assert len(acts) == 1
    assert (found.status, acts[0].act) in {("booked", "approve"), ("cancelled", "cancel")}
    told = Message.objects.filter(kind__in=["booked", "time_given_back"]).exclude(status="void")
    assert told.count() == 1


def test_two_tabs_keep_one_time(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, BONES)

    race(2, lambda number: cast.book(house, starts_at=cast.at(10 + 3 * number, days=14)))

    assert MassageSession.objects.filter(status="requested").count() == 1
