"""Spans against sets of minutes: what a span holds is what a set would."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from massage_booking.core.intervals import (
    clip,
    covers,
    instant_of,
    merge,
    minute_after,
    minute_before,
    minutes_of,
    minutes_within,
    overlaps,
    subtract,
)

MORNING = datetime(2026, 11, 12, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)

spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)
real_spans = st.lists(
    st.tuples(st.integers(0, 50), st.integers(1, 15)).map(lambda pair: (pair[0], sum(pair))), max_size=8
)


def held(pairs: list[tuple[int, int]]) -> set[int]:
    return {minute for starts, ends in pairs for minute in range(starts, ends)}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((0, 10), (10, 20), False),
        ((0, 10), (9, 20), True),
        ((0, 10), (2, 3), True),
        ((0, 10), (5, 5), False),
        ((5, 5), (0, 10), False),
        ((0, 10), (20, 30), False),
    ],
    ids=["touching", "one minute shared", "inside", "empty inside", "empty first", "apart"],
)
def test_spans_overlap_only_when_they_share_a_moment(one, other, expected):
    assert overlaps(one, other) is expected
    assert overlaps(other, one) is expected


@pytest.mark.parametrize(
    ("given_spans", "expected"),
    [
        ([], []),
        ([(5, 5)], []),
        ([(9, 5)], []),
        ([(0, 5), (5, 9)], [(0, 9)]),
        ([(5, 9), (0, 6)], [(0, 9)]),
        ([(0, 9), (2, 3)], [(0, 9)]),
        ([(0, 2), (3, 4)], [(0, 2), (3, 4)]),
    ],
    ids=["none", "empty", "reversed", "touching", "overlapping", "nested", "apart"],
)
def test_merging_joins_what_touches_and_drops_what_is_empty(given_spans, expected):
    assert merge(given_spans) == expected


@pytest.mark.parametrize(
    ("given_spans", "cuts", "expected"),
    [
        ([(0, 10)], [], [(0, 10)]),
        ([(0, 10)], [(3, 5)], [(0, 3), (5, 10)]),
        ([(0, 10)], [(0, 10)], []),
        ([(0, 10)], [(-5, 20)], []),
        ([(0, 10), (20, 30)], [(5, 25)], [(0, 5), (25, 30)]),
        ([(0, 10), (12, 14), (20, 30)], [(5, 25)], [(0, 5), (25, 30)]),
        ([(0, 10)], [(10, 20)], [(0, 10)]),
    ],
    ids=["nothing cut", "a hole", "all", "more than all", "over a gap", "over a whole span", "touching"],
)
def test_subtracting_leaves_what_is_outside_the_cuts(given_spans, cuts, expected):
    assert subtract(given_spans, cuts) == expected


def test_datetimes_work_as_minutes_do():
    open_spans = [(MORNING, MORNING + 8 * HOUR)]
    lunch = [(MORNING + 3 * HOUR, MORNING + 4 * HOUR)]

    left = subtract(open_spans, lunch)

    assert left == [(MORNING, MORNING + 3 * HOUR), (MORNING + 4 * HOUR, MORNING + 8 * HOUR)]
    assert clip(left, MORNING + HOUR, MORNING + 2 * HOUR) == [(MORNING + HOUR, MORNING + 2 * HOUR)]
    assert covers(left, MORNING, MORNING + 3 * HOUR)
    assert not covers(left, MORNING, MORNING + 5 * HOUR)


@settings(max_examples=400, deadline=None)
@given(spans, spans, st.integers(0, 60), st.integers(0, 60))
def test_spans_hold_what_sets_of_minutes_hold(some, others, starts, ends):
    assert held(merge(some)) == held(some)
    assert held(subtract(some, others)) == held(some) - held(others)
    assert held(clip(some, starts, ends)) == held(some) & set(range(starts, ends))
    assert covers(some, starts, starts + 3) == (set(range(starts, starts + 3)) <= held(some))


@settings(max_examples=200, deadline=None)
@given(real_spans, real_spans)
def test_results_are_sorted_and_never_touch(some, others):
    for result in (merge(some), subtract(some, others)):
        assert all(starts < ends for starts, ends in result)
        assert all(earlier[1] <= later[0] for earlier, later in pairwise(result))
    merged = merge(some)
    assert all(earlier[1] < later[0] for earlier, later in pairwise(merged))


def test_busy_time_rounds_outwards_and_open_time_inwards():
    span = (MORNING + timedelta(seconds=30), MORNING + timedelta(minutes=5, seconds=30))
    minute = minute_before(MORNING)

    assert minutes_of(span) == (minute, minute + 6)
    assert minutes_within(span) == (minute + 1, minute + 5)


def test_a_minute_is_the_same_in_every_zone_and_on_both_sides_of_a_repeated_hour():
    dublin = ZoneInfo("Europe/Dublin")
    first = datetime(2026, 10, 25, 1, 30, tzinfo=dublin, fold=0)
    second = datetime(2026, 10, 25, 1, 30, tzinfo=dublin, fold=1)

    assert minute_before(second) - minute_before(first) == 60
    assert instant_of(minute_before(second)) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert minute_before(MORNING) == minute_before(MORNING.astimezone(dublin)) == minute_after(MORNING)


def test_minutes_before_1970_round_the_same_way():
    moment = datetime(1969, 12, 31, 23, 58, 30, tzinfo=UTC)

    assert (minute_before(moment), minute_after(moment)) == (-2, -1)


@pytest.mark.parametrize("read", [minute_before, minute_after])
def test_a_naive_time_is_refused(read):
    with pytest.raises(ValueError, match="names no zone"):
        read(datetime(2026, 11, 12, 9))  # noqa: DTZ001
