"""Mails about sessions that newer answers touch: please look, please answer, given back. None says what about."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from massage_booking.outbox.models import Message
from massage_booking.outbox.registry import Mail, Void, register
from massage_booking.studio import selectors as studio_selectors
from screening import selectors as screening
from screening.vault import VaultClosed
from sessions import emails, ics
from sessions.domain.status import Status
from sessions.models import MassageSession
from sessions.selectors import safe_dates

ANSWER, FIND = "Sign in and answer", "Find another time"


def _page(name: str, *args: str) -> str:
    return settings.SITE_URL + reverse(name, args=args)


def _ahead(message: Message, now: datetime) -> MassageSession | Void:
    """Return the session that a mail is about, or why the mail is not wanted any more."""
    session = emails._session(message)
    return emails._stale(session, message, now) or session or Void("gone")


@register("needs_change")
def needs_change(message: Message, now: datetime) -> Mail | Void:
    """Ask to look at a session that cannot go ahead as it is; why stands behind a mailed code."""
    session, studio = _ahead(message, now), studio_selectors.require()
    if isinstance(session, Void):
        return session
    if session.held_back_at is None:
        return Void("stands_again")
    return emails._held_back(session, studio, now)


@register("we_call")
def we_call(message: Message, now: datetime) -> Mail | Void:
    """Say that a session waits until somebody has spoken with the client."""
    session, studio = _ahead(message, now), studio_selectors.require()
    if isinstance(session, Void):
        return session
    if session.client is None or not screening.is_stopped(session.client):
        return Void("not_stopped")
    return emails._held_back(session, studio, now)


@register("stands_again")
def stands_again(message: Message, now: datetime) -> Mail | Void:
    """Say that a session goes ahead after all."""
    session, studio = _ahead(message, now), studio_selectors.require()
    if isinstance(session, Void):
        return session
    if session.held_back_at is not None:
        return Void("held_back")
    return emails._render("stands_again", emails._context(session, studio, now), studio=studio)


@register("answer_again")
def answer_again(message: Message, now: datetime) -> Mail | Void:
    """Ask on the day on which a time that is held for an answer can be certain."""
    session, studio = _ahead(message, now), studio_selectors.require()
    if isinstance(session, Void):
        return session
    day = session.decision.held_until_answered if session.decision else None
    if day is None or session.held_back_at is not None:
        return Void("answered")
    if now.astimezone(studio.tz).date() < day:
        return Void("too_early")
    context = emails._context(session, studio, now)
    if session.client is not None and session.client.account is not None:
        context |= {"button_url": _page("sessions:answer", session.public_id), "button_label": ANSWER}
    return emails._render("answer_again", context, studio=studio)


@register("released")
def released(message: Message, now: datetime) -> Mail | Void:
    """Say that a time was given back, and from when there is another; calendars drop the entry."""
    session, studio = emails._session(message), studio_selectors.require()
    if session is None or session.status != Status.CANCELLED or session.revision != message.revision:
        return Void("not_cancelled")
    first_on = _first_day(session, now)
    query = {"service": session.service.slug, "therapist": session.therapist.slug}
    if first_on is not None:
        query["day"] = first_on.isoformat()
    context: dict[str, Any] = {
        **emails._context(session, studio, now),
        "rows": [],
        "first_on": first_on,
        "button_url": f"{_page('sessions:find')}?{urlencode(query)}",
        "button_label": FIND,
    }
    files = emails._calendar(session, studio, ics.CANCEL, context["manage_url"], now)
    return emails._render("released", context, studio=studio, attachments=files)


def _first_day(session: MassageSession, now: datetime) -> Any:
    """Return the first day of another time; a letter is sent without it rather than not at all."""
    try:
        return safe_dates.first_day(session=session, now=now)
    except VaultClosed:
        return None
