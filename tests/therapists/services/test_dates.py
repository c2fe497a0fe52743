"""Hours on a date: set, changed, taken back, refused; and what clients can book then."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from massage_booking.core.errors import Refused
from massage_booking.studio.models import Location
from sessions.selectors.openings import openings
from tests import cast
from therapists import services
from therapists.domain.hours import DatedBlock, WeeklyBlock
from therapists.messages import sentence
from therapists.models import DatedHours

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 6, 2)
SUNDAY = date(2026, 6, 7)
# In Ireland the first Monday of June is a public holiday.
HOLIDAY = date(2026, 6, 1)


def blocks(house: cast.House, day: date, *hours: str) -> list[DatedBlock]:
    found = []
    for words in hours:
        starts, ends = (time.fromisoformat(part) for part in words.split("-"))
        found.append(DatedBlock(day, starts, ends, house.location.pk))
    return found


def set_hours(house: cast.House, day: date, *hours: str, **more: Any) -> list[DatedHours]:
    values = {"note": "", "studio": house.studio, "now": cast.NOW, "blocks": blocks(house, day, *hours)}
    return services.set_dated_hours(therapist=house.ana, day=day, **{**values, **more})


def stored(house: cast.House) -> list[tuple[date, time | None, time | None, str]]:
    return list(house.ana.dated_hours.values_list("day", "starts", "ends", "note"))


def starts_on(house: cast.House, day: date, **more: Any) -> list[str]:
    found = openings(service=house.swedish, first=day, last=day, now=cast.NOW, therapist=house.ana, **more)
    return [f"{opening.starts_at.astimezone(house.studio.tz):%H:%M}" for opening in found]


def test_other_hours_stand_instead_of_the_weeks(house: cast.House) -> None:
    set_hours(house, TUESDAY, "14:00-15:15", "11:00-12:00", note="Fair")

    assert stored(house) == [(TUESDAY, time(11), time(12), "Fair"), (TUESDAY, time(14), time(15, 15), "Fair")]
    assert starts_on(house, TUESDAY) == ["11:00", "14:00", "14:15"]


def test_an_extra_day_can_be_booked(house: cast.House) -> None:
    assert starts_on(house, SUNDAY) == []

    set_hours(house, SUNDAY, "10:00-11:30")

    assert starts_on(house, SUNDAY) == ["10:00", "10:15", "10:30"]


def test_without_blocks_nobody_can_book_that_day(house: cast.House) -> None:
    set_hours(house, TUESDAY, note="Moving house")

    assert stored(house) == [(TUESDAY, None, None, "Moving house")]
    assert starts_on(house, TUESDAY) == []


def test_what_is_set_again_is_replaced_and_what_is_removed_goes_by_the_week(house: cast.House) -> None:
    set_hours(house, TUESDAY)
    set_hours(house, TUESDAY, "11:00-12:00")
    assert starts_on(house, TUESDAY) == ["11:00"]

    assert services.remove_dated_hours(therapist=house.ana, day=TUESDAY, now=cast.NOW) == 1

    assert stored(house) == []
    assert len(starts_on(house, TUESDAY)) == 29


def test_on_a_public_holiday_the_studio_is_closed_unless_somebody_sets_hours(house: cast.House) -> None:
    assert len(starts_on(house, HOLIDAY)) == 25
    studio = cast.make_studio(holiday_country="IE")
    assert starts_on(house, HOLIDAY) == []

    set_hours(house, HOLIDAY, "11:00-12:00", studio=studio)

    assert starts_on(house, HOLIDAY) == ["11:00"]


def test_a_block_past_midnight_can_be_booked_into_the_next_day(house: cast.House) -> None:
    set_hours(house, SUNDAY, "22:30-01:00")

    assert starts_on(house, SUNDAY) == ["22:30", "22:45", "23:00", "23:15", "23:30", "23:45"]
    assert starts_on(house, SUNDAY + timedelta(days=1))[:2] == ["00:00", "09:00"]


@pytest.mark.parametrize(
    ("day", "hours", "told"),
    [
        (date(2026, 5, 31), ["9:00-10:00"], "That date is over already."),
        (date(2028, 1, 1), ["9:00-10:00"], "That is more than 400 days ahead. Set it when it is nearer."),
        (
            TUESDAY,
            ["9:00-12:00", "11:30-15:00"],
            "Two blocks share time: Tuesday 09:00–12:00 and Tuesday 11:30–15:00 overlap on Tuesday from 11:30 to"
            " 12:00.",
        ),
        (
            TUESDAY,
            ["20:00-9:30"],
            "Two blocks share time: Tuesday 20:00–09:30 and Wednesday 09:00–17:00 overlap on Wednesday from 09:00 to"
            " 09:30.",
        ),
        (
            date(2027, 3, 28),
            ["1:30-5:00"],
            "The clocks go forward that night: 1:30 on Sunday 28 March does not exist. Choose a time before or after.",
        ),
        (
            date(2027, 3, 27),
            ["22:00-1:30"],
            "The clocks go forward that night: 1:30 on Sunday 28 March does not exist. Choose a time before or after.",
        ),
        (
            date(2026, 10, 25),
            ["0:30-1:30"],
            "The clocks go back that night: 1:30 on Sunday 25 October comes twice. Choose a time before or after it.",
        ),
        (TUESDAY, [f"{hour}:00-{hour}:30" for hour in range(9, 16)], "That is more than 6 blocks on one day."),
    ],
    ids=["over", "too far", "overlap", "into tomorrow", "skipped", "skipped tomorrow", "shown twice", "too many"],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    house: cast.House, day: date, hours: list[str], told: str
) -> None:
    hours = ["-".join(part.zfill(5) for part in words.split("-")) for words in hours]

    with pytest.raises(Refused) as refusal:
        set_hours(house, day, *hours)

    assert sentence(refusal.value) == told
    assert stored(house) == []


def test_a_night_of_the_day_before_stands_in_the_way_also_from_the_week(house: cast.House) -> None:
    house.ana.weekly_hours.filter(weekday=0).update(starts=time(20), ends=time(2))

    with pytest.raises(Refused, match="hours_overlap"):
        set_hours(house, TUESDAY, "01:00-05:00")

    assert len(set_hours(house, TUESDAY, "02:00-05:00")) == 1
    # What stands for the Monday too takes the night away.
    set_hours(house, HOLIDAY)
    assert len(set_hours(house, TUESDAY, "01:00-05:00")) == 1


def test_a_new_week_may_not_run_into_a_date_that_is_set(house: cast.House) -> None:
    set_hours(house, SUNDAY, "08:00-12:00")
    nights = [WeeklyBlock(5, time(20), time(9), house.location.pk)]

    with pytest.raises(Refused) as refusal:
        services.replace_weekly_hours(therapist=house.ana, blocks=nights, now=cast.NOW)

    assert sentence(refusal.value) == (
        "On Sunday 7 June you have hours of their own, and the week would run into them: "
        "Saturday 20:00–09:00 and Sunday 08:00–12:00 overlap on Sunday from 08:00 to 09:00."
    )
    services.remove_dated_hours(therapist=house.ana, day=SUNDAY, now=cast.NOW)
    assert len(services.replace_weekly_hours(therapist=house.ana, blocks=nights, now=cast.NOW)) == 1


def test_a_location_that_is_gone_is_refused(house: cast.House) -> None:
    gone = Location.objects.create(name="Gone")
    block = DatedBlock(SUNDAY, time(9), time(10), gone.pk)
    gone.delete()

    with pytest.raises(Refused, match="unknown_location"):
        set_hours(house, SUNDAY, blocks=[block])


def test_only_ones_own_dates_are_replaced_and_removed(house: cast.House) -> None:
    other = DatedHours.objects.create(therapist=house.uma, day=TUESDAY)
    set_hours(house, TUESDAY, "11:00-12:00")
    services.remove_dated_hours(therapist=house.ana, day=TUESDAY, now=cast.NOW)

    assert list(DatedHours.objects.all()) == [other]
