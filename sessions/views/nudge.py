"""Times that a mail proposed, and ending such mails. GET shows, POST acts."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from massage_booking.accounts.models import Client
from massage_booking.accounts.permissions import clients_visible_to
from massage_booking.core import clock
from massage_booking.core.errors import DomainError, Taken
from massage_booking.core.ids import new_public_id
from massage_booking.core.parsing import to_instant
from screening import services as screening_services
from screening.views.doors import closed_kindly
from sessions import links
from sessions import messages as sentences
from sessions.domain.fitting import QUESTIONS
from sessions.links import Offer
from sessions.models.session import BookedVia
from sessions.selectors import offer, openings, proposals, rhythm
from sessions.selectors.openings import Opening
from sessions.services import booking, nudges, plans, record
from sessions.views import state
from sessions.views.doors import private
from sessions.views.find import keep
from sessions.views.steps import asks_whether_changed, needs_health, next_step, obstacle_of
from therapists.models import Therapist


@dataclass(frozen=True)
class Standing:
    """What an offer is worth now."""

    offer: Offer
    now: datetime

    @property
    def client(self) -> Client:
        return self.offer.plan.client

    @property
    def booked_on(self) -> datetime | None:
        """The session that the client has booked meanwhile."""
        return rhythm.next_booked(client=self.client, now=self.now)

    @property
    def is_open(self) -> bool:
        offer = self.offer
        return offer.service.is_active and proposals.is_open(
            service=offer.service,
            therapist=offer.therapist,
            starts_at=offer.starts_at,
            client=self.client,
            now=self.now,
        )

    @property
    def nearest(self) -> list[Opening]:
        known = offer.standing_of(client=self.client, now=self.now) is not None
        service = self.offer.service
        allowed_on = offer.allowed_on(client=self.client, service=service, now=self.now) if known else None
        return openings.nearest(
            service=service,
            wanted=self.offer.starts_at,
            now=self.now,
            therapist=self.offer.therapist,
            client=self.client,
            allowed_on=allowed_on,
        )


@require_http_methods(["GET", "HEAD", "POST"])
@private
@closed_kindly
def nudge(request: HttpRequest, token: str) -> HttpResponse:
    """Show whether a proposed time is still free, or the nearest; book the one that is pressed."""
    found = links.read_offer(token)
    if found is None or state.studio_of(request) is None:
        raise Http404
    standing = Standing(found, clock.now())
    if request.method == "POST":
        return _book(request, standing)
    return _page(request, standing)


def _page(request: HttpRequest, standing: Standing, *, sentence: str = "") -> HttpResponse:
    booked_on = standing.booked_on
    is_open = not sentence and not booked_on and standing.is_open
    context = {
        "offer": standing.offer,
        "client": standing.client,
        "key": new_public_id(),
        "sentence": sentence,
        "booked_on": booked_on,
        "is_open": is_open,
        "asks_changed": asks_whether_changed(standing.client, now=standing.now),
        "nearest": [] if is_open or booked_on else standing.nearest,
    }
    return render(request, "sessions/nudge.html", context, status=409 if sentence else 200)


def _book(request: HttpRequest, standing: Standing) -> HttpResponse:
    now, wanted = standing.now, standing.offer
    starts_at = to_instant(request.POST.get("starts_at"))
    therapist = Therapist.objects.filter(is_active=True, slug=request.POST.get("therapist", "")[:60]).first()
    if starts_at is None or therapist is None:
        return _page(request, standing, sentence=sentences.of_code("unreadable_time"))
    key = request.POST.get("key", "")[:40]
    digest = record.digest_of({"starts_at": starts_at, "therapist": therapist.pk, "plan": wanted.plan.pk})
    # Looked at first: what is booked by this very form, sent twice at once, is then known as its answer.
    is_booked = standing.booked_on is not None
    try:
        known = record.answered_before(key=key, digest=digest)
        if known is None and is_booked:
            return _page(request, standing)
        if known is None and "changed" in request.POST:
            # It counts from the moment it is said; what it is stands behind a mailed code.
            screening_services.something_changed(client=standing.client, now=now)
            return _into_the_flow(request, standing, therapist, starts_at)
        assessment = offer.assess(client=standing.client, starts_at=starts_at, now=now)
        obstacle = obstacle_of(assessment, wanted.service)
        if assessment is None or obstacle in QUESTIONS or needs_health(standing.client, now=now):
            return _into_the_flow(request, standing, therapist, starts_at)
        session = booking.book(
            client=standing.client,
            service=wanted.service,
            therapist=therapist,
            starts_at=starts_at,
            assessment=assessment,
            via=BookedVia.NUDGE,
            actor=None,
            by="client",
            now=now,
            form_key=key,
            form_digest=digest,
        )
    except DomainError as refusal:
        return _page(request, standing, sentence=sentences.sentence(refusal))
    nudges.answered(plan=wanted.plan)
    state.remember_booked(request, session)
    return redirect("sessions:booked", public_id=session.public_id)


def _into_the_flow(request: HttpRequest, standing: Standing, therapist: Therapist, starts_at: datetime) -> HttpResponse:
    """Keep the time, and lead through the questions that are due before it can be booked."""
    try:
        keep(request, service=standing.offer.service, therapist=therapist, starts_at=starts_at, now=standing.now)
    except Taken as lost:
        return _page(request, standing, sentence=sentences.sentence(lost))
    except DomainError as refusal:
        messages.error(request, sentences.sentence(refusal))
        return redirect("sessions:find")
    if clients_visible_to(request).filter(pk=standing.client.pk).exists():
        state.save_state(request, client=standing.client.public_id)
        return next_step(request, now=standing.now)
    messages.info(
        request,
        "The time is kept for you. Some questions are due again first: sign in, and what we know is not asked twice.",
    )
    return redirect("sessions:book")


# The one-click header of a mail (RFC 8058) makes the mail program itself post here, without a cookie of ours. The
# signed token is the proof; without it nothing is found.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once, then end the mails that propose times."""
    plan = links.read_stop(token)
    if plan is None:
        raise Http404
    if request.method == "POST":
        plans.end(client=plan.client, now=clock.now())
        plan.refresh_from_db()
    return render(request, "sessions/nudge_stop.html", {"plan": plan})
