"""The studio's rules about time: notice, horizon, grid, cancelling, holds. All instants are aware datetimes.

Hours and minutes of a rule are elapsed time, computed in UTC: 24 hours before Monday 10:00 is Sunday 09:00 or 11:00
on the wall when the clocks change in between. The horizon alone counts dates on the wall, and ends at a midnight.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from massage_booking.core.intervals import instant_of, minute_after, minute_before
from massage_booking.core.walltime import local_date, midnight, offset_at
from sessions.domain.refusals import Param, Refusal, Why
from sessions.domain.status import Act, Status, may


@dataclass(frozen=True, slots=True)
class BookingRules:
    """What the studio's settings say about when a session may start."""

    zone: ZoneInfo
    notice_minutes: int
    horizon_days: int
    grid_minutes: int


# -- starts


def earliest_start(now: datetime, rules: BookingRules) -> datetime:
    """Return the first instant at which a session may start: just now plus the notice. It is allowed itself."""
    return now + timedelta(minutes=rules.notice_minutes)


def latest_start(now: datetime, rules: BookingRules) -> datetime:
    """Return the first instant that is too far: the midnight after the last bookable date.

    With a horizon of one day, all of tomorrow can be booked.
    """
    last = local_date(minute_before(now), rules.zone) + timedelta(days=rules.horizon_days)
    return instant_of(midnight(last + timedelta(days=1), rules.zone))


def start_refusals(starts_at: datetime, *, now: datetime, rules: BookingRules) -> list[Refusal]:
    """Return why a session may not start then, whatever the calendar says; empty when it may.

    At most one of in_past, too_soon and too_far; off_grid may come with it. Raises ValueError for a naive start.
    """
    found = []
    minute = minute_before(starts_at)
    if starts_at < now:
        found.append(Refusal(Why.IN_PAST))
    elif starts_at < earliest_start(now, rules):
        params: dict[str, Param] = {"notice_minutes": rules.notice_minutes, "earliest": earliest_start(now, rules)}
        found.append(Refusal(Why.TOO_SOON, params))
    elif starts_at >= latest_start(now, rules):
        found.append(Refusal(Why.TOO_FAR, {"horizon_days": rules.horizon_days, "latest": latest_start(now, rules)}))
    if minute != minute_after(starts_at) or (minute + offset_at(minute, rules.zone)) % rules.grid_minutes:
        found.append(Refusal(Why.OFF_GRID, {"grid_minutes": rules.grid_minutes}))
    return found


# -- cancelling and moving


def free_to_cancel_until(starts_at: datetime, hours: int) -> datetime:
    """Return the last instant, itself included, at which cancelling or moving is free."""
    return starts_at - timedelta(hours=hours)


def is_late_change(starts_at: datetime, hours: int, now: datetime) -> bool:
    """Say whether a change now comes after the free time."""
    return now > free_to_cancel_until(starts_at, hours)


def change_refusals(status: Status, act: Act, *, starts_at: datetime, hours: int, now: datetime) -> list[Refusal]:
    """Return why a client may not move or cancel by themselves: the status, a start gone by, or too late a change.

    Staff are bound by the status alone: `sessions.domain.status.may`.
    """
    if not may(status, act):
        return [Refusal(Why.WRONG_STATUS, {"act": act, "status": status})]
    if starts_at <= now:
        return [Refusal(Why.IN_PAST)]
    if is_late_change(starts_at, hours, now):
        params: dict[str, Param] = {"hours": hours, "free_until": free_to_cancel_until(starts_at, hours)}
        return [Refusal(Why.TOO_LATE_TO_CHANGE, params)]
    return []


# -- acts at the studio


def _its_day(starts_at: datetime, zone: ZoneInfo) -> datetime:
    return instant_of(midnight(local_date(minute_before(starts_at), zone), zone))


def _its_start(starts_at: datetime, zone: ZoneInfo) -> datetime:
    return starts_at


# From when an act makes sense; acts that are not named can be done at any time.
_NOT_BEFORE: Final = MappingProxyType[Act, Callable[[datetime, ZoneInfo], datetime]](
    {
        Act.ARRIVE: _its_day,
        Act.LATE: _its_day,
        Act.START: _its_day,
        Act.NO_SHOW: _its_start,
    }
)
# How long after its start a wrong tick can be taken back; later it would rewrite what was counted already.
_NOT_AFTER: Final = MappingProxyType({Act.UNDO_NO_SHOW: timedelta(hours=24), Act.UNDO_COMPLETE: timedelta(hours=24)})


def act_refusals(status: Status, act: Act, *, starts_at: datetime, now: datetime, zone: ZoneInfo) -> list[Refusal]:
    """Return why staff may not do this to a session now: arriving waits for its day, a no-show for its start.

    A wrong tick can be taken back for a day.
    """
    if not may(status, act):
        return [Refusal(Why.WRONG_STATUS, {"act": act, "status": status})]
    if act in _NOT_BEFORE:
        from_at = _NOT_BEFORE[act](starts_at, zone)
        if now < from_at:
            return [Refusal(Why.TOO_EARLY_FOR_ACT, {"act": act, "from_at": from_at})]
    if act in _NOT_AFTER:
        until = starts_at + _NOT_AFTER[act]
        if now > until:
            return [Refusal(Why.TOO_LATE_FOR_ACT, {"act": act, "until": until})]
    return []


# -- taking a change back, and asking for a late one


def undo_until(changed_at: datetime, minutes: int) -> datetime:
    """Return the first instant at which a change stands and is told of. Without minutes that is at once."""
    return changed_at + timedelta(minutes=minutes)


def request_lapses(starts_at: datetime, wanted: datetime | None) -> datetime:
    """Return when a late change that nobody answers lapses: with the start of the session, or of the time wanted."""
    return min(starts_at, wanted) if wanted is not None else starts_at


# -- holds


HOLD_MINUTES: Final = 10
HOLD_MOST_MINUTES: Final = 30


def held_until(now: datetime, minutes: int = HOLD_MINUTES) -> datetime:
    """Return when a hold made now runs out."""
    return now + timedelta(minutes=minutes)


def hold_is_live(until: datetime, now: datetime) -> bool:
    """Say whether a hold still blocks: up to its last instant, not at it."""
    return now < until


def extended_hold(
    since: datetime,
    until: datetime,
    now: datetime,
    *,
    minutes: int = HOLD_MINUTES,
    most_minutes: int = HOLD_MOST_MINUTES,
) -> datetime | None:
    """Return until when a saved step keeps a hold made at `since`; None when it has already run out.

    A step gives the full minutes again, never beyond `since` plus the most, and never takes time away.
    """
    if not hold_is_live(until, now):
        return None
    return max(until, min(held_until(now, minutes), since + timedelta(minutes=most_minutes)))
