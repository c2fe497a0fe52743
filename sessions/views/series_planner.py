"""The planner of a series: what is wished, the dates proposed for it, and booking them, by client and desk alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, Final

from django.http import HttpRequest
from django.utils.http import urlencode

from massage_booking.accounts.models import Client
from massage_booking.core.errors import DomainError
from massage_booking.core.ids import new_public_id
from massage_booking.core.parsing import to_int
from massage_booking.studio import selectors as studio_selectors
from sessions.domain import series as domain
from sessions.domain.rhythm import DEFAULT_INTERVAL
from sessions.domain.series import HAS_TIME, State, Wanted
from sessions.forms.choice import usual_service
from sessions.forms.series import WISH, SeriesForm, read_picks, write_picks
from sessions.models import MassageSession, Plan, Series
from sessions.selectors import offer, phone, series_of
from sessions.selectors.series import Planning
from sessions.selectors.series_rows import ANYONE, Asked, Item, Row
from sessions.services import record
from sessions.services import series as services
from sessions.services.series import Booked, Order
from sessions.views import series_words
from therapists import selectors as therapist_selectors
from therapists.models import Service, Therapist

ALL, POSSIBLE = "all", "possible"
USUAL_TIME: Final = time(10)


@dataclass(frozen=True)
class Planner:
    """One client's wish for a series, as an address or a form says it."""

    data: Mapping[str, Any]
    client: Client
    now: datetime
    page: str
    by_desk: bool = False
    may_hear: bool = True

    # -- what is wished

    @cached_property
    def studio(self) -> Any:
        return studio_selectors.require()

    @property
    def today(self) -> date:
        return self.now.astimezone(self.studio.tz).date()

    @cached_property
    def services(self) -> list[Service]:
        """The services that the client's answers leave open, as far as they are known."""
        found = list(therapist_selectors.bookable_services())
        if self.by_desk:
            noon = offer.noon_of(self.today, self.studio.tz)
            assessment = phone.assessor(client=self.client, now=self.now)(noon)
            return [
                one.service for one in phone.choices(services=found, assessment=assessment, chosen=None) if one.is_open
            ]
        standing = offer.standing_of(client=self.client, now=self.now)
        return [one.service for one in offer.offered(services=found, assessment=standing) if one.allowed]

    @cached_property
    def plan(self) -> Plan | None:
        plans = Plan.objects.filter(client=self.client, ended_at=None).select_related("service", "therapist")
        return plans.first()

    @cached_property
    def last(self) -> MassageSession | None:
        return series_of.last_session(client=self.client)

    @cached_property
    def form(self) -> SeriesForm:
        said = {name: self.data[name] for name in WISH if name in self.data}
        services_here = self.services
        return SeriesForm(
            {**self._usual(), **said},
            services=services_here,
            givers=Therapist.objects.filter(is_active=True, services__in=services_here).distinct(),
            today=self.today,
            horizon_days=self.studio.horizon_days,
            grid_minutes=self.studio.grid_minutes,
        )

    def _usual(self) -> dict[str, Any]:
        """Return what is wished while nothing was said: as the plan has it, else as the last session was."""
        plan, last = self.plan, self.last
        like: Any = plan if plan is not None and plan.service is not None else last
        service = self._usual_service(like)
        interval = plan.interval_days if plan else DEFAULT_INTERVAL
        weekday, of_day = self._usual_time()
        return {
            "service": service.slug if service else "",
            "therapist": self._usual_therapist(like, service),
            "interval": interval,
            "count": self._usual_count(),
            "begin": self._usual_begin(interval, weekday).isoformat(),
            "weekday": "" if weekday is None else str(weekday),
            "time": of_day.strftime("%H:%M"),
        }

    def _usual_service(self, like: Any) -> Service | None:
        if like is not None and like.service in self.services:
            found: Service = like.service
            return found
        return usual_service(self.services) if self.services else None

    def _usual_therapist(self, like: Any, service: Service | None) -> str:
        person: Therapist | None = like.therapist if like is not None else None
        gives = person is not None and person.is_active and service in person.services.all()
        return person.slug if person is not None and gives else ANYONE

    def _usual_count(self) -> int:
        room = self.room
        return domain.USUAL if room is None else min(domain.USUAL, max(room, domain.FEWEST))

    def _usual_time(self) -> tuple[int | None, time]:
        if self.plan is not None and self.plan.time_of_day is not None:
            return self.plan.weekday, self.plan.time_of_day
        if self.last is None:
            return None, USUAL_TIME
        local = self.last.starts_at.astimezone(self.studio.tz)
        return local.weekday(), local.time().replace(second=0, microsecond=0)

    def _usual_begin(self, interval: int, weekday: int | None) -> date:
        """Return an interval after the last session, on the nearest of the usual weekdays, not within a pause."""
        begin = series_of.usual_begin(last=self.last, interval_days=interval, now=self.now)
        if weekday is not None:
            begin = domain.on_weekday(begin - timedelta(days=3), weekday)
        if begin < self.today + series_of.SOON:
            begin = domain.on_weekday(self.today + series_of.SOON, weekday)
        paused_until = self.plan.paused_until if self.plan else None
        return begin if paused_until is None or begin >= paused_until else domain.on_weekday(paused_until, weekday)

    @cached_property
    def room(self) -> int | None:
        """How many more sessions the client may book; None without a limit, and for the desk."""
        return None if self.by_desk else series_of.room_ahead(client=self.client, now=self.now)

    # -- what is proposed

    @cached_property
    def planning(self) -> Planning | None:
        """The dates, None while the wish cannot be read."""
        if not self.form.is_valid():
            return None
        wish = self.form.cleaned_data
        of_day = wish["time"].hour * 60 + wish["time"].minute
        wanted = domain.wanted_dates(
            first=domain.on_weekday(wish["begin"], wish["weekday"]),
            interval_days=wish["interval"],
            count=wish["count"],
            of_day=of_day,
        )
        return Planning(
            Asked(
                client=self.client,
                items=tuple(self._item(one, wish) for one in wanted),
                interval_days=wish["interval"],
                now=self.now,
                by_desk=self.by_desk,
                picks=read_picks(self.data, wish["count"]),
            )
        )

    @staticmethod
    def _item(wanted: Wanted, wish: Mapping[str, Any]) -> Item:
        return Item(wanted, wish["service"], wish["therapist"])

    @cached_property
    def series(self) -> Series | None:
        """The series that these dates go on with."""
        wish = self.form.cleaned_data
        return series_of.continued(
            client=self.client, service=wish["service"], interval_days=wish["interval"], now=self.now
        )

    @property
    def opened(self) -> int:
        return to_int(self.data.get("open"), most=domain.MOST) or 0

    @property
    def wish(self) -> dict[str, str]:
        """The wish as fields of a form."""
        return {name: str(self.form[name].value() or "") for name in WISH}

    @property
    def address(self) -> str:
        """The page with everything that is chosen so far."""
        planning = self.planning
        picks = write_picks(planning.asked.picks) if planning else {}
        return f"{self.page}?{urlencode({**self.wish, **picks})}"

    def context(self, *, sentence: str = "") -> dict[str, Any]:
        """Return what the page shows."""
        context: dict[str, Any] = {
            "client": self.client,
            "form": self.form,
            "page": self.page,
            "room": self.room,
            "sentence": sentence,
            "by_desk": self.by_desk,
            "none_open": not self.services,
        }
        planning = self.planning
        if planning is not None:
            rows = planning.rows
            lines = series_words.lines_of(planning, opened=self.opened, by_desk=self.by_desk, may_hear=self.may_hear)
            context |= {
                "lines": lines,
                "far": [line for line in lines if line.is_far],
                "wish": list(self.wish.items()),
                "key": new_public_id(),
                "mode": self.data.get("mode", ALL),
                "count": sum(row.has_time for row in rows),
                "all_fit": all(row.state is State.FITS for row in rows),
                "price": self.form.cleaned_data["service"].price,
                "number": series_of.next_number(self.series) if self.series else 1,
                "is_over_cap": self.room is not None and self.room < sum(row.has_time for row in rows),
            }
        return context

    # -- booking

    @property
    def key(self) -> str:
        return str(self.data.get("key", ""))[:40]

    @property
    def keeps_possible(self) -> bool:
        return self.data.get("mode") == POSSIBLE

    @property
    def digest(self) -> str:
        """Return what tells a second sending of this form from another one."""
        names = [*WISH, "mode", *(f"date-{number}" for number in range(1, domain.MOST + 1))]
        said = {name: str(self.data.get(name, "")) for name in names}
        return record.digest_of({**said, "client": self.client.pk})

    def chosen(self) -> list[Row]:
        """Return the dates to book: those that were shown and still can be had, none that nobody has seen."""
        assert self.planning is not None
        picks = self.planning.asked.picks
        return [
            row
            for row in self.planning.rows
            if row.state in HAS_TIME and row.lost is None and picks.get(row.number - 1) is not None
        ]

    def lost(self) -> list[datetime]:
        """Return the times that were shown and cannot be had any more."""
        assert self.planning is not None
        return [row.lost for row in self.planning.rows if row.lost is not None]

    def book(self, request: HttpRequest) -> Booked:
        """Book what was chosen. Raises what `services.book` raises."""
        wish = self.form.cleaned_data
        dates = [services.Wanted(row.time.starts_at, row.time.therapist) for row in self.chosen() if row.time]
        order = Order(
            client=self.client,
            service=wish["service"],
            therapist=wish["therapist"],
            interval_days=wish["interval"],
            dates=tuple(dates),
            actor=request.user,  # type: ignore[arg-type]
            by="desk" if self.by_desk else "client",
            form_key=self.key,
            form_digest=self.digest,
        )
        return services.book(order, now=self.now, keep_possible=self.keeps_possible)

    def answered(self) -> MassageSession | None:
        """Return the first session that this very form led to before. Raises Refused("form_reused")."""
        return record.answered_before(key=self.key, digest=self.digest)

    def sentence_of(self, error: DomainError) -> str:
        """Write why nothing was booked."""
        at = error.params.get("starts_at")
        found = series_words.refusal_words(error, by_desk=self.by_desk, may_hear=self.may_hear)
        return f"{series_words.listed_times([at])}: {found}" if isinstance(at, datetime) else found
