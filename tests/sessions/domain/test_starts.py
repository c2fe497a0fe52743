"""What pages do with starts."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from massage_booking.core.intervals import instant_of, minute_before
from sessions.domain.starts import (
    PartOfDay,
    as_instants,
    days_with_openings,
    first,
    local_starts,
    nearest,
    on_date,
    part_of_day,
    split_parts_of_day,
    together,
    union_by_start,
)

DUBLIN = ZoneInfo("Europe/Dublin")
ANA, KWAME = 1, 2


def at(text: str) -> int:
    return minute_before(datetime.fromisoformat(text).replace(tzinfo=UTC))


def test_starts_with_anyone_name_who_is_free():
    starts = {KWAME: [20, 30], ANA: [10, 20]}

    assert list(union_by_start(starts).items()) == [(10, [ANA]), (20, [KWAME, ANA]), (30, [KWAME])]
    assert together(*starts.values()) == [10, 20, 30]


def test_days_are_counted_by_the_date_on_the_wall():
    starts = [at("2026-06-10 22:45"), at("2026-06-10 23:15"), at("2026-06-11 09:00"), at("2026-06-13 09:00")]

    counts = days_with_openings(starts, DUBLIN)

    assert list(counts.items()) == [(date(2026, 6, 10), 1), (date(2026, 6, 11), 2), (date(2026, 6, 13), 1)]
    assert on_date(starts, date(2026, 6, 11), DUBLIN) == starts[1:3]
    assert on_date(starts, date(2026, 6, 12), DUBLIN) == []
    assert days_with_openings([], DUBLIN) == {}


def test_a_day_of_25_hours_is_one_day():
    starts = [at("2026-10-24 23:00") + 60 * hour for hour in range(26)]

    assert days_with_openings(starts, DUBLIN) == {date(2026, 10, 25): 25, date(2026, 10, 26): 1}


@pytest.mark.parametrize(
    ("clock", "part"),
    [
        ("00:00", PartOfDay.MORNING),
        ("11:59", PartOfDay.MORNING),
        ("12:00", PartOfDay.AFTERNOON),
        ("16:55", PartOfDay.AFTERNOON),
        ("17:00", PartOfDay.EVENING),
        ("23:55", PartOfDay.EVENING),
    ],
)
def test_parts_of_the_day_are_those_of_the_wall(clock, part):
    assert part_of_day(at(f"2026-11-12 {clock}")) is part


def test_a_day_is_split_in_three_in_summer_time_too():
    starts = [at("2026-06-10 10:30"), at("2026-06-10 11:30"), at("2026-06-10 16:30")]

    assert split_parts_of_day(starts, DUBLIN) == {
        PartOfDay.MORNING: [starts[0]],
        PartOfDay.AFTERNOON: [starts[1]],
        PartOfDay.EVENING: [starts[2]],
    }
    assert split_parts_of_day([], DUBLIN) == {part: [] for part in PartOfDay}


@pytest.mark.parametrize(
    ("wanted", "n", "expected"),
    [
        (50, 3, [30, 40, 60]),
        (40, 3, [30, 40, 60]),
        (48, 2, [40, 60]),
        (50, 1, [40]),
        (0, 3, [10, 30, 40]),
        (999, 3, [40, 60, 100]),
        (50, 99, [10, 30, 40, 60, 100]),
    ],
    ids=["between", "still free", "two", "equally near", "before all", "after all", "more than there are"],
)
def test_the_nearest_come_in_order_of_time(wanted, n, expected):
    assert nearest([10, 30, 40, 60, 100], wanted, n) == expected


@settings(max_examples=300, deadline=None)
@given(st.sets(st.integers(0, 300), max_size=20), st.integers(-50, 350), st.integers(1, 5))
def test_no_start_left_out_is_nearer_than_one_that_is_named(starts, wanted, n):
    named = nearest(sorted(starts), wanted, n)

    assert named == sorted(sorted(starts, key=lambda start: (abs(start - wanted), start))[:n])


def test_nothing_is_nearest_and_first_of_nothing():
    assert nearest([], 50) == []
    assert first([]) is None
    assert first([10, 20]) == 10


def test_a_time_that_comes_twice_is_told_apart():
    starts = [at("2026-10-24 23:30"), at("2026-10-25 00:30"), at("2026-10-25 01:30"), at("2026-10-25 02:30")]

    shown = local_starts(starts, DUBLIN)

    assert [(f"{start.local:%H:%M %Z}", start.local.fold, start.twice) for start in shown] == [
        ("00:30 IST", 0, False),
        ("01:30 IST", 0, True),
        ("01:30 GMT", 1, True),
        ("02:30 GMT", 0, False),
    ]
    assert [start.starts_at for start in shown] == as_instants(starts) == [instant_of(start) for start in starts]
    assert [start.minute for start in shown] == starts
    assert local_starts([], DUBLIN) == []
