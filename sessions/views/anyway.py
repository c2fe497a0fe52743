"""Booking and moving against hours, notice, grid and horizon: what it goes against is shown, a reason is asked for.

Nothing here goes against what is taken, who may give the service, or what the client's answers allow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from massage_booking.accounts.models import Client
from massage_booking.core import clock
from massage_booking.core.errors import DomainError
from massage_booking.core.intervals import instant_of
from massage_booking.core.walltime import first_shown
from sessions import staff_messages
from sessions.domain import exact as domain
from sessions.forms.anyway import AnywayForm, WhenForm
from sessions.models import MassageSession
from sessions.selectors import exact, phone
from sessions.services import asking_ahead, booking, changes, record
from sessions.views.counter import (
    AT_ONCE,
    NOT_OFFERED,
    Desk,
    Refusal,
    Write,
    choices_for,
    moving_from,
    to_session,
    told_of,
    told_of_move,
)
from sessions.views.desk import confirmed_client
from sessions.views.seats import Seat
from therapists.models import Therapist


@dataclass(frozen=True)
class Person:
    """A therapist on the list: free or not and why not, and what a booking would go against."""

    therapist: Therapist
    is_free: bool
    why_not: str
    against: list[str]


@dataclass(frozen=True)
class Anyway:
    """A wish against the studio's times, as far as it was chosen."""

    desk: Desk
    when: WhenForm

    @cached_property
    def starts_at(self) -> datetime | None:
        """Return the instant chosen: on the wall, in the two fields, or as the last form had it."""
        if not self.when.is_valid():
            return None
        return instant_of(first_shown(self.when.wall, self.desk.zone))

    @cached_property
    def out_of_bounds(self) -> str:
        """Return why no reason helps with that start; nothing when one may."""
        if self.starts_at is None:
            return ""
        found = domain.bounds_refusals(self.starts_at, now=self.desk.now)
        return staff_messages.sentence(DomainError(found[0].code.value, **found[0].params)) if found else ""

    @cached_property
    def is_allowed(self) -> bool:
        """Say whether the client may have it that day. Which answer is in the way is nobody's business here."""
        desk = self.desk
        if desk.service is None or self.starts_at is None:
            return True
        may = phone.allowed_on(client=desk.client, service=desk.service, judge=desk.judge, now=desk.now)
        return may(self.starts_at.astimezone(desk.zone).date())

    @cached_property
    def people(self) -> list[Person]:
        """Return who gives the service, whether they are free then, and what it would go against."""
        desk = self.desk
        if desk.service is None or self.starts_at is None or self.out_of_bounds:
            return []
        then = exact.look(
            service=desk.service,
            starts_at=self.starts_at,
            now=desk.now,
            therapist=desk.seat.therapist,
            client=desk.client,
            without=desk.moving,
        )
        standing = exact.standing_there(then)
        people = [
            Person(
                person,
                is_free=key in then.free.places,
                why_not=staff_messages.not_free(then.free.why_not.get(key)),
                against=staff_messages.against(then.against(key, now=desk.now), standing[key]),
            )
            for key, person in then.therapists.items()
        ]
        # Who is free comes first, and whom it would suit best.
        return sorted(people, key=lambda person: (not person.is_free, len(person.against)))

    def context(self, form: AnywayForm, refusal: Refusal | None) -> dict[str, Any]:
        desk = self.desk
        return {
            "client": desk.client,
            "service": desk.service,
            "session": desk.moving,
            "is_own": desk.seat.is_own,
            "page": desk.page,
            "back": desk.seat.url("move", desk.moving.public_id)
            if desk.moving
            else desk.seat.url("book", desk.client.public_id),
            "when": self.when,
            "form": form,
            "starts_at": self.starts_at,
            "out_of_bounds": self.out_of_bounds,
            "is_allowed": self.is_allowed,
            "people": self.people,
            "anybody_free": any(person.is_free for person in self.people),
            "chosen": form["therapist"].value() or (desk.moving.therapist.slug if desk.moving else ""),
            "refusal": refusal,
            "key": form["key"].value(),
            "nav": desk.seat.nav,
        }


def _anyway(request: HttpRequest, desk: Desk) -> Anyway:
    shown = (desk.moving.starts_at if desk.moving else desk.now).astimezone(desk.zone)
    initial: dict[str, Any] = {"day": desk.day or shown.date()}
    if desk.moving is not None:
        initial["time"] = shown.time()
    is_chosen = "time" in desk.data and "day" in desk.data
    return Anyway(desk, WhenForm(desk.data if is_chosen else None, initial=initial))


def _page(request: HttpRequest, desk: Desk, write: Write, *, told: Callable[[MassageSession], str]) -> HttpResponse:
    anyway = _anyway(request, desk)
    form, refusal = AnywayForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        result = _take(anyway, form, write)
        if isinstance(result, MassageSession):
            messages.success(request, told(result))
            return to_session(result)
        refusal = result
    context = {**anyway.context(form, refusal), **(choices_for(desk) if desk.moving is None else {})}
    return render(request, "sessions/desk/anyway.html", context, status=409 if refusal else 200)


def _take(anyway: Anyway, form: AnywayForm, write: Write) -> MassageSession | Refusal:
    desk, starts_at = anyway.desk, anyway.starts_at
    given = form.cleaned_data
    able = {person.slug: person for person in desk.therapists}
    therapist = desk.seat.therapist or able.get(given["therapist"])
    if desk.service is None or starts_at is None:
        return Refusal(staff_messages.sentence(DomainError("unreadable_time")), [])
    if therapist is None:
        return Refusal(NOT_OFFERED, [])
    said = {
        "client": desk.client.pk, "service": desk.service.pk, "therapist": therapist.pk, "starts_at": starts_at,
        "reason": given["reason"], "session": desk.moving.pk if desk.moving else None,
    }  # fmt: skip
    try:
        return write(
            starts_at=starts_at, therapist=therapist, assessment=desk.judge(starts_at), now=desk.now,
            override=given["reason"], form_key=given["key"], form_digest=record.digest_of(said),
        )  # fmt: skip
    except DomainError as error:
        nearest = [] if error.code == "form_reused" else desk.nearest(desk.service, max(starts_at, desk.now))
        return Refusal(staff_messages.sentence(error), nearest)


def book_at(request: HttpRequest, seat: Seat, public_id: str) -> HttpResponse:
    """Book against the studio's times."""
    client: Client = confirmed_client(public_id)
    data = request.POST if request.method == "POST" else request.GET
    desk = Desk(seat, data, client, clock.now(), seat.url("book_anyway", client.public_id))

    def write(**choice: Any) -> MassageSession:
        booked = booking.book(
            client=client,
            service=desk.service,
            via=seat.via,
            actor=request.user,  # type: ignore[arg-type]
            by=seat.by,
            notice=AT_ONCE,
            **choice,
        )
        asking_ahead.ask(session=booked, now=desk.now)
        return booked

    return _page(request, desk, write, told=lambda session: told_of(session, client))


def move_at(request: HttpRequest, seat: Seat, public_id: str) -> HttpResponse:
    """Move a session against the studio's times."""
    desk = moving_from(request, seat, public_id, "move_anyway")
    if isinstance(desk, HttpResponse):
        return desk
    session = desk.moving

    def write(**choice: Any) -> MassageSession:
        return changes.move(session=session, actor=request.user, by=seat.by, **choice)  # type: ignore[arg-type]

    return _page(request, desk, write, told=lambda _: told_of_move(desk.client))
