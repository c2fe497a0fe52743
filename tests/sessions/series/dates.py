"""Nadia's fortnight: dates at ten on Tuesdays with Ana, asked for, proposed and ordered."""

from datetime import date, datetime, timedelta
from typing import Any

from django.test.utils import CaptureQueriesContext

from sessions.domain import series as domain
from sessions.models import MassageSession
from sessions.selectors.series import Planning
from sessions.selectors.series_rows import Asked, Item, Row
from sessions.services import series as services
from sessions.services.series import Booked, Order, Wanted
from tests import cast

# The second Tuesday of the test's June.
FIRST = date(2026, 6, 9)


def tuesday(number: int, hour: int = 10, minute: int = 0) -> datetime:
    """Return the start of the date `number` of the fortnight, from 1, in summer time."""
    return cast.at(hour, minute, days=8 + 14 * (number - 1))


def asked(house: cast.House, *, count: int = 6, hour: int = 10, interval: int = 14, **more: Any) -> Asked:
    therapist = more.pop("therapist", house.ana)
    service = more.pop("service", house.swedish)
    wanted = domain.wanted_dates(first=FIRST, interval_days=interval, count=count, of_day=hour * 60)
    values: dict[str, Any] = {
        "client": house.nadia,
        "items": tuple(Item(one, service, therapist) for one in wanted),
        "interval_days": interval,
        "now": cast.NOW,
    }
    return Asked(**{**values, **more})


def rows(house: cast.House, **more: Any) -> list[Row]:
    return Planning(asked(house, **more)).rows


def told(found: list[Row]) -> list[tuple[str, datetime | None, str]]:
    """Return state, time and the code of why not, of each row."""
    return [(row.state.value, row.time.starts_at if row.time else None, row.why) for row in found]


def order(house: cast.House, *starts: datetime, **more: Any) -> Order:
    therapist = more.pop("therapist", house.ana)
    values: dict[str, Any] = {
        "client": house.nadia,
        "service": house.swedish,
        "therapist": therapist,
        "interval_days": 14,
        "dates": tuple(Wanted(at, therapist) for at in starts or [tuesday(number) for number in range(1, 7)]),
        "actor": house.nadia.account,
        "by": "client",
    }
    return Order(**{**values, **more})


def booked(house: cast.House, *starts: datetime, **more: Any) -> Booked:
    now = more.pop("now", cast.NOW)
    keep_possible = more.pop("keep_possible", False)
    return services.book(order(house, *starts, **more), now=now, keep_possible=keep_possible)


def in_the_way(house: cast.House, starts_at: datetime, **more: Any) -> MassageSession:
    """Let Ben have Ana at a time."""
    return cast.book(house, client=house.ben, starts_at=starts_at, **more)


def numbers(found: Any) -> list[tuple[int | None, datetime, str]]:
    return [(one.series_number, one.starts_at, one.status) for one in found]


def count_of(queries: CaptureQueriesContext) -> int:
    return len(queries.captured_queries)


DAY = timedelta(days=1)
