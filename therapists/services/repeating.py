"""Time off that comes back. All arguments by keyword."""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from massage_booking.core.errors import Refused
from therapists.domain.repeating import MOST_WEEKS, Repeat, next_dates
from therapists.models import RepeatingTimeOff, Therapist

# Enough for any rhythm of work and study; an end further off is nearly always a slip of the year.
FURTHEST: Final = timedelta(days=5 * 366)
MOST_AT_ONCE: Final = 40


def add_repeating_time_off(
    *,
    therapist: Therapist,
    weekday: int,
    starts: time | None,
    ends: time | None,
    every_weeks: int,
    first: date,
    last: date | None,
    note: str,
    zone: ZoneInfo,
    now: datetime,
) -> RepeatingTimeOff:
    """Keep a part of a weekday free every so many weeks, counted from the week of `first`.

    Without times it is the whole day; `ends` before `starts` runs past midnight. The same twice is one row.
    Raises Refused: repeat_weeks, repeat_half, repeat_no_length, repeat_reversed, repeat_too_far, repeat_over,
    repeat_never, too_many_repeats.
    """
    refuse_repeat(repeat=Repeat(weekday, starts, ends, every_weeks, first, last), today=now.astimezone(zone).date())
    said = {"weekday": weekday, "starts": starts, "ends": ends, "every_weeks": every_weeks}
    with transaction.atomic():
        Therapist.objects.select_for_update(no_key=True, of=("self",)).get(pk=therapist.pk)
        own = RepeatingTimeOff.objects.filter(therapist=therapist)
        same = own.filter(**said, first=first, last=last).first()
        if same is not None:
            return same
        if own.count() >= MOST_AT_ONCE:
            raise Refused("too_many_repeats", most=MOST_AT_ONCE)
        return RepeatingTimeOff.objects.create(therapist=therapist, **said, first=first, last=last, note=note)


def refuse_repeat(*, repeat: Repeat, today: date) -> None:
    """Raise Refused for what makes no sense, as `add_repeating_time_off` says."""
    if not 1 <= repeat.every_weeks <= MOST_WEEKS:
        raise Refused("repeat_weeks", most=MOST_WEEKS)
    if (repeat.starts is None) != (repeat.ends is None):
        raise Refused("repeat_half")
    if repeat.starts is not None and repeat.starts == repeat.ends:
        raise Refused("repeat_no_length")
    if repeat.last is not None and repeat.last < repeat.first:
        raise Refused("repeat_reversed")
    if not today - FURTHEST <= repeat.first <= today + FURTHEST or (
        repeat.last is not None and repeat.last > today + FURTHEST
    ):
        raise Refused("repeat_too_far")
    if repeat.last is not None and repeat.last < today:
        raise Refused("repeat_over")
    if not next_dates(repeat, today, 1):
        raise Refused("repeat_never")


def remove_repeating_time_off(*, repeating: RepeatingTimeOff, now: datetime) -> None:
    """Give all of it that is ahead back to bookings."""
    repeating.delete()
