"""Writing down when therapists work and when they are off. All arguments by keyword; `now` is always given."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from massage_booking.core import wording
from massage_booking.core.errors import Refused
from massage_booking.core.intervals import instant_of
from massage_booking.core.walltime import first_shown, midnight
from massage_booking.studio import holidays_here
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Location
from therapists.domain.dates import DateConflict, blocks_on, clashes
from therapists.domain.hours import DatedBlock, WeeklyBlock, conflicts
from therapists.models import DatedHours, Therapist, TimeOff, WeeklyHours

LONGEST_TIME_OFF: Final = timedelta(days=400)


def replace_weekly_hours(*, therapist: Therapist, blocks: Sequence[WeeklyBlock], now: datetime) -> list[WeeklyHours]:
    """Make these blocks the therapist's week, from now on. Sessions already booked stay as they are.

    Raises Refused: hours_overlap (`conflicts` lists the pairs), hours_overlap_date, unknown_location.
    """
    found = conflicts(blocks)
    if found:
        raise Refused("hours_overlap", conflict=str(found[0]), conflicts=found)
    with transaction.atomic():
        # Two tabs saved at once: the later one waits and wins whole, never half of each.
        Therapist.objects.select_for_update(no_key=True, of=("self",)).get(pk=therapist.pk)
        wanted_locations = {block.location_id for block in blocks}
        if Location.objects.filter(pk__in=wanted_locations).count() != len(wanted_locations):
            raise Refused("unknown_location")
        beside = _clashes_with_dates(therapist, blocks, now)
        if beside:
            raise Refused("hours_overlap_date", conflict=str(beside[0]), day=wording.long_date(beside[0].day))
        WeeklyHours.objects.filter(therapist=therapist).delete()
        return WeeklyHours.objects.bulk_create(
            WeeklyHours(
                therapist=therapist,
                location_id=block.location_id,
                weekday=block.weekday,
                starts=block.starts,
                ends=block.ends,
            )
            for block in sorted(blocks, key=lambda block: (block.weekday, block.starts))
        )


def _clashes_with_dates(therapist: Therapist, weekly: Sequence[WeeklyBlock], now: datetime) -> list[DateConflict]:
    """Return where a new week would run past midnight into dates with hours of their own, or they into it."""
    rows = DatedHours.objects.filter(therapist=therapist, day__gt=now.date() - timedelta(days=3))
    dated = [DatedBlock(*row) for row in rows.values_list("day", "starts", "ends", "location_id")]
    if not dated:
        return []
    days = {block.day for block in dated}
    first, last = min(days) - timedelta(days=1), max(days) + timedelta(days=1)
    closed = holidays_here.names(studio=studio_selectors.require(), first=first, last=last)
    found: list[DateConflict] = []
    for day in sorted(days):
        own = blocks_on(day, weekly=weekly, dated=dated)
        around = {day - timedelta(days=1), day + timedelta(days=1)} - days
        by_week = [blocks_on(on, weekly=weekly, dated=(), closed=closed) for on in sorted(around)]
        found += clashes(own, [block for blocks in by_week for block in blocks])
    return found


def add_time_off(
    *,
    therapist: Therapist,
    first: date,
    last: date,
    starts: time | None,
    ends: time | None,
    note: str,
    zone: ZoneInfo,
    now: datetime,
) -> TimeOff:
    """Keep a stretch free of sessions: from `first` to `last`, both included, in the studio's wall-clock time.

    `starts` and `ends` narrow the first and the last day; None means the day's own midnight. The same stretch
    twice is one row. Raises Refused: time_skipped, time_shown_twice, time_off_reversed, time_off_over,
    time_off_too_long.
    """
    starts_at = instant_on_the_wall(first, starts, zone) if starts else instant_of(midnight(first, zone))
    ends_at = instant_on_the_wall(last, ends, zone) if ends else instant_of(midnight(last + timedelta(days=1), zone))
    if ends_at <= starts_at:
        raise Refused("time_off_reversed")
    if ends_at <= now:
        raise Refused("time_off_over")
    if ends_at - starts_at > LONGEST_TIME_OFF:
        raise Refused("time_off_too_long", days=LONGEST_TIME_OFF.days)
    with transaction.atomic():
        Therapist.objects.select_for_update(no_key=True, of=("self",)).get(pk=therapist.pk)
        same = TimeOff.objects.filter(therapist=therapist, starts_at=starts_at, ends_at=ends_at).first()
        return same or TimeOff.objects.create(therapist=therapist, starts_at=starts_at, ends_at=ends_at, note=note)


def instant_on_the_wall(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the instant of a wall-clock time that exists exactly once. Raises Refused otherwise."""
    wall = datetime.combine(day, at)
    instant = instant_of(first_shown(wall, zone))
    told = {"time": wording.clock_time(at), "day": wording.long_date(day)}
    if instant.astimezone(zone).replace(tzinfo=None) != wall.replace(second=0, microsecond=0):
        raise Refused("time_skipped", **told)
    if wall.replace(tzinfo=zone, fold=0).utcoffset() != wall.replace(tzinfo=zone, fold=1).utcoffset():
        raise Refused("time_shown_twice", **told)
    return instant


def remove_time_off(*, time_off: TimeOff, now: datetime) -> None:
    """Give the stretch back to bookings."""
    time_off.delete()
