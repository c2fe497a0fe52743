"""Month and times side by side, as includes/picker.html shows them: for browsing, booking and moving alike."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from django.utils.http import urlencode

from massage_booking.accounts.models import Client
from massage_booking.core.intervals import instant_of
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from sessions import words
from sessions.domain import starts as starts_of_day
from sessions.forms.choice import GENDERS
from sessions.models import MassageSession
from sessions.selectors import openings
from sessions.selectors.closed import closed_days
from sessions.selectors.openings import DayFilter, Look
from sessions.views.picker_context import Day, Jump, Month, Time, Times
from therapists.eligibility import Windows
from therapists.models import Service, Therapist

TIMES = "#times-head"


@dataclass(frozen=True)
class Asked:
    """What is looked for, and on which page. `fields` is what a time sends along; `held` is shown as pressed.

    `windows` are those who give the service, where the page has asked for them already.
    """

    service: Service
    now: datetime
    page: str
    post_to: str
    fields: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    therapist: Therapist | None = None
    client: Client | None = None
    allowed_on: DayFilter | None = None
    without: MassageSession | None = None
    held: MassageSession | None = None
    not_before: date | None = None
    notice: timedelta | None = None
    whose: Client | None = None
    gender: str = ""
    windows: Windows | None = None

    def address(self, **more: str) -> str:
        query = urlencode({name: value for name, value in {**self.parameters, **more}.items() if value})
        return f"{self.page}?{query}" if query else self.page

    def look(self, first: date, last: date) -> Look:
        return openings.look(
            service=self.service,
            first=first,
            last=last,
            now=self.now,
            therapist=self.therapist,
            client=self.client,
            allowed_on=self.allowed_on,
            without=self.without,
            notice=self.notice,
            whose=self.whose,
            gender=self.gender,
            windows=self.windows,
        )

    @property
    def with_whom(self) -> str:
        if self.therapist:
            return f"with {self.therapist.first_name}"
        return f"with {GENDERS[self.gender].lower()} trained for it" if self.gender else "with anyone trained for it"


@dataclass(frozen=True)
class Near:
    """The openings from now to a day."""

    look: Look
    last: date


@dataclass(frozen=True)
class Picker:
    """A month of a question, with one of its days. `month` and `day` are what was asked for, or None."""

    asked: Asked
    month_asked: date | None = None
    day_asked: date | None = None

    @cached_property
    def studio(self) -> Studio:
        return studio_selectors.require()

    @cached_property
    def today(self) -> date:
        return self.asked.now.astimezone(self.studio.tz).date()

    @cached_property
    def last_day(self) -> date:
        return self.today + timedelta(days=self.studio.horizon_days)

    @cached_property
    def begins(self) -> date:
        """The first day that makes sense: today, or the end of a wait."""
        return min(max(self.today, self.asked.not_before or self.today), self.last_day)

    @cached_property
    def first(self) -> date:
        """The first of the month shown: the one asked for, else the one with the first free time."""
        wanted = (
            self.day_asked if self.day_asked and self.today <= self.day_asked <= self.last_day else self.month_asked
        )
        if wanted is None:
            start = self.first_start
            wanted = start.astimezone(self.studio.tz).date() if start else self.begins
        earliest, latest = self.today.replace(day=1), self.last_day.replace(day=1)
        return min(max(wanted.replace(day=1), earliest), latest)

    @cached_property
    def _looks(self) -> dict[date, Look]:
        return {}

    def look_at(self, first: date) -> Look:
        """Return the openings of a month; each month is looked at once, a near one together with those before it."""
        near = self._ahead
        if near is not None and self.begins.replace(day=1) <= first <= near.last:
            return near.look
        if first not in self._looks:
            self._looks[first] = self.asked.look(first, _last_of(first))
        return self._looks[first]

    @cached_property
    def _ahead(self) -> "Near | None":
        """One look from now to the end of the month asked for, where that is near: it has the first free time too."""
        asked = self.day_asked or self.month_asked
        if asked is None or not self.today <= _last_of(asked):
            return None
        last = min(_last_of(asked), self.last_day)
        if last - self.begins.replace(day=1) > timedelta(days=openings.MOST_DAYS):
            return None
        return Near(self.asked.look(self.begins.replace(day=1), last), last)

    @property
    def look(self) -> Look:
        return self.look_at(self.first)

    @cached_property
    def counts(self) -> dict[date, int]:
        return self.look.counts(self.first, _last_of(self.first))

    @cached_property
    def closed(self) -> dict[date, str]:
        """The days of this month, today or later, on which the studio is closed for a holiday."""
        first, last = max(self.first, self.today), min(_last_of(self.first), self.last_day)
        found = closed_days(studio=self.studio, first=first, last=last)
        # A night that began the day before may still be open.
        return {day: name for day, name in found.items() if day not in self.counts}

    @cached_property
    def day(self) -> date | None:
        """The day whose times are shown: the one asked for, else the first with any."""
        if (
            self.day_asked
            and self.day_asked.replace(day=1) == self.first
            and self.today <= self.day_asked <= self.last_day
        ):
            return self.day_asked
        return next((day for day in self.counts if day >= self.begins), next(iter(self.counts), None))

    def start_from(self, day: date) -> datetime | None:
        """Return the first free start from a date on, up to the horizon."""
        while day <= self.last_day:
            until = min(day + timedelta(days=openings.MOST_DAYS), self.last_day)
            found = self.asked.look(day, until).first_between(day, until)
            if found is not None:
                return instant_of(found)
            day = until + timedelta(days=1)
        return None

    @cached_property
    def first_start(self) -> datetime | None:
        near = self._ahead
        until = near.last if near is not None else _last_of(self.begins)
        look = near.look if near is not None else self.look_at(self.begins.replace(day=1))
        start = look.first_between(self.begins, until)
        return instant_of(start) if start is not None else self.start_from(until + timedelta(days=1))

    def jump_to(self, start: datetime | None) -> Jump | None:
        if start is None:
            return None
        day = start.astimezone(self.studio.tz).date()
        return Jump(start, self.day_url(day))

    def day_url(self, day: date) -> str:
        return self.asked.address(day=day.isoformat()) + TIMES

    @cached_property
    def month(self) -> Month:
        before, after = self.first - timedelta(days=1), _last_of(self.first) + timedelta(days=1)
        has_before = self.first > self.today.replace(day=1)
        has_after = after <= self.last_day
        return Month(
            first=self.first,
            weeks=self._weeks(),
            previous_url=self.asked.address(month=f"{before:%Y-%m}") if has_before else None,
            next_url=self.asked.address(month=f"{after:%Y-%m}") if has_after else None,
            previous_month=before.replace(day=1),
            next_month=after,
            first_free=self.jump_to(self.first_start),
            next_open=None if self.counts else self.jump_to(self.start_from(max(after, self.begins))),
            closed=list(self.closed.items()),
        )

    def _weeks(self) -> list[list[Day | None]]:
        last = _last_of(self.first)
        cells: list[Day | None] = [None] * self.first.weekday()
        for number in range(last.day):
            day = self.first + timedelta(days=number)
            count = self.counts.get(day, 0)
            url, closed = self.day_url(day) if count else None, self.closed.get(day, "")
            cells.append(Day(day, count, url, day == self.today, day == self.day, closed))
        cells += [None] * (-len(cells) % 7)
        return [cells[at : at + 7] for at in range(0, len(cells), 7)]

    @cached_property
    def times(self) -> Times:
        return Times(
            day=self.day,
            openings=self._openings(),
            with_whom=self.asked.with_whom,
            hold_url=self.asked.post_to,
            fields=list(self.asked.fields.items()),
            closed=self.closed.get(self.day, "") if self.day else "",
            **self._other_way(),
        )

    def _openings(self) -> list[Time]:
        if self.day is None:
            return []
        zone, held = self.studio.tz, self.asked.held
        who = self.look.on_day(self.day)
        found = []
        for local in starts_of_day.local_starts(list(who), zone):
            found.append(
                Time(
                    starts_at=local.starts_at,
                    therapist="" if self.asked.therapist else self._who(who[local.minute]),
                    offset=words.offset(local.local) if local.twice else "",
                    is_held=held is not None and held.starts_at == local.starts_at,
                )
            )
        return found

    def _who(self, keys: list[int]) -> str:
        return self.look.therapists[keys[0]].first_name if len(keys) == 1 else f"any of {len(keys)}"

    def _other_way(self) -> dict[str, str]:
        if self.asked.therapist is None or self.day is None:
            return {}
        address = self.asked.address(therapist="any", day=self.day.isoformat()) + TIMES
        return {"other_url": address, "other_label": "See any therapist on this day"}


def _last_of(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
