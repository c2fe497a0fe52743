"""The dates of a series: the same wall time over clock changes, and the nearest opening where one cannot be had."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_booking.core.intervals import instant_of, minute_before
from sessions.domain import series
from sessions.domain.series import HAS_TIME, Calendar, Proposal, Spacing, Start, State, Wanted

DUBLIN, KATHMANDU, LORD_HOWE = ZoneInfo("Europe/Dublin"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("Australia/Lord_Howe")
TUESDAY = date(2026, 6, 16)
TEN = 10 * 60
FAR = date(2027, 6, 1)


def start(day: date, of_day: int, *, asked: bool = True, zone: ZoneInfo = DUBLIN) -> Start:
    return Start(Wanted(day, of_day).minute(zone), day, of_day, asked)


def hourly(day: date, *hours: int, asked: bool = True) -> list[Start]:
    return [start(day, hour * 60, asked=asked) for hour in hours]


def proposed(
    starts: Sequence[Start],
    *,
    count: int = 2,
    interval: int = 14,
    chosen: dict[int, Start | None] | None = None,
    last_day: date = FAR,
    closed: Sequence[date] = (),
) -> list[Proposal]:
    wanted = series.wanted_dates(first=TUESDAY, interval_days=interval, count=count, of_day=TEN)
    calendar = Calendar(starts, lambda day: day not in closed)
    return series.propose(
        wanted, calendars=[calendar] * count, spacing=Spacing(interval), zone=DUBLIN, last_day=last_day, chosen=chosen
    )


def told(proposals: Sequence[Proposal]) -> list[tuple[State, date | None, int | None]]:
    return [
        (one.state, one.start.day if one.start else None, one.start.of_day if one.start else None) for one in proposals
    ]


@pytest.mark.parametrize(
    ("zone", "first", "interval", "utc"),
    [
        # Clocks go back on 25 October: ten stays ten.
        (DUBLIN, date(2026, 10, 20), 14, ["2026-10-20T09:00", "2026-11-03T10:00"]),
        # Clocks go forward on 29 March.
        (DUBLIN, date(2026, 3, 24), 14, ["2026-03-24T10:00", "2026-04-07T09:00"]),
        # On the day of the change itself.
        (DUBLIN, date(2026, 3, 22), 7, ["2026-03-22T10:00", "2026-03-29T09:00"]),
        (KATHMANDU, date(2026, 6, 1), 10, ["2026-06-01T04:15", "2026-06-11T04:15"]),
        # Half an hour of summer time.
        (LORD_HOWE, date(2026, 9, 27), 14, ["2026-09-26T23:30", "2026-10-10T23:00"]),
    ],
)
def test_every_date_has_the_same_time_on_the_wall(zone: ZoneInfo, first: date, interval: int, utc: list[str]) -> None:
    dates = series.wanted_dates(first=first, interval_days=interval, count=2, of_day=TEN)

    instants = [instant_of(one.minute(zone)) for one in dates]

    assert instants == [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in utc]
    assert [(at.astimezone(zone).hour, at.astimezone(zone).minute) for at in instants] == [(10, 0), (10, 0)]


def test_a_time_that_the_wall_skips_is_the_first_one_after_the_gap() -> None:
    assert instant_of(Wanted(date(2026, 3, 29), 90).minute(DUBLIN)) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("begin", "weekday", "first"),
    [
        (TUESDAY, None, TUESDAY),
        (TUESDAY, 1, TUESDAY),
        (TUESDAY, 0, date(2026, 6, 22)),
        (TUESDAY, 6, date(2026, 6, 21)),
    ],
)
def test_the_first_date_is_the_next_of_a_weekday(begin: date, weekday: int | None, first: date) -> None:
    assert series.on_weekday(begin, weekday) == first


@pytest.mark.parametrize(("interval", "gap", "reach"), [(7, 4, 3), (10, 5, 5), (14, 7, 7), (15, 8, 7), (60, 30, 10)])
def test_a_date_wanders_no_further_than_keeps_half_the_interval(interval: int, gap: int, reach: int) -> None:
    assert (Spacing(interval).gap, Spacing(interval).reach) == (gap, reach)


@pytest.mark.parametrize(
    ("starts", "closed", "first"),
    [
        # As wished.
        (hourly(TUESDAY, 9, 10, 11), [], (State.FITS, TUESDAY, TEN)),
        # The same day, half an hour later, rather than another day.
        ([start(TUESDAY, TEN + 30), *hourly(date(2026, 6, 17), 10)], [], (State.MOVED, TUESDAY, TEN + 30)),
        # More than two hours off is another time of day: then the same time on the day after.
        (
            hourly(TUESDAY, 14) + hourly(date(2026, 6, 17), 10),
            [],
            (State.MOVED, date(2026, 6, 17), TEN),
        ),
        # The therapist asked for on another day, rather than somebody else at the very time.
        (
            hourly(TUESDAY, 10, asked=False) + hourly(date(2026, 6, 19), 10),
            [],
            (State.MOVED, date(2026, 6, 19), TEN),
        ),
        # Somebody else where the one asked for has nothing near.
        (hourly(TUESDAY, 10, asked=False), [], (State.MOVED, TUESDAY, TEN)),
        # Equally near: the earlier.
        (hourly(date(2026, 6, 15), 10) + hourly(date(2026, 6, 17), 10), [], (State.MOVED, date(2026, 6, 15), TEN)),
        # A day on which the client may not come.
        (hourly(TUESDAY, 10) + hourly(date(2026, 6, 18), 10), [TUESDAY], (State.MOVED, date(2026, 6, 18), TEN)),
        # Too far off.
        (hourly(date(2026, 6, 24), 10), [], (State.NONE, None, None)),
        ([], [], (State.NONE, None, None)),
    ],
)
def test_a_clash_gives_way_to_the_nearest(
    starts: list[Start], closed: list[date], first: tuple[State, date | None, int | None]
) -> None:
    assert told(proposed(starts, closed=closed))[0] == first


def test_a_replacement_stays_half_an_interval_from_its_neighbours() -> None:
    second = TUESDAY + timedelta(days=14)
    late, early = hourly(date(2026, 6, 23), 10), hourly(date(2026, 6, 24), 10)

    found = told(proposed(late + early + hourly(date(2026, 7, 1), 10), closed=[TUESDAY, second]))

    # The first goes seven days later, so the second may not come to the day after it.
    assert found == [(State.MOVED, date(2026, 6, 23), TEN), (State.MOVED, date(2026, 7, 1), TEN)]


def test_what_lies_beyond_the_horizon_is_said_and_not_dropped() -> None:
    starts = [one for number in range(4) for one in hourly(TUESDAY + timedelta(days=14 * number), 10)]

    found = told(proposed(starts, count=4, last_day=TUESDAY + timedelta(days=20)))

    assert [state for state, _, _ in found] == [State.FITS, State.FITS, State.TOO_FAR, State.TOO_FAR]


def test_what_was_chosen_stays_and_what_was_left_out_is_out() -> None:
    second = TUESDAY + timedelta(days=14)
    starts = hourly(TUESDAY, 9, 10) + hourly(second, 10)

    found = told(proposed(starts, chosen={0: start(TUESDAY, 9 * 60), 1: None}))

    assert found == [(State.CHOSEN, TUESDAY, 9 * 60), (State.OUT, None, None)]


def test_two_dates_chosen_on_one_day_are_not_taken_as_they_are() -> None:
    second = TUESDAY + timedelta(days=14)
    starts = hourly(TUESDAY, 9, 10) + hourly(second, 10)

    found = told(proposed(starts, chosen={0: start(TUESDAY, 9 * 60), 1: start(TUESDAY, TEN)}))

    days = [day for _, day, _ in found if day is not None]
    assert len(set(days)) == len(days)


def test_other_times_are_one_of_each_of_the_nearest_days() -> None:
    days = [TUESDAY + timedelta(days=number) for number in range(-3, 4)]
    calendar = Calendar([one for day in days for one in hourly(day, 9, 10, 11)], lambda day: True)
    first = proposed(hourly(TUESDAY, 10))[0]

    found = series.nearest(first, calendar, most=3)

    assert [(one.day, one.of_day) for one in found] == [
        (date(2026, 6, 15), TEN),
        (TUESDAY, 9 * 60),
        (date(2026, 6, 17), TEN),
    ]


def test_all_times_are_those_of_the_day_and_of_the_free_days_around_it() -> None:
    days = [date(2026, 6, 12), date(2026, 6, 14), TUESDAY, date(2026, 6, 19), date(2026, 6, 20)]
    calendar = Calendar([one for day in days for one in hourly(day, 9, 10)], lambda day: day != date(2026, 6, 14))

    found = series.around(proposed(hourly(TUESDAY, 10))[0], calendar)

    assert sorted({one.day for one in found}) == [date(2026, 6, 12), TUESDAY, date(2026, 6, 19)]


@pytest.mark.parametrize(
    ("by", "moved"),
    [
        (24 * 60, Wanted(date(2026, 6, 17), TEN)),
        (-90, Wanted(TUESDAY, TEN - 90)),
        (14 * 24 * 60 + 15 * 60, Wanted(date(2026, 7, 1), 60)),
        (-11 * 60, Wanted(date(2026, 6, 15), 23 * 60)),
    ],
)
def test_a_shift_is_counted_on_the_wall(by: int, moved: Wanted) -> None:
    wanted = Wanted(TUESDAY, TEN)

    assert wanted.shifted(by) == moved
    assert wanted.until(moved) == by


STARTS = st.lists(
    st.builds(
        lambda days, quarter, asked: start(TUESDAY + timedelta(days=days), quarter * 15, asked=asked),
        st.integers(-20, 200),
        st.integers(8 * 4, 18 * 4),
        st.booleans(),
    ),
    max_size=60,
)


@given(
    starts=STARTS,
    interval=st.integers(7, 60),
    count=st.integers(2, 12),
    horizon=st.integers(0, 200),
    closed=st.sets(st.integers(-20, 200), max_size=30),
    out=st.sets(st.integers(0, 11), max_size=3),
)
def test_proposals_are_sorted_apart_within_the_horizon_and_stable(
    starts: list[Start], interval: int, count: int, horizon: int, closed: set[int], out: set[int]
) -> None:
    last_day = TUESDAY + timedelta(days=horizon)
    no = [TUESDAY + timedelta(days=number) for number in closed]
    left_out: dict[int, Start | None] = {place: None for place in out if place < count}
    found = proposed(starts, count=count, interval=interval, last_day=last_day, closed=no, chosen=left_out)

    assert len(found) == count
    days = [one.start.day for one in found if one.start is not None]
    assert all((later - earlier).days >= Spacing(interval).gap for earlier, later in pairwise(days))
    assert all(day <= last_day and day not in no for day in days)
    assert all((one.start is not None) == (one.state in HAS_TIME) for one in found)
    assert all(one.state is State.TOO_FAR for one in found if one.wanted.day > last_day and one.state is not State.OUT)
    assert all(one.state is State.OUT for place, one in enumerate(found) if place in left_out)
    # What was shown and is sent back comes out the same.
    sent: dict[int, Start | None] = {place: one.start for place, one in enumerate(found) if one.start} | left_out
    again = proposed(starts, count=count, interval=interval, last_day=last_day, closed=no, chosen=sent)
    assert [one.start for one in again] == [one.start for one in found]


@given(starts=STARTS, interval=st.integers(7, 60), count=st.integers(2, 12))
def test_a_date_that_can_be_had_as_wished_is_never_moved(starts: list[Start], interval: int, count: int) -> None:
    free = {(one.day, one.minute) for one in starts if one.asked}

    for one in proposed(starts, count=count, interval=interval):
        wished = (one.wanted.day, one.wanted.minute(DUBLIN))
        assert (one.state is State.FITS) == (wished in free)


def test_minutes_become_starts_as_the_wall_shows_them() -> None:
    minute = minute_before(datetime(2026, 10, 25, 9, 30, tzinfo=UTC))

    assert series.starts_of([minute], DUBLIN) == [Start(minute, date(2026, 10, 25), 9 * 60 + 30)]
