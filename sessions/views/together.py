"""For two at once, step 1: who comes, what each has, with whom, and whether two rooms will do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from massage_booking.accounts import selectors as accounts
from massage_booking.accounts import services as account_services
from massage_booking.accounts.models import Client, Relation
from massage_booking.accounts.permissions import remember_guest
from massage_booking.core import clock, wording
from massage_booking.core.errors import DomainError, Taken
from screening.views.doors import closed_kindly
from sessions import messages as sentences
from sessions.forms import choice as choices
from sessions.forms.client import NEW
from sessions.forms.together import EITHER, SEATS, TwoForm
from sessions.selectors import offer
from sessions.services import holds, together
from sessions.views import state, together_state
from sessions.views.steps import steps
from sessions.views.together_state import Chosen
from sessions.views.together_steps import next_step
from therapists import selectors as therapist_selectors
from therapists.models import Service, Therapist

TWO = 2


def open_or_404(request: HttpRequest) -> list[Service]:
    """Return what can be booked; 404 where the studio keeps too few times at once for one browser to hold two."""
    studio = state.studio_of(request)
    if studio is not None and studio.holds_per_browser < TWO:
        raise Http404
    return therapist_selectors.services_to_book() if studio is not None else []


@require_http_methods(["GET", "HEAD", "POST"])
@closed_kindly
def together_step(request: HttpRequest) -> HttpResponse:
    """Step 1 for two."""
    services = open_or_404(request)
    if not services:
        return render(request, "sessions/not_open.html", {"nothing_offered": state.studio_of(request) is not None})
    now = clock.now()
    people = list(accounts.clients_of(request.user)) if request.user.is_authenticated else []
    form = TwoForm(
        request.POST or None,
        seats=_seats(request, services, people, now),
        rooms=together_state.state_of(request).get("rooms", EITHER),
    )
    if request.method == "POST" and form.is_valid():
        return _keep_two(request, form, now)
    context = {
        "form": form,
        "first": form.seats[0],
        "second": form.seats[1],
        "steps": steps(1, for_two=True),
        "held": together_state.summary_of(request, now=now),
    }
    return render(request, "sessions/together/book.html", context)


def _seats(request: HttpRequest, services: list[Service], people: list[Client], now: datetime) -> list[dict[str, Any]]:
    """Return what the form of each of the two needs: the same choices, another beginning."""
    givers = Therapist.objects.filter(is_active=True, services__in=services).distinct().order_by("position", "name")
    shared = {
        "offered": offer.offered(services=services, assessment=None),
        "givers": list(givers),
        "people": people,
        "is_guest": not request.user.is_authenticated,
        "today": localdate(now),
    }
    wanted = next((service for service in services if service.slug == request.GET.get("service")), None)
    usual = wanted or state.chosen_service(request) or choices.usual_service(services)
    return [{**shared, "initial": _initial(request, name, index, people, usual)} for index, name in enumerate(SEATS)]


def _initial(request: HttpRequest, name: str, index: int, people: Sequence[Client], usual: Service) -> dict[str, Any]:
    """Return where one of the two begins: as chosen before, else the account's own person and the next one."""
    seat = together_state.seat_of(request, name)
    if seat is not None:
        is_new = seat.client.confirmed_at is None
        whom = seat.client.public_id
        if is_new:
            whom = NEW if request.user.is_authenticated else seat.client.relation
        return {
            "whom": whom,
            "relation": seat.client.relation,
            "date_of_birth": seat.client.date_of_birth if is_new else None,
            "service": seat.service.slug,
            "therapist": seat.therapist.slug if seat.therapist else choices.ANYONE,
        }
    begin = {"service": usual.slug, "therapist": choices.ANYONE, "relation": Relation.PARTNER.value}
    if not request.user.is_authenticated:
        return {**begin, "whom": (Relation.SELF if index == 0 else Relation.PARTNER).value}
    return {**begin, "whom": people[index].public_id if index < len(people) else NEW}


def _keep_two(request: HttpRequest, form: TwoForm, now: datetime) -> HttpResponse:
    """Remember what was chosen, carry a held time over, and go on to the first step that is not done."""
    for name, seat in zip(SEATS, form.seats, strict=True):
        data = seat.cleaned_data
        client = data["client"] or _guest(request, name, data, now)
        therapist = data["therapist"]
        known = {
            "client": client.public_id,
            "service": data["service"].slug,
            "therapist": therapist.slug if therapist else "",
        }
        together_state.save_state(request, **{name: known})
    together_state.save_state(request, rooms=form.room.cleaned_data["rooms"])
    found = together_state.chosen(request, now=now)
    if found is not None and found.held:
        _carry(request, found, now=now)
    return next_step(request, now=now)


def _guest(request: HttpRequest, name: str, data: dict[str, Any], now: datetime) -> Client:
    """Return the client this browser began with at this place, if it is still the same person, else a new one."""
    seat = together_state.seat_of(request, name)
    known = seat.client if seat is not None and seat.client.confirmed_at is None else None
    if known and (known.relation, known.date_of_birth) == (data["relation"], data["date_of_birth"]):
        return known
    client = account_services.start_guest(date_of_birth=data["date_of_birth"], relation=data["relation"], now=now)
    remember_guest(request, client)
    return client


def _carry(request: HttpRequest, found: Chosen, *, now: datetime) -> None:
    """Keep the held time for what is wanted now; give it up, with a word, when it does not suit both any more."""
    held = found.held[0]
    if found.fits_hold:
        holds.extend(session=held, now=now)
        return
    try:
        keep(request, found, starts_at=held.starts_at, now=now)
    except Taken:
        holds.release_pair(browser=held.held_by)
        told = f"{wording.long_date(held.starts_at)}, {wording.clock_time(held.starts_at)}"
        messages.info(request, f"{told} does not suit both sessions. Please choose another time.")
    except DomainError as refusal:
        messages.warning(request, sentences.sentence(refusal))


def keep(request: HttpRequest, found: Chosen, *, starts_at: datetime, now: datetime) -> None:
    """Hold a time for both in this browser. Raises what `together.hold_two` raises."""
    together.hold_two(
        found.pair(now=now),
        starts_at=starts_at,
        browser=state.browser_key(request),
        address=state.address_digest(request),
        signed_in=request.user.is_authenticated,
        now=now,
    )
