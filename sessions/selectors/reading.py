"""What the engine needs to know, in two queries: the house (hours and places), and what is taken or off.

Rows come packed, one value for each therapist (`massage_booking.core.packing`), and what follows from a therapist's
hours alone is worked out once: most of them work the same hours today as yesterday.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, IntegerField, QuerySet, Value

from massage_booking.core import packing
from massage_booking.core.intervals import MinuteSpan, instant_of
from massage_booking.core.packing import NOTHING, PackedSpans, PackedText
from massage_booking.core.prepared import Prepared, a_day, a_key, an_instant
from massage_booking.core.walltime import DAY, day_number, local_date
from massage_booking.studio import holidays_here
from massage_booking.studio.models import Place, Studio
from sessions.domain import masks
from sessions.models import MassageSession
from sessions.models.session import BLOCKING_VALUES
from therapists.domain.hours import DatedBlock, OpenSpan, WeeklyBlock, open_between
from therapists.domain.repeating import Repeat, off_between
from therapists.models import DatedHours, OutsideBusy, RepeatingTimeOff, TimeOff, WeeklyHours

WEEKLY: Final = 0
DATED: Final = 1
REPEATING: Final = 2
PLACES: Final = 3
SESSION: Final = 0
OFF: Final = 1


@dataclass(frozen=True)
class House:
    """Hours of the wall as they are stored, by therapist, and the places in use."""

    zone: ZoneInfo
    weekly: Mapping[int, str]
    dated: Mapping[int, str]
    repeating: Mapping[int, str]
    closed: frozenset[int]
    places: list[masks.Place]

    def hours(self, key: int, window: MinuteSpan, off: list[MinuteSpan]) -> list[OpenSpan]:
        """Return when a therapist works within a window, `off` and repeating time off taken out."""
        return open_between(
            _weekly(self.weekly.get(key, "")),
            *window,
            self.zone,
            [*off, *self.repeats(key, window)],
            dated=_dated(self.dated.get(key, "")),
            closed=self.closed,
        )

    def repeats(self, key: int, window: MinuteSpan) -> list[MinuteSpan]:
        packed = self.repeating.get(key)
        return off_between(_repeating(packed), *window, self.zone) if packed else []

    def worked(self, key: int, days: MinuteSpan, off: Iterable[Any]) -> dict[int, int]:
        """Return the masks of what a therapist works in some whole UTC days, by location; `off` is packed."""
        worked = _worked(self.weekly.get(key, ""), self.dated.get(key, ""), self.closed, days, self.zone)
        starts, units = masks.frame_of(days)
        gone = 0
        for packed in off:
            gone |= mask_of(packed, starts, units)
        repeats = self.repeats(key, days)
        if repeats:
            gone |= masks.taken_mask(starts, units, *zip(*repeats, strict=True))
        if not gone:
            return dict(worked)
        return {location_id: mask & ~gone for location_id, mask in worked}


@dataclass(frozen=True)
class Taken:
    """What is taken, packed: by therapist and place, and what therapists have off or elsewhere."""

    sessions: list[tuple[int, int | None, Any]]
    off: Mapping[int, list[Any]]

    def off_of(self, key: int) -> list[MinuteSpan]:
        return [span for packed in self.off.get(key, []) for span in zip(*packing.spans(packed), strict=True)]


def read_house(*, therapist_ids: Collection[int], window: MinuteSpan, studio: Studio) -> House:
    """Read hours and places, of one therapist or, as long lists cost more than rows too many, of all. One query."""
    zone = studio.tz
    first, last = local_date(window[0], zone) - timedelta(days=2), local_date(window[1], zone) + timedelta(days=1)
    found: dict[int, dict[int, str]] = {WEEKLY: {}, DATED: {}, REPEATING: {}, PLACES: {}}
    if len(therapist_ids) == 1:
        rows = _HOUSE_OF_ONE.rows(key=next(iter(therapist_ids)), first=first, last=last)
    else:
        rows = _HOUSE.rows(first=first, last=last)
    for kind, key, packed in rows:
        found[kind][key] = packed
    closed = holidays_here.names(studio=studio, first=first, last=last)
    return House(
        zone=zone,
        weekly=found[WEEKLY],
        dated=found[DATED],
        repeating=found[REPEATING],
        closed=frozenset(day_number(day) for day in closed),
        places=sorted(_places(found[PLACES])),
    )


def _house(*, first: date, last: date, key: int | None = None) -> QuerySet[Any, Any]:
    theirs = {} if key is None else {"therapist_id": key}
    weekly = WeeklyHours.objects.filter(**theirs)
    dated = DatedHours.objects.filter(**theirs, day__range=(first, last))
    repeating = RepeatingTimeOff.objects.filter(**theirs)
    places = Place.objects.filter(is_active=True)
    return _packed(PLACES, places, "room__location_id", "pk", "room_id", "kind").union(
        _packed(WEEKLY, weekly, "therapist_id", "weekday", "starts", "ends", "location_id"),
        _packed(DATED, dated, "therapist_id", "day", "starts", "ends", "location_id"),
        _packed(REPEATING, repeating, "therapist_id", "weekday", "starts", "ends", "every_weeks", "first", "last"),
        all=True,
    )


def _packed(kind: int, rows: QuerySet[Any], key: str, *columns: str) -> QuerySet[Any, Any]:
    packed = rows.order_by().values(key).annotate(packed=PackedText(*columns))
    return packed.values_list(Value(kind, IntegerField()), key, "packed")


def read_taken(
    *, therapist_ids: Collection[int], window: MinuteSpan, now: datetime | None, without: int | None = None
) -> Taken:
    """Read what is taken within a window, expired holds left out; only what is off where `now` is None. One query."""
    values: dict[str, Any] = {"begins": instant_of(window[0]), "ends": instant_of(window[1])}
    key = next(iter(therapist_ids)) if len(therapist_ids) == 1 else None
    if key is not None:
        values["key"] = key
    if now is None:
        rows = (_OFF if key is None else _OFF_OF_ONE).rows(**values)
    else:
        rows = (_TAKEN if key is None else _TAKEN_OF_ONE).rows(**values, now=now, without=without or 0)
    sessions: list[tuple[int, int | None, Any]] = []
    off: dict[int, list[Any]] = {}
    for kind, therapist_id, place_id, packed in rows:
        if kind == SESSION:
            sessions.append((therapist_id, place_id, packed))
        else:
            off.setdefault(therapist_id, []).append(packed)
    return Taken(sessions, off)


def _off(*, begins: datetime, ends: datetime, key: int | None = None) -> QuerySet[Any, Any]:
    return _times_off(TimeOff, begins, ends, key).union(_times_off(OutsideBusy, begins, ends, key), all=True)


def _taken(
    *, begins: datetime, ends: datetime, now: datetime, without: int, key: int | None = None
) -> QuerySet[Any, Any]:
    """Return what everybody has, since a place that a colleague uses is taken too, and what is off."""
    sessions = (
        MassageSession.objects.filter(status__in=BLOCKING_VALUES, blocked_until__gt=begins, starts_at__lt=ends)
        .exclude(status="held", held_until__lte=now)
        .exclude(pk=without)
        .order_by()
        .values("therapist_id", "place_id")
        .annotate(packed=PackedSpans("starts_at", "blocked_until"))
        .values_list(Value(SESSION, IntegerField()), "therapist_id", "place_id", "packed")
    )
    return sessions.union(_times_off(TimeOff, begins, ends, key), _times_off(OutsideBusy, begins, ends, key), all=True)


def _times_off(model: Any, begins: datetime, ends: datetime, key: int | None) -> QuerySet[Any, Any]:
    rows = model.objects.filter(ends_at__gt=begins, starts_at__lt=ends)
    found: QuerySet[Any, Any] = (
        (rows if key is None else rows.filter(therapist_id=key))
        .order_by()
        .values("therapist_id")
        .annotate(packed=PackedSpans("starts_at", "ends_at"))
        .values_list(Value(OFF, IntegerField()), "therapist_id", Value(None, BigIntegerField()), "packed")
    )
    return found


_DATES = {"first": a_day(1), "last": a_day(2)}
_SPAN = {"begins": an_instant(1), "ends": an_instant(2)}
_AT: dict[str, int | datetime] = {**_SPAN, "now": an_instant(3), "without": a_key(2)}
_HOUSE, _HOUSE_OF_ONE = Prepared(_house, **_DATES), Prepared(_house, **_DATES, key=a_key())
_OFF, _OFF_OF_ONE = Prepared(_off, **_SPAN), Prepared(_off, **_SPAN, key=a_key())
_TAKEN, _TAKEN_OF_ONE = Prepared(_taken, **_AT), Prepared(_taken, **_AT, key=a_key())


def _places(packed: Mapping[int, str]) -> Iterator[masks.Place]:
    """Yield the places in use, each with how many its room has."""
    for location_id, text in packed.items():
        rows = list(packing.rows(text))
        in_room = Counter(room_id for _, room_id, _ in rows)
        for key, room_id, kind in rows:
            yield masks.Place(int(key), location_id, kind, in_room[room_id])


def _time(text: str) -> time | None:
    return None if text == NOTHING else time.fromisoformat(text)


def _date(text: str) -> date | None:
    return None if text == NOTHING else date.fromisoformat(text)


def _weekly(packed: str) -> list[WeeklyBlock]:
    return [
        WeeklyBlock(int(weekday), time.fromisoformat(starts), time.fromisoformat(ends), int(location_id))
        for weekday, starts, ends, location_id in packing.rows(packed)
    ]


def _dated(packed: str) -> list[DatedBlock]:
    return [
        DatedBlock(date.fromisoformat(day), _time(starts), _time(ends), None if at == NOTHING else int(at))
        for day, starts, ends, at in packing.rows(packed)
    ]


def _repeating(packed: str) -> list[Repeat]:
    return [
        Repeat(int(weekday), _time(starts), _time(ends), int(weeks), date.fromisoformat(first), _date(last))
        for weekday, starts, ends, weeks, first, last in packing.rows(packed)
    ]


def mask_of(packed: Any, starts: int, units: int) -> int:
    """Return the units that packed spans touch. Rows are read anew; what did not change is not worked out again."""
    return _mask_of(packed if isinstance(packed, str) else bytes(packed), starts, units)


@lru_cache(maxsize=2048)
def _mask_of(packed: bytes | str, starts: int, units: int) -> int:
    return masks.taken_mask(starts, units, *packing.spans(packed))


@lru_cache(maxsize=4096)
def _worked(
    weekly: str, dated: str, closed: frozenset[int], days: MinuteSpan, zone: ZoneInfo
) -> tuple[tuple[int, int], ...]:
    """Return (location, mask) of some hours, as they are stored, in some whole UTC days."""
    spans = open_between(_weekly(weekly), *days, zone, dated=_dated(dated), closed=closed)
    return tuple(masks.worked_masks(*masks.frame_of(days), spans).items())


def forget() -> None:
    """Forget what rows and hours mean, so that everything is worked out anew: to measure that."""
    _mask_of.cache_clear()
    _worked.cache_clear()


def whole_days(window: MinuteSpan) -> MinuteSpan:
    """Return the whole UTC days that a window touches."""
    return window[0] // DAY * DAY, -(-window[1] // DAY) * DAY
