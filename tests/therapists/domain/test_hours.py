"""Weekly hours: tables of ordinary and odd days, and a model that reads the wall minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from massage_booking.core.intervals import minute_before
from massage_booking.core.walltime import DAY, midnight
from tests.core.odd_days import ODD_ZONES, changes
from tests.therapists.domain.wall_model import clock_times, worked
from therapists.domain.hours import OpenSpan, OpenTime, WeeklyBlock, conflicts, open_between, open_on_dates

DUBLIN = ZoneInfo("Europe/Dublin")
WEIR_LANE, HARBOUR = 1, 2


def block(weekday: int, hours: str, location_id: int = WEIR_LANE) -> WeeklyBlock:
    """Return a block from "09:00-17:00"."""
    starts, ends = (time.fromisoformat(part) for part in hours.split("-"))
    return WeeklyBlock(weekday, starts, ends, location_id)


def every_day(*hours: str) -> list[WeeklyBlock]:
    return [block(weekday, part) for weekday in range(7) for part in hours]


def words(spans: list[OpenTime], zone: ZoneInfo) -> list[str]:
    """Return spans as "12 09:00-17:00", the way a wall shows them."""
    return [f"{span.starts_at.astimezone(zone):%d %H:%M}-{span.ends_at.astimezone(zone):%H:%M}" for span in spans]


def test_a_week_of_hours_becomes_the_same_wall_times_each_week():
    blocks = [block(1, "09:00-12:30"), block(1, "13:00-17:00"), block(3, "10:00-18:00", HARBOUR)]

    spans = open_on_dates(blocks, date(2026, 11, 9), date(2026, 11, 15), DUBLIN)

    assert spans == [
        OpenTime(datetime(2026, 11, 10, 9, tzinfo=UTC), datetime(2026, 11, 10, 12, 30, tzinfo=UTC), WEIR_LANE),
        OpenTime(datetime(2026, 11, 10, 13, tzinfo=UTC), datetime(2026, 11, 10, 17, tzinfo=UTC), WEIR_LANE),
        OpenTime(datetime(2026, 11, 12, 10, tzinfo=UTC), datetime(2026, 11, 12, 18, tzinfo=UTC), HARBOUR),
    ]


@pytest.mark.parametrize("zone", ODD_ZONES)
def test_monday_nine_to_five_is_monday_nine_to_five_all_year(zone):
    tz = ZoneInfo(zone)

    spans = open_on_dates([block(0, "09:00-17:00")], date(2026, 1, 1), date(2026, 12, 31), tz)

    local = [(span.starts_at.astimezone(tz), span.ends_at.astimezone(tz)) for span in spans]
    assert len(local) == 52
    assert {(starts.weekday(), starts.time(), ends.time()) for starts, ends in local} == {(0, time(9), time(17))}


@pytest.mark.parametrize(
    ("zone", "day", "hours", "expected", "elapsed"),
    [
        ("Europe/Dublin", "2026-03-29", "00:30-05:00", ["29 00:30-05:00"], 210),
        ("Europe/Dublin", "2026-03-29", "01:30-05:00", ["29 02:00-05:00"], 180),
        ("Europe/Dublin", "2026-03-29", "00:00-01:30", ["29 00:00-02:00"], 60),
        ("Europe/Dublin", "2026-03-29", "01:10-01:50", [], 0),
        ("Europe/Dublin", "2026-03-29", "00:00-00:00", ["29 00:00-00:00"], 23 * 60),
        ("Europe/Dublin", "2026-10-25", "00:00-00:00", ["25 00:00-00:00"], 25 * 60),
        ("Europe/Dublin", "2026-10-25", "00:30-05:00", ["25 00:30-05:00"], 330),
        ("Europe/Dublin", "2026-10-25", "01:30-05:00", ["25 01:30-05:00"], 270),
        ("Europe/Dublin", "2026-10-25", "00:00-01:30", ["25 00:00-01:30"], 90),
        ("Europe/Dublin", "2026-10-25", "01:10-01:50", ["25 01:10-01:50"], 40),
        ("Australia/Lord_Howe", "2026-10-04", "02:15-08:00", ["04 02:30-08:00"], 330),
        ("Australia/Lord_Howe", "2026-04-05", "01:00-08:00", ["05 01:00-08:00"], 450),
        ("Pacific/Chatham", "2026-09-27", "02:00-06:00", ["27 02:00-06:00"], 180),
        ("Pacific/Chatham", "2026-09-27", "03:00-06:00", ["27 03:45-06:00"], 135),
        ("Pacific/Chatham", "2026-04-05", "02:00-06:00", ["05 02:00-06:00"], 300),
        ("Africa/Cairo", "2026-04-24", "00:00-08:00", ["24 01:00-08:00"], 420),
        ("Africa/Cairo", "2026-10-29", "18:00-00:00", ["29 18:00-00:00"], 420),
        ("Africa/Cairo", "2026-10-29", "18:00-23:00", ["29 18:00-23:00"], 300),
        ("Africa/Cairo", "2026-10-29", "18:00-23:30", ["29 18:00-23:30"], 330),
        ("Asia/Beirut", "2026-03-29", "00:15-04:00", ["29 01:00-04:00"], 180),
        ("Asia/Beirut", "2026-10-24", "20:00-00:00", ["24 20:00-00:00"], 300),
        ("America/Havana", "2026-03-08", "00:00-09:00", ["08 01:00-09:00"], 480),
        ("America/Havana", "2026-11-01", "00:00-09:00", ["01 00:00-09:00"], 600),
        ("America/Santiago", "2026-09-06", "00:00-06:00", ["06 01:00-06:00"], 300),
        ("America/Santiago", "2026-04-04", "22:00-00:00", ["04 22:00-00:00"], 180),
        ("Asia/Kathmandu", "2026-06-01", "09:00-17:00", ["01 09:00-17:00"], 480),
    ],
)
def test_hours_on_the_odd_days(zone, day, hours, expected, elapsed):
    tz, this = ZoneInfo(zone), date.fromisoformat(day)

    spans = open_on_dates([block(this.weekday(), hours)], this, this, tz)

    assert words(spans, tz) == expected
    assert sum((span.ends_at - span.starts_at for span in spans), timedelta()) == timedelta(minutes=elapsed)


@pytest.mark.parametrize(("zone", "day"), [("Europe/Dublin", "2026-10-25"), ("Africa/Cairo", "2026-10-29")])
def test_the_repeated_hour_belongs_to_one_of_two_neighbours(zone, day):
    tz, this = ZoneInfo(zone), date.fromisoformat(day)
    wall = "01:30" if zone == "Europe/Dublin" else "23:30"
    weekday = this.weekday()

    early, late = open_on_dates(
        [block(weekday, f"00:00-{wall}"), block(weekday, f"{wall}-00:00", HARBOUR)], this, this, tz
    )

    assert early.ends_at == late.starts_at
    assert late.ends_at - early.starts_at == timedelta(hours=25)


def test_a_night_runs_past_midnight_and_past_sunday():
    spans = open_on_dates([block(6, "22:00-02:00")], date(2026, 11, 8), date(2026, 11, 9), DUBLIN)

    assert words(spans, DUBLIN) == ["08 22:00-02:00"]


def test_only_the_part_of_a_night_on_the_dates_asked_for_is_returned():
    blocks = [block(6, "22:00-02:00")]

    assert words(open_on_dates(blocks, date(2026, 11, 8), date(2026, 11, 8), DUBLIN), DUBLIN) == ["08 22:00-00:00"]
    assert words(open_on_dates(blocks, date(2026, 11, 9), date(2026, 11, 9), DUBLIN), DUBLIN) == ["09 00:00-02:00"]


def test_neighbouring_blocks_join_at_one_location_and_stay_apart_at_two():
    joined = [block(0, "09:00-12:00"), block(0, "12:00-15:00")]
    apart = [block(0, "09:00-12:00"), block(0, "12:00-15:00", HARBOUR)]
    monday = date(2026, 11, 9)

    assert words(open_on_dates(joined, monday, monday, DUBLIN), DUBLIN) == ["09 09:00-15:00"]
    assert words(open_on_dates(apart, monday, monday, DUBLIN), DUBLIN) == ["09 09:00-12:00", "09 12:00-15:00"]


def test_blocks_that_overlap_by_mistake_count_once():
    monday = date(2026, 11, 9)
    blocks = [block(0, "09:00-12:00"), block(0, "10:00-11:00"), block(0, "11:00-14:00")]

    assert words(open_on_dates(blocks, monday, monday, DUBLIN), DUBLIN) == ["09 09:00-14:00"]


@pytest.mark.parametrize(
    ("off", "expected"),
    [
        (("12:00", "13:00"), ["09 09:00-12:00", "09 13:00-17:00"]),
        (("00:00", "23:59"), []),
        (("08:00", "10:30"), ["09 10:30-17:00"]),
        (("16:00", "20:00"), ["09 09:00-16:00"]),
        (("17:00", "20:00"), ["09 09:00-17:00"]),
    ],
    ids=["an hour", "the day", "late start", "early end", "after work"],
)
def test_time_off_is_taken_out(off, expected):
    monday = date(2026, 11, 9)
    starts, ends = (datetime.combine(monday, time.fromisoformat(part), UTC) for part in off)

    spans = open_on_dates([block(0, "09:00-17:00")], monday, monday, DUBLIN, [(starts, ends)])

    assert words(spans, DUBLIN) == expected


def test_time_off_of_a_few_seconds_takes_its_whole_minute():
    monday = date(2026, 11, 9)
    off = (datetime(2026, 11, 9, 12, 0, 10, tzinfo=UTC), datetime(2026, 11, 9, 12, 0, 20, tzinfo=UTC))

    spans = open_on_dates([block(0, "09:00-17:00")], monday, monday, DUBLIN, [off])

    assert words(spans, DUBLIN) == ["09 09:00-12:00", "09 12:01-17:00"]


def test_no_blocks_and_no_days_are_no_hours():
    start = midnight(date(2026, 11, 9), DUBLIN)

    assert open_between([], start, start + DAY, DUBLIN) == []
    assert open_between(every_day("09:00-17:00"), start, start, DUBLIN) == []
    assert open_between(every_day("09:00-17:00"), start + DAY, start, DUBLIN) == []


def test_a_weekday_is_monday_to_sunday():
    with pytest.raises(ValueError, match="no weekday 7"):
        block(7, "09:00-17:00")


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([block(0, "09:00-12:00"), block(0, "12:00-17:00")], []),
        ([block(0, "09:00-12:00"), block(1, "09:00-12:00")], []),
        (
            [block(0, "09:00-13:00"), block(0, "12:00-17:00", HARBOUR)],
            ["Monday 09:00–13:00 and Monday 12:00–17:00 overlap on Monday from 12:00 to 13:00."],
        ),
        (
            [block(4, "22:00-02:00"), block(5, "01:00-06:00")],
            ["Friday 22:00–02:00 and Saturday 01:00–06:00 overlap on Saturday from 01:00 to 02:00."],
        ),
        (
            [block(0, "00:00-08:00"), block(6, "20:00-06:00")],
            ["Monday 00:00–08:00 and Sunday 20:00–06:00 overlap on Monday from 00:00 to 06:00."],
        ),
        (
            [block(6, "20:00-06:00"), block(0, "00:00-08:00")],
            ["Sunday 20:00–06:00 and Monday 00:00–08:00 overlap on Monday from 00:00 to 06:00."],
        ),
        ([block(6, "20:00-00:00"), block(0, "00:00-08:00")], []),
        (
            [block(2, "09:00-17:00"), block(2, "09:00-17:00")],
            ["Wednesday 09:00–17:00 and Wednesday 09:00–17:00 overlap on Wednesday from 09:00 to 17:00."],
        ),
        (
            [block(2, "00:00-00:00"), block(2, "23:00-01:00")],
            ["Wednesday 00:00–00:00 and Wednesday 23:00–01:00 overlap on Wednesday from 23:00 to 00:00."],
        ),
        (
            [block(0, "09:00-12:00"), block(0, "11:00-14:00"), block(0, "13:00-15:00")],
            [
                "Monday 09:00–12:00 and Monday 11:00–14:00 overlap on Monday from 11:00 to 12:00.",
                "Monday 11:00–14:00 and Monday 13:00–15:00 overlap on Monday from 13:00 to 14:00.",
            ],
        ),
        ([], []),
    ],
    ids=[
        "touching",
        "other days",
        "two places at once",
        "past midnight",
        "past the week",
        "past the week, other order",
        "touching at midnight",
        "the same twice",
        "a whole day",
        "a chain",
        "none",
    ],
)
def test_blocks_that_contradict_each_other_are_named(blocks, expected):
    assert [str(conflict) for conflict in conflicts(blocks)] == expected


# -- the model


some_blocks = st.lists(
    st.builds(WeeklyBlock, st.integers(0, 6), clock_times, clock_times, st.sampled_from([WEIR_LANE, HARBOUR])),
    min_size=1,
    max_size=6,
)


@settings(max_examples=800, deadline=None)
@given(
    zone=st.sampled_from(ODD_ZONES),
    which=st.integers(0, 3),
    blocks=some_blocks,
    hours=st.integers(1, 48),
    off=st.lists(st.tuples(st.integers(-2000, 2000), st.integers(1, 600)), max_size=2),
)
def test_hours_are_what_a_clock_that_never_goes_back_would_give(zone, which, blocks, hours, off):
    change = changes(zone)[which % len(changes(zone))]
    starts, ends = change - 30 * 60, change - 30 * 60 + hours * 60
    time_off = [(change + begin, change + begin + length) for begin, length in off]
    away = {minute for begin, end in time_off for minute in range(begin, end)}

    spans = open_between(blocks, starts, ends, ZoneInfo(zone), time_off)

    assert {(minute, span.location_id) for span in spans for minute in range(span.starts, span.ends)} == worked(
        blocks, zone, starts, ends, away
    )
    assert spans == sorted(spans)
    for location_id in (WEIR_LANE, HARBOUR):
        at = [span for span in spans if span.location_id == location_id]
        assert all(earlier.ends < later.starts for earlier, later in pairwise(at))
        assert all(span.starts < span.ends for span in at)


@settings(max_examples=300, deadline=None)
@given(zone=st.sampled_from(ODD_ZONES), which=st.integers(0, 3), cut=clock_times)
def test_a_day_cut_in_two_at_any_wall_time_loses_and_doubles_nothing(zone, which, cut):
    tz = ZoneInfo(zone)
    change = changes(zone)[which % len(changes(zone))]
    if cut == time(0):
        cut = time(12)
    halves = [
        WeeklyBlock(weekday, *ends, location_id)
        for weekday in range(7)
        for ends, location_id in (((time(0), cut), WEIR_LANE), ((cut, time(0)), HARBOUR))
    ]
    starts, ends = change - 2 * DAY, change + 2 * DAY

    spans = open_between(halves, starts, ends, tz)

    assert sum(span.ends - span.starts for span in spans) == ends - starts
    assert (spans[0].starts, spans[-1].ends) == (starts, ends)
    assert all(earlier.ends == later.starts for earlier, later in pairwise(spans))


@settings(max_examples=200, deadline=None)
@given(some_blocks)
def test_conflicts_are_found_exactly_when_a_minute_of_the_week_is_held_twice(blocks):
    def held(item: WeeklyBlock) -> set[int]:
        starts, ends = item.minutes
        return {(item.weekday * DAY + minute) % (7 * DAY) for minute in range(starts, ends)}

    pairs = [(one, other) for index, one in enumerate(blocks) for other in blocks[index + 1 :]]
    found = conflicts(blocks)

    assert [(conflict.first, conflict.second) for conflict in found] == [
        (one, other) for one, other in pairs if held(one) & held(other)
    ]
    for conflict in found:
        minute = conflict.weekday * DAY + conflict.starts.hour * 60 + conflict.starts.minute
        assert minute in held(conflict.first) & held(conflict.second)


def test_spans_are_plain_tuples_for_the_engine():
    monday = date(2026, 11, 9)
    start = midnight(monday, DUBLIN)

    spans = open_between([block(0, "09:00-17:00")], start, start + DAY, DUBLIN)

    assert spans == [OpenSpan(start + 540, start + 1020, WEIR_LANE)] == [(start + 540, start + 1020, WEIR_LANE)]
    assert minute_before(datetime(2026, 11, 9, 9, tzinfo=UTC)) == start + 540
