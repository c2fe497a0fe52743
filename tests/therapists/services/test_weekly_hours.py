"""Replacing the working week."""

from datetime import time

import pytest

from massage_booking.core.errors import Refused
from massage_booking.studio.models import Location
from tests import cast
from therapists import services
from therapists.domain.hours import WeeklyBlock
from therapists.messages import sentence
from therapists.models import Therapist

pytestmark = pytest.mark.django_db


def week(therapist: Therapist) -> list[tuple[int, str, str]]:
    rows = therapist.weekly_hours.all()
    return [(row.weekday, f"{row.starts:%H:%M}", f"{row.ends:%H:%M}") for row in rows]


def block(house: cast.House, weekday: int, starts: int, ends: int) -> WeeklyBlock:
    return WeeklyBlock(weekday, time(starts), time(ends), house.location.pk)


def test_the_new_week_takes_the_place_of_the_old_one(house: cast.House) -> None:
    blocks = [block(house, 1, 13, 17), block(house, 1, 9, 12), block(house, 4, 22, 2)]

    services.replace_weekly_hours(therapist=house.ana, blocks=blocks, now=cast.NOW)

    assert week(house.ana) == [(1, "09:00", "12:00"), (1, "13:00", "17:00"), (4, "22:00", "02:00")]


def test_nobody_else_is_touched(house: cast.House) -> None:
    before = week(house.uma)

    services.replace_weekly_hours(therapist=house.ana, blocks=[], now=cast.NOW)

    assert week(house.ana) == []
    assert week(house.uma) == before


def test_blocks_that_share_time_are_refused_and_nothing_changes(house: cast.House) -> None:
    before = week(house.ana)

    with pytest.raises(Refused) as refusal:
        blocks = [block(house, 6, 22, 2), block(house, 0, 1, 9)]
        services.replace_weekly_hours(therapist=house.ana, blocks=blocks, now=cast.NOW)

    assert refusal.value.code == "hours_overlap"
    assert sentence(refusal.value) == (
        "Two blocks share time: Sunday 22:00–02:00 and Monday 01:00–09:00 overlap on Monday from 01:00 to 02:00."
    )
    assert week(house.ana) == before


def test_a_location_that_is_gone_is_refused_and_nothing_changes(house: cast.House) -> None:
    before = week(house.ana)
    gone = Location.objects.create(name="Gone")
    blocks = [WeeklyBlock(0, time(9), time(10), gone.pk)]
    gone.delete()

    with pytest.raises(Refused, match="unknown_location"):
        services.replace_weekly_hours(therapist=house.ana, blocks=blocks, now=cast.NOW)

    assert week(house.ana) == before
