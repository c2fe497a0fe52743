"""What somebody waits for, and how long a time is kept for them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from sessions.domain import waitlist
from sessions.domain.waitlist import Window
from tests.cast import NOW

DUBLIN = ZoneInfo("Europe/Dublin")


@pytest.mark.parametrize(
    ("local", "holds"),
    [
        (datetime(2026, 6, 9, 9, 0, tzinfo=DUBLIN), True),
        (datetime(2026, 6, 9, 12, 0, tzinfo=DUBLIN), True),
        (datetime(2026, 6, 9, 8, 45, tzinfo=DUBLIN), False),
        (datetime(2026, 6, 9, 12, 15, tzinfo=DUBLIN), False),
        (datetime(2026, 6, 10, 10, 0, tzinfo=DUBLIN), False),
        (datetime(2026, 6, 8, 10, 0, tzinfo=DUBLIN), False),
        (datetime(2026, 6, 30, 10, 0, tzinfo=DUBLIN), False),
    ],
    ids=["first minute", "last minute", "too early", "too late", "another weekday", "before", "after"],
)
def test_only_days_and_times_that_were_named(local: datetime, holds: bool) -> None:
    window = Window(date(2026, 6, 9), date(2026, 6, 23), frozenset({1}), time(9), time(12))

    assert window.holds(local) is holds


def test_times_are_those_of_the_wall_when_the_clocks_change() -> None:
    window = Window(date(2026, 10, 24), date(2026, 10, 26), frozenset(range(7)), time(10), time(10))
    ten = [datetime(2026, 10, 24, 9, 0, tzinfo=UTC), datetime(2026, 10, 26, 10, 0, tzinfo=UTC)]
    minutes = [int(instant.timestamp() // 60) for instant in ten]
    every_hour = list(range(minutes[0] - 600, minutes[1] + 600, 60))

    found = [local.minute for local in waitlist.fitting(every_hour, window, DUBLIN)]

    assert [found[0], found[-1]] == minutes and len(found) == 3


@pytest.mark.parametrize(
    ("starts_in", "kept_for"),
    [
        (timedelta(days=5), timedelta(hours=3)),
        (timedelta(hours=4), timedelta(hours=2)),
        (timedelta(hours=2, minutes=30), timedelta(minutes=30)),
        (timedelta(hours=2, minutes=29), None),
    ],
)
def test_a_time_is_kept_some_hours_and_never_into_the_notice(starts_in, kept_for) -> None:
    until = waitlist.kept_until(NOW, NOW + starts_in, hours=3, notice_minutes=120)

    assert until == (NOW + kept_for if kept_for else None)
