"""Who could give a service at one exact minute, whatever the studio's times say, and what that would go against."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from massage_booking.accounts.models import Client
from massage_booking.core.intervals import MinuteSpan, clip, instant_of, minute_after, minute_before
from massage_booking.core.walltime import local_date
from massage_booking.studio import holidays_here
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from sessions.domain import day_grid
from sessions.domain import exact as domain
from sessions.domain.exact import Exact, Free
from sessions.domain.policy import BookingRules
from sessions.domain.refusals import Refusal, Why
from sessions.models import MassageSession
from sessions.selectors import calendar
from sessions.selectors.who import givers
from therapists.domain.hours import OpenSpan
from therapists.domain.repeating import Repeat, off_between
from therapists.models import OutsideBusy, RepeatingTimeOff, Service, Therapist, TimeOff, WeeklyHours


@dataclass(frozen=True)
class Then:
    """A question about one minute, answered: who may give it, who is free, on which places, and who works then."""

    studio: Studio
    starts_at: datetime
    wanted: Exact
    therapists: Mapping[int, Therapist]
    hours: Mapping[int, list[OpenSpan]]
    free: Free

    def works(self, key: int) -> bool:
        return domain.works_through(self.wanted, self.hours[key])

    def against(self, key: int, *, now: datetime) -> list[Refusal]:
        """Return what a start with this therapist goes against that a reason may set aside."""
        studio = self.studio
        rules = BookingRules(studio.tz, studio.notice_minutes, studio.horizon_days, studio.grid_minutes)
        return domain.against(self.starts_at, wanted=self.wanted, hours=self.hours[key], now=now, rules=rules)


def against_hours(*, therapist: Therapist, starts_at: datetime, ends_at: datetime, now: datetime) -> list[Refusal]:
    """Return what a time of any length goes against, notice left out: staff are bound by none. Six queries."""
    studio = studio_selectors.require()
    starts, ends = minute_before(starts_at), minute_after(ends_at)
    wanted = Exact(starts, ends, ends, "")
    hours = calendar.hours_of(therapist_ids=[therapist.pk], window=_day_around(wanted, studio), studio=studio)
    rules = BookingRules(studio.tz, 0, studio.horizon_days, studio.grid_minutes)
    return domain.against(starts_at, wanted=wanted, hours=hours[therapist.pk], now=now, rules=rules)


def wanted_at(service: Service, starts_at: datetime) -> Exact:
    starts = minute_before(starts_at)
    ends = starts + service.minutes
    return Exact(starts, ends, ends + service.turnover_minutes, service.technique.place_kind)


def look(
    *,
    service: Service,
    starts_at: datetime,
    now: datetime,
    therapist: Therapist | None = None,
    client: Client | None = None,
    whose: Client | None = None,
    without: MassageSession | None = None,
    gender: str = "",
) -> Then:
    """Ask who is free at one minute. About twelve queries, however many therapists.

    Who may give the service, who is taken and what room there is count as ever; `without` is a session being moved.
    """
    studio = studio_selectors.require()
    wanted, day = wanted_at(service, starts_at), starts_at.astimezone(studio.tz).date()
    young = client or whose
    windows = givers(service=service, therapist=therapist, young=young, day=day, gender=gender)
    if not service.is_active:
        windows = {}
    people = {key: person for key, (person, last_day) in windows.items() if last_day is None or day <= last_day}
    without_id = without.pk if without else None
    hours = calendar.hours_of(therapist_ids=list(people), window=_day_around(wanted, studio), studio=studio)
    bounds = calendar.Bounds(wanted.starts, wanted.ends)
    free = domain.free_then(
        wanted,
        therapists=people,
        places=calendar.places(),
        busy=calendar.busy_rows(window=wanted.whole, now=now, without=without_id),
        client_busy=calendar.client_spans(client_id=client.pk if client else None, bounds=bounds, without=without_id),
        at=_whereabouts(wanted, hours),
    )
    return Then(studio, starts_at, wanted, people, hours, free)


def _day_around(wanted: Exact, studio: Studio) -> MinuteSpan:
    """Return the local day of the start, and on to the end of the session where that is after midnight."""
    begins, ends = day_grid.whole_day(local_date(wanted.starts, studio.tz), studio.tz)
    return begins, max(ends, wanted.blocked)


def _whereabouts(wanted: Exact, hours: Mapping[int, list[OpenSpan]]) -> dict[int, set[int]]:
    usual: dict[int, set[int]] = {}
    for key, location in WeeklyHours.objects.filter(therapist_id__in=hours).values_list("therapist_id", "location_id"):
        usual.setdefault(key, set()).add(location)
    return {key: domain.locations_then(wanted, spans, usual.get(key, set())) for key, spans in hours.items()}


# -- what stands there


@dataclass(frozen=True)
class InTheWay:
    """Something that a reason may set aside: `kind` is off, elsewhere or holiday; `name` of a holiday alone.

    What time off is for stays with the therapist.
    """

    kind: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    name: str = ""


def standing_there(then: Then) -> dict[int, list[InTheWay]]:
    """Return what stands at that time in the days of the therapists: time off, other calendars, a public holiday."""
    span, keys = then.wanted.on_the_table, list(then.therapists)
    found: dict[int, list[InTheWay]] = {key: [] for key in keys}
    day = local_date(span[0], then.studio.tz)
    holiday = holidays_here.names(studio=then.studio, first=day, last=day).get(day)
    for key in keys if holiday else []:
        found[key].append(InTheWay("holiday", name=str(holiday)))
    for key, spans in _off(keys, span, then.studio).items():
        found[key] += [InTheWay("off", instant_of(begins), instant_of(ends)) for begins, ends in spans]
    elsewhere = OutsideBusy.objects.filter(
        therapist_id__in=keys, ends_at__gt=instant_of(span[0]), starts_at__lt=instant_of(span[1])
    )
    for key, begins, ends in elsewhere.values_list("therapist_id", "starts_at", "ends_at"):
        found[key].append(InTheWay("elsewhere", begins, ends))
    return found


def _off(keys: list[int], span: MinuteSpan, studio: Studio) -> dict[int, list[MinuteSpan]]:
    off: dict[int, list[MinuteSpan]] = {}
    once = TimeOff.objects.filter(
        therapist_id__in=keys, ends_at__gt=instant_of(span[0]), starts_at__lt=instant_of(span[1])
    )
    for key, begins, ends in once.values_list("therapist_id", "starts_at", "ends_at"):
        off.setdefault(key, []).append((minute_before(begins), minute_after(ends)))
    again = RepeatingTimeOff.objects.filter(therapist_id__in=keys)
    for key, weekday, starts, stops, weeks, first, last in again.values_list(
        "therapist_id", "weekday", "starts", "ends", "every_weeks", "first", "last"
    ):
        repeat = Repeat(weekday, starts, stops, weeks, first, last)
        off.setdefault(key, []).extend(off_between([repeat], *span, studio.tz))
    return {key: [part for part in sorted(spans) if clip([part], *span)] for key, spans in off.items()}


# -- who is free now


def free_until(then: Then, *, now: datetime) -> dict[int, datetime]:
    """Return until when those who work at that minute are free, without a break. One query."""
    begins, ends = _day_around(then.wanted, then.studio)
    busy: dict[int, list[MinuteSpan]] = {}
    for therapist_id, _, starts, stops in calendar.busy_rows(window=(begins, ends), now=now):
        if therapist_id is not None:
            busy.setdefault(therapist_id, []).append((starts, stops))
    found = {
        key: domain.free_until(then.wanted.starts, hours=then.hours[key], busy=busy.get(key, []))
        for key in then.therapists
    }
    return {key: instant_of(minute) for key, minute in found.items() if minute is not None}


def why_not(then: Then, keys: Iterable[int]) -> Why | None:
    """Return what is in the way, where it is the same for everybody asked."""
    reasons = {then.free.why_not.get(key) for key in keys}
    return reasons.pop() if len(reasons) == 1 else None


def start_of_walk_in(now: datetime, *, later: bool) -> datetime:
    """Return this minute, or the next full five minutes."""
    this, next_five = domain.walk_in_starts(minute_before(now))
    return instant_of(next_five if later else this)
