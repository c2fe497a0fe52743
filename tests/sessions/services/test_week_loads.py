"""“The one with the most room that week”: the studio's calendar week of the session, Monday to Sunday."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sessions.models import MassageSession
from sessions.selectors import choosing
from tests import cast

DUBLIN = ZoneInfo("Europe/Dublin")


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts_at", "begins", "ends"),
    [
        (utc(6, 3, 9), utc(5, 31, 23), utc(6, 7, 23)),
        (utc(5, 31, 22, 59), utc(5, 24, 23), utc(5, 31, 23)),
        (utc(3, 29, 9), utc(3, 23, 0), utc(3, 29, 23)),
        (utc(10, 25, 9), utc(10, 18, 23), utc(10, 26, 0)),
    ],
    ids=["a Wednesday", "the last minute of a Sunday", "clocks go forward", "clocks go back"],
)
def test_the_week_of_a_start(starts_at: datetime, begins: datetime, ends: datetime) -> None:
    assert choosing.week_of(starts_at, DUBLIN) == (begins, ends)


@pytest.mark.django_db
def test_what_counts_as_work_of_that_week(house: cast.House) -> None:
    friday = cast.at(10, days=4)
    cast.book(house, client=house.ben, starts_at=cast.at(10))
    # Next Monday is nearer to Friday than last Monday, and another week.
    cast.book(house, client=house.nadia, starts_at=cast.at(10, days=7), therapist=house.uma)
    cast.book(house, client=house.nadia, starts_at=cast.at(14, days=2), therapist=house.uma, service=house.swedish45)
    keys = [house.ana.pk, house.uma.pk]

    assert choosing.minutes_that_week(free=keys, starts_at=friday) == {house.ana.pk: 60, house.uma.pk: 45}
    MassageSession.objects.filter(therapist=house.ana).update(status="done")
    assert choosing.minutes_that_week(free=keys, starts_at=friday) == {house.ana.pk: 60, house.uma.pk: 45}
    MassageSession.objects.filter(therapist=house.ana).update(status="cancelled")
    assert choosing.minutes_that_week(free=keys, starts_at=friday) == {house.uma.pk: 45}


@pytest.mark.django_db
def test_a_time_kept_for_somebody_known_goes_to_whom_they_saw_last(house: cast.House) -> None:
    from sessions.services import holds

    seen = cast.book(house, starts_at=cast.at(10, days=1))
    MassageSession.objects.filter(pk=seen.pk).update(status="done")

    held = holds.hold(
        service=house.swedish, therapist=None, starts_at=cast.at(10, days=9), browser="b", address="a", signed_in=True,
        now=cast.at(12, days=2), whose=house.nadia,
    )  # fmt: skip

    assert (held.therapist, held.chosen_because) == (house.ana, "last_seen")
