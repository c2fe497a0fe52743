"""Therapists review letters: open the document, accept it with its scope, or refuse it with a reason."""

from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from massage_booking.accounts.permissions import therapist_required
from massage_booking.core import clock, visitors, wording
from massage_booking.core.errors import DomainError
from massage_booking.studio import selectors as studio_selectors
from screening.models import Letter, LetterState
from screening.services import reviews
from screening.vault import Reader
from screening.views.doors import closed_kindly
from screening.views.letters import file_of, private
from sessions import staff_messages
from sessions.forms.letters import AcceptForm, RefuseForm
from sessions.selectors import clearance
from sessions.selectors.letter_review import rows_for

PURPOSE: Final = "reviewing a letter"


def _letter(request: HttpRequest, letter_id: str) -> Letter:
    """Return a letter of somebody whom this therapist treats; everything else is 404."""
    return get_object_or_404(clearance.letters_of_therapist(request.user), public_id=letter_id)


def _reader(request: HttpRequest) -> Reader:
    return Reader.of(request.user, "therapist")  # type: ignore[arg-type]


@require_safe
@therapist_required
@closed_kindly
@private
def letter(request: HttpRequest, letter_id: str) -> HttpResponse:
    """Show a letter that waits for a word, with what it can be about."""
    return _page(request, _letter(request, letter_id))


def _page(request: HttpRequest, found: Letter, **forms: Any) -> HttpResponse:
    now, studio = clock.now(), studio_selectors.require()
    waits = found.state == LetterState.RECEIVED
    rows = None
    if waits:
        # A form that comes back with an error names the rows once more: another reading.
        address = visitors.address_of(request)
        rows = rows_for(found, now=now, reader=_reader(request), purpose=PURPOSE, address=address)
        today = now.astimezone(studio.tz).date()
        asked = [row.code for row in rows.to_cover if row.is_asked]
        forms.setdefault("accept", AcceptForm(rows=rows, today=today, initial={"codes": asked}))
        forms.setdefault("refuse", RefuseForm())
    session = clearance.waiting_of(found.client_id)
    context = {
        "letter": found,
        "client": found.client,
        "waits": waits,
        "rows": rows,
        "session": session,
        "forms": forms,
        "today": now.astimezone(studio.tz).date(),
        "nav": "review",
    }
    return render(request, "sessions/letters/letter.html", context)


@require_safe
@therapist_required
@closed_kindly
def letter_file(request: HttpRequest, letter_id: str) -> HttpResponse:
    """Hand the document over; the opening is recorded."""
    found = _letter(request, letter_id)
    return file_of(found, reader=_reader(request), purpose=PURPOSE, address=visitors.address_of(request))


@require_POST
@therapist_required
@closed_kindly
@private
def accept(request: HttpRequest, letter_id: str) -> HttpResponse:
    """Accept a letter with what it says."""
    found, now = _letter(request, letter_id), clock.now()
    today = now.astimezone(studio_selectors.require().tz).date()
    form = AcceptForm(request.POST, rows=rows_for(found, now=now), today=today)
    if not form.is_valid():
        return _page(request, found, accept=form)
    return _answered(request, found, lambda: _accept(request, found, form, now), accept=form)


def _accept(request: HttpRequest, found: Letter, form: AcceptForm, now: datetime) -> str:
    waiting = clearance.waiting_of(found.client_id)
    zone = studio_selectors.require().tz
    today = now.astimezone(zone).date()
    accepted = reviews.accept(letter=found, scope=form.scope(), reviewer=request.user, today=today, now=now)  # type: ignore[arg-type]
    if waiting is None:
        return staff_messages.done("letter_accepted")
    if clearance.waiting_of(found.client_id) is None:
        return staff_messages.done("letter_accepted_booked")
    until, day = accepted.covers_until, waiting.starts_at.astimezone(zone).date()
    if until is not None and until < day:
        return staff_messages.done("letter_accepted_short", day=wording.long_date(day))
    return staff_messages.done("letter_accepted_waits")


@require_POST
@therapist_required
@closed_kindly
@private
def refuse(request: HttpRequest, letter_id: str) -> HttpResponse:
    """Refuse a letter with a reason."""
    found, now = _letter(request, letter_id), clock.now()
    form = RefuseForm(request.POST)
    if not form.is_valid():
        return _page(request, found, refuse=form)

    def act() -> str:
        reviews.refuse(
            letter=found,
            reason=form.cleaned_data["reason"],
            reviewer=request.user,  # type: ignore[arg-type]
            now=now,
        )
        return staff_messages.done("letter_refused")

    return _answered(request, found, act, refuse=form)


def _answered(request: HttpRequest, found: Letter, act: Any, **forms: Any) -> HttpResponse:
    """Do it and say so, or say why not; while it still waits for a word, with what was filled in."""
    try:
        messages.success(request, act())
    except DomainError as refusal:
        messages.error(request, staff_messages.sentence(refusal))
        fresh = _letter(request, found.public_id)
        if fresh.state == LetterState.RECEIVED:
            return _page(request, fresh, **forms)
    return redirect("sessions:letter", letter_id=found.public_id)
