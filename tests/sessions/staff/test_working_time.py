"""Why a therapist does not work, in their own calendar, and that it is what the engine counts."""

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser

from massage_booking.core.intervals import merge, subtract
from massage_booking.core.walltime import midnight
from sessions.selectors.calendar import hours_of
from sessions.selectors.working_time import working_time
from tests import cast
from tests.reading import text_of
from therapists.models import DatedHours, OutsideBusy, OutsideCalendar, RepeatingTimeOff, TimeOff, WeeklyHours

pytestmark = pytest.mark.django_db

DAY, WEEK, EVENTS = "/sessions/calendar/", "/sessions/calendar/week/", "/sessions/calendar/events/"
TUESDAY = date(2026, 6, 2)
HOLIDAY = date(2026, 8, 3)


def off_on(browser: Browser, day: date) -> list[tuple[str, str, str]]:
    """Return what the calendar says of the working hours of a day: (from, until, why)."""
    found = browser.get(EVENTS, {"first": day.isoformat(), "last": day.isoformat()}).json()["off"]
    return sorted((piece["start"][11:16], piece["end"][11:16], piece["word"]) for piece in found)


def busy_elsewhere(house: cast.House, *spans: tuple[datetime, datetime], name: str = "Choir") -> None:
    calendar = OutsideCalendar.objects.create(therapist=house.ana, name=name, created_at=cast.NOW)
    for starts_at, ends_at in spans:
        OutsideBusy.objects.create(calendar=calendar, therapist=house.ana, starts_at=starts_at, ends_at=ends_at)


def test_each_absence_says_what_it_is_and_is_told_once(house: cast.House, ana: Browser) -> None:
    TimeOff.objects.create(
        therapist=house.ana, starts_at=cast.at(10, days=1), ends_at=cast.at(11, days=1), note="Dentist"
    )
    RepeatingTimeOff.objects.create(
        therapist=house.ana,
        weekday=1,
        starts=time(10, 30),
        ends=time(12),
        every_weeks=2,
        first=cast.TODAY,
        note="Course",
    )
    busy_elsewhere(house, (cast.at(8, days=1), cast.at(9, 30, days=1)), (cast.at(11, 30, days=1), cast.at(13, days=1)))
    busy_elsewhere(house, (cast.at(12, 30, days=1), cast.at(14, days=1)), name="School")

    assert off_on(ana, TUESDAY) == [
        ("00:00", "09:00", "Not working"),
        ("09:00", "09:30", "Elsewhere"),
        ("10:00", "11:00", "Time off: Dentist"),
        ("11:00", "12:00", "Off every 2 weeks: Course"),
        ("12:00", "14:00", "Elsewhere"),
        ("17:00", "00:00", "Not working"),
    ]
    said = text_of(ana.get(DAY, {"day": "2026-06-02"}))
    assert "Elsewhere , 9:00 to 9:30" in said and "Off every 2 weeks: Course , 11:00 to 12:00" in said


def test_a_date_with_hours_of_its_own_shows_them_and_says_so(house: cast.House, ana: Browser) -> None:
    for starts, ends in ((time(10), time(12)), (time(14), time(15))):
        DatedHours.objects.create(
            therapist=house.ana, day=TUESDAY, starts=starts, ends=ends, location=house.location, note="Fair"
        )

    assert off_on(ana, TUESDAY) == [
        ("00:00", "10:00", "Not working"), ("12:00", "14:00", "Break"), ("15:00", "00:00", "Not working"),
    ]  # fmt: skip
    note = "Hours set for this date: 10:00 to 12:00 and 14:00 to 15:00 (Fair)."
    assert note in text_of(ana.get(DAY, {"day": "2026-06-02"}))
    assert f"Tue 2 Jun : {note}" in text_of(ana.get(WEEK))


def test_a_date_without_work_says_so(house: cast.House, ana: Browser) -> None:
    DatedHours.objects.create(therapist=house.ana, day=TUESDAY, note="Moving house")

    assert off_on(ana, TUESDAY) == [("00:00", "00:00", "Not working")]
    assert "Set as not working on this date (Moving house)." in text_of(ana.get(DAY, {"day": "2026-06-02"}))


def test_a_public_holiday_is_named_and_hours_on_it_win(house: cast.House, ana: Browser) -> None:
    cast.make_studio(holiday_country="IE")
    assert off_on(ana, HOLIDAY) == [("00:00", "00:00", "Closed: August Bank Holiday")]
    assert "Closed: August Bank Holiday." in text_of(ana.get(DAY, {"day": "2026-08-03"}))
    assert "Mon 3 Aug : Closed: August Bank Holiday." in text_of(ana.get(WEEK, {"day": "2026-08-05"}))

    DatedHours.objects.create(therapist=house.ana, day=HOLIDAY, starts=time(10), ends=time(12), location=house.location)

    assert off_on(ana, HOLIDAY) == [("00:00", "10:00", "Not working"), ("12:00", "00:00", "Not working")]
    assert "August Bank Holiday. Hours set for this date: 10:00 to 12:00." in text_of(
        ana.get(DAY, {"day": "2026-08-03"})
    )


def test_a_calendar_that_fails_for_a_day_is_told_on_the_day_page(house: cast.House, ana: Browser) -> None:
    def failing(name: str, **more: Any) -> None:
        values = {"url": f"https://calendar.example/{name}", "error": "address_gone", "created_at": cast.at(9, days=-9)}
        house.ana.outside_calendars.create(name=name, **{**values, **more})

    failing("Since an hour", read_at=cast.at(7))
    failing("Read in part", read_at=cast.at(7, days=-3), error="partly_read")
    failing("Just added", created_at=cast.at(7))
    failing("From a file", read_at=cast.at(7, days=-9), url="", error="")
    assert "could not be read since" not in text_of(ana.get(DAY))

    failing("Choir", read_at=cast.at(7, days=-1))
    failing("Never read")

    assert "“Choir”, “Never read” could not be read since yesterday or longer" in text_of(ana.get(DAY))


def test_a_night_that_began_before_a_holiday_is_worked_to_its_end(house: cast.House, ana: Browser) -> None:
    cast.make_studio(holiday_country="IE")
    WeeklyHours.objects.create(therapist=house.ana, location=house.location, weekday=6, starts=time(20), ends=time(2))

    assert off_on(ana, HOLIDAY) == [("02:00", "00:00", "Closed: August Bank Holiday")]


@pytest.mark.parametrize(
    "zone", ["Europe/Dublin", "Australia/Lord_Howe", "Pacific/Chatham", "Asia/Kathmandu", "Africa/Cairo"]
)
@pytest.mark.parametrize("seed", range(4))
def test_the_calendar_shows_as_free_what_the_engine_counts_as_free(house: cast.House, zone: str, seed: int) -> None:
    """Weeks around each change of the clocks, with everything that can take time away or give it."""
    chance = random.Random(f"{zone}{seed}")
    studio = cast.make_studio(zone=zone, holiday_country=chance.choice(["IE", "AU", "EG", ""]))
    WeeklyHours.objects.filter(therapist=house.ana).delete()
    for first in (date(2026, 3, 26), date(2026, 4, 2), date(2026, 10, 1), date(2026, 10, 23), date(2026, 12, 23)):
        _scatter(house, chance, first, ZoneInfo(zone))
        span = midnight(first, studio.tz), midnight(first + timedelta(days=7), studio.tz)

        shown = working_time(therapist=house.ana, span=span, studio=studio)

        counted = hours_of(therapist_ids=[house.ana.pk], window=span, studio=studio)[house.ana.pk]
        away = [(absence.starts, absence.ends) for absence in shown.absences]
        assert subtract(shown.worked, away) == merge((row.starts, row.ends) for row in counted)


def _scatter(house: cast.House, chance: random.Random, first: date, zone: ZoneInfo) -> None:
    """Give Ana hours, dates, time off and busy times around a week, as chance has it."""

    def clock() -> time:
        return time(chance.randrange(24), chance.choice([0, 15, 30, 45]))

    def moment() -> datetime:
        return datetime.combine(first, time(0), zone).astimezone(UTC) + timedelta(minutes=chance.randrange(9 * 1440))

    for weekday in chance.sample(range(7), 5):
        WeeklyHours.objects.get_or_create(
            therapist=house.ana, weekday=weekday, starts=clock(), defaults={"ends": clock(), "location": house.location}
        )
    for shift in chance.sample(range(-1, 8), 3):
        starts, ends, place = (clock(), clock(), house.location) if chance.random() < 0.7 else (None, None, None)
        DatedHours.objects.get_or_create(
            therapist=house.ana, day=first + timedelta(days=shift), starts=starts,
            defaults={"ends": ends, "location": place},
        )  # fmt: skip
    RepeatingTimeOff.objects.create(
        therapist=house.ana, weekday=chance.randrange(7), starts=clock(), ends=clock(),
        every_weeks=chance.randrange(1, 4), first=first - timedelta(days=chance.randrange(30)),
    )  # fmt: skip
    RepeatingTimeOff.objects.create(therapist=house.ana, weekday=chance.randrange(7), every_weeks=2, first=first)
    starts_at = moment()
    TimeOff.objects.create(therapist=house.ana, starts_at=starts_at, ends_at=starts_at + timedelta(hours=5))
    busy_elsewhere(house, *((at, at + timedelta(minutes=chance.randrange(1, 200))) for at in (moment(), moment())))
