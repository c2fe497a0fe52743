"""The dates of a series, each checked: therapist, place, rules, and what the client's answers mean on that day.

One look at the calendar answers for all of them, however many there are.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from massage_booking.core.intervals import instant_of, minute_before
from massage_booking.core.walltime import DAY, date_numbered, wall_minutes
from massage_booking.studio import selectors as studio_selectors
from sessions.domain import openings as engine
from sessions.domain import policy, who
from sessions.domain import series as domain
from sessions.domain.refusals import Why
from sessions.domain.series import Proposal, Spacing, Start, State, Wanted
from sessions.models import MassageSession
from sessions.models.session import BLOCKING_VALUES
from sessions.selectors import openings
from sessions.selectors.openings import Look
from sessions.selectors.series_rows import ANYONE, NOT_THEN, OTHER_SESSION, OUT_OF_ORDER, Asked, Item, Pick, Row, Time
from sessions.selectors.series_verdicts import LETTER, Verdicts
from therapists.models import Service, Therapist


class Planning:
    """The answer: a row for each wished date, and what else could be chosen for it."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.studio = studio_selectors.require()
        self.zone = self.studio.tz
        self.today = asked.now.astimezone(self.zone).date()
        self.last_day = self.today + timedelta(days=self.studio.horizon_days)
        self.notice = timedelta(0) if asked.by_desk else timedelta(minutes=self.studio.notice_minutes)
        self.spacing = Spacing(asked.interval_days)
        self.moving = [item.session for item in asked.items if item.session is not None]
        services = {item.service.pk: item.service for item in asked.items}
        self.verdicts = {key: self._verdicts(service) for key, service in services.items()}
        self.looks = {key: self._look(service) for key, service in services.items()}
        self.other_days = self._other_days()
        self._calendars: dict[tuple[int, int], domain.Calendar] = {}

    # -- what is known

    def _days(self) -> tuple[date, date]:
        picked = [pick.starts_at.astimezone(self.zone).date() for pick in self.asked.picks.values() if pick]
        days = [item.wanted.day for item in self.asked.items] + picked
        reach = timedelta(days=self.spacing.reach)
        return max(min(days) - reach, self.today), min(max(days) + reach, self.last_day)

    def _look(self, service: Service) -> Look:
        first, last = self._days()
        return openings.look(
            service=service,
            first=first,
            last=last,
            now=self.asked.now,
            client=self.asked.client,
            notice=self.notice,
            without=self.moving,
            # Each date is judged by itself; who may give it depends on the day, too.
            allowed_on=who.Days(may=lambda day: True, trainings=self.verdicts[service.pk].trainings),
            most_days=openings.MOST_DAYS_OF_SERIES,
        )

    def _verdicts(self, service: Service) -> Verdicts:
        return Verdicts(
            client=self.asked.client,
            service=service,
            now=self.asked.now,
            by_desk=self.asked.by_desk,
            moving=self.moving,
        )

    def _other_days(self) -> set[date]:
        """Return the dates on which the client comes anyway, without the sessions that move."""
        rows = MassageSession.objects.filter(
            client=self.asked.client, status__in=BLOCKING_VALUES, ends_at__gt=self.asked.now
        ).exclude(pk__in=[session.pk for session in self.moving])
        return {starts_at.astimezone(self.zone).date() for starts_at in rows.values_list("starts_at", flat=True)}

    def _calendar(self, item: Item) -> domain.Calendar:
        """Return what can be had with the therapist asked for, and with others where that is somebody."""
        key = (item.service.pk, item.therapist.pk if item.therapist else 0)
        if key not in self._calendars:
            look, verdicts = self.looks[item.service.pk], self.verdicts[item.service.pk]
            asked = look.starts.get(item.therapist.pk, []) if item.therapist else look.anyone()
            starts = domain.starts_of(asked, self.zone)
            if item.therapist is not None:
                known = set(asked)
                others = [minute for minute in look.anyone() if minute not in known]
                starts += domain.starts_of(others, self.zone, asked=False)
            self._calendars[key] = domain.Calendar(
                starts, lambda day: day not in self.other_days and not verdicts.against(day)
            )
        return self._calendars[key]

    def who(self, service: Service, minute: int) -> tuple[Therapist, ...]:
        """Return the therapists who are free for a service at a minute."""
        look = self.looks[service.pk]
        return tuple(look.therapists[key] for key, starts in look.starts.items() if _has(starts, minute))

    # -- what was chosen

    def _picked(self, item: Item, pick: Pick) -> Start | None:
        """Return a chosen time as a start, None when it cannot be had."""
        minute = minute_before(pick.starts_at)
        if instant_of(minute) != pick.starts_at:
            return None
        free = self.who(item.service, minute)
        if pick.slug != ANYONE:
            free = tuple(person for person in free if person.slug == pick.slug)
        if not free:
            return None
        wall = wall_minutes([minute], self.zone)[0]
        asked = item.therapist is None or pick.slug == item.therapist.slug
        start = Start(minute, date_numbered(wall // DAY), wall % DAY, asked)
        return start if self._calendar(item).may(start.day) else None

    @cached_property
    def _choices(self) -> tuple[dict[int, Start | None], dict[int, datetime]]:
        """Return what was chosen and can be had, and what was chosen and cannot be had any more."""
        chosen: dict[int, Start | None] = {}
        lost: dict[int, datetime] = {}
        for place, pick in self.asked.picks.items():
            if place >= len(self.asked.items):
                continue
            start = self._picked(self.asked.items[place], pick) if pick is not None else None
            if pick is not None and start is None:
                lost[place] = pick.starts_at
            else:
                chosen[place] = start
        return chosen, lost

    # -- the rows

    @cached_property
    def rows(self) -> list[Row]:
        """Return a row for each date, in order."""
        chosen, lost = self._choices
        items = self.asked.items
        wanted = [self._on_the_wall(lost[place]) if place in lost else item.wanted for place, item in enumerate(items)]
        proposals = domain.propose(
            wanted,
            calendars=[self._calendar(item) for item in items],
            spacing=self.spacing,
            zone=self.zone,
            last_day=self.last_day,
            chosen=chosen,
        )
        rows = [self._row(place, proposal, lost.get(place)) for place, proposal in enumerate(proposals)]
        return self._one_letter_at_a_time(rows)

    def _on_the_wall(self, instant: datetime) -> Wanted:
        number, of_day = divmod(wall_minutes([minute_before(instant)], self.zone)[0], DAY)
        return Wanted(date_numbered(number), of_day)

    def _row(self, place: int, proposal: Proposal, lost: datetime | None) -> Row:
        item = self.asked.items[place]
        row = Row(place + 1, item, proposal, self._time(place, item, proposal.start), lost=lost)
        if proposal.start is not None:
            row = replace(row, needs_letter=self.verdicts[item.service.pk].awaits_letter(proposal.start.day))
        if lost is None and self._is_not_as_wished(item, proposal):
            code, params = self._why_not(item)
            row = replace(row, why=code, params=params)
        return row

    def _is_not_as_wished(self, item: Item, proposal: Proposal) -> bool:
        """Say whether the wished time could not be had; what a person chose instead of a free one needs no reason."""
        if proposal.state is State.CHOSEN:
            start = self._calendar(item).at(item.wanted.day, item.wanted.minute(self.zone))
            return start is None or not start.asked
        return proposal.state in (State.MOVED, State.NONE, State.TOO_FAR)

    def _time(self, place: int, item: Item, start: Start | None) -> Time | None:
        if start is None:
            return None
        pick = self.asked.picks.get(place)
        therapist = item.therapist if start.asked else None
        who = self.who(item.service, start.minute)
        if pick is not None and pick.slug != ANYONE and minute_before(pick.starts_at) == start.minute:
            therapist = next((person for person in who if person.slug == pick.slug), therapist)
        return Time(instant_of(start.minute), therapist, (therapist,) if therapist else who)

    def _one_letter_at_a_time(self, rows: list[Row]) -> list[Row]:
        """Keep one time for a letter at most: the client's first, or the one that waits for it and moves."""
        found, is_kept = [], False
        for row in rows:
            waits = row.item.session is not None and row.item.session.clearance_until is not None
            may = waits if row.item.session is not None else not is_kept
            if row.needs_letter and not may:
                code = LETTER if row.item.session is not None else "letter_waits_already"
                row = replace(row, proposal=replace(row.proposal, state=State.NONE, start=None), time=None, why=code)
                row = replace(row, needs_letter=False)
            is_kept = is_kept or row.needs_letter
            found.append(row)
        return found

    # -- why not, and what else

    def _why_not(self, item: Item) -> tuple[str, Mapping[str, Any]]:
        """Return the code of what stands against the wished time, and what its sentence needs."""
        minute = item.wanted.minute(self.zone)
        notice = int(self.notice.total_seconds() // 60)
        rules = policy.BookingRules(self.zone, notice, self.studio.horizon_days, self.studio.grid_minutes)
        refusals = policy.start_refusals(instant_of(minute), now=self.asked.now, rules=rules)
        if refusals:
            return refusals[0].code.value, refusals[0].params
        if item.wanted.day in self.other_days:
            return OTHER_SESSION, {}
        against = self.verdicts[item.service.pk].against(item.wanted.day)
        if against:
            return against, self.verdicts[item.service.pk].params(against)
        return self._why_not_open(item, minute), {}

    def _why_not_open(self, item: Item, minute: int) -> str:
        look = self.looks[item.service.pk]
        keys = [item.therapist.pk] if item.therapist else list(look.starts)
        if any(_has(look.starts.get(key, []), minute) for key in keys):
            return OUT_OF_ORDER
        if look.layout is None or look.wanted is None:
            return Why.OUTSIDE_HOURS.value
        codes = {refusal.code for key in keys for refusal in engine.why_not(look.layout, look.wanted, key, minute)[:1]}
        order = (Why.OFF_GRID, Why.CLIENT_BUSY, Why.THERAPIST_BUSY, Why.NO_PLACE, Why.OUTSIDE_HOURS)
        return next((code.value for code in order if code in codes), NOT_THEN)

    def nearest(self, row: Row) -> list[Time]:
        """Return other times near a date, one of each day."""
        return self._times(row, domain.nearest(row.proposal, self._calendar(row.item)))

    def around(self, row: Row) -> list[Time]:
        """Return every time of a date and of the nearest dates with any before and after it."""
        return self._times(row, domain.around(row.proposal, self._calendar(row.item)))

    def _times(self, row: Row, starts: Sequence[Start]) -> list[Time]:
        found = []
        for start in starts:
            therapist = row.item.therapist if start.asked else None
            who = (therapist,) if therapist else self.who(row.item.service, start.minute)
            found.append(Time(instant_of(start.minute), therapist, who))
        return found


def _has(starts: Sequence[int], minute: int) -> bool:
    at = bisect_left(starts, minute)
    return at < len(starts) and starts[at] == minute
