"""Mails about times that are kept for a document. They say that one is missing, come or answered, never what about.

What it is about stands behind a mailed code; so the words of health stay out of subjects, previews and texts.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from massage_booking.outbox.models import Message
from massage_booking.outbox.registry import Mail, Void, register
from massage_booking.studio import selectors as studio_selectors
from screening.models import Letter, LetterState
from screening.vault import VaultClosed
from sessions import emails, ics
from sessions.domain.status import Status
from sessions.models import MassageSession
from sessions.selectors import clearance, offer, openings
from sessions.selectors.openings import Opening

SIGN_IN = "Sign in and see"


def _page(name: str, *args: str) -> str:
    return settings.SITE_URL + reverse(name, args=args)


def _waiting(message: Message, now: datetime) -> MassageSession | Void:
    """Return the session that waits for a document, or why a mail about it is not wanted any more."""
    session = emails._session(message)
    stale = emails._stale(session, message, now)
    if stale or session is None:
        return stale or Void("gone")
    if session.status != Status.REQUESTED or session.clearance_until is None:
        return Void("settled")
    return session


def _about_session(session: MassageSession, now: datetime) -> dict[str, Any]:
    assert session.client is not None
    context = emails._context(session, studio_selectors.require(), now)
    page, label = _page("screening:letters_of", session.client.public_id), SIGN_IN
    if not session.client.is_claimed:
        # Who booked with a known address without signing in has no page for the letter until a person has looked.
        page, label = context["manage_url"], "See your session"
    return context | {
        "button_url": page,
        "button_label": label,
        "is_unproven": not session.client.is_claimed,
        "kept_until": session.clearance_until,
        "is_here": clearance.has_letter_waiting(session.client),
    }


@register("document_missing")
def document_missing(message: Message, now: datetime) -> Mail | Void:
    """Say until when a time is kept, and that a document is missing."""
    session = _waiting(message, now)
    if isinstance(session, Void):
        return session
    return emails._render("clearance_missing", _about_session(session, now), studio=studio_selectors.require())


@register("document_reminder")
def document_reminder(message: Message, now: datetime) -> Mail | Void:
    """Remind of the end of the keeping, a day before, where nothing was sent."""
    session = _waiting(message, now)
    if isinstance(session, Void):
        return session
    assert session.client is not None and session.clearance_until is not None
    if session.clearance_until <= now:
        return Void("over")
    if clearance.has_letter_waiting(session.client):
        return Void("sent")
    return emails._render("clearance_reminder", _about_session(session, now), studio=studio_selectors.require())


@register("time_given_back")
def time_given_back(message: Message, now: datetime) -> Mail | Void:
    """Say that a time was given back, with others that can be kept anew."""
    session, studio = emails._session(message), studio_selectors.require()
    if session is None or session.status != Status.CANCELLED or session.revision != message.revision:
        return Void("not_cancelled")
    if session.ends_at <= now:
        return Void("past")
    context = emails._context(session, studio, now)
    context |= {
        "rows": [],
        "button_url": context["find_url"],
        "button_label": "See all free times",
        "offers": [{"opening": item, "url": _find(item)} for item in _alternatives(session, now)],
    }
    files = emails._calendar(session, studio, ics.CANCEL, context["manage_url"], now)
    return emails._render("clearance_given_back", context, studio=studio, attachments=files)


def _find(opening: Opening) -> str:
    zone = studio_selectors.require().tz
    query = {
        "service": opening.service.slug,
        "therapist": opening.therapist.slug,
        "day": opening.starts_at.astimezone(zone).date().isoformat(),
    }
    return f"{_page('sessions:find')}?{urlencode(query)}"


def _alternatives(session: MassageSession, now: datetime) -> list[Opening]:
    """Return up to three openings that leave time for the document; none where nothing is known of the answers."""
    if session.client is None or not session.service.is_active:
        return []
    try:
        allowed_on = offer.allowed_on(client=session.client, service=session.service, now=now, for_letter=True)
        return openings.nearest(
            service=session.service,
            wanted=session.starts_at,
            now=now,
            therapist=session.therapist,
            client=session.client,
            allowed_on=allowed_on,
        )
    except VaultClosed:
        return []


def _about_letter(message: Message, state: tuple[str, ...]) -> tuple[Letter, dict[str, Any]] | Void:
    letters = Letter.objects.select_related("client__account")
    letter = letters.filter(pk=message.subject_id or 0, state__in=state).first()
    if letter is None:
        return Void("gone")
    client = letter.client
    owner = client.account.get_short_name() if client.account and client.relation != "self" else ""
    return letter, {
        "client": client,
        "greeted": owner or client.first_name,
        "button_url": _page("screening:letters_of", client.public_id),
        "button_label": SIGN_IN,
    }


@register("document_answered")
def document_answered(message: Message, now: datetime) -> Mail | Void:
    """Say that there is an answer to a document; which one stands on the client's page."""
    found = _about_letter(message, (LetterState.ACCEPTED, LetterState.REFUSED))
    if isinstance(found, Void):
        return found
    return emails._render("clearance_answered", found[1], studio=studio_selectors.require())


@register("document_ends")
def document_ends(message: Message, now: datetime) -> Mail | Void:
    """Say that a document is about to end, before a session needs it."""
    found = _about_letter(message, (LetterState.ACCEPTED,))
    if isinstance(found, Void):
        return found
    return emails._render("clearance_ends", found[1], studio=studio_selectors.require())


@register("document_to_review")
def document_to_review(message: Message, now: datetime) -> Mail | Void:
    """Tell a therapist that a document waits for them; whose it is stands behind their sign-in."""
    found = _about_letter(message, (LetterState.RECEIVED,))
    if isinstance(found, Void):
        return found
    letter, context = found
    context |= {"button_url": _page("sessions:letter", letter.public_id)}
    return emails._render("clearance_to_review", context, studio=studio_selectors.require())
