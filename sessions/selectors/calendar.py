"""The calendar of a range, fetched with one query a table and laid out for the engine."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from massage_booking.core.intervals import MinuteSpan, instant_of, minute_after, minute_before
from massage_booking.core.walltime import day_number, local_date, midnight
from massage_booking.studio import holidays_here
from massage_booking.studio.models import Place, Studio
from sessions.domain import masks
from sessions.domain import openings as engine
from sessions.models import MassageSession
from sessions.models.session import BLOCKING_VALUES
from therapists.domain.hours import DatedBlock, OpenSpan, WeeklyBlock, open_between
from therapists.domain.repeating import Repeat, off_between
from therapists.models import DatedHours, OutsideBusy, RepeatingTimeOff, Service, TimeOff, WeeklyHours

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
    """Return when each therapist works within the window, everything that is off taken out. Five queries."""
    zone = studio.tz
    first, last = local_date(window[0], zone) - timedelta(days=1), local_date(window[1], zone)
    weekly: dict[int, list[WeeklyBlock]] = {key: [] for key in therapist_ids}
    rows = WeeklyHours.objects.filter(therapist_id__in=therapist_ids).order_by()
    for key, weekday, starts, ends, location in rows.values_list(
        "therapist_id", "weekday", "starts", "ends", "location_id"
    ):
        weekly[key].append(WeeklyBlock(weekday, starts, ends, location))
    dated: dict[int, list[DatedBlock]] = {key: [] for key in therapist_ids}
    dates = DatedHours.objects.filter(therapist_id__in=therapist_ids, day__range=(first, last)).order_by()
    for key, day, begins, stops, at in dates.values_list("therapist_id", "day", "starts", "ends", "location_id"):
        dated[key].append(DatedBlock(day, begins, stops, at))
    off = _off(therapist_ids=therapist_ids, window=window, zone=zone)
    closed = {day_number(day) for day in holidays_here.names(studio=studio, first=first, last=last)}
    return {
        key: open_between(weekly[key], *window, zone, off[key], dated=dated[key], closed=closed)
        for key in therapist_ids
    }


def _off(*, therapist_ids: Collection[int], window: MinuteSpan, zone: ZoneInfo) -> dict[int, list[MinuteSpan]]:
    """Return when each therapist is off or busy elsewhere: once, again and again, or by another calendar."""
    off: dict[int, list[MinuteSpan]] = {key: [] for key in therapist_ids}
    for model in (TimeOff, OutsideBusy):
        stretches = model.objects.filter(
            therapist_id__in=therapist_ids, ends_at__gt=instant_of(window[0]), starts_at__lt=instant_of(window[1])
        ).order_by()
        for key, starts_at, ends_at in stretches.values_list("therapist_id", "starts_at", "ends_at"):
            off[key].append((minute_before(starts_at), minute_after(ends_at)))
    again: dict[int, list[Repeat]] = {}
    rows = RepeatingTimeOff.objects.filter(therapist_id__in=therapist_ids).order_by()
    for key, weekday, begins, stops, weeks, first, last in rows.values_list(
        "therapist_id", "weekday", "starts", "ends", "every_weeks", "first", "last"
    ):
        again.setdefault(key, []).append(Repeat(weekday, begins, stops, weeks, first, last))
    for key, repeats in again.items():
        off[key] += off_between(repeats, *window, zone)
    return off


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
    """Return what is taken in the window, expired holds left out."""
    rows = (
        MassageSession.objects.filter(
            status__in=BLOCKING_VALUES, blocked_until__gt=instant_of(window[0]), starts_at__lt=instant_of(window[1])
        )
        .exclude(status="held", held_until__lte=now)
        .exclude(pk=without or 0)
        .order_by()
        .values_list("therapist_id", "place_id", "starts_at", "blocked_until")
    )
    return [(therapist, place, minute_before(starts), minute_after(ends)) for therapist, place, starts, ends in rows]


def client_spans(*, client_id: int | None, bounds: Bounds, without: int | None = None) -> tuple[MinuteSpan, ...]:
    """Return when the client is already here, turnover left out."""
    if client_id is None:
        return ()
    rows = (
        MassageSession.objects.filter(
            client_id=client_id,
            status__in=BLOCKING_VALUES,
            ends_at__gt=instant_of(bounds.earliest),
            starts_at__lt=instant_of(bounds.window[1]),
        )
        .exclude(pk=without or 0)
        .values_list("starts_at", "ends_at")
    )
    return tuple((minute_before(starts), minute_after(ends)) for starts, ends in rows)


def lay_out(
    *, studio: Studio, bounds: Bounds, therapist_ids: Collection[int], now: datetime, without: int | None = None
) -> masks.Calendar:
    """Fetch and lay out the calendar of some therapists. Seven queries, however many therapists and days."""
    hours: Mapping[int, list[OpenSpan]] = hours_of(therapist_ids=therapist_ids, window=bounds.window, studio=studio)
    return masks.lay_out(bounds.window, hours, places(), busy_rows(window=bounds.window, now=now, without=without))


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
