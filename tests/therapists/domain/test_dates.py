"""Hours on a date: tables of what counts and what overlaps, and a model that reads the wall minute by minute."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from massage_booking.core.intervals import instant_of
from massage_booking.core.walltime import DAY, day_number, midnight
from tests.core.odd_days import ODD_ZONES, changes
from tests.therapists.domain.wall_model import clock_times, worked
from therapists.domain.dates import blocks_on, clashes, wall_span
from therapists.domain.hours import DatedBlock, WeeklyBlock, open_between

DUBLIN = ZoneInfo("Europe/Dublin")
WEIR_LANE, HARBOUR = 1, 2
# A Thursday, with Wednesday before and Friday after it.
WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 6, 3) + timedelta(days=shift) for shift in range(3))


def on(day: date, hours: str = "", location_id: int = WEIR_LANE) -> DatedBlock:
    """Return a block from "09:00-17:00", or that there is no work."""
    if not hours:
        return DatedBlock(day)
    starts, ends = (time.fromisoformat(part) for part in hours.split("-"))
    return DatedBlock(day, starts, ends, location_id)


def weekly(weekday: int, hours: str) -> WeeklyBlock:
    starts, ends = (time.fromisoformat(part) for part in hours.split("-"))
    return WeeklyBlock(weekday, starts, ends, WEIR_LANE)


WEEK = [weekly(2, "09:00-17:00"), weekly(3, "09:00-17:00"), weekly(4, "22:00-02:00")]


@pytest.mark.parametrize(
    ("dated", "closed", "expected"),
    [
        ([], set(), ["03 09:00-17:00", "04 09:00-17:00", "05 22:00-02:00"]),
        ([on(THURSDAY, "10:00-12:00")], set(), ["03 09:00-17:00", "04 10:00-12:00", "05 22:00-02:00"]),
        (
            [on(THURSDAY, "10:00-12:00"), on(THURSDAY, "14:00-15:00")],
            set(),
            ["03 09:00-17:00", "04 10:00-12:00", "04 14:00-15:00", "05 22:00-02:00"],
        ),
        ([on(THURSDAY)], set(), ["03 09:00-17:00", "05 22:00-02:00"]),
        ([], {THURSDAY}, ["03 09:00-17:00", "05 22:00-02:00"]),
        ([on(THURSDAY, "10:00-12:00")], {THURSDAY}, ["03 09:00-17:00", "04 10:00-12:00", "05 22:00-02:00"]),
        ([on(THURSDAY)], {THURSDAY}, ["03 09:00-17:00", "05 22:00-02:00"]),
        # A night that began the day before goes on into a holiday and into a day off.
        ([on(WEDNESDAY, "22:00-02:00"), on(THURSDAY)], set(), ["03 22:00-02:00", "05 22:00-02:00"]),
        ([on(WEDNESDAY, "22:00-02:00")], {THURSDAY}, ["03 22:00-02:00", "05 22:00-02:00"]),
        ([on(date(2026, 6, 6), "09:00-10:00")], {FRIDAY}, ["03 09:00-17:00", "04 09:00-17:00", "06 09:00-10:00"]),
    ],
    ids=[
        "the week",
        "other hours",
        "two blocks",
        "not working",
        "a holiday",
        "hours on a holiday",
        "not working on a holiday",
        "a night into a day off",
        "a night into a holiday",
        "an extra day",
    ],
)
def test_a_date_with_hours_of_its_own_does_not_go_by_the_week(dated, closed, expected):
    starts, ends = midnight(WEDNESDAY, DUBLIN), midnight(WEDNESDAY + timedelta(days=5), DUBLIN)

    spans = open_between(WEEK, starts, ends, DUBLIN, dated=dated, closed={day_number(day) for day in closed})

    local = [(instant_of(span.starts).astimezone(DUBLIN), instant_of(span.ends).astimezone(DUBLIN)) for span in spans]
    assert [f"{opens:%d %H:%M}-{closes:%H:%M}" for opens, closes in local] == expected
    begun = [block for shift in range(5) for block in blocks_on(
        WEDNESDAY + timedelta(days=shift), weekly=WEEK, dated=dated, closed=closed)]  # fmt: skip
    assert [f"{block.day:%d} {block.starts:%H:%M}-{block.ends:%H:%M}" for block in begun] == expected


@pytest.mark.parametrize(
    ("blocks", "neighbours", "expected"),
    [
        ([on(THURSDAY, "09:00-12:00"), on(THURSDAY, "12:00-15:00")], [], []),
        (
            [on(THURSDAY, "09:00-12:00"), on(THURSDAY, "11:30-15:00", HARBOUR)],
            [],
            ["Thursday 09:00–12:00 and Thursday 11:30–15:00 overlap on Thursday from 11:30 to 12:00."],
        ),
        (
            [on(THURSDAY, "01:00-09:00")],
            [on(WEDNESDAY, "22:00-02:00")],
            ["Wednesday 22:00–02:00 and Thursday 01:00–09:00 overlap on Thursday from 01:00 to 02:00."],
        ),
        (
            [on(THURSDAY, "20:00-08:30")],
            [on(FRIDAY, "08:00-12:00")],
            ["Thursday 20:00–08:30 and Friday 08:00–12:00 overlap on Friday from 08:00 to 08:30."],
        ),
        ([on(THURSDAY, "20:00-08:00")], [on(FRIDAY, "08:00-12:00"), on(WEDNESDAY, "22:00-00:00")], []),
        ([on(THURSDAY, "09:00-12:00")], [on(WEDNESDAY), on(FRIDAY)], []),
        (
            [on(THURSDAY, "00:00-00:00"), on(THURSDAY, "23:00-01:00")],
            [],
            ["Thursday 00:00–00:00 and Thursday 23:00–01:00 overlap on Thursday from 23:00 to 00:00."],
        ),
        ([], [on(WEDNESDAY, "22:00-02:00"), on(WEDNESDAY, "23:00-03:00")], []),
    ],
    ids=["touching", "two places at once", "the night before", "into the next morning", "touching the next morning",
         "beside days off", "a whole day", "neighbours are not judged"],
)  # fmt: skip
def test_blocks_that_share_time_are_named(blocks, neighbours, expected):
    assert [str(clash) for clash in clashes(blocks, neighbours)] == expected


some_dated = st.builds(
    DatedBlock, st.sampled_from([WEDNESDAY, THURSDAY, FRIDAY]), clock_times, clock_times, st.just(WEIR_LANE)
)


@settings(max_examples=300, deadline=None)
@given(st.lists(some_dated, max_size=4), st.lists(some_dated, max_size=3))
def test_clashes_are_found_exactly_when_a_minute_is_held_twice(blocks, neighbours):
    def held(block):
        return set(range(*wall_span(block)))

    pairs = [
        {id(block), id(other)}
        for index, block in enumerate(blocks)
        for other in (*blocks[index + 1 :], *neighbours)
        if held(block) & held(other)
    ]

    found = clashes(blocks, neighbours)

    assert [{id(clash.first), id(clash.second)} for clash in found] == pairs
    for clash in found:
        minute = day_number(clash.day) * DAY + clash.starts.hour * 60 + clash.starts.minute
        assert minute in held(clash.first) & held(clash.second)


@st.composite
def weeks_with_dates(draw):
    """Return a zone, a window around a change of its offset, a week, some dates of their own, and some holidays."""
    zone = draw(st.sampled_from(ODD_ZONES))
    change = draw(st.sampled_from(changes(zone)))
    starts = change - 30 * 60
    days = [instant_of(change).date() + timedelta(days=shift) for shift in range(-3, 4)]
    places = st.sampled_from([WEIR_LANE, HARBOUR])
    blocks = draw(st.lists(st.builds(WeeklyBlock, st.integers(0, 6), clock_times, clock_times, places), max_size=5))
    dated = draw(
        st.lists(
            st.one_of(
                st.builds(DatedBlock, st.sampled_from(days), clock_times, clock_times, places),
                st.sampled_from(days).map(DatedBlock),
            ),
            max_size=4,
        )
    )
    closed = draw(st.sets(st.sampled_from(days), max_size=3))
    return zone, starts, starts + draw(st.integers(1, 48)) * 60, blocks, dated, closed


@settings(max_examples=600, deadline=None)
@given(weeks_with_dates(), st.lists(st.tuples(st.integers(0, 2400), st.integers(1, 600)), max_size=2))
def test_dates_and_holidays_are_what_a_clock_that_never_goes_back_would_give(asked, off):
    zone, starts, ends, blocks, dated, closed = asked
    time_off = [(starts + begin, starts + begin + length) for begin, length in off]
    away = {minute for begin, end in time_off for minute in range(begin, end)}

    spans = open_between(
        blocks, starts, ends, ZoneInfo(zone), time_off, dated=dated, closed={day_number(day) for day in closed}
    )

    found = {(minute, span.location_id) for span in spans for minute in range(span.starts, span.ends)}
    assert found == worked(blocks, zone, starts, ends, away, dated=dated, closed=closed)
    assert spans == sorted(spans)
    for location_id in (WEIR_LANE, HARBOUR):
        at = [span for span in spans if span.location_id == location_id]
        assert all(earlier.ends < later.starts for earlier, later in pairwise(at))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ODD_ZONES), st.integers(0, 3), clock_times, clock_times)
def test_a_date_given_the_hours_of_its_weekday_changes_nothing(zone, which, begins, stops):
    change = changes(zone)[which % len(changes(zone))]
    tz, starts, ends = ZoneInfo(zone), change - 2 * DAY, change + 2 * DAY
    week = [WeeklyBlock(weekday, begins, stops, WEIR_LANE) for weekday in range(7)]
    day = instant_of(change).astimezone(tz).date()

    by_date = open_between(week, starts, ends, tz, dated=[DatedBlock(day, begins, stops, WEIR_LANE)])

    assert by_date == open_between(week, starts, ends, tz)


def test_a_block_ends_at_the_first_showing_of_its_end():
    """On 25 October 2026 Dublin's wall shows 1:30 twice."""
    day = date(2026, 10, 25)
    begins = midnight(day, DUBLIN)

    (span,) = open_between([], begins, begins + DAY, DUBLIN, dated=[on(day, "00:30-01:30")])

    assert span.ends - span.starts == 60
    assert instant_of(span.starts) == datetime.combine(day, time(0, 30), DUBLIN)
