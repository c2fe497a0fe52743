"""Two rounds at once, two people for one time, a booking at the last minute: one of each. A control shows the race."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from massage_booking.core.errors import DomainError
from massage_booking.outbox.models import Message
from sessions.models import MassageSession, WaitlistEntry, WaitlistOffer
from sessions.services import upkeep, waitlist, waitlist_offers
from tests import cast
from tests.concurrency.racing import race
from tests.sessions.waitlist.line import TEN, kept_for, wait

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


@pytest.fixture(autouse=True)
def in_line(house: cast.House, monday: Any) -> tuple[WaitlistEntry, WaitlistEntry]:
    """Ben, then Nadia, wait for Tuesday at ten with Ana."""
    cast.answer(house.nadia)
    cast.answer(house.ben)
    return wait(house, house.ben), wait(house)


def rounds_at_once() -> list[Any]:
    return race(ROUNDS, lambda number: waitlist.offer_free(now=cast.NOW))


def test_without_the_claim_two_rounds_offer_to_one_entry(house: cast.House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the last line of defence, a constraint, then stands between two rounds."""
    monkeypatch.setattr(waitlist, "_claim", lambda entry: None)
    WaitlistEntry.objects.update(therapist=None)
    for _ in range(10):
        results = rounds_at_once()
        if any(isinstance(result, IntegrityError) for result in results):
            return
        WaitlistOffer.objects.all().delete()
        MassageSession.objects.all().delete()
    pytest.fail("The race never showed: a green suite would prove nothing.")


def test_of_rounds_at_once_one_makes_each_offer(house: cast.House) -> None:
    WaitlistEntry.objects.update(therapist=None)

    results = rounds_at_once()

    assert sum(results) == 2, results
    assert WaitlistOffer.objects.count() == MassageSession.objects.filter(status="held").count() == 2
    assert Message.objects.filter(kind="waitlist_offer").count() == 2


def test_one_time_is_kept_for_one_of_two(in_line: tuple[WaitlistEntry, WaitlistEntry]) -> None:
    results = rounds_at_once()

    assert sum(results) == 1, results
    assert MassageSession.objects.filter(starts_at=TEN).count() == WaitlistOffer.objects.count() == 1


def test_at_the_last_minute_a_time_is_booked_or_goes_to_the_next(
    house: cast.House, in_line: tuple[WaitlistEntry, WaitlistEntry]
) -> None:
    waitlist.offer_free(now=cast.NOW)
    kept, late = kept_for(in_line[0]), cast.NOW + timedelta(hours=3)
    assessment = cast.assess(house.ben, TEN, now=late)

    def act(number: int) -> Any:
        if number:
            return upkeep.clear_expired(now=late)
        return waitlist_offers.accept(kept=kept, assessment=assessment, now=late)

    booked, cleared = race(2, act)

    assert isinstance(booked, MassageSession | DomainError) and isinstance(cleared, dict), (booked, cleared)
    waitlist.offer_free(now=late)
    [row] = MassageSession.objects.all()
    nadias = WaitlistOffer.objects.filter(entry=in_line[1], answer="open").count()
    state = WaitlistEntry.objects.get(pk=in_line[0].pk).state
    assert (row.status, row.client, nadias, state) in {
        ("booked", house.ben, 0, "booked"),
        ("held", None, 1, "waiting"),
    }
