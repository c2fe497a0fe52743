"""The wall and UTC: tables of odd days, and every zone there is, read minute by minute through zoneinfo."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from massage_booking.core.intervals import instant_of, minute_before
from massage_booking.core.walltime import (
    Stretch,
    date_numbered,
    day_number,
    first_shown,
    first_shown_in,
    local_date,
    midnight,
    offset_at,
    shown_twice,
    stretches,
    wall_minute,
    wall_minutes,
)
from tests.core.odd_days import ODD_ZONES, changes, shown


@pytest.mark.parametrize(
    ("zone", "wall", "expected"),
    [
        ("Europe/Dublin", "2026-03-29 00:59", "2026-03-29 00:59"),
        ("Europe/Dublin", "2026-03-29 01:00", "2026-03-29 01:00"),
        ("Europe/Dublin", "2026-03-29 01:30", "2026-03-29 01:00"),
        ("Europe/Dublin", "2026-03-29 02:00", "2026-03-29 01:00"),
        ("Europe/Dublin", "2026-03-29 02:15", "2026-03-29 01:15"),
        ("Europe/Dublin", "2026-10-25 00:59", "2026-10-24 23:59"),
        ("Europe/Dublin", "2026-10-25 01:00", "2026-10-25 00:00"),
        ("Europe/Dublin", "2026-10-25 01:59", "2026-10-25 00:59"),
        ("Europe/Dublin", "2026-10-25 02:00", "2026-10-25 02:00"),
        ("Australia/Lord_Howe", "2026-10-04 02:10", "2026-10-03 15:30"),
        ("Australia/Lord_Howe", "2026-10-04 02:30", "2026-10-03 15:30"),
        ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45"),
        ("Australia/Lord_Howe", "2026-04-05 02:00", "2026-04-04 15:30"),
        ("Pacific/Chatham", "2026-09-27 03:00", "2026-09-26 14:00"),
        ("Pacific/Chatham", "2026-04-05 03:00", "2026-04-04 13:15"),
        ("Africa/Cairo", "2026-04-24 00:00", "2026-04-23 22:00"),
        ("Africa/Cairo", "2026-04-24 00:30", "2026-04-23 22:00"),
        ("Africa/Cairo", "2026-10-29 23:30", "2026-10-29 20:30"),
        ("Africa/Cairo", "2026-10-30 00:00", "2026-10-29 22:00"),
        ("Asia/Beirut", "2026-03-29 00:00", "2026-03-28 22:00"),
        ("America/Havana", "2026-03-08 00:00", "2026-03-08 05:00"),
        ("America/Havana", "2026-11-01 00:00", "2026-11-01 04:00"),
        ("America/Santiago", "2026-09-06 00:00", "2026-09-06 04:00"),
        ("America/Santiago", "2026-04-04 23:30", "2026-04-05 02:30"),
        ("Asia/Kathmandu", "2026-06-01 09:00", "2026-06-01 03:15"),
        ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30 10:00"),
    ],
)
def test_a_wall_time_is_first_shown_at(zone, wall, expected):
    instant = instant_of(first_shown(datetime.fromisoformat(wall), ZoneInfo(zone)))

    assert instant == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "begins", "hours"),
    [
        ("Europe/Dublin", "2026-03-29", "00:00", 23),
        ("Europe/Dublin", "2026-10-25", "00:00", 25),
        ("Europe/Dublin", "2026-06-01", "00:00", 24),
        ("Australia/Lord_Howe", "2026-10-04", "00:00", 23.5),
        ("Australia/Lord_Howe", "2026-04-05", "00:00", 24.5),
        ("Pacific/Chatham", "2026-09-27", "00:00", 23),
        ("Africa/Cairo", "2026-04-24", "01:00", 23),
        ("Africa/Cairo", "2026-10-29", "00:00", 25),
        ("Asia/Beirut", "2026-03-29", "01:00", 23),
        ("Asia/Beirut", "2026-10-24", "00:00", 25),
        ("America/Havana", "2026-03-08", "01:00", 23),
        ("America/Havana", "2026-11-01", "00:00", 25),
        ("America/Santiago", "2026-09-06", "01:00", 23),
        ("America/Santiago", "2026-04-04", "00:00", 25),
        ("Antarctica/Troll", "2026-03-29", "00:00", 22),
        ("Pacific/Apia", "2011-12-30", "00:00", 0),
    ],
)
def test_a_day_begins_and_lasts(zone, day, begins, hours):
    tz, this = ZoneInfo(zone), date.fromisoformat(day)
    start, end = midnight(this, tz), midnight(this + timedelta(days=1), tz)

    assert f"{instant_of(start).astimezone(tz):%H:%M}" == begins
    assert end - start == hours * 60


REGIONS = sorted({name.split("/")[0] for name in available_timezones()})


@pytest.mark.parametrize("region", REGIONS)
def test_stretches_agree_with_zoneinfo_on_every_change_of_every_zone(region):
    first, last = (minute_before(datetime(year, 1, 1, tzinfo=UTC)) for year in (2024, 2036))
    for name in sorted(name for name in available_timezones() if name.split("/")[0] == region):
        tz = ZoneInfo(name)

        pieces = stretches(tz, first, last)

        assert (pieces[0].starts, pieces[-1].ends) == (first, last)
        for piece in pieces:
            assert piece.offset % 5 == 0, f"units of five minutes fit no wall in {name}"
            for minute in {*range(piece.starts, piece.ends, 1440 * 9), piece.ends - 1}:
                assert offset_at(minute, tz) == piece.offset, (name, instant_of(minute))
        for earlier, later in pairwise(pieces):
            assert earlier.ends == later.starts
            assert earlier.offset != later.offset


@pytest.mark.parametrize("zone", ODD_ZONES)
def test_the_wall_read_minute_by_minute_says_when_each_time_is_first_shown(zone):
    tz = ZoneInfo(zone)
    for change in changes(zone)[:4]:
        first_at: dict[datetime, int] = {}
        latest = None
        for minute in range(change - 1500, change + 1500):
            wall = shown(minute, tz)
            # Every wall time up to this one that was not shown before is first reached now.
            step = wall if latest is None else latest + timedelta(minutes=1)
            while step <= wall:
                first_at[step] = minute
                step += timedelta(minutes=1)
            latest = wall if latest is None else max(latest, wall)

        assert {wall: first_shown(wall, tz) for wall in list(first_at)[1:]} == dict(list(first_at.items())[1:])


@settings(max_examples=1500, deadline=None)
@given(st.sampled_from(sorted(available_timezones())), st.integers(28_401_120, 34_714_080))
def test_from_utc_to_the_wall_and_back_is_the_same_minute(zone, minute):
    tz = ZoneInfo(zone)
    wall = shown(minute, tz)
    first = first_shown(wall, tz)
    repeated = [span for span in shown_twice(tz, minute, minute + 1) if span[0] <= minute < span[1]]

    assert wall_minutes([minute], tz) == [wall_minute(wall)]
    assert shown(first, tz) == wall
    assert first <= minute
    assert (first == minute) or bool(repeated)
    assert local_date(minute, tz) == wall.date() == date_numbered(day_number(wall.date()))


@pytest.mark.parametrize("zone", ODD_ZONES)
def test_times_shown_twice_are_those_that_two_folds_tell_apart(zone):
    tz = ZoneInfo(zone)
    for change in changes(zone):
        spans = shown_twice(tz, change - 200, change + 200)
        for minute in range(change - 200, change + 200):
            local = instant_of(minute).astimezone(tz)
            twice = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
            assert any(first <= minute < last for first, last in spans) is twice, local


def test_a_later_wall_time_is_never_first_shown_earlier():
    for zone in ODD_ZONES:
        for change in changes(zone)[:2]:
            wall = shown(change, ZoneInfo(zone))
            around = [first_shown(wall + timedelta(minutes=shift), ZoneInfo(zone)) for shift in range(-200, 200)]
            assert around == sorted(around)


def test_an_empty_range_has_no_stretches():
    dublin = ZoneInfo("Europe/Dublin")

    assert stretches(dublin, 10, 10) == []
    assert wall_minutes([], dublin) == []


def test_a_wall_time_beyond_the_stretches_is_an_error():
    with pytest.raises(ValueError, match="beyond"):
        first_shown_in([Stretch(0, 60, 0)], 60)


def test_an_aware_datetime_is_no_wall_time():
    with pytest.raises(ValueError, match="an instant"):
        first_shown(datetime(2026, 11, 12, 9, tzinfo=UTC), ZoneInfo("Europe/Dublin"))
