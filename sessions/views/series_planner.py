"""The planner of a series: what is wished, the dates proposed for it, and booking them, by client and desk alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.http import urlencode

from massage_booking.accounts.models import Client
from massage_booking.core.ids import new_public_id
from massage_booking.studio import selectors as studio_selectors
from sessions.domain import series as domain
from sessions.domain.series import State, Wanted
from sessions.forms.choice import usual_service
from sessions.forms.series import WISH, SeriesForm, read_picks, write_picks
from sessions.models import Series
from sessions.selectors import offer, phone, series_of, who
from sessions.selectors.series import Planning
from sessions.selectors.series_rows import ANYONE, Asked, Item
from sessions.selectors.series_usual import usual
from sessions.services import record
from sessions.services import series as services
from sessions.services.series import Booked, Order
from sessions.views import series_words
from sessions.views.series_sent import Sent
from therapists import selectors as therapist_selectors
from therapists.models import Service, Therapist


@dataclass(frozen=True)
class Planner(Sent):
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
        found = therapist_selectors.services_to_book()
        if self.by_desk:
            noon = offer.noon_of(self.today, self.studio.tz)
            assessment = phone.assessor(client=self.client, now=self.now)(noon)
            return [
                one.service for one in phone.choices(services=found, assessment=assessment, chosen=None) if one.is_open
            ]
        standing = offer.standing_of(client=self.client, now=self.now)
        return [one.service for one in offer.offered(services=found, assessment=standing) if one.allowed]

    @cached_property
    def form(self) -> SeriesForm:
        said = {name: self.data[name] for name in WISH if name in self.data}
        services_here = self.services
        return SeriesForm(
            {**self._usual(), **said},
            services=services_here,
            givers=who.not_apart(
                client=self.client,
                therapists=Therapist.objects.filter(is_active=True, services__in=services_here).distinct(),
            ),
            today=self.today,
            horizon_days=self.studio.horizon_days,
            grid_minutes=self.studio.grid_minutes,
        )

    def _usual(self) -> dict[str, Any]:
        """Return the wish while nothing was said, as fields of a form."""
        found = usual(client=self.client, services=self.services, now=self.now)
        service = found.service or (usual_service(self.services) if self.services else None)
        return {
            "service": service.slug if service else "",
            "therapist": found.therapist.slug if found.therapist else ANYONE,
            "interval": found.interval_days,
            "count": self._usual_count(),
            "begin": found.begin.isoformat(),
            "weekday": "" if found.weekday is None else str(found.weekday),
            "time": found.time_of_day.strftime("%H:%M"),
        }

    def _usual_count(self) -> int:
        room = self.room
        return domain.USUAL if room is None else min(domain.USUAL, max(room, domain.FEWEST))

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
                "mode": self.mode,
                "count": sum(row.has_time for row in rows),
                "all_fit": all(row.state is State.FITS for row in rows),
                "price": self.form.cleaned_data["service"].price,
                "number": series_of.next_number(self.series) if self.series else 1,
                "is_over_cap": self.room is not None and self.room < sum(row.has_time for row in rows),
            }
        return context

    # -- booking

    @property
    def digest(self) -> str:
        """Return what tells a second sending of this form from another one."""
        names = [*WISH, "mode", *(f"date-{number}" for number in range(1, domain.MOST + 1))]
        said = {name: str(self.data.get(name, "")) for name in names}
        return record.digest_of({**said, "client": self.client.pk})

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
