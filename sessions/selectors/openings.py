"""Openings: one engine answers the month grid, the day's list, the next opening and the nearest three."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from massage_booking.accounts.models import Client
from massage_booking.core.intervals import instant_of, minute_before
from massage_booking.core.walltime import midnight
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from sessions.domain import masks
from sessions.domain import openings as engine
from sessions.domain import starts as starts_of_day
from sessions.models import MassageSession
from sessions.selectors import calendar
from sessions.selectors.who import givers
from therapists import eligibility
from therapists.models import Service, Therapist

# Nobody plans further in one look; longer questions are cut, not refused.
MOST_DAYS = 62

DayFilter = Callable[[date], bool]


@dataclass(frozen=True)
class Opening:
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
    """A question put to the engine, answered: openings by therapist, within notice, horizon and certificates."""

    studio: Studio
    service: Service
    therapists: dict[int, Therapist]
    found: engine.Openings
    starts: dict[int, list[int]]
    layout: masks.Calendar | None = None
    wanted: engine.Wanted | None = None

    def anyone(self) -> list[int]:
        return starts_of_day.together(*self.starts.values())

    def opening(self, therapist_id: int, start: int) -> Opening | None:
        location = self.found.location_at(therapist_id, start)
        if location is None or start not in self.starts.get(therapist_id, ()):
            return None
        return Opening(instant_of(start), self.service, self.therapists[therapist_id], location)

    def all(self) -> list[Opening]:
        """Return every opening, by start, then in the order of the therapists."""
        shown = {}
        for local in starts_of_day.local_starts(self.anyone(), self.studio.tz):
            shown[local.minute] = local
        openings = []
        for minute, who in starts_of_day.union_by_start(self.starts).items():
            for key in who:
                location = self.found.location_at(key, minute)
                if location is not None:
                    openings.append(
                        Opening(
                            shown[minute].starts_at, self.service, self.therapists[key], location, shown[minute].twice
                        )
                    )
        return openings


def _until_certificates_lapse(starts: list[int], last_day: date | None, studio: Studio) -> list[int]:
    """Leave out starts after the last day of a certificate."""
    if last_day is None:
        return starts
    end = midnight(last_day + timedelta(days=1), studio.tz)
    return [start for start in starts if start < end]


def look(
    *,
    service: Service,
    first: date,
    last: date,
    now: datetime,
    therapist: Therapist | None = None,
    client: Client | None = None,
    allowed_on: DayFilter | None = None,
    without: MassageSession | None = None,
    notice: timedelta | None = None,
    whose: Client | None = None,
) -> Look:
    """Ask for the openings of a service on the local dates `first` to `last`.

    `allowed_on` says whether the client may have this service on a date; `without` is a session or hold of the
    client's own that does not stand in the way (when it is being moved). Anyone is never the client's own guardian;
    `whose` is the client of a hold, which is nobody's yet.
    """
    studio = studio_selectors.require()
    last = min(last, first + timedelta(days=MOST_DAYS))
    bounds = calendar.bounds_of(studio=studio, first=first, last=last, now=now, notice=notice)
    windows = givers(service=service, therapist=therapist, young=client or whose, day=first)
    who = {key: person for key, (person, _) in windows.items()}
    if bounds.is_empty or not who or not service.is_active:
        return Look(studio, service, who, engine.Openings(0, {}), {key: [] for key in who})
    without_id = without.pk if without else None
    layout = calendar.lay_out(studio=studio, bounds=bounds, therapist_ids=list(who), now=now, without=without_id)
    busy = calendar.client_spans(client_id=client.pk if client else None, bounds=bounds, without=without_id)
    wanted = calendar.wanted_for(service=service, studio=studio, bounds=bounds, client_busy=busy)
    found = engine.find_openings(layout, wanted)
    starts = {key: _until_certificates_lapse(found.of(key), windows[key][1], studio) for key in who}
    if allowed_on is not None:
        starts = _on_allowed_days(starts, allowed_on, studio)
    return Look(studio, service, who, found, starts, layout, wanted)


def _on_allowed_days(starts: dict[int, list[int]], allowed_on: DayFilter, studio: Studio) -> dict[int, list[int]]:
    days = starts_of_day.days_with_openings(starts_of_day.together(*starts.values()), studio.tz)
    verdicts = {day: allowed_on(day) for day in days}
    if all(verdicts.values()):
        return starts
    good: set[int] = set()
    every = starts_of_day.together(*starts.values())
    for local in starts_of_day.local_starts(every, studio.tz):
        if verdicts[local.local.date()]:
            good.add(local.minute)
    return {key: [start for start in listed if start in good] for key, listed in starts.items()}


def openings(
    *, service: Service, first: date, last: date, now: datetime, therapist: Therapist | None = None
) -> list[Opening]:
    """Return every opening as the pages show it."""
    return look(service=service, first=first, last=last, now=now, therapist=therapist).all()


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
