"""The calendar of a range, fetched (`reading`) and laid out for the engine."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from massage_booking.core import packing
from massage_booking.core.intervals import MinuteSpan, instant_of, minute_after, minute_before
from massage_booking.core.prepared import Prepared, a_key, an_instant
from massage_booking.core.walltime import midnight
from massage_booking.studio.models import Place, Studio
from sessions.domain import masks
from sessions.domain import openings as engine
from sessions.models import MassageSession
from sessions.models.session import BLOCKING_VALUES
from sessions.selectors import reading
from therapists.domain.hours import OpenSpan
from therapists.models import Service

# The longest session with its turnover: what a window must reach over its last start.
TAIL = timedelta(hours=6)


@dataclass(frozen=True)
class Bounds:
    """UTC minutes between which sessions may start."""

    earliest: int
    latest: int

    @property
    def is_empty(self) -> bool:
        return self.latest <= self.earliest

    @property
    def window(self) -> MinuteSpan:
        tail = int(TAIL.total_seconds() // 60)
        return self.earliest // masks.UNIT * masks.UNIT, self.latest + tail


def bounds_of(*, studio: Studio, first: date, last: date, now: datetime, notice: timedelta | None = None) -> Bounds:
    """Return the local dates `first` to `last` cut to notice and horizon. Ranges without an end are cut too."""
    notice = timedelta(minutes=studio.notice_minutes) if notice is None else notice
    today = now.astimezone(studio.tz).date()
    final = min(last, today + timedelta(days=studio.horizon_days))
    begin = max(first, today)
    if final < begin:
        return Bounds(0, 0)
    return Bounds(
        max(midnight(begin, studio.tz), minute_after(now + notice)), midnight(final + timedelta(days=1), studio.tz)
    )


def hours_of(*, therapist_ids: Collection[int], window: MinuteSpan, studio: Studio) -> dict[int, list[OpenSpan]]:
    """Return when each therapist works within the window, everything that is off taken out. Two queries."""
    house = reading.read_house(therapist_ids=therapist_ids, window=window, studio=studio)
    taken = reading.read_taken(therapist_ids=therapist_ids, window=window, now=None)
    return {key: house.hours(key, window, taken.off_of(key)) for key in therapist_ids}


def places() -> list[masks.Place]:
    """Return the places in use, each with how many its room has."""
    rows = (
        Place.objects.filter(is_active=True)
        .annotate(in_room=Count("room__places", filter=Q(room__places__is_active=True)))
        .values_list("pk", "room__location_id", "kind", "in_room")
        .order_by("pk")
    )
    return [masks.Place(*row) for row in rows]


def busy_rows(
    *, window: MinuteSpan, now: datetime, without: int | None = None
) -> list[tuple[int | None, int | None, int, int]]:
    """Return what is taken in the window, a row each, expired holds left out."""
    taken = reading.read_taken(therapist_ids=(), window=window, now=now, without=without)
    return [
        (therapist_id, place_id, *span)
        for therapist_id, place_id, packed in taken.sessions
        for span in zip(*packing.spans(packed), strict=True)
    ]


def _of_client(*, client: int, begins: datetime, ends: datetime, without: int) -> QuerySet[MassageSession, Any]:
    rows = MassageSession.objects.filter(client_id=client, status__in=BLOCKING_VALUES)
    rows = rows.filter(ends_at__gt=begins, starts_at__lt=ends).exclude(pk=without)
    return rows.order_by("starts_at").values_list("starts_at", "ends_at")


_OF_CLIENT: Final = Prepared(_of_client, client=a_key(1), without=a_key(2), begins=an_instant(1), ends=an_instant(2))


def client_spans(*, client_id: int | None, bounds: Bounds, without: int | None = None) -> tuple[MinuteSpan, ...]:
    """Return when the client is already here, turnover left out."""
    if client_id is None:
        return ()
    rows = _OF_CLIENT.all(
        client=client_id,
        begins=instant_of(bounds.earliest),
        ends=instant_of(bounds.window[1]),
        without=without or 0,
    )
    return tuple((minute_before(starts), minute_after(ends)) for starts, ends in rows)


def lay_out(
    *, studio: Studio, bounds: Bounds, therapist_ids: Collection[int], now: datetime, without: int | None = None
) -> masks.Calendar:
    """Fetch and lay out the calendar of some therapists. Two queries, however many therapists and days."""
    # Masks begin with a day, so that what follows from hours alone is the same all day long.
    days = reading.whole_days(bounds.window)
    window = days[0], bounds.window[1]
    house = reading.read_house(therapist_ids=therapist_ids, window=days, studio=studio)
    taken = reading.read_taken(therapist_ids=therapist_ids, window=window, now=now, without=without)
    starts, units = masks.frame_of(window)
    therapist_taken, place_taken = masks.masks_of_groups(
        (therapist_id, place_id, reading.mask_of(packed, starts, units))
        for therapist_id, place_id, packed in taken.sessions
    )
    return masks.Calendar(
        starts=starts,
        units=units,
        places=tuple(house.places),
        worked={key: house.worked(key, days, taken.off.get(key, ())) for key in therapist_ids},
        therapist_taken=therapist_taken,
        place_taken=place_taken,
    )


def wanted_for(
    *, service: Service, studio: Studio, bounds: Bounds, client_busy: tuple[MinuteSpan, ...] = ()
) -> engine.Wanted:
    return engine.Wanted(
        length=service.minutes,
        turnover=service.turnover_minutes,
        kind=service.technique.place_kind,
        grid=studio.grid_minutes,
        zone=studio.tz,
        earliest=bounds.earliest,
        latest=bounds.latest,
        client_busy=client_busy,
    )
