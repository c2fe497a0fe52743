"""Two at once, booked by phone: find both clients, choose what each has, press a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from massage_booking.accounts.permissions import desk_required
from massage_booking.core import clock
from massage_booking.core.errors import DomainError
from massage_booking.core.ids import new_public_id
from sessions import staff_messages
from sessions.forms.desk import TimeForm
from sessions.models import MassageSession
from sessions.models.session import BookedVia
from sessions.selectors import together
from sessions.selectors.together import Pair
from sessions.services import asking_ahead, record
from sessions.services.together import Sessions, Terms, book_two
from sessions.views.counter import ANYONE
from sessions.views.desk_two import DeskTwo


@dataclass(frozen=True)
class Refusal:
    """Why not, and the nearest three common times instead."""

    sentence: str
    nearest: Sequence[together.Together] = ()


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def book(request: HttpRequest) -> HttpResponse:
    """Book two clients on the phone at the same time."""
    page = reverse("sessions:desk_together")
    desk = DeskTwo(request.POST if request.method == "POST" else request.GET, clock.now(), page)
    refusal = Refusal(desk.why_not) if desk.why_not else None
    if request.method == "POST":
        result = _take(request, desk)
        if not isinstance(result, Refusal):
            return _booked(request, result, now=desk.now)
        refusal = result
    key = new_public_id()
    context: dict[str, Any] = {
        "desk": desk,
        "rows": desk.candidates(),
        "anyone": ANYONE,
        "refusal": refusal,
        "key": key,
        "page": page,
        "pair": desk.pair,
        "words": desk.words.items(),
        "nav": "desk",
    }
    if desk.pair is not None:
        picker = desk.picker(desk.pair, key)
        context |= {"month": picker.month, "times": picker.times}
        if picker.month.first_free is None:
            context["none_open"] = "No time is open for both as it is. Try anyone, two rooms, or another service."
    return render(request, "sessions/desk/together.html", context, status=409 if refusal else 200)


def _take(request: HttpRequest, desk: DeskTwo) -> Sessions | Refusal:
    """Read the chosen time and book both; a refusal comes with the nearest three."""
    if desk.why_not:
        return Refusal(desk.why_not)
    form, pair = TimeForm(desk.data), desk.pair
    if pair is None:
        return Refusal("Choose both clients and what each is to have first.")
    if not form.is_valid():
        return Refusal(staff_messages.sentence(DomainError("unreadable_time")))
    if "anyone" in desk.data:
        pair = pair.with_anyone()
    starts_at, key = form.cleaned_data["starts_at"], form.cleaned_data["key"]
    terms = Terms(
        (desk.seats[0].judge(starts_at), desk.seats[1].judge(starts_at)),
        request.user,  # type: ignore[arg-type]
        via=BookedVia.PHONE,
        by="desk",
        form_key=key,
        form_digest=record.digest_of({**desk.words, "starts_at": starts_at, "anyone": "anyone" in desk.data}),
    )
    try:
        return book_two(pair, terms=terms, starts_at=starts_at, now=desk.now)
    except DomainError as error:
        return refusal_of(error, pair, starts_at, desk.now)


def refusal_of(error: DomainError, pair: Pair, starts_at: datetime, now: datetime) -> Refusal:
    sentence = staff_messages.sentence(error)
    if "index" in error.params:
        sentence = f"{pair.seats[error.params['index']].client.name}: {sentence}"
    if error.code == "form_reused":
        return Refusal(sentence)
    nearest = error.params.get("nearest") or together.nearest(pair, wanted=max(starts_at, now), now=now)
    return Refusal(sentence, nearest)


def _booked(request: HttpRequest, booked: Sessions, *, now: datetime) -> HttpResponse:
    for session in booked:
        asking_ahead.ask(session=session, now=now)
    tell(request, "book_two", booked)
    return redirect("sessions:staff_session", public_id=booked[0].public_id)


def tell(request: HttpRequest, act: str, both: Sequence[MassageSession]) -> None:
    """Say what was done, and who must be called because no letter reaches them."""
    people = [session.client for session in both if session.client is not None]
    silent = [client.first_name for client in people if not client.mail_address]
    words = {
        "name": people[0].short_name,
        "other": people[1].short_name,
        "address": " and ".join(dict.fromkeys(client.mail_address for client in people)),
        "silent": " and ".join(silent),
    }
    messages.success(request, staff_messages.done(f"{act}_silent" if silent else act, **words))
