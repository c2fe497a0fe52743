"""Steps 1 and 3 of booking: the session, and the time. Step 2 is screening's, step 4 stands in confirm."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from massage_booking.accounts import selectors as accounts
from massage_booking.accounts import services as account_services
from massage_booking.accounts.models import Client
from massage_booking.accounts.permissions import remember_guest
from massage_booking.core import clock, wording
from massage_booking.core.errors import DomainError, Taken
from screening import selectors as screening
from screening.assessment import Assessment
from screening.domain.booking_ahead import Block
from screening.views.doors import closed_kindly
from sessions import messages as sentences
from sessions.forms import choice as choices
from sessions.forms.client import NEW, SessionForm
from sessions.selectors import offer, who
from sessions.services import holds, wishes
from sessions.views import reasons, state
from sessions.views.find import keep
from sessions.views.picker import Asked, Picker
from sessions.views.steps import may_hear_reasons, needs_health, steps, to_health, without_reasons
from sessions.views.time_step import TimeStep
from therapists import selectors as therapist_selectors
from therapists.models import Service, Therapist


def _people(request: HttpRequest) -> list[Client]:
    return list(accounts.clients_of(request.user)) if request.user.is_authenticated else []


def _known_client(request: HttpRequest, people: list[Client], now: datetime) -> Client | None:
    """Return the client whose answers say what to grey out: the one under way, else the account's own person."""
    client = state.chosen_client(request) or next(iter(people), None)
    return client if client and not needs_health(client, now=now) else None


@require_http_methods(["GET", "HEAD", "POST"])
@closed_kindly
def book(request: HttpRequest) -> HttpResponse:
    """Step 1: which session, with whom, for whom."""
    services, studio = therapist_selectors.services_to_book(), state.studio_of(request)
    if studio is None or not services:
        return render(request, "sessions/not_open.html", {"nothing_offered": studio is not None})
    now = clock.now()
    people = _people(request)
    client = _known_client(request, people, now)
    standing = offer.standing_of(client=client, now=now) if client else None
    offered = offer.offered(services=services, assessment=standing)
    may_hear = client is not None and may_hear_reasons(request, client)
    if client is not None and not may_hear:
        offered = without_reasons(offered)
    form = SessionForm(
        request.POST or None,
        offered=offered,
        givers=_givers(services),
        people=people,
        is_guest=not request.user.is_authenticated,
        today=now.astimezone(studio.tz).date(),
        initial=_initial(request, services, people, now),
    )
    if request.method == "POST" and form.is_valid():
        return _keep_session(request, form.cleaned_data, now)
    if client is not None and may_hear:
        reasons.note(request, client, purpose="choosing a session", named=reasons.in_offer(offered))
    context = {
        "form": form,
        "steps": steps(1),
        "held": state.held_for_summary(request, now=now),
        "groups": _groups(form, offered),
        "known_client": client,
    }
    return render(request, "sessions/book.html", context)


def _givers(services: list[Service]) -> list[Therapist]:
    """Return everybody who gives something that can be booked."""
    people = Therapist.objects.filter(is_active=True, services__in=services).distinct()
    return list(people.order_by("position", "name"))


def _initial(request: HttpRequest, services: list[Service], people: list[Client], now: datetime) -> dict[str, Any]:
    held = state.held_of(request, now=now)
    service = held.service if held else state.chosen_service(request) or choices.usual_service(services)
    therapist = state.chosen_therapist(request)
    client = state.chosen_client(request) or next(iter(people), None)
    with_whom = therapist.slug if therapist else state.chosen_gender(request) or choices.ANYONE
    initial = {"service": service.slug, "therapist": with_whom}
    if client is None:
        return initial
    is_new = client.confirmed_at is None
    whom = client.public_id
    if is_new:
        whom = NEW if request.user.is_authenticated else client.relation
    return {
        **initial,
        "whom": whom,
        "relation": client.relation,
        "date_of_birth": client.date_of_birth if is_new else None,
    }


def _groups(form: SessionForm, offered: list[offer.Offered]) -> list[dict[str, Any]]:
    """Return the sessions as the page lists them: by technique, each length open or greyed."""
    chosen = form["service"].value()
    groups: dict[int, dict[str, Any]] = {}
    for item in offered:
        technique = item.service.technique
        group = groups.setdefault(technique.pk, {"technique": technique, "lengths": [], "reasons": {}, "open": False})
        group["lengths"].append({"item": item, "service": item.service, "checked": item.service.slug == chosen})
        group["open"] = group["open"] or item.allowed
        if item.why_not:
            group["reasons"][item.why_not] = None
    return list(groups.values())


def _keep_session(request: HttpRequest, data: dict[str, Any], now: datetime) -> HttpResponse:
    service, therapist, gender = data["service"], data["therapist"], data["gender"]
    client = data["client"] or _guest(request, data, now)
    held = state.held_of(request, now=now)
    with_whom = therapist.slug if therapist else gender or None
    state.save_state(request, service=service.slug, therapist=with_whom, client=client.public_id)
    if gender and who.wish_of(client) != gender:
        wishes.wish_for(client=client, gender=gender, now=now)
    if held is not None:
        _carry(request, service=service, therapist=therapist, gender=gender, now=now)
    if needs_health(client, now=now):
        return to_health(request, client)
    if not screening.asked_lately(client=client, now=now):
        return to_health(request, client, page="screening:again")
    return redirect("sessions:time")


def _guest(request: HttpRequest, data: dict[str, Any], now: datetime) -> Client:
    """Return the client this browser began with, if it is still the same person, else a new one."""
    known = state.chosen_client(request)
    same = known is not None and known.confirmed_at is None
    if known and same and (known.relation, known.date_of_birth) == (data["relation"], data["date_of_birth"]):
        return known
    client = account_services.start_guest(date_of_birth=data["date_of_birth"], relation=data["relation"], now=now)
    remember_guest(request, client)
    return client


def _carry(request: HttpRequest, *, service: Service, therapist: Therapist | None, gender: str, now: datetime) -> None:
    """Keep the held time for what is wanted now, and a little longer; give it up when it does not fit any more."""
    held = state.held_of(request, now=now)
    if held is None:
        return
    try:
        keep(request, service=service, therapist=therapist, starts_at=held.starts_at, now=now, gender=gender)
    except Taken:
        holds.release(session=held)
        words = f"{wording.long_date(held.starts_at)}, {wording.clock_time(held.starts_at)}"
        messages.info(request, f"{words} does not fit this session. Please choose another time.")
    except DomainError as refusal:
        messages.warning(request, sentences.sentence(refusal))


@require_safe
@closed_kindly
def time(request: HttpRequest) -> HttpResponse:
    """Step 3: only what fits, the time that was kept first."""
    now = clock.now()
    client, studio = state.chosen_client(request), state.studio_of(request)
    services = therapist_selectors.services_to_book()
    if client is None or studio is None or not services:
        return redirect("sessions:book")
    if needs_health(client, now=now):
        return to_health(request, client)
    standing = offer.standing_of(client=client, now=now)
    if standing is None or not standing.may_choose_time:
        return to_health(request, client, page=_before_times(standing))
    choice = choices.read(
        request.GET,
        services=services,
        studio=studio,
        now=now,
        usual=state.chosen_service(request),
        usual_therapist=state.chosen_therapist(request),
        usual_gender=state.chosen_gender(request),
    )
    reads = may_hear_reasons(request, client)
    held = state.held_of(request, now=now)
    step = TimeStep(client, choice, services, held, standing, now, reads).for_client()
    choice = step.choice
    reasons.note(request, client, purpose="choosing a time", named=step.names_reasons)
    picker = Picker(_asked(step, now), choice.month, step.day)
    context = {
        "steps": steps(3),
        "step": step,
        "choice": choice,
        "client": client,
        "held": state.held_for_summary(request, now=now),
        "therapists": step.therapists,
        "genders": choices.genders_of(step.therapists),
        "wish": choices.GENDERS.get(who.wish_of(client), ""),
        "month": picker.month,
        "times": picker.times,
    }
    return render(request, "sessions/time.html", context)


def _before_times(standing: Assessment | None) -> str:
    """Return the page that comes before any time: the questions that are due, where answering them leads on."""
    blocks = set(standing.blocks) if standing else set()
    asks, refuses = {Block.INCOMPLETE, Block.OUT_OF_DATE}, {Block.STOPPED, Block.REFUSED}
    return "screening:reask" if blocks & asks and not blocks & refuses else "screening:result"


def _asked(step: TimeStep, now: datetime) -> Asked:
    choice = step.choice
    allowed_on = offer.allowed_on(client=step.client, service=choice.service, now=now, for_letter=True)
    return Asked(
        service=choice.service,
        therapist=choice.therapist,
        gender=choice.gender,
        client=step.client,
        now=now,
        page=reverse("sessions:time"),
        post_to=reverse("sessions:hold"),
        parameters=choice.parameters,
        fields=choice.parameters,
        allowed_on=allowed_on,
        held=step.held,
        without=step.held,
        not_before=step.not_before,
    )
