"""Openings: one engine answers the month grid, the day's list, the next opening and the nearest three."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from massage_booking.accounts.models import Client
from massage_booking.core.intervals import MinuteSpan, instant_of, minute_after, minute_before
from massage_booking.core.walltime import midnight, shown_twice
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from sessions.domain import masks
from sessions.domain import openings as engine
from sessions.domain import starts as starts_of_day
from sessions.domain import together as together_engine
from sessions.domain import who as rule
from sessions.models import MassageSession
from sessions.selectors import calendar
from sessions.selectors.who import giver_of, givers
from therapists import eligibility
from therapists.eligibility import Windows
from therapists.models import Service, Therapist

# Nobody plans further in one look; longer questions are cut, not refused.
MOST_DAYS = 62
# Except for a series, which may reach as far as any studio plans.
MOST_DAYS_OF_SERIES = 380

DayFilter = Callable[[date], bool]


class Opening(NamedTuple):
    """A time at which a service can start with a therapist. `twice`: the wall shows this time twice that day."""

    starts_at: datetime
    service: Service
    therapist: Therapist
    location_id: int
    twice: bool = False

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.service.minutes)

    @property
    def blocked_until(self) -> datetime:
        return self.ends_at + timedelta(minutes=self.service.turnover_minutes)


@dataclass(frozen=True)
class Look:
    """A question put to the engine, answered: openings by therapist, within notice, horizon and certificates.

    The answer is kept as masks; lists are made of what is asked for.
    """

    studio: Studio
    service: Service
    therapists: dict[int, Therapist]
    found: engine.Openings
    layout: masks.Calendar | None = None
    wanted: engine.Wanted | None = None

    @cached_property
    def starts(self) -> dict[int, list[int]]:
        """The starts of each therapist, as UTC minutes."""
        return {key: self.found.of(key) for key in self.therapists}

    def anyone(self) -> list[int]:
        return self.found.anyone()

    def first_between(self, first: date, last: date) -> int | None:
        """Return the earliest start with anybody on the local dates `first` to `last`, a UTC minute."""
        return self.found.within(_day(first, self.studio)[0], _day(last, self.studio)[1]).first()

    def on_day(self, day: date) -> dict[int, list[int]]:
        """Return who is free at each start of a local date, in the order of the therapists."""
        of_day = self.found.within(*_day(day, self.studio))
        return starts_of_day.union_by_start({key: of_day.of(key) for key in self.therapists})

    def counts(self, first: date, last: date) -> dict[date, int]:
        """Return how many starts each local date from `first` to `last` has; dates without any are left out."""
        return _counts(self.found, first, last, self.studio)

    def opening(self, therapist_id: int, start: int) -> Opening | None:
        location = self.found.location_at(therapist_id, start)
        if location is None:
            return None
        return Opening(instant_of(start), self.service, self.therapists[therapist_id], location)

    def all(self) -> Iterator[Opening]:
        """Yield every opening, by start, then in the order of the therapists. Made one by one: there may be many."""
        locations = {key: min(found, default=0) for key, found in self.found.masks.items()}
        # Nearly everybody works at one location; the others are asked where they are then.
        wanderers = {key for key, found in self.found.masks.items() if len(found) > 1}
        together = starts_of_day.union_by_start(self.starts)
        repeated = shown_twice(self.studio.tz, min(together), max(together) + 1) if together else []
        for start, who in together.items():
            instant = instant_of(start)
            twice = any(begins <= start < ends for begins, ends in repeated)
            for key in who:
                location = self.found.location_at(key, start) if key in wanderers else locations[key]
                yield Opening(instant, self.service, self.therapists[key], location or 0, twice)


def _day(day: date, studio: Studio) -> MinuteSpan:
    return midnight(day, studio.tz), midnight(day + timedelta(days=1), studio.tz)


def _counts(found: engine.Openings, first: date, last: date, studio: Studio) -> dict[date, int]:
    counts = {}
    together = found.as_one()
    begins = midnight(first, studio.tz)
    day = first
    while day <= last:
        ends = midnight(day + timedelta(days=1), studio.tz)
        count = together.within(begins, ends).count()
        if count:
            counts[day] = count
        day, begins = day + timedelta(days=1), ends
    return counts


def look(
    *,
    service: Service,
    first: date,
    last: date,
    now: datetime,
    therapist: Therapist | None = None,
    client: Client | None = None,
    allowed_on: DayFilter | None = None,
    without: MassageSession | Sequence[MassageSession] | None = None,
    notice: timedelta | None = None,
    whose: Client | None = None,
    gender: str = "",
    most_days: int = MOST_DAYS,
    beside: MassageSession | None = None,
    windows: Windows | None = None,
) -> Look:
    """Ask for the openings of a service on the local dates `first` to `last`.

    `allowed_on` says whether the client may have this service on a date; `without` is a session or hold of the
    client's own that does not stand in the way (when it is being moved), or several of them. `whose` is the client of a
    hold, which is nobody's yet; `gender` is asked for this once. `beside` is the other session of two at once, which
    moves with this one and stands in nobody's way either. Who may give it to them is for `who` to say, the further
    training that `allowed_on` asks for (see `domain.who.Days`) for each day; `windows` are those who give the service,
    where a page has asked for them already.
    """
    studio = studio_selectors.require()
    last = min(last, first + timedelta(days=most_days))
    bounds = calendar.bounds_of(studio=studio, first=first, last=last, now=now, notice=notice)
    person = client or whose
    windows = givers(service=service, therapist=therapist, young=person, day=first, gender=gender, windows=windows)
    who = {key: giver for key, (giver, _) in windows.items()}
    if bounds.is_empty or not who or not service.is_active:
        return Look(studio, service, who, engine.Openings(0, {}))
    aside = [] if without is None else [without] if isinstance(without, MassageSession) else list(without)
    without_id = aside[0].pk if len(aside) == 1 else None
    layout = calendar.lay_out(studio=studio, bounds=bounds, therapist_ids=list(who), now=now, without=without_id)
    if beside is not None:
        span = minute_before(beside.starts_at), minute_after(beside.blocked_until)
        layout = together_engine.freed(layout, therapist_id=beside.therapist_id, place_id=beside.place_id, span=span)
    busy = calendar.client_spans(client_id=client.pk if client else None, bounds=bounds, without=without_id)
    if len(aside) > 1:
        layout, busy = _set_aside(layout, aside), _without_spans(busy, aside)
    wanted = calendar.wanted_for(service=service, studio=studio, bounds=bounds, client_busy=busy)
    found = engine.find_openings(layout, wanted)
    for key, (_, last_day) in windows.items():
        if last_day is not None:
            found = found.before(key, midnight(last_day + timedelta(days=1), studio.tz))
    if allowed_on is not None:
        begin = max(first, now.astimezone(studio.tz).date())
        found = _on_allowed_days(found, who, allowed_on, _counts(found, begin, last, studio), studio)
    return Look(studio, service, who, found, layout, wanted)


def _set_aside(layout: masks.Calendar, sessions: Sequence[MassageSession]) -> masks.Calendar:
    """Return a calendar in which some sessions take nothing. No two rows share a unit of a therapist or a place."""
    rows = (
        (session.therapist_id, session.place_id, minute_before(session.starts_at), minute_after(session.blocked_until))
        for session in sessions
    )
    of_therapists, of_places = masks.taken_masks(layout.starts, layout.units, rows)
    return replace(
        layout,
        therapist_taken={key: mask & ~of_therapists.get(key, 0) for key, mask in layout.therapist_taken.items()},
        place_taken={key: mask & ~of_places.get(key, 0) for key, mask in layout.place_taken.items()},
    )


def _without_spans(busy: tuple[MinuteSpan, ...], sessions: Sequence[MassageSession]) -> tuple[MinuteSpan, ...]:
    own = {(minute_before(session.starts_at), minute_after(session.ends_at)) for session in sessions}
    return tuple(span for span in busy if span not in own)


def _on_allowed_days(
    found: engine.Openings, who: dict[int, Therapist], allowed_on: DayFilter, days: Iterable[date], studio: Studio
) -> engine.Openings:
    """Leave out the days that the answers rule out, and on each day whoever lacks a training that they ask for."""
    spans = {day: _day(day, studio) for day in days}
    closed = {day for day in spans if not allowed_on(day)}
    found = found.without(spans[day] for day in closed)
    needs = {day: asked for day in spans if day not in closed and (asked := rule.needs_on(allowed_on, day))}
    for key, person in who.items() if needs else ():
        giver = giver_of(person)
        found = found.without(
            (spans[day] for day, asked in needs.items() if not rule.is_trained(giver, asked, day)), key
        )
    return found


def openings(
    *, service: Service, first: date, last: date, now: datetime, therapist: Therapist | None = None
) -> list[Opening]:
    """Return every opening as the pages show it. Of many, `Look.all` keeps none longer than it is looked at."""
    return list(look(service=service, first=first, last=last, now=now, therapist=therapist).all())


def nearest(
    *,
    service: Service,
    wanted: datetime,
    now: datetime,
    therapist: Therapist | None = None,
    client: Client | None = None,
    allowed_on: DayFilter | None = None,
    notice: timedelta | None = None,
    count: int = 3,
    whose: Client | None = None,
    gender: str = "",
) -> list[Opening]:
    """Return the openings nearest to a time: with this therapist first, with anyone when there are too few.

    Of a time that is over these are the next, of one beyond the horizon the last that can be booked.
    """
    studio = studio_selectors.require()
    today = now.astimezone(studio.tz).date()
    day = wanted.astimezone(studio.tz).date()
    day = min(max(day, today), today + timedelta(days=studio.horizon_days))
    asked = look(
        service=service,
        first=day - timedelta(days=7),
        last=day + timedelta(days=21),
        now=now,
        client=client,
        allowed_on=allowed_on,
        notice=notice,
        whose=whose,
        gender=gender,
    )
    minute = minute_before(wanted)
    chosen: list[Opening] = []
    if therapist is not None:
        chosen = _as_openings(
            asked, starts_of_day.nearest(asked.starts.get(therapist.pk, []), minute, count), therapist.pk
        )
    if len(chosen) < count:
        taken = {opening.starts_at for opening in chosen}
        others = [start for start in asked.anyone() if instant_of(start) not in taken]
        chosen += _as_openings(asked, starts_of_day.nearest(others, minute, count - len(chosen)), None)
    return sorted(chosen, key=lambda opening: opening.starts_at)


def _as_openings(asked: Look, minutes: list[int], therapist_id: int | None) -> list[Opening]:
    found = []
    for minute in minutes:
        keys = [therapist_id] if therapist_id is not None else list(asked.starts)
        opening = next((opening for key in keys if (opening := asked.opening(key, minute))), None)
        if opening:
            found.append(opening)
    return found


def next_openings(*, now: datetime, days: int = 30) -> dict[int, Opening]:
    """Return each therapist's next opening with any of their services. The queries do not grow with the therapists."""
    studio = studio_selectors.current()
    if studio is None:
        return {}
    today = now.astimezone(studio.tz).date()
    bounds = calendar.bounds_of(studio=studio, first=today, last=today + timedelta(days=days), now=now)
    offers = eligibility.eligibility_by_service()
    people = {key: person for windows in offers.values() for key, (person, _) in windows.items()}
    if bounds.is_empty or not people:
        return {}
    layout = calendar.lay_out(studio=studio, bounds=bounds, therapist_ids=list(people), now=now)
    best: dict[int, Opening] = {}
    for service, windows in offers.items():
        wanted = calendar.wanted_for(service=service, studio=studio, bounds=bounds)
        found = engine.find_openings(layout, wanted, list(windows))
        for key, (person, last_day) in windows.items():
            start = found.first(key)
            if start is None or (last_day and start >= midnight(last_day + timedelta(days=1), studio.tz)):
                continue
            starts_at = instant_of(start)
            known = best.get(key)
            if known is None or (starts_at, -service.minutes) < (known.starts_at, -known.service.minutes):
                best[key] = Opening(starts_at, service, person, found.location_at(key, start) or 0)
    return best
