"""The calendar as a plain list: what must be true of it, said so that anybody can see that it is right."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

TAKES_TIME = ("held", "requested", "booked")


@dataclass
class Row:
    """One session as the model knows it. A hold has no client, and a time at which it ends."""

    key: int
    status: str
    therapist: int
    place: int | None
    client: int | None
    starts_at: datetime
    ends_at: datetime
    blocked_until: datetime
    held_until: datetime | None = None

    def takes_time(self, now: datetime) -> bool:
        return self.status in TAKES_TIME and not (self.status == "held" and self.held_until and self.held_until <= now)


@dataclass
class Hours:
    """When a therapist works: a list of weekly blocks, days with hours of their own, and stretches off."""

    weekly: dict[int, list[tuple[time, time]]] = field(default_factory=dict)
    dated: dict[object, list[tuple[time, time]]] = field(default_factory=dict)
    off: list[tuple[datetime, datetime]] = field(default_factory=list)
    # Weekday off every so many weeks, counted from the week of a day.
    repeating: list[tuple[int, int, object]] = field(default_factory=list)

    def covers(self, starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> bool:
        """Say whether every minute of a session is worked, by what the wall shows at that minute."""
        return all(self._works(minute, zone) for minute in minutes(starts_at, ends_at))

    def _works(self, minute: datetime, zone: ZoneInfo) -> bool:
        local = minute.astimezone(zone)
        day = local.date()
        if any(begin <= minute < end for begin, end in self.off):
            return False
        if any(_falls_on(day, *repeat) for repeat in self.repeating):
            return False
        blocks = self.dated.get(day, self.weekly.get(day.weekday(), []))
        return any(begin <= local.time() < end for begin, end in blocks)


def _falls_on(day: object, weekday: int, every: int, first: object) -> bool:
    from datetime import date

    assert isinstance(day, date) and isinstance(first, date)
    if day.weekday() != weekday or day < first:
        return False
    monday, of_first = day - timedelta(days=day.weekday()), first - timedelta(days=first.weekday())
    return (monday - of_first).days // 7 % every == 0


def minutes(starts_at: datetime, ends_at: datetime) -> Iterator[datetime]:
    """Yield instants five minutes apart, the last minute too."""
    moment = starts_at.astimezone(UTC)
    while moment < ends_at:
        yield moment
        moment += timedelta(minutes=5)
    yield ends_at.astimezone(UTC) - timedelta(minutes=1)


def clash(one: Row, other: Row) -> str:
    """Return what two rows share at the same time: a therapist, a place, a client, or nothing."""
    if max(one.starts_at, other.starts_at) < min(one.blocked_until, other.blocked_until):
        if one.therapist == other.therapist:
            return "therapist"
        if one.place is not None and one.place == other.place:
            return "place"
    is_same = one.client is not None and one.client == other.client
    if is_same and max(one.starts_at, other.starts_at) < min(one.ends_at, other.ends_at):
        return "client"
    return ""


def clashes(rows: Iterable[Row], now: datetime) -> list[tuple[int, int, str]]:
    """Return every pair that must not be."""
    live = [row for row in rows if row.takes_time(now)]
    return [
        (one.key, other.key, shared)
        for number, one in enumerate(live)
        for other in live[number + 1 :]
        if (shared := clash(one, other))
    ]


def could_be_had(wanted: Row, rows: Iterable[Row], now: datetime) -> bool:
    """Say whether a row would fit beside the others."""
    return not any(clash(wanted, row) for row in rows if row.key != wanted.key and row.takes_time(now))
