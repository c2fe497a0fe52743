"""When reminders and nudges fall due: the rule of elapsed hours, in twelve written cases."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.domain.reminders import nudge_due_at, on_the_wall, out_of_quiet_hours, reminder_due

DUBLIN = ZoneInfo("Europe/Dublin")
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "session", "reminder"),
    [
        ("Europe/Dublin", "2026-11-12 10:00", "2026-11-11 10:00"),
        ("Europe/Dublin", "2026-07-01 08:00", "2026-06-30 08:00"),
        ("Europe/Dublin", "2026-03-29 10:00", "2026-03-28 09:00"),
        ("Europe/Dublin", "2026-03-29 00:30", "2026-03-28 00:30"),
        ("Europe/Dublin", "2026-03-30 10:00", "2026-03-29 10:00"),
        ("Europe/Dublin", "2026-10-25 10:00", "2026-10-24 11:00"),
        ("Europe/Dublin", "2026-10-26 10:00", "2026-10-25 10:00"),
        ("America/New_York", "2026-03-08 09:00", "2026-03-07 08:00"),
        ("Australia/Lord_Howe", "2026-10-04 09:00", "2026-10-03 08:30"),
        ("Pacific/Chatham", "2026-04-05 09:00", "2026-04-04 10:00"),
        ("Africa/Cairo", "2026-04-24 09:00", "2026-04-23 08:00"),
        ("Asia/Kathmandu", "2026-06-01 09:15", "2026-05-31 09:15"),
    ],
)
def test_the_reminder_goes_out_24_hours_before_by_a_stopwatch(zone, session, reminder):
    tz = ZoneInfo(zone)
    starts_at = datetime.fromisoformat(session).replace(tzinfo=tz).astimezone(UTC)

    due = reminder_due(starts_at, LONG_AGO)

    assert due is not None
    assert f"{due.astimezone(tz):%Y-%m-%d %H:%M}" == reminder
    assert starts_at - due == timedelta(hours=24)


@pytest.mark.parametrize(
    ("booked_before", "is_due"),
    [
        (timedelta(hours=24, seconds=1), True),
        (timedelta(hours=24), True),
        (timedelta(hours=23, minutes=59), False),
        (timedelta(0), False),
    ],
    ids=["just before", "at that moment", "just after", "a walk-in"],
)
def test_who_books_later_than_that_gets_no_reminder(booked_before, is_due):
    starts_at = datetime(2026, 11, 12, 10, tzinfo=UTC)

    assert (reminder_due(starts_at, starts_at - booked_before) is not None) is is_due


def test_the_hours_are_the_studios():
    starts_at = datetime(2026, 11, 12, 10, tzinfo=UTC)

    assert reminder_due(starts_at, LONG_AGO, hours=48) == datetime(2026, 11, 10, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "quiet", "expected"),
    [
        ("12 10:00", ("20:00", "08:00"), "12 10:00"),
        ("12 20:00", ("20:00", "08:00"), "13 08:00"),
        ("12 23:30", ("20:00", "08:00"), "13 08:00"),
        ("13 00:00", ("20:00", "08:00"), "13 08:00"),
        ("13 07:59", ("20:00", "08:00"), "13 08:00"),
        ("13 08:00", ("20:00", "08:00"), "13 08:00"),
        ("12 13:00", ("12:00", "14:00"), "12 14:00"),
        ("12 11:59", ("12:00", "14:00"), "12 11:59"),
        ("12 14:00", ("12:00", "14:00"), "12 14:00"),
        ("12 03:00", ("08:00", "08:00"), "12 03:00"),
    ],
)
def test_quiet_hours_put_a_nudge_off(clock, quiet, expected):
    def read(text: str) -> datetime:
        return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=DUBLIN).astimezone(UTC)

    moved = out_of_quiet_hours(read(clock), *(time.fromisoformat(end) for end in quiet), DUBLIN)

    assert moved == read(expected)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 60 * 24 * 365), st.times(), st.times())
def test_after_quiet_hours_it_is_not_quiet_and_not_earlier(minutes, quiet_from, quiet_until):
    instant = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    quiet_from, quiet_until = (edge.replace(second=0, microsecond=0) for edge in (quiet_from, quiet_until))

    moved = out_of_quiet_hours(instant, quiet_from, quiet_until, DUBLIN)

    assert instant <= moved <= instant + timedelta(hours=25)
    days = [instant.astimezone(DUBLIN).date() + timedelta(days=shift) for shift in (0, 1)]
    assert moved in {instant, *(on_the_wall(day, quiet_until, DUBLIN) for day in days)}


def test_quiet_hours_that_ended_once_do_not_send_a_nudge_back_in_time():
    second_showing = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)

    assert out_of_quiet_hours(second_showing, time(22), time(1, 30), DUBLIN) == second_showing


def test_a_nudge_goes_out_in_the_morning():
    quiet = {"quiet_from": time(20), "quiet_until": time(8)}

    assert nudge_due_at(date(2026, 7, 1), DUBLIN, **quiet) == datetime(2026, 7, 1, 9, tzinfo=UTC)
    assert nudge_due_at(date(2026, 7, 1), DUBLIN, quiet_from=time(20), quiet_until=time(11)) == datetime(
        2026, 7, 1, 10, tzinfo=UTC
    )


def test_a_time_on_the_wall_that_is_skipped_becomes_the_first_that_exists():
    assert on_the_wall(date(2026, 3, 29), time(1, 30), DUBLIN) == datetime(2026, 3, 29, 1, tzinfo=UTC)
