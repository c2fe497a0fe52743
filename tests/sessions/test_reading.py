"""What is read packed is what the rows say, on both engines: hours, what is off, places, and what is taken."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest

from massage_booking.core.intervals import instant_of, minute_after, minute_before
from massage_booking.core.walltime import DAY, day_number
from massage_booking.studio import holidays_here
from massage_booking.studio.models import Location, Place, Room, Studio
from sessions.domain import masks
from sessions.models import MassageSession
from sessions.models.session import BLOCKING_VALUES
from sessions.selectors import calendar
from tests.cast import NOW, House, make_studio
from therapists.domain.hours import DatedBlock, WeeklyBlock, open_between
from therapists.domain.repeating import Repeat, off_between
from therapists.models import (
    DatedHours,
    OutsideBusy,
    OutsideCalendar,
    RepeatingTimeOff,
    Therapist,
    TimeOff,
    WeeklyHours,
)

TODAY = date(2026, 6, 1)


def clock(dice: Random) -> time:
    return time(dice.randrange(24), dice.choice([0, 15, 30, 47]))


def some_instant(dice: Random) -> datetime:
    return NOW + timedelta(minutes=dice.randrange(-2 * DAY, 40 * DAY), seconds=dice.choice([0, 0, 0, 30]))


def scatter(house: House, dice: Random) -> list[Therapist]:
    """Write hours, time off and sessions of all kinds down at random; hours may contradict each other here."""
    elsewhere = Location.objects.create(name="Elsewhere")
    place = Place.objects.create(room=Room.objects.create(location=elsewhere, name="Room"), name="Table")
    people = [house.ana, house.uma]
    for one in people:
        WeeklyHours.objects.filter(therapist=one).delete()
        for weekday in dice.sample(range(7), 5):
            at = dice.choice([house.location, elsewhere])
            WeeklyHours.objects.create(
                therapist=one, location=at, weekday=weekday, starts=clock(dice), ends=clock(dice)
            )
        for ahead in dice.sample(range(30), 4):
            works = dice.random() < 0.7
            DatedHours.objects.create(
                therapist=one,
                day=TODAY + timedelta(days=ahead),
                location=house.location if works else None,
                starts=clock(dice) if works else None,
                ends=clock(dice) if works else None,
            )
        for _ in range(2):
            whole = dice.random() < 0.3
            RepeatingTimeOff.objects.create(
                therapist=one,
                weekday=dice.randrange(7),
                starts=None if whole else clock(dice),
                ends=None if whole else clock(dice),
                every_weeks=dice.choice([1, 2, 3]),
                first=TODAY + timedelta(days=dice.randrange(-20, 10)),
                last=dice.choice([None, TODAY + timedelta(days=25)]),
            )
        outside = OutsideCalendar.objects.create(therapist=one, name="Mine", created_at=NOW)
        for _ in range(3):
            begins = some_instant(dice)
            ends = begins + timedelta(minutes=dice.randrange(1, 400))
            TimeOff.objects.create(therapist=one, starts_at=begins, ends_at=ends)
            OutsideBusy.objects.create(therapist=one, calendar=outside, starts_at=begins, ends_at=ends)
        for number in range(25):
            # One after the other, an hour and a bit apart: nothing overlaps, and some touch.
            begins = NOW.replace(hour=0) + timedelta(hours=number * 9, minutes=dice.choice([0, 5, 20, 33]))
            status = dice.choice(["booked", "requested", "done", "cancelled", "held", "no_show"])
            ends = begins + timedelta(minutes=45)
            MassageSession.objects.create(
                status=status,
                client=None if status == "held" else (house.nadia if one == house.ana else house.ben),
                service=house.swedish,
                therapist=one,
                place=(house.tables[0] if one == house.ana else dice.choice([house.tables[1], place, None])),
                starts_at=begins,
                ends_at=ends,
                blocked_until=ends + timedelta(minutes=dice.choice([0, 15])),
                price=50,
                currency="EUR",
                created_at=NOW,
                held_since=NOW if status == "held" else None,
                held_until=NOW + timedelta(minutes=dice.choice([-1, 5])) if status == "held" else None,
            )
    return people


def by_the_rows(people: list[Therapist], bounds: calendar.Bounds, studio: Studio) -> masks.Calendar:
    """Lay the same calendar out from plain rows, one after the other."""
    window = bounds.window[0] // DAY * DAY, bounds.window[1]
    hours = {}
    for one in people:
        off = [
            (minute_before(row.starts_at), minute_after(row.ends_at))
            for row in [*TimeOff.objects.filter(therapist=one), *OutsideBusy.objects.filter(therapist=one)]
        ]
        repeats = [
            Repeat(row.weekday, row.starts, row.ends, row.every_weeks, row.first, row.last)
            for row in RepeatingTimeOff.objects.filter(therapist=one)
        ]
        hours[one.pk] = open_between(
            [
                WeeklyBlock(row.weekday, row.starts, row.ends, row.location_id)
                for row in WeeklyHours.objects.filter(therapist=one)
            ],
            *window,
            studio.tz,
            [*off, *off_between(repeats, *window, studio.tz)],
            dated=[
                DatedBlock(row.day, row.starts, row.ends, row.location_id)
                for row in DatedHours.objects.filter(therapist=one)
            ],
            closed={
                day_number(day)
                for day in holidays_here.names(studio=studio, first=TODAY, last=TODAY + timedelta(days=60))
            },
        )
    places = [
        masks.Place(row.pk, row.room.location_id, row.kind, row.room.places.filter(is_active=True).count())
        for row in Place.objects.filter(is_active=True).order_by("pk")
    ]
    busy = [
        (row.therapist_id, row.place_id, minute_before(row.starts_at), minute_after(row.blocked_until))
        for row in MassageSession.objects.filter(status__in=BLOCKING_VALUES)
        if not (row.status == "held" and row.held_until and row.held_until <= NOW)
    ]
    return masks.lay_out(window, hours, places, busy)


def seen(layout: masks.Calendar) -> object:
    """Return what counts of a calendar: nothing beyond its end, no empty mask."""
    full = (1 << layout.units) - 1
    worked = {key: {at: mask & full for at, mask in by.items() if mask & full} for key, by in layout.worked.items()}
    therapists = {key: mask & full for key, mask in layout.therapist_taken.items() if mask & full}
    places = {key: mask & full for key, mask in layout.place_taken.items() if mask & full}
    return layout.starts, layout.units, layout.places, worked, therapists, places


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("zone", ["Europe/Dublin", "Australia/Lord_Howe", "Asia/Kathmandu"])
def test_what_is_read_packed_is_what_the_rows_say(house: House, seed: int, zone: str) -> None:
    Studio.objects.update(zone=zone, holiday_country="IE")
    studio = Studio.objects.get()
    people = scatter(house, Random(seed))
    bounds = calendar.bounds_of(studio=studio, first=TODAY, last=TODAY + timedelta(days=29), now=NOW)

    layout = calendar.lay_out(studio=studio, bounds=bounds, therapist_ids=[one.pk for one in people], now=NOW)

    assert seen(layout) == seen(by_the_rows(people, bounds, studio))


@pytest.mark.django_db
def test_an_empty_house_has_nothing() -> None:
    studio = make_studio()
    bounds = calendar.bounds_of(studio=studio, first=TODAY, last=TODAY, now=NOW)

    layout = calendar.lay_out(studio=studio, bounds=bounds, therapist_ids=[7], now=NOW)

    assert (layout.places, layout.worked, layout.therapist_taken, layout.place_taken) == ((), {7: {}}, {}, {})


@pytest.mark.parametrize("without", [True, False])
def test_a_session_that_is_being_moved_is_not_in_its_own_way(house: House, without: bool) -> None:
    begins = datetime(2026, 6, 2, 9, 0, tzinfo=UTC)
    session = MassageSession.objects.create(
        status="booked", client=house.nadia, service=house.swedish, therapist=house.ana, place=house.tables[0],
        starts_at=begins, ends_at=begins + timedelta(hours=1), blocked_until=begins + timedelta(hours=1), price=50,
        currency="EUR", created_at=NOW,
    )  # fmt: skip
    bounds = calendar.bounds_of(studio=house.studio, first=TODAY, last=TODAY + timedelta(days=2), now=NOW)

    layout = calendar.lay_out(
        studio=house.studio,
        bounds=bounds,
        therapist_ids=[house.ana.pk],
        now=NOW,
        without=session.pk if without else None,
    )

    unit = layout.unit_of(minute_before(begins))
    assert unit is not None
    assert instant_of(layout.starts + unit * masks.UNIT) == begins
    assert bool(layout.therapist_taken.get(house.ana.pk, 0) >> unit & 1) is not without
