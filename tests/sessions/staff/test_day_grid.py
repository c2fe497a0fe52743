"""Where things stand on a day: rows of five minutes of real time, on odd days too."""

import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from massage_booking.core.intervals import minute_before
from sessions.domain import day_grid
from sessions.domain.day_grid import Spot

DUBLIN = ZoneInfo("Europe/Dublin")
PLAIN = date(2026, 6, 1)
SPRING = date(2026, 3, 29)  # 1:00 becomes 2:00
AUTUMN = date(2026, 10, 25)  # 2:00 becomes 1:00


def minute(day: date, hour: int, minutes: int = 0, *, fold: int = 0) -> int:
    return minute_before(datetime(day.year, day.month, day.day, hour, minutes, tzinfo=DUBLIN, fold=fold))


def marks(grid: day_grid.Grid) -> list[tuple[int, str]]:
    return [(mark.row, f"{mark.at.astimezone(DUBLIN):%H:%M}") for mark in day_grid.hour_marks(grid, DUBLIN)]


def test_an_empty_day_shows_the_usual_hours() -> None:
    grid = day_grid.grid_of(PLAIN, DUBLIN, [])

    assert grid.span == (minute(PLAIN, 8), minute(PLAIN, 18))
    assert grid.rows == 120
    assert marks(grid)[:3] == [(1, "08:00"), (13, "09:00"), (25, "10:00")]


def test_a_day_widens_to_whole_hours_around_what_is_on_it() -> None:
    late = (minute(PLAIN, 18, 30), minute(PLAIN, 19, 15))
    early = (minute(PLAIN, 6, 45), minute(PLAIN, 7, 30))

    assert day_grid.grid_of(PLAIN, DUBLIN, [late, early]).span == (minute(PLAIN, 6), minute(PLAIN, 20))


def test_what_runs_over_midnight_stays_on_its_side() -> None:
    over = (minute(PLAIN, 23), minute(date(2026, 6, 2), 1))

    assert day_grid.grid_of(PLAIN, DUBLIN, [over]).ends == minute(date(2026, 6, 2), 0)
    assert day_grid.grid_of(date(2026, 6, 2), DUBLIN, [over]).starts == minute(date(2026, 6, 2), 0)


def test_a_session_stands_in_rows_of_five_minutes() -> None:
    grid = day_grid.grid_of(PLAIN, DUBLIN, [])

    assert grid.spot(minute(PLAIN, 10), minute(PLAIN, 11)) == Spot(25, 12)
    assert grid.spot(minute(PLAIN, 7), minute(PLAIN, 8, 10)) == Spot(1, 2)
    assert grid.spot(minute(PLAIN, 18), minute(PLAIN, 19)) is None
    assert (grid.row_at(minute(PLAIN, 9, 52)), grid.row_at(minute(PLAIN, 18))) == (23, None)


def test_the_night_that_loses_an_hour_shows_23_hours() -> None:
    grid = day_grid.grid_of(SPRING, DUBLIN, [(minute(SPRING, 0), minute(SPRING, 23, 59))])

    assert grid.rows == 23 * 12
    assert marks(grid)[:3] == [(1, "00:00"), (13, "02:00"), (25, "03:00")]


def test_the_night_that_gains_an_hour_shows_it_twice_and_says_so() -> None:
    grid = day_grid.grid_of(AUTUMN, DUBLIN, [(minute(AUTUMN, 0), minute(AUTUMN, 23, 59))])

    assert grid.rows == 25 * 12 == day_grid.MOST_ROWS
    assert marks(grid)[:4] == [(1, "00:00"), (13, "01:00"), (25, "01:00"), (37, "02:00")]
    assert [mark.twice for mark in day_grid.hour_marks(grid, DUBLIN)][:4] == [False, True, True, False]
    first, second = minute(AUTUMN, 1, 30), minute(AUTUMN, 1, 30, fold=1)
    assert grid.spot(first, second) == Spot(19, 12)


@pytest.mark.parametrize("name", ["Asia/Kathmandu", "Australia/Adelaide", "Australia/Lord_Howe"])
def test_hours_stand_at_full_hours_of_odd_zones(name: str) -> None:
    zone = ZoneInfo(name)
    grid = day_grid.grid_of(PLAIN, zone, [])

    shown = [mark.at.astimezone(zone) for mark in day_grid.hour_marks(grid, zone)]
    assert [(moment.hour, moment.minute) for moment in shown] == [(hour, 0) for hour in range(8, 18)]


def test_a_break_lies_between_work_and_a_gap_at_the_edge_does_not() -> None:
    worked = [(540, 720), (780, 1020)]

    gaps = day_grid.gaps((480, 1080), worked)
    assert gaps == [(480, 540), (720, 780), (1020, 1080)]
    assert [day_grid.is_break(gap, worked) for gap in gaps] == [False, True, False]


def test_the_style_sheet_has_every_row_that_a_day_can_need() -> None:
    rules = (Path(__file__).parents[3] / "static/css/day-grid.css").read_text()

    for word in ("row", "span"):
        assert {int(number) for number in re.findall(rf"\.{word}-(\d+)\{{", rules)} == set(
            range(1, day_grid.MOST_ROWS + 1)
        )
