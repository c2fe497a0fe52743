"""One exact minute, whatever hours, notice, grid and horizon say: what stays forbidden, and what it goes against.

Staff may book against the studio's times, with a reason. Nobody may book into the past, into what is taken, or so far
ahead that it can only be a slip of the finger. Spans are UTC minutes, as in `sessions.domain.openings`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from massage_booking.core.intervals import MinuteSpan, covers, overlaps
from sessions.domain.masks import Place
from sessions.domain.policy import BookingRules, start_refusals
from sessions.domain.refusals import Refusal, Why
from therapists.domain.hours import OpenSpan

# Somebody is on the table already, and it is written down now.
MOST_LATE: Final = timedelta(minutes=15)
# Two years and a leap day.
MOST_AHEAD: Final = timedelta(days=731)
# A walk-in starts now, or at the next five minutes.
WALK_IN_STEP: Final = 5
WALK_IN_AHEAD: Final = timedelta(minutes=10)

BusyRow = tuple[int | None, int | None, int, int]


@dataclass(frozen=True, slots=True)
class Exact:
    """What would be taken: the client until `ends`, therapist and place until `blocked`. UTC minutes."""

    starts: int
    ends: int
    blocked: int
    kind: str

    @property
    def on_the_table(self) -> MinuteSpan:
        return self.starts, self.ends

    @property
    def whole(self) -> MinuteSpan:
        return self.starts, self.blocked


@dataclass(frozen=True, slots=True)
class Free:
    """The answer: for each therapist the places that are free, best first; who has none is in `why_not`."""

    places: Mapping[int, Sequence[int]]
    why_not: Mapping[int, Why]


def bounds_refusals(starts_at: datetime, *, now: datetime, ahead: timedelta = MOST_AHEAD) -> list[Refusal]:
    """Return why nobody may start then: gone by, too far to be meant, or no whole minute."""
    if starts_at < now - MOST_LATE:
        return [Refusal(Why.IN_PAST)]
    if starts_at > now + ahead:
        return [Refusal(Why.TOO_FAR, {"horizon_days": ahead.days, "latest": now + ahead})]
    if starts_at.second or starts_at.microsecond:
        return [Refusal(Why.OFF_GRID, {"grid_minutes": 1})]
    return []


def free_then(
    wanted: Exact,
    *,
    therapists: Iterable[int],
    places: Iterable[Place],
    busy: Iterable[BusyRow],
    client_busy: Iterable[MinuteSpan],
    at: Mapping[int, Collection[int]],
) -> Free:
    """Say who is free at that minute, and on which places.

    `busy` are sessions and live holds with their turnover, `client_busy` the client's own sessions without; `at` has
    the locations of each therapist that day: whoever has none may be anywhere.
    """
    taken = [row for row in busy if overlaps((row[2], row[3]), wanted.whole)]
    therapists_taken = {row[0] for row in taken}
    places_taken = {row[1] for row in taken}
    client_taken = any(overlaps(span, wanted.on_the_table) for span in client_busy)
    open_places = sorted(
        (place for place in places if place.kind == wanted.kind and place.id not in places_taken),
        key=lambda place: (place.in_room, place.id),
    )
    found: dict[int, Sequence[int]] = {}
    why_not: dict[int, Why] = {}
    for key in therapists:
        here = at.get(key)
        mine = [place.id for place in open_places if not here or place.location_id in here]
        if client_taken:
            why_not[key] = Why.CLIENT_BUSY
        elif key in therapists_taken:
            why_not[key] = Why.THERAPIST_BUSY
        elif not mine:
            why_not[key] = Why.NO_PLACE
        else:
            found[key] = mine
    return Free(found, why_not)


def works_through(wanted: Exact, hours: Iterable[OpenSpan]) -> bool:
    """Say whether the session lies inside one stretch of work at one location. Turnover may run past it."""
    by_location: dict[int, list[MinuteSpan]] = {}
    for opens, closes, location_id in hours:
        by_location.setdefault(location_id, []).append((opens, closes))
    return any(covers(spans, *wanted.on_the_table) for spans in by_location.values())


def locations_then(wanted: Exact, hours: Collection[OpenSpan], usual: Collection[int]) -> set[int]:
    """Return where a therapist is at that minute: where they work then, else that day, else usually."""
    now = {location for opens, closes, location in hours if opens <= wanted.starts < closes}
    return now or {location for _, _, location in hours} or set(usual)


def against(
    starts_at: datetime, *, wanted: Exact, hours: Collection[OpenSpan], now: datetime, rules: BookingRules
) -> list[Refusal]:
    """Return what a start goes against that a reason may set aside: notice, horizon, grid and hours."""
    found = [refusal for refusal in start_refusals(starts_at, now=now, rules=rules) if refusal.code is not Why.IN_PAST]
    if starts_at < now and rules.notice_minutes:
        # Just begun: that is shorter notice than any.
        found.insert(0, Refusal(Why.TOO_SOON, {"notice_minutes": rules.notice_minutes, "earliest": now}))
    if not works_through(wanted, hours):
        found.append(Refusal(Why.OUTSIDE_HOURS))
    return found


def free_until(starts: int, *, hours: Iterable[OpenSpan], busy: Iterable[MinuteSpan]) -> int | None:
    """Return until which minute a therapist is free and at work without a break; None when not even at the start."""
    if any(begins <= starts < ends for begins, ends in busy):
        return None
    ends_at = max((closes for opens, closes, _ in hours if opens <= starts < closes), default=None)
    if ends_at is None:
        return None
    return min([ends_at, *(begins for begins, _ in busy if begins > starts)])


def walk_in_starts(now_minute: int) -> tuple[int, int]:
    """Return the two starts of a walk-in: this minute, and the next full five minutes after it."""
    return now_minute, now_minute // WALK_IN_STEP * WALK_IN_STEP + WALK_IN_STEP
