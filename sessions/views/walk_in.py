"""Somebody walked in: who it is, what it is to be, and who is free now or at the next five minutes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from massage_booking.core import clock
from massage_booking.core.errors import DomainError
from massage_booking.core.ids import new_public_id
from sessions import staff_messages
from sessions.domain.choosing import Because
from sessions.domain.refusals import Why
from sessions.forms.desk import SearchForm, TimeForm
from sessions.models import MassageSession
from sessions.selectors import choosing, exact, people, phone
from sessions.services import record, walk_ins
from sessions.views.counter import Desk, Refusal, choices_for, to_session
from sessions.views.desk import confirmed_client
from sessions.views.seats import Seat
from therapists.models import Therapist

SOON = "soon"


@dataclass(frozen=True)
class Person:
    """A therapist on the list: from when and until when they are free, and why they come where they do."""

    therapist: Therapist
    starts_at: datetime
    is_free: bool
    free_until: datetime | None
    because: str = ""
    why_not: str = ""


def who_at(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Ask who it is that has walked in."""
    form = SearchForm(request.GET)
    said = form.cleaned_data["q"].strip() if form.is_valid() else ""
    context = {
        "search": form,
        "words": said,
        "found": people.found_by_therapist(said),
        "page": seat.url("walk_ins"),
        "add_page": seat.url("client_add"),
        "walk_in_page": "sessions:own_walk_in" if seat.is_own else "sessions:desk_walk_in",
        "nav": seat.nav,
    }
    return render(request, "sessions/desk/walk_ins.html", context)


def take_at(request: HttpRequest, seat: Seat, public_id: str) -> HttpResponse:
    """Show who is free for a client who stands here, and take them."""
    client = confirmed_client(public_id)
    page = seat.url("walk_in", client.public_id)
    data = request.POST if request.method == "POST" else request.GET
    desk = Desk(seat, data, client, clock.now(), page)
    refusal = None
    if request.method == "POST":
        result = _take(request, desk)
        if isinstance(result, MassageSession):
            messages.success(request, _told(result))
            return to_session(result)
        refusal = result
    starts_at = exact.start_of_walk_in(desk.now, later=data.get("start") == SOON)
    ranked = _ranked(desk, starts_at)
    context = {
        **choices_for(desk),
        "client": client,
        "service": desk.service,
        "page": page,
        "is_own": seat.is_own,
        "back": seat.url("walk_ins"),
        "starts_at": starts_at,
        "is_soon": data.get("start") == SOON,
        "now": desk.now,
        "people": ranked,
        "anybody_free": any(person.is_free for person in ranked),
        "is_allowed": desk.service is None or _is_allowed(desk, starts_at),
        "answers_complete": phone.answers_complete(client=client, now=desk.now),
        "anyway": _anyway(desk, starts_at),
        "refusal": refusal,
        "key": new_public_id(),
        "nav": seat.nav,
    }
    return render(request, "sessions/desk/walk_in.html", context, status=409 if refusal else 200)


def _anyway(desk: Desk, starts_at: datetime) -> str:
    """Return the address of the page that goes against hours, for this very minute."""
    local = starts_at.astimezone(desk.zone)
    words = {"day": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}
    if desk.service is not None:
        words["service"] = desk.service.slug
    return f"{desk.seat.url('book_anyway', desk.client.public_id)}?{urlencode(words)}"


def _is_allowed(desk: Desk, starts_at: datetime) -> bool:
    assert desk.service is not None
    may = phone.allowed_on(client=desk.client, service=desk.service, judge=desk.judge, now=desk.now)
    return may(starts_at.astimezone(desk.zone).date())


def _ranked(desk: Desk, starts_at: datetime) -> list[Person]:
    """Return who could give it now: free ones first, best first; then the others with what is in the way."""
    if desk.service is None:
        return []
    then = exact.look(
        service=desk.service, starts_at=starts_at, now=desk.now, therapist=desk.seat.therapist, client=desk.client
    )
    until = exact.free_until(then, now=desk.now)
    free = [key for key in then.free.places if then.works(key)]
    order = choosing.rank(free=free, starts_at=starts_at, client=desk.client, now=desk.now)
    ready = [
        Person(then.therapists[key], starts_at, True, until.get(key), _because(because, of=len(order)))
        for key, because in order
    ]
    others = [
        Person(person, starts_at, False, until.get(key), why_not=_why_not(then, key))
        for key, person in then.therapists.items()
        if key not in free
    ]
    return ready + others


def _because(code: str, *, of: int) -> str:
    """Return why somebody stands where they do; the last of several is not “the only one free”."""
    return "" if of > 1 and code == Because.ONLY_ONE else staff_messages.BECAUSE.get(code, "")


def _why_not(then: exact.Then, key: int) -> str:
    return staff_messages.not_free(then.free.why_not.get(key, Why.OUTSIDE_HOURS))


def _take(request: HttpRequest, desk: Desk) -> MassageSession | Refusal:
    form = TimeForm(desk.data)
    if desk.service is None:
        return Refusal("Choose what it is to be first.", [])
    if not form.is_valid():
        return Refusal(staff_messages.sentence(DomainError("unreadable_time")), [])
    therapist = desk.therapist if desk.therapist in desk.therapists else None
    if therapist is None:
        return Refusal("This therapist does not give this service.", [])
    starts_at = form.cleaned_data["starts_at"]
    said: Mapping[str, Any] = {
        "walk_in": desk.client.pk, "service": desk.service.pk, "therapist": therapist.pk, "starts_at": starts_at,
    }  # fmt: skip
    try:
        return walk_ins.take(
            client=desk.client,
            service=desk.service,
            therapist=therapist,
            starts_at=starts_at,
            assessment=desk.judge(starts_at),
            actor=request.user,  # type: ignore[arg-type]
            by=desk.seat.by,
            now=desk.now,
            form_key=form.cleaned_data["key"],
            form_digest=record.digest_of(said),
        )
    except DomainError as error:
        nearest = [] if error.code == "form_reused" else desk.nearest(desk.service, desk.now)
        return Refusal(staff_messages.sentence(error), nearest)


def _told(session: MassageSession) -> str:
    assert session.client is not None
    told = "walked_in" if session.status == "arrived" else "asked"
    if session.status == "arrived" and session.re_ask_due:
        told = "walked_in_asks"
    return staff_messages.done(
        told,
        name=session.client.short_name,
        therapist=session.therapist.first_name,
        address=session.client.mail_address,
    )
