"""Repeating time off: tables of weeks, and a model that asks each day in turn."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from massage_booking.core.intervals import instant_of
from massage_booking.core.walltime import DAY, midnight
from tests.core.odd_days import ODD_ZONES, changes
from tests.therapists.domain.wall_model import clock_times, is_its_day, off_again
from therapists.domain.repeating import MOST_WEEKS, Repeat, next_dates, off_between

# 4 June 2026 is a Thursday.
THURSDAY = 3
JUNE = date(2026, 6, 1)


def written(spans: list[tuple[int, int]], zone: str) -> list[str]:
    tz = ZoneInfo(zone)
    local = [(instant_of(starts).astimezone(tz), instant_of(ends).astimezone(tz)) for starts, ends in spans]
    return [f"{starts:%d.%m %H:%M}-{ends:%H:%M}" for starts, ends in local]


@pytest.mark.parametrize(
    ("repeat", "expected"),
    [
        (Repeat(THURSDAY, None, None, 1, JUNE), [4, 11, 18, 25]),
        (Repeat(THURSDAY, None, None, 2, JUNE), [4, 18]),
        # Counted from the week of the first day, even when its weekday comes later in that week, or is over.
        (Repeat(THURSDAY, None, None, 2, date(2026, 6, 4)), [4, 18]),
        (Repeat(THURSDAY, None, None, 2, date(2026, 6, 5)), [18]),
        (Repeat(THURSDAY, None, None, 2, date(2026, 6, 8)), [11, 25]),
        (Repeat(THURSDAY, None, None, 3, date(2026, 5, 18)), [11]),
        (Repeat(THURSDAY, None, None, 8, date(2026, 4, 13)), [11]),
        (Repeat(THURSDAY, None, None, 1, JUNE, date(2026, 6, 18)), [4, 11, 18]),
        (Repeat(THURSDAY, None, None, 1, JUNE, date(2026, 6, 17)), [4, 11]),
        (Repeat(THURSDAY, None, None, 2, date(2026, 6, 5), date(2026, 6, 17)), []),
        (Repeat(0, None, None, 1, JUNE), [1, 8, 15, 22, 29]),
        (Repeat(6, None, None, 4, date(2026, 6, 7)), [7]),
    ],
    ids=["weekly", "fortnightly", "from its own day", "after its day", "from next week", "every three weeks",
         "every eight weeks", "up to its day", "up to the day before", "never", "Mondays", "Sundays"],
)  # fmt: skip
def test_it_comes_round_on_these_days_of_june(repeat, expected):
    days = [JUNE + timedelta(days=shift) for shift in range(30)]

    assert [day.day for day in days if repeat.is_on(day)] == expected
    assert [day.day for day in next_dates(repeat, JUNE, 9) if day.month == 6] == expected


@pytest.mark.parametrize(
    ("zone", "repeat", "first", "days", "expected"),
    [
        (
            "Europe/Dublin",
            Repeat(THURSDAY, time(13), time(17), 2, JUNE),
            JUNE,
            30,
            ["04.06 13:00-17:00", "18.06 13:00-17:00"],
        ),
        # The wall counts: the same times on either side of a change.
        (
            "Europe/Dublin",
            Repeat(6, time(13), time(17), 1, JUNE),
            date(2026, 10, 18),
            15,
            ["18.10 13:00-17:00", "25.10 13:00-17:00", "01.11 13:00-17:00"],
        ),
        # A skipped start is the first time there is; a stretch inside the gap is none.
        ("Europe/Dublin", Repeat(6, time(1, 30), time(3), 1, JUNE), date(2027, 3, 28), 1, ["28.03 02:00-03:00"]),
        ("Europe/Dublin", Repeat(6, time(1, 10), time(1, 50), 1, JUNE), date(2027, 3, 28), 1, []),
        # Of a time that comes twice the first showing counts.
        ("Europe/Dublin", Repeat(6, time(0, 30), time(1, 30), 1, JUNE), date(2026, 10, 25), 1, ["25.10 00:30-01:30"]),
        # Past midnight, seen from the day after.
        ("Europe/Dublin", Repeat(THURSDAY, time(22), time(2), 1, JUNE), date(2026, 6, 5), 1, ["04.06 22:00-02:00"]),
        ("Asia/Kathmandu", Repeat(THURSDAY, time(13), time(17), 2, JUNE), JUNE, 8, ["04.06 13:00-17:00"]),
        ("Pacific/Chatham", Repeat(6, time(2), time(6), 1, JUNE), date(2026, 9, 27), 1, ["27.09 02:00-06:00"]),
        ("Australia/Lord_Howe", Repeat(6, time(2, 15), time(8), 1, JUNE), date(2026, 10, 4), 1, ["04.10 02:30-08:00"]),
        ("Africa/Cairo", Repeat(4, None, None, 1, date(2026, 1, 1)), date(2026, 4, 24), 1, ["24.04 01:00-00:00"]),
    ],
)  # fmt: skip
def test_the_stretches_are_what_the_wall_says(zone, repeat, first, days, expected):
    tz = ZoneInfo(zone)

    spans = off_between([repeat], midnight(first, tz), midnight(first + timedelta(days=days), tz), tz)

    assert written(spans, zone) == expected


@pytest.mark.parametrize(
    ("repeat", "day", "expected"),
    [
        (Repeat(THURSDAY, None, None, 1, JUNE), date(2026, 6, 4), ["2026-06-04", "2026-06-11", "2026-06-18"]),
        (Repeat(THURSDAY, None, None, 1, JUNE), date(2026, 6, 5), ["2026-06-11", "2026-06-18", "2026-06-25"]),
        (Repeat(THURSDAY, None, None, 1, date(2028, 1, 1)), JUNE, ["2028-01-06", "2028-01-13", "2028-01-20"]),
        (Repeat(THURSDAY, None, None, 2, JUNE, date(2026, 6, 18)), JUNE, ["2026-06-04", "2026-06-18"]),
        (Repeat(THURSDAY, None, None, 1, JUNE, date(2026, 6, 4)), date(2026, 6, 5), []),
        (Repeat(THURSDAY, None, None, 1, date(2000, 1, 1)), JUNE, ["2026-06-04", "2026-06-11", "2026-06-18"]),
    ],
    ids=["today", "tomorrow", "begins later", "ends before", "over", "begun long ago"],
)
def test_the_next_dates_are_told(repeat, day, expected):
    assert [found.isoformat() for found in next_dates(repeat, day)] == expected


days = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@settings(max_examples=500, deadline=None)
@given(st.integers(0, 6), st.integers(1, MOST_WEEKS), days, days, st.one_of(st.none(), st.integers(0, 700)))
def test_a_day_is_its_day_exactly_when_counting_week_by_week_says_so(weekday, every, first, day, length):
    repeat = Repeat(weekday, None, None, every, first, None if length is None else first + timedelta(days=length))

    assert repeat.is_on(day) is is_its_day(repeat, day)
    assert next_dates(repeat, day, 1) == next(
        ([later] for shift in range(7 * (MOST_WEEKS + 1) + max((first - day).days, 0))
         if is_its_day(repeat, later := day + timedelta(days=shift))), []
    )  # fmt: skip


@st.composite
def repeats_around_a_change(draw):
    zone = draw(st.sampled_from(ODD_ZONES))
    change = draw(st.sampled_from(changes(zone)))
    starts = change - 30 * 60
    near = instant_of(change).date()
    made = []
    for _ in range(draw(st.integers(1, 3))):
        first = near + timedelta(days=draw(st.integers(-60, 3)))
        length = draw(st.one_of(st.none(), st.integers(0, 90)))
        whole = draw(st.booleans())
        made.append(
            Repeat(
                draw(st.integers(0, 6)),
                None if whole else draw(clock_times),
                None if whole else draw(clock_times),
                draw(st.integers(1, 4)),
                first,
                None if length is None else first + timedelta(days=length),
            )
        )
    return zone, starts, starts + draw(st.integers(1, 60)) * 60, made


@settings(max_examples=600, deadline=None)
@given(repeats_around_a_change())
def test_it_is_off_when_a_clock_that_never_goes_back_would_say_so(asked):
    zone, starts, ends, repeats = asked

    spans = off_between(repeats, starts, ends, ZoneInfo(zone))

    assert {minute for span in spans for minute in range(max(span[0], starts), min(span[1], ends))} == off_again(
        repeats, zone, starts, ends
    )
    assert spans == sorted(spans)
    assert all(span[0] < span[1] and span[0] < ends and span[1] > starts for span in spans)


def test_a_fortnight_over_a_year_of_odd_days_is_twenty_six_times():
    for zone in ODD_ZONES:
        tz = ZoneInfo(zone)
        repeat = Repeat(THURSDAY, time(13), time(17), 2, JUNE)
        starts = midnight(JUNE, tz)

        spans = off_between([repeat], starts, starts + 364 * DAY, tz)

        assert len(spans) == 26
        assert {words[6:] for words in written(spans, zone)} == {"13:00-17:00"}
