"""What one browser and one address may keep: two at once for a couple, and never more than the studio says."""

from datetime import timedelta
from typing import Any

import pytest

from massage_booking.accounts.models import Client
from massage_booking.core.errors import Refused, Taken
from massage_booking.studio.models import Studio
from sessions.models import MassageSession, Together
from sessions.services import holds, upkeep
from tests import cast
from tests.sessions.together.two import TEN, hold, pair, who_and_where

ONE = TEN + timedelta(hours=3)


def single(house: cast.House, starts_at: Any = TEN, *, browser: str = "one", **more: Any) -> MassageSession:
    values = {"service": house.swedish, "therapist": house.ana, "address": "here", "signed_in": False, "now": cast.NOW}
    return holds.hold(starts_at=starts_at, browser=browser, **{**values, **more})


def live(now: Any = cast.NOW) -> list[Any]:
    rows = MassageSession.objects.filter(status="held", held_until__gt=now).order_by("starts_at", "pk")
    return list(rows.values_list("starts_at", flat=True))


def test_a_pair_is_two_holds_bound_together(house: cast.House, sam: Client) -> None:
    kept = hold(pair(house, sam))

    assert [(row.client, row.held_until, row.together) for row in kept] == [
        (None, cast.NOW + timedelta(minutes=10), Together.objects.get())
    ] * 2
    assert who_and_where(kept) == [("Ana Quiroga", "Room 2, left table"), ("Uma Ruiz", "Room 2, right table")]
    assert holds.pair_of_browser(browser="one", now=cast.NOW) == kept
    assert holds.of_browser(browser="one", now=cast.NOW) == []


def test_another_time_for_the_pair_replaces_both(house: cast.House, sam: Client) -> None:
    hold(pair(house, sam))

    hold(pair(house, sam), TEN + timedelta(minutes=15))

    assert live() == [TEN + timedelta(minutes=15)] * 2


def test_a_time_that_cannot_be_had_leaves_both_where_they_were(house: cast.House, sam: Client) -> None:
    hold(pair(house, sam))
    cast.book(house, client=house.ben, therapist=house.uma, starts_at=ONE)

    with pytest.raises(Taken) as refused:
        hold(pair(house, sam), ONE)

    assert live() == [TEN, TEN]
    assert len(refused.value.params["nearest"]) == 3


def test_a_single_time_replaces_the_single_time_before(house: cast.House) -> None:
    single(house)
    single(house, ONE)

    assert live() == [ONE]


def test_with_two_for_a_browser_a_pair_takes_the_place_of_a_single_time_and_the_other_way_round(
    house: cast.House, sam: Client
) -> None:
    single(house, ONE)
    hold(pair(house, sam))
    assert live() == [TEN, TEN]

    single(house, ONE)
    assert live() == [ONE]


def test_with_three_for_a_browser_both_are_kept(house: cast.House, sam: Client) -> None:
    Studio.objects.update(holds_per_browser=3)

    single(house, ONE)
    hold(pair(house, sam))

    assert live() == [TEN, TEN, ONE]


def test_with_one_for_a_browser_two_cannot_be_held(house: cast.House, sam: Client) -> None:
    Studio.objects.update(holds_per_browser=1)

    with pytest.raises(Refused, match="too_many_holds_here"):
        hold(pair(house, sam))

    assert live() == []


@pytest.mark.parametrize(("others", "is_kept"), [(3, True), (4, False), (5, False)])
def test_a_pair_counts_as_two_for_its_address(house: cast.House, sam: Client, others: int, is_kept: bool) -> None:
    for number in range(others):
        single(house, TEN + timedelta(days=1, minutes=75 * number), browser=f"other-{number}", therapist=None)

    if is_kept:
        hold(pair(house, sam))
    else:
        with pytest.raises(Refused, match="too_many_holds"):
            hold(pair(house, sam))

    assert len(live()) == (5 if is_kept else others)


def test_whoever_is_signed_in_is_not_counted_by_address(house: cast.House, sam: Client) -> None:
    for number in range(5):
        single(house, TEN + timedelta(days=1, minutes=75 * number), browser=f"other-{number}", therapist=None)

    assert len(hold(pair(house, sam), signed_in=True)) == 2
    assert not MassageSession.objects.filter(held_by="one").exclude(held_from="").exists()


def test_five_hundred_bots_of_one_address_never_keep_more_than_five_and_give_them_back_at_once(
    house: cast.House,
) -> None:
    times = [TEN + timedelta(days=day, minutes=15 * quarter) for day in range(4) for quarter in range(0, 24, 6)]
    refused = 0
    for number in range(500):
        try:
            single(house, times[number % len(times)], browser=f"bot-{number}", therapist=None)
        except Refused:
            refused += 1
        assert len(live()) <= 5
    assert (len(live()), refused) == (5, 495)

    # When their minutes are over, somebody else has the first of those times at once, whatever the upkeep does.
    later = cast.NOW + timedelta(minutes=10)
    first = live()[0]
    kept = single(house, first, browser="somebody", address="elsewhere", now=later, therapist=None)
    assert kept.starts_at == first
    assert live(later) == [first]


def test_both_are_kept_longer_together_and_never_beyond_the_limit(house: cast.House, sam: Client) -> None:
    hold(pair(house, sam))

    for minutes in (8, 16, 24, 29):
        holds.extend_all(browser="one", now=cast.NOW + timedelta(minutes=minutes))

    assert set(MassageSession.objects.values_list("held_until", flat=True)) == {cast.NOW + timedelta(minutes=30)}


def test_when_time_is_up_both_are_cleared_and_nothing_is_left_of_them(house: cast.House, sam: Client) -> None:
    hold(pair(house, sam))

    upkeep.clear_expired(now=cast.NOW + timedelta(minutes=11))
    assert (live(), MassageSession.objects.count(), Together.objects.count()) == ([], 0, 1)
    upkeep.clear_expired(now=cast.NOW + timedelta(hours=2))
    assert Together.objects.count() == 0


def test_an_emergency_gives_both_back(house: cast.House, sam: Client) -> None:
    hold(pair(house, sam))

    holds.release_browser(browser="one")

    assert live() == []
