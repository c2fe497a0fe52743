"""The waitlist: joining and leaving it, and the link that offers a time. GET shows, POST acts."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from massage_booking.accounts import selectors as accounts
from massage_booking.accounts.models import Client
from massage_booking.accounts.permissions import clients_visible_to
from massage_booking.core import clock
from massage_booking.core.errors import DomainError
from massage_booking.core.ids import new_public_id
from massage_booking.studio import selectors as studio_selectors
from screening import services as screening_services
from screening.views.doors import closed_kindly
from sessions import links, words
from sessions import messages as sentences
from sessions.domain.fitting import QUESTIONS
from sessions.domain.waitlist import MOST_ACTIVE, MOST_DAYS
from sessions.forms import choice as choices
from sessions.forms.waitlist import WaitlistForm
from sessions.models import WaitlistEntry, WaitlistOffer
from sessions.models.waitlist import OfferAnswer
from sessions.selectors import offer
from sessions.selectors import waitlist as selectors
from sessions.selectors.offer import Offered
from sessions.services import record, waitlist_offers
from sessions.services import waitlist as services
from sessions.views import reasons, state
from sessions.views.doors import private
from sessions.views.steps import (
    asks_whether_changed,
    may_hear_reasons,
    must_confirm,
    needs_health,
    next_step,
    obstacle_of,
    to_health,
    without_reasons,
)
from therapists import selectors as therapist_selectors
from therapists.models import Service, Therapist

# Two weeks, unless somebody says otherwise.
USUAL_DAYS = 13


# --- Joining and leaving --------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@closed_kindly
def waitlist(request: HttpRequest) -> HttpResponse:
    """Ask what somebody waits for, what was looked for filled in; put them in line."""
    studio, services_here = state.studio_of(request), therapist_selectors.services_to_book()
    if studio is None or not services_here:
        return render(request, "sessions/not_open.html", {"nothing_offered": studio is not None})
    client, people = _whose(request)
    if client is None:
        return redirect("accounts:home")
    now = clock.now()
    standing = offer.standing_of(client=client, now=now)
    closed = next((str(block) for block in selectors.CLOSED if standing and block in standing.blocks), "")
    offered = _offered(request, client, offer.offered(services=services_here, assessment=standing))
    form = WaitlistForm(
        request.POST or None,
        offered=offered,
        givers=Therapist.objects.filter(is_active=True, services__in=services_here).distinct(),
        today=now.astimezone(studio.tz).date(),
        initial=_initial(request, services_here, now),
    )
    if request.method == "POST" and not closed and form.is_valid():
        return _join(request, client, form, now=now)
    may_hear = may_hear_reasons(request, client)
    reasons.note(request, client, purpose="joining the waitlist", named=may_hear and reasons.in_offer(offered))
    context = {
        "client": client,
        "people": people,
        "form": form,
        "groups": _groups(form, offered),
        "is_full": selectors.active(client).count() >= MOST_ACTIVE,
        "closed": sentences.of_code(closed) if closed else "",
        "none_open": not form.open,
        "most_days": MOST_DAYS,
    }
    return render(request, "sessions/waitlist/join.html", context)


def _whose(request: HttpRequest) -> tuple[Client | None, list[Client]]:
    """Return for whom the page is, and whom the account looks after. Strangers get 404."""
    people = list(accounts.clients_of(request.user).filter(is_claimed=True))
    named = request.POST.get("who") or request.GET.get("who") or ""
    if not named:
        return next(iter(people), None), people
    client = next((person for person in people if person.public_id == named), None)
    if client is None:
        raise Http404
    return client, people


def _offered(request: HttpRequest, client: Client, offered: list[Offered]) -> list[Offered]:
    """Return the services; why one is out is said to whoever may read the answers."""
    return offered if may_hear_reasons(request, client) else without_reasons(offered)


def _initial(request: HttpRequest, services_here: list[Service], now: datetime) -> dict[str, Any]:
    """Read what was looked for from the address."""
    studio = studio_selectors.require()
    found = choices.read(request.GET, services=services_here, studio=studio, now=now)
    today = now.astimezone(studio.tz).date()
    furthest = today + timedelta(days=MOST_DAYS)
    first = min(found.day or today, furthest)
    return {
        "service": found.service.slug,
        "therapist": found.therapist.slug if found.therapist else choices.ANYONE,
        "first": first,
        "last": min(first + timedelta(days=USUAL_DAYS), furthest),
        "weekdays": [str(day) for day in range(7)],
    }


def _groups(form: WaitlistForm, offered: list[Offered]) -> list[dict[str, Any]]:
    """Return the sessions as sessions/_session_row.html lists them: by technique, each length open or struck out."""
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


def _join(request: HttpRequest, client: Client, form: WaitlistForm, *, now: datetime) -> HttpResponse:
    data = form.cleaned_data
    try:
        services.join(client=client, service=data["service"], therapist=data["therapist"], window=form.window, now=now)
    except DomainError as refusal:
        messages.error(request, sentences.sentence(refusal))
        return redirect(_home(client))
    if needs_health(client, now=now):
        messages.success(request, "You are in line. A time can be offered once the health questions are answered.")
        return to_health(request, client, then="accounts:home")
    messages.success(request, "You are in line. When a time that fits is free, we keep it for you and write.")
    return redirect(_home(client))


def _home(client: Client) -> str:
    return f"{reverse('accounts:home')}?{urlencode({'who': client.public_id})}#waitlist"


@require_POST
@login_required
def end(request: HttpRequest, entry_id: str) -> HttpResponse:
    """Take one of the account's people out of the line."""
    mine = WaitlistEntry.objects.filter(client__in=accounts.clients_of(request.user)).select_related("client")
    entry = get_object_or_404(mine, public_id=entry_id)
    services.end(entry=entry, now=clock.now())
    messages.success(request, "You do not wait for it any more.")
    return redirect(_home(entry.client))


# --- The link of a letter -------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@private
@closed_kindly
def offered_time(request: HttpRequest, token: str) -> HttpResponse:
    """Show the time that is kept; book it, or let the next in line have it."""
    kept = links.read_waitlist(token)
    if kept is None or state.studio_of(request) is None:
        raise Http404
    if request.method != "POST":
        return _page(request, kept)
    now = clock.now()
    if request.POST.get("act") == "decline":
        waitlist_offers.settle(kept=kept, wanted=OfferAnswer.DECLINED, now=now)
        return redirect(request.path)
    return _book(request, kept, now=now)


def _page(request: HttpRequest, kept: WaitlistOffer, *, sentence: str = "") -> HttpResponse:
    context = {
        "kept": kept,
        "client": kept.entry.client,
        "service": kept.entry.service,
        "key": new_public_id(),
        "sentence": sentence,
        "is_booked": selectors.is_booked(kept),
        "is_live": selectors.is_live(kept),
        "because": words.because(kept.session.chosen_because) if kept.session else "",
        "is_declined": kept.answer == OfferAnswer.DECLINED,
        "asks_changed": asks_whether_changed(kept.entry.client, now=clock.now()),
        "still_waits": kept.entry.state in ("waiting", "offered"),
    }
    return render(request, "sessions/waitlist/offer.html", context, status=409 if sentence else 200)


def _book(request: HttpRequest, kept: WaitlistOffer, *, now: datetime) -> HttpResponse:
    client, service = kept.entry.client, kept.entry.service
    key = request.POST.get("key", "")[:40]
    digest = record.digest_of({"waitlist": kept.pk})
    try:
        session = record.answered_before(key=key, digest=digest)
        if session is None:
            if not selectors.is_live(kept):
                return _page(request, kept)
            if "changed" in request.POST:
                # It counts from the moment it is said; what it is stands behind a mailed code.
                screening_services.something_changed(client=client, now=now)
                return _ask_first(request, kept, now=now)
            assessment = offer.assess(client=client, starts_at=kept.starts_at, now=now)
            obstacle = obstacle_of(assessment, service)
            must_ask = obstacle in QUESTIONS or must_confirm(client, service, now=now)
            if assessment is None or must_ask or needs_health(client, now=now):
                return _ask_first(request, kept, now=now)
            session = waitlist_offers.accept(
                kept=kept, assessment=assessment, now=now, form_key=key, form_digest=digest
            )
    except DomainError as refusal:
        return _page(request, kept, sentence=sentences.sentence(refusal))
    state.remember_booked(request, session)
    return redirect("sessions:booked", public_id=session.public_id)


def _ask_first(request: HttpRequest, kept: WaitlistOffer, *, now: datetime) -> HttpResponse:
    """Lead through the questions that come before this time can be booked: signed in, and then back to it."""
    client = kept.entry.client
    if clients_visible_to(request).filter(pk=client.pk).exists():
        waitlist_offers.hand_to_browser(kept=kept, browser=state.browser_key(request), now=now)
        therapist = kept.entry.therapist.slug if kept.entry.therapist else None
        state.save_state(request, service=kept.entry.service.slug, therapist=therapist, client=client.public_id)
        return next_step(request, now=now)
    if request.user.is_authenticated:
        messages.info(
            request, "Some questions come first. Sign out, then sign in with the address that got the letter."
        )
        return redirect(request.path)
    messages.info(request, "The time stays kept. Some questions come first: sign in, then press the button once more.")
    return redirect(f"{reverse('account_request_login_code')}?{urlencode({'next': request.path})}")
