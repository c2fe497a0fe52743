"""Two at once under pressure: both or neither, whoever comes in between; and what one browser and one address keep.

The controls show each race without what stands against it.
"""

from datetime import timedelta
from typing import Any

import pytest

from massage_booking.accounts.models import Client
from massage_booking.core.errors import Busy, Refused, Taken
from sessions.models import MassageSession, Together
from sessions.models.session import BLOCKING_VALUES
from sessions.selectors import offer
from sessions.selectors.together import Pair, Seat
from sessions.services import holds, together
from sessions.services.together import Terms
from tests import cast
from tests.concurrency.racing import race
from tests.concurrency.test_double_booking import overlapping_pairs

pytestmark = pytest.mark.django_db(transaction=True)

TEN = cast.at(10, days=1)
SETS = 12


def couples(house: cast.House, count: int) -> list[Pair]:
    """Return pairs of clients who have answered, each wanting Ana and Uma at ten."""
    pairs = []
    for number in range(count):
        seats = []
        for name, therapist in (("One", house.ana), ("Two", house.uma)):
            client = cast.make_client(f"{name} {number}", phone="")
            cast.answer(client)
            allowed = offer.allowed_on(client=client, service=house.swedish, now=cast.NOW)
            seats.append(Seat(client, house.swedish, therapist, allowed))
        pairs.append(Pair(*seats))
    return pairs


def terms(pair: Pair, **more: Any) -> Terms:
    one, two = (cast.assess(seat.client, TEN) for seat in pair.seats)
    return Terms((one, two), None, **more)


def hold_as(pair: Pair, number: int, *, browser: str = "", minutes: int = 0, now: Any = cast.NOW) -> Any:
    return together.hold_two(
        pair, starts_at=TEN + timedelta(minutes=minutes), browser=browser or f"browser-{number}",
        address=f"address-{number}", signed_in=False, now=now,
    )  # fmt: skip


def halves() -> int:
    """Count pairs of which only one is there."""
    return sum(both.sessions.filter(status__in=BLOCKING_VALUES).count() == 1 for both in Together.objects.all())


def test_of_many_couples_who_want_one_time_exactly_one_gets_both(house: cast.House) -> None:
    pairs = couples(house, SETS)
    ready = [terms(pair) for pair in pairs]

    results = race(SETS, lambda n: together.book_two(pairs[n], terms=ready[n], starts_at=TEN, now=cast.NOW))

    won = [result for result in results if isinstance(result, tuple)]
    lost = [result for result in results if not isinstance(result, tuple)]
    assert len(won) == 1, results
    assert {type(result) for result in lost} <= {Taken, Busy}, results
    assert all(len(result.params["nearest"]) == 3 for result in lost if isinstance(result, Taken))
    assert (MassageSession.objects.count(), halves(), overlapping_pairs()) == (2, 0, 0)


def test_couples_and_singles_for_anyone_never_overlap_and_no_couple_is_half(house: cast.House) -> None:
    pairs = [
        Pair(*(Seat(seat.client, seat.service, None, seat.allowed_on) for seat in pair.seats))
        for pair in couples(house, 6)
    ]
    ready = [terms(pair) for pair in pairs]

    def run(number: int) -> Any:
        if number % 2:
            return holds.hold(
                service=house.swedish, therapist=None, starts_at=TEN + timedelta(minutes=15 * (number % 3)),
                browser=f"single-{number}", address=f"single-{number}", signed_in=False, now=cast.NOW,
            )  # fmt: skip
        return together.book_two(pairs[number // 2], terms=ready[number // 2], starts_at=TEN, now=cast.NOW)

    results = race(12, run)

    assert {type(result) for result in results if isinstance(result, Exception)} <= {Taken, Busy}, results
    assert (halves(), overlapping_pairs()) == (0, 0)
    assert any(not isinstance(result, Exception) for result in results)


@pytest.mark.parametrize("attempt", range(5))
def test_confirming_while_the_hold_runs_out_is_won_by_exactly_one(house: cast.House, attempt: int) -> None:
    """At the very minute the holds end, the couple confirms and another couple takes the time."""
    first, second = couples(house, 2)
    held = hold_as(first, 1)
    late = cast.NOW + timedelta(minutes=10)
    ready, others = terms(first), terms(second)

    def run(number: int) -> Any:
        if number == 0:
            return together.confirm_two(first, held=held, terms=ready, starts_at=TEN, now=late)
        return together.book_two(second, terms=others, starts_at=TEN, now=late)

    results = race(2, run)

    lost = [result for result in results if isinstance(result, Exception)]
    assert len(lost) == 1, results
    assert isinstance(lost[0], Taken), results
    assert len(lost[0].params["nearest"]) == 3
    assert MassageSession.objects.filter(status="booked").count() == 2
    assert (halves(), overlapping_pairs()) == (0, 0)


def test_one_form_for_two_sent_many_times_books_once(house: cast.House) -> None:
    (pair,) = couples(house, 1)
    held = hold_as(pair, 1)
    ready = terms(pair, form_key="a" * 22, form_digest="same")

    results = race(SETS, lambda _: together.confirm_two(pair, held=held, terms=ready, starts_at=TEN, now=cast.NOW))

    assert {tuple(row.pk for row in result) for result in results} == {tuple(row.pk for row in held)}, results
    assert MassageSession.objects.count() == 2


def clicks(house: cast.House, pair: Pair) -> list[Any]:
    """Let one browser keep eight different times at the same moment: four pairs, four singles."""

    def run(number: int) -> Any:
        minutes = 90 * (number // 2)
        if number % 2:
            return holds.hold(
                service=house.swedish, therapist=house.ana, starts_at=TEN + timedelta(days=1, minutes=minutes),
                browser="one", address="here", signed_in=False, now=cast.NOW,
            )  # fmt: skip
        return hold_as(pair, number, browser="one", minutes=minutes)

    return race(8, run)


def test_clicks_at_the_same_moment_leave_one_browser_no_more_than_two(house: cast.House) -> None:
    (pair,) = couples(house, 1)

    results = clicks(house, pair)

    assert {type(result) for result in results if isinstance(result, Exception)} <= {Taken, Busy, Refused}, results
    assert 1 <= MassageSession.objects.filter(status="held", held_by="one").count() <= 2
    assert halves() == 0


def bots(house: cast.House) -> int:
    """Let twelve browsers of one address keep a time at the same moment; return how many do."""

    def run(number: int) -> Any:
        starts_at = TEN + timedelta(days=number // 3, minutes=90 * (number % 3))
        return holds.hold(
            service=house.swedish, therapist=None, starts_at=starts_at,
            browser=f"bot-{number}", address="here", signed_in=False, now=cast.NOW,
        )  # fmt: skip

    results = race(12, run)
    assert {type(result) for result in results if isinstance(result, Exception)} <= {Taken, Busy, Refused}, results
    return MassageSession.objects.filter(status="held", held_from="here").count()


def test_clicks_at_the_same_moment_leave_one_address_no_more_than_five(house: cast.House) -> None:
    assert bots(house) == 5


def test_without_the_count_under_the_lock_an_address_keeps_more(
    house: cast.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a first look alone is not enough."""
    monkeypatch.setattr(holds, "make_room", lambda **_: None)
    for _ in range(10):
        if bots(house) > 5:
            return
        MassageSession.objects.all().delete()
    pytest.fail("The race never showed: a green suite would prove nothing.")


def test_families_are_bound_by_their_own_row(house: cast.House) -> None:
    pairs = couples(house, 1)

    hold_as(pairs[0], 1)

    assert Together.objects.get().sessions.count() == 2
    assert Client.objects.filter(sessions__status="held").count() == 0
