"""One client's wish at a seat: what was chosen so far, what is open, and taking it. No shortest notice for staff."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from massage_booking.accounts.models import Client
from massage_booking.core import clock
from massage_booking.core.errors import DomainError, Refused
from massage_booking.core.ids import new_public_id
from massage_booking.core.parsing import to_date, to_instant, to_month
from massage_booking.studio import selectors as studio_selectors
from screening import selectors as screening
from sessions import staff_messages
from sessions.domain.status import Act, may
from sessions.forms.choice import GENDERS, genders_of
from sessions.forms.desk import TimeForm
from sessions.models import MassageSession
from sessions.selectors import clearance, offer, openings, phone, who
from sessions.selectors.openings import Opening
from sessions.services import record
from sessions.views.picker import Asked, Picker
from sessions.views.seats import Seat
from therapists.models import Service, Therapist
from therapists.selectors import bookable_services

AT_ONCE = timedelta(0)
ANYONE = "any"
NOT_OFFERED = "This therapist cannot give this to this client. Choose one of those who are offered."

Write = Callable[..., MassageSession]


@dataclass(frozen=True)
class Refusal:
    """Why not, and the nearest three instead."""

    sentence: str
    nearest: list[Opening]


@dataclass(frozen=True)
class Desk:
    """One client's wish at a seat: what was chosen so far, in an address or in a form."""

    seat: Seat
    data: Mapping[str, Any]
    client: Client
    now: datetime
    page: str
    moving: MassageSession | None = None

    @cached_property
    def judge(self) -> phone.Judge:
        return phone.assessor(client=self.client, now=self.now)

    @cached_property
    def services(self) -> list[Service]:
        found = bookable_services()
        return list(found.filter(therapists=self.seat.therapist) if self.seat.therapist else found)

    @cached_property
    def service(self) -> Service | None:
        if self.moving is not None:
            return self.moving.service
        slug = self.data.get("service")
        return next((service for service in self.services if service.slug == slug), None)

    @cached_property
    def therapists(self) -> list[Therapist]:
        """Whom this client may have on the day that is looked at. Why not somebody is not the desk's to know."""
        if self.service is None:
            return []
        day = self.day or self.now.astimezone(self.zone).date()
        needs = offer.needs_of(self.judge(offer.noon_of(day, self.zone)))
        able = who.offered_to(client=self.client, service=self.service, day=day, needs=needs)
        return [person for person in able if self.seat.therapist in (None, person)]

    @cached_property
    def therapist(self) -> Therapist | None:
        """The one asked for; None means anyone. A session that moves stays with its therapist unless said otherwise."""
        if self.seat.therapist is not None:
            return self.seat.therapist
        slug = self.data.get("therapist")
        if slug is None and self.moving is not None:
            return next((person for person in self.therapists if person.pk == self.moving.therapist_id), None)
        return next((person for person in self.therapists if person.slug == slug), None)

    @cached_property
    def day(self) -> date | None:
        """The day to show: the one asked for, else that of the time that was pressed."""
        pressed = to_instant(self.data.get("starts_at"))
        return to_date(self.data.get("day")) or (pressed.astimezone(self.zone).date() if pressed else None)

    @cached_property
    def zone(self) -> ZoneInfo:
        return studio_selectors.require().tz

    @property
    def gender(self) -> str:
        """What is asked for instead of a name; without either, the client's own wish counts."""
        word = str(self.data.get("therapist", "")) if self.seat.therapist is None else ""
        return word if word in GENDERS else ""

    @property
    def therapist_word(self) -> str:
        return self.therapist.slug if self.therapist else self.gender or ANYONE

    def asked(self, service: Service, key: str) -> Asked:
        words = {"therapist": self.therapist_word}
        if self.moving is None:
            words["service"] = service.slug
        return Asked(
            service=service,
            now=self.now,
            page=self.page,
            post_to=self.page,
            fields={**words, "key": key},
            parameters=words,
            therapist=self.therapist,
            client=self.client,
            without=self.moving,
            held=self.moving,
            notice=AT_ONCE,
            gender=self.gender,
            allowed_on=phone.allowed_on(client=self.client, service=service, judge=self.judge, now=self.now),
        )

    def nearest(self, service: Service, wanted: datetime) -> list[Opening]:
        """Return the nearest three that this client may have."""
        return openings.nearest(
            service=service,
            wanted=wanted,
            now=self.now,
            therapist=self.therapist,
            client=self.client,
            notice=AT_ONCE,
            gender=self.gender,
            allowed_on=phone.allowed_on(client=self.client, service=service, judge=self.judge, now=self.now),
        )

    def context(self, refusal: Refusal | None) -> dict[str, Any]:
        key = new_public_id()
        context: dict[str, Any] = {
            "client": self.client,
            "service": self.service,
            "therapist": self.therapist,
            "therapists": self.therapists,
            "anyone": ANYONE,
            "gender": self.gender,
            "genders": genders_of(self.therapists),
            "wish": GENDERS.get(who.wish_of(self.client), "").lower(),
            "refusal": refusal,
            "key": key,
            "page": self.page,
            "day": self.day,
            "is_own": self.seat.is_own,
            "client_page": "" if self.seat.is_own else self.seat.url("client", self.client.public_id),
            "anyway": self.anyway,
            "nav": self.seat.nav,
        }
        if self.service is not None:
            asked = self.asked(self.service, key)
            picker = Picker(asked, month_asked=to_month(self.data.get("month")), day_asked=self.day)
            context |= {"month": picker.month, "times": picker.times}
            if picker.month.first_free is None:
                context["none_open"] = staff_messages.SENTENCES[self.why_none_open]
        return context

    @property
    def anyway(self) -> str:
        """Return the address of the page that goes against hours, with what was chosen so far."""
        moving = self.moving
        page = (
            self.seat.url("move_anyway", moving.public_id)
            if moving is not None
            else self.seat.url("book_anyway", self.client.public_id)
        )
        words = {"service": self.service.slug} if self.service is not None and moving is None else {}
        if self.day is not None:
            words["day"] = self.day.isoformat()
        return f"{page}?{urlencode(words)}" if words else page

    @property
    def why_none_open(self) -> str:
        """Return why there is nothing to choose, as a code: no more than the desk may know."""
        if screening.is_stopped(self.client):
            return "stopped_to_book"
        nothing_answered = self.judge(offer.noon_of(self.now.astimezone(self.zone).date(), self.zone)) is None
        is_adult = phone.is_adult(self.client, self.now.astimezone(self.zone).date())
        return "answers_needed_of_minor" if nothing_answered and not is_adult else "none_open"


def take(desk: Desk, write: Write) -> MassageSession | Refusal:
    """Read the chosen time and write it with a service; a refusal comes with the nearest three."""
    service = desk.service
    if service is None:
        return Refusal("Choose what it is to be first.", [])
    form = TimeForm(desk.data)
    if not form.is_valid():
        return Refusal(staff_messages.sentence(DomainError("unreadable_time")), [])
    starts_at, key = form.cleaned_data["starts_at"], form.cleaned_data["key"]
    if desk.therapist is None and not desk.gender and desk.data.get("therapist") not in (ANYONE, None):
        return Refusal(NOT_OFFERED, desk.nearest(service, max(starts_at, desk.now)))
    wish = {"client": desk.client.pk, "service": service.pk, "therapist": desk.therapist_word, "starts_at": starts_at}
    moving = desk.moving
    if moving is not None:
        wish["session"] = moving.pk
    digest = record.digest_of(wish)
    try:
        known = record.answered_before(key=key, digest=digest)
        if known is not None:
            return known
        if moving is not None and (moving.starts_at, moving.therapist) == (starts_at, desk.therapist):
            return Refusal("It is at that time already.", [])
        return write(
            starts_at=starts_at, therapist=desk.therapist, assessment=desk.judge(starts_at), now=desk.now,
            gender=desk.gender, form_key=key, form_digest=digest,
        )  # fmt: skip
    except DomainError as error:
        nearest = [] if error.code == "form_reused" else desk.nearest(service, max(starts_at, desk.now))
        return Refusal(staff_messages.sentence(error), nearest)


def told_of(session: MassageSession, client: Client) -> str:
    """Return what staff are told of a booking that stands."""
    told = "book" if client.mail_address else "book_silent"
    if session.clearance_until is not None:
        told = "kept" if client.mail_address else "kept_silent"
    elif session.needs_review:
        told = "asked"
    words = {"name": client.short_name, "address": client.mail_address, "until": clearance.words(session)}
    return staff_messages.done(told, **words)


def told_of_move(client: Client) -> str:
    """Return what staff are told of a move."""
    return staff_messages.done("move" if client.mail_address else "move_silent", name=client.short_name)


def to_session(session: MassageSession) -> HttpResponse:
    return redirect("sessions:staff_session", public_id=session.public_id)


def choices_for(desk: Desk) -> dict[str, Any]:
    """Return the services to choose from, those that limits rule out greyed without a reason."""
    noon = offer.noon_of(desk.day or desk.now.astimezone(desk.zone).date(), desk.zone)
    return {
        "choices": phone.choices(services=desk.services, assessment=desk.judge(noon), chosen=desk.service),
        "not_possible": phone.NOT_POSSIBLE,
    }


def moving_from(request: HttpRequest, seat: Seat, public_id: str, page: str) -> Desk | HttpResponse:
    """Return the wish to move a session, or the way back where it cannot be moved any more."""
    session = seat.session_or_404(request, public_id)
    if session.client is None or not may(session.state, Act.MOVE):
        messages.error(request, staff_messages.sentence(Refused("wrong_status")))
        return to_session(session)
    data = request.POST if request.method == "POST" else request.GET
    return Desk(seat, data, session.client, clock.now(), seat.url(page, session.public_id), moving=session)
