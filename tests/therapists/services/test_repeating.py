"""Repeating time off: added, counted, removed, refused."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from massage_booking.core.errors import Refused
from sessions.selectors.openings import openings
from tests import cast
from therapists import services
from therapists.messages import sentence
from therapists.models import RepeatingTimeOff

pytestmark = pytest.mark.django_db

THURSDAY = date(2026, 6, 4)


def add(house: cast.House, **more: Any) -> RepeatingTimeOff:
    values: dict[str, Any] = {
        "weekday": 3,
        "starts": time(13),
        "ends": time(17),
        "every_weeks": 2,
        "first": cast.TODAY,
        "last": None,
        "note": "",
        "zone": house.studio.tz,
        "now": cast.NOW,
    }
    return services.add_repeating_time_off(therapist=house.ana, **{**values, **more})


def last_start(house: cast.House, day: date) -> str:
    found = list(openings(service=house.swedish, first=day, last=day, now=cast.NOW, therapist=house.ana))
    return f"{found[-1].starts_at.astimezone(house.studio.tz):%H:%M}" if found else ""


def test_every_other_thursday_afternoon_is_off(house: cast.House) -> None:
    add(house, note="Course")

    days = [THURSDAY + timedelta(weeks=weeks) for weeks in range(4)]
    assert [last_start(house, day) for day in days] == ["12:00", "16:00", "12:00", "16:00"]


def test_a_whole_day_is_off_up_to_the_last_one(house: cast.House) -> None:
    add(house, starts=None, ends=None, every_weeks=1, last=THURSDAY + timedelta(days=7))

    days = [THURSDAY + timedelta(weeks=weeks) for weeks in range(3)]
    assert [last_start(house, day) for day in days] == ["", "", "16:00"]


def test_removed_it_is_all_free_again(house: cast.House) -> None:
    services.remove_repeating_time_off(repeating=add(house), now=cast.NOW)

    assert last_start(house, THURSDAY) == "16:00"


def test_the_same_twice_is_one_row(house: cast.House) -> None:
    assert add(house) == add(house, note="again")
    assert RepeatingTimeOff.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"every_weeks": 0}, "Choose every week, or every 2 to 8 weeks."),
        ({"every_weeks": 9}, "Choose every week, or every 2 to 8 weeks."),
        ({"ends": None}, "Give both times, or neither for the whole day."),
        ({"ends": time(13)}, "From and until are the same. Leave both empty for the whole day."),
        ({"last": date(2026, 5, 1)}, "The last day comes before the first."),
        ({"first": date(2026, 3, 1), "last": date(2026, 5, 1)}, "The last day is over already."),
        ({"last": date(2026, 6, 3)}, "Between these days it never comes round. Check the weekday and the last day."),
        (
            {"last": date(2036, 6, 1)},
            "That is more than five years away. For time off without an end leave the last day empty.",
        ),
        (
            {"first": date(2199, 6, 1)},
            "That is more than five years away. For time off without an end leave the last day empty.",
        ),
        (
            {"first": date(2000, 6, 1)},
            "That is more than five years away. For time off without an end leave the last day empty.",
        ),
    ],
    ids=["no weeks", "too many weeks", "half", "no length", "reversed", "over", "never", "ten years", "far", "past"],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(house: cast.House, more: dict[str, Any], told: str) -> None:
    with pytest.raises(Refused) as refusal:
        add(house, **more)

    assert sentence(refusal.value) == told
    assert not RepeatingTimeOff.objects.exists()


def test_there_is_an_end_to_how_many(house: cast.House) -> None:
    for minute in range(40):
        add(house, starts=time(9, minute))

    with pytest.raises(Refused, match="too_many_repeats"):
        add(house, starts=time(9, 59))
