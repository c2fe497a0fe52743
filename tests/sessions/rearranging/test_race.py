"""Two desks answer for one day at the same moment, while clients book the very colleagues."""

from typing import Any

import pytest

from massage_booking.core.errors import Taken
from massage_booking.outbox.models import Message
from sessions.models import MassageSession, Rearranged, Rearrangement
from sessions.services import booking
from sessions.services.rearranging import Outcome
from tests import cast
from tests.concurrency.racing import race
from tests.sessions.rearranging.acting import cancel, colleague, rearrange, standing

pytestmark = pytest.mark.django_db(transaction=True)


def overlapping(sessions: list[MassageSession]) -> list[tuple[MassageSession, MassageSession]]:
    return [
        (one, other)
        for number, one in enumerate(sessions)
        for other in sessions[:number]
        if one.therapist_id == other.therapist_id
        and max(one.starts_at, other.starts_at) < min(one.blocked_until, other.blocked_until)
    ]


def test_nobody_is_promised_twice_and_nothing_is_done_by_half(house: cast.House) -> None:
    """Four people at once: each colleague's hour is had once, each session is answered for once, nobody gets a 500."""
    clients = [house.nadia, house.ben, cast.make_client("Eve Hart"), cast.make_client("Carl Ney")]
    for client in clients:
        cast.answer(client)
    hours = zip(clients, (10, 12, 14, 16), strict=True)
    day = [cast.book(house, client=client, starts_at=cast.at(hour)) for client, hour in hours]
    eager = [cast.make_client("Ida Moss"), cast.make_client("Jon Pike")]
    for client in eager:
        cast.answer(client)

    def run(number: int) -> Any:
        if number < 2:
            choices = [colleague(session, house.uma) if number else cancel(session) for session in day]
            return rearrange(house, *choices, form_key=f"the-form-of-desk-{number}")
        client, starts_at = eager[number - 2], cast.at(10 if number == 2 else 14)
        return booking.book(
            client=client, service=house.swedish, therapist=house.uma, starts_at=starts_at, via="web", actor=None,
            by="client", assessment=cast.assess(client, starts_at), now=cast.NOW,
        )  # fmt: skip

    results = race(4, run)

    assert [type(found) for found in results[:2]] == [Outcome, Outcome]
    assert all(isinstance(found, MassageSession | Taken) for found in results[2:])
    blocking = list(MassageSession.objects.filter(status__in=["booked", "requested"]))
    assert overlapping(blocking) == []
    done = Rearranged.objects.filter(is_news=True)
    assert done.values("session").distinct().count() == done.count(), "each is answered for once"
    for outcome in results[:2]:
        answered = set(outcome.made.sessions.values_list("session", flat=True))
        assert answered | set(outcome.lost) == {session.pk for session in day}
        assert answered & set(outcome.lost) == set()
    assert Rearrangement.objects.count() == 2
    assert Message.objects.filter(kind="rearranged").count() <= 4


def test_one_form_sent_five_times_at_once_is_one_act(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10))
    choice = colleague(session, house.uma)

    results = race(5, lambda number: rearrange(house, choice))

    assert len({found.made.pk for found in results}) == 1
    assert standing(session) == ("booked", "Uma", cast.at(10))
    assert (Rearrangement.objects.count(), Rearranged.objects.count()) == (1, 1)
    assert session.revision == 1
