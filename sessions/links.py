"""Signed links in mails: the row's nonce and a purpose. A new nonce ends every link that was sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing

from massage_booking.core.parsing import to_instant
from sessions.models import MassageSession, Plan, WaitlistOffer
from sessions.selectors.openings import Opening
from therapists.models import Service, Therapist

SALT = "sessions.links"
OFFER_SALT = "sessions.links.offer"
STOP_SALT = "sessions.links.stop"
WAITLIST_SALT = "sessions.links.waitlist"
LONGEST = 300
# Longer than anybody books ahead; after that a letter is history.
LIVES = timedelta(days=400)


@dataclass(frozen=True)
class Offer:
    """A time that was proposed to a client with a plan."""

    plan: Plan
    service: Service
    therapist: Therapist
    starts_at: datetime


def make(session: MassageSession, *, purpose: str = "manage") -> str:
    """Return a token for one session and one purpose."""
    return signing.dumps([session.public_id, session.nonce, purpose], salt=SALT, compress=False)


def read(token: str, *, purpose: str = "manage") -> MassageSession | None:
    """Return the session of a token, or None for anything that we did not make, or not for this."""
    if len(token) > LONGEST:
        return None
    try:
        public_id, nonce, found = signing.loads(token, salt=SALT, max_age=LIVES)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if found != purpose:
        return None
    sessions = MassageSession.objects.select_related(
        "service__technique", "therapist", "client__account", "place__room__location"
    )
    return sessions.filter(public_id=public_id, nonce=nonce).exclude(status="held").first()


def make_offer(plan: Plan, opening: Opening) -> str:
    """Return a token for one proposed time of a plan."""
    content = [plan.pk, plan.nonce, opening.service.pk, opening.therapist.pk, opening.starts_at.isoformat()]
    return signing.dumps(content, salt=OFFER_SALT, compress=False)


def read_offer(token: str) -> Offer | None:
    """Return what a token proposes, or None for anything that we did not make, or of a plan with a new nonce."""
    content = _content(token, OFFER_SALT, 5)
    if content is None:
        return None
    plan_id, nonce, service_id, therapist_id, stamp = content
    plan, starts_at = _plan(plan_id, nonce), to_instant(stamp)
    service = Service.objects.select_related("technique").filter(pk=service_id).first()
    therapist = Therapist.objects.filter(pk=therapist_id).first()
    if plan is None or service is None or therapist is None or starts_at is None:
        return None
    return Offer(plan, service, therapist, starts_at)


def make_stop(plan: Plan) -> str:
    """Return a token that ends the mails of a plan."""
    return signing.dumps([plan.pk, plan.nonce], salt=STOP_SALT, compress=False)


def read_stop(token: str) -> Plan | None:
    content = _content(token, STOP_SALT, 2)
    return _plan(*content) if content is not None else None


def make_waitlist(kept: WaitlistOffer) -> str:
    """Return a token for one time that is kept for somebody on the waitlist."""
    return signing.dumps([kept.pk, kept.entry.nonce], salt=WAITLIST_SALT, compress=False)


def read_waitlist(token: str) -> WaitlistOffer | None:
    """Return the offer of a token, or None for anything that we did not make, or of an entry with a new nonce."""
    content = _content(token, WAITLIST_SALT, 2)
    if content is None:
        return None
    offers = WaitlistOffer.objects.select_related(
        "session__service__technique", "session__therapist", "therapist", "entry__service__technique",
        "entry__client__account", "entry__therapist",
    )  # fmt: skip
    return offers.filter(pk=content[0], entry__nonce=content[1]).first()


def _content(token: str, salt: str, length: int) -> list[Any] | None:
    if len(token) > LONGEST:
        return None
    try:
        content = signing.loads(token, salt=salt, max_age=LIVES)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return content if isinstance(content, list) and len(content) == length else None


def _plan(plan_id: int, nonce: str) -> Plan | None:
    plans = Plan.objects.select_related("client__account", "service__technique", "therapist")
    return plans.filter(pk=plan_id, nonce=nonce).first()
