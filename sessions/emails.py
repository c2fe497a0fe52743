"""Mails about sessions and rhythms. What one says is decided when it is sent, from the row it is about.

Discretion: a session is called by its discreet name, and no mail, subject or calendar file holds a health fact.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from massage_booking.core import money, wording
from massage_booking.outbox.models import Message
from massage_booking.outbox.registry import Attachment, Mail, Void, register
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import LateChange, Studio
from screening import selectors as screening
from screening.vault import VaultClosed
from sessions import ics, links, words
from sessions.domain import policy
from sessions.domain.money import What
from sessions.domain.rhythm import State
from sessions.domain.status import UPCOMING, Status
from sessions.models import MassageSession, Plan
from sessions.selectors import asking, proposals, rhythm, safe_dates
from sessions.selectors.money import bill_of


def _address(name: str, *args: str) -> str:
    return settings.SITE_URL + reverse(name, args=args)


@contextmanager
def _as_the_studio(studio: Studio) -> Iterator[None]:
    """Put the studio's zone and currency in force while a mail is written."""
    with timezone.override(studio.tz), money.in_currency(studio.currency):
        yield


def _render(name: str, context: dict[str, Any], *, studio: Studio, **more: Any) -> Mail:
    context = {"studio": studio, "zone_label": studio.zone_label, **context}
    with _as_the_studio(studio):
        subject = render_to_string(f"emails/sessions/{name}_subject.txt", context).strip()
        text = render_to_string(f"emails/sessions/{name}.txt", context)
        html = render_to_string(f"emails/sessions/{name}.html", context)
    return Mail(subject=subject, text=text, html=html, **more)


def _session(message: Message) -> MassageSession | None:
    if message.subject_id is None:
        return None
    sessions = MassageSession.objects.select_related(
        "service__technique", "therapist", "client__account", "place__room__location", "decision"
    )
    return sessions.filter(pk=message.subject_id).exclude(status=Status.HELD.value).first()


def _stale(session: MassageSession | None, message: Message, now: datetime) -> Void | None:
    """Return why a mail about a session that is ahead is not wanted any more."""
    if session is None:
        return Void("gone")
    if session.status == Status.CANCELLED:
        return Void("cancelled")
    if session.revision != message.revision:
        return Void("moved")
    if session.starts_at <= now:
        return Void("past")
    return None if session.state in UPCOMING else Void("not_ahead")


def _context(session: MassageSession, studio: Studio, now: datetime) -> dict[str, Any]:
    assert session.client is not None
    token = links.make(session)
    free_until = policy.free_to_cancel_until(session.starts_at, studio.cancellation_hours)
    # At the last free instant as well: a reminder goes out then, and is read later.
    is_late = now >= free_until
    manage_url = _address("sessions:manage", token)
    return {
        "session": session,
        "client": session.client,
        # Whoever looks after somebody is greeted by their own name.
        "greeted": _greeted(session),
        "what": session.service.discreet_name,
        "directions": words.directions(session, studio),
        "rows": _rows(session, studio, free_until=free_until, is_late=is_late),
        "is_late": is_late,
        "button_url": manage_url,
        "button_label": "See your session" if is_late else "See, move or cancel it",
        "manage_url": manage_url,
        "move_url": _address("sessions:manage_move", token),
        "cancel_url": _address("sessions:manage_cancel", token),
        "find_url": _address("sessions:find"),
        # Booked by phone, before anything was asked.
        "asks_first": session.re_ask_due and session.decision_id is None,
        "account_url": _address("accounts:home"),
    }


def _rows(session: MassageSession, studio: Studio, *, free_until: datetime, is_late: bool) -> list[tuple[str, str]]:
    """Return the table under the letter: where, price, changes."""
    price = money.write(session.price, session.currency)
    with _as_the_studio(studio):
        until = f"{wording.short_date(free_until)}, {wording.clock_time(free_until)}"
    if not is_late:
        changes = f"free until {until}. {studio.late_words}"
    elif studio.late_changes == LateChange.ASK:
        changes = f"it was free until {until}. The button leads to where you can ask, or call {studio.phone}."
    else:
        changes = f"please call {studio.phone}. It was free until {until}. {studio.late_words}"
    return [
        ("Where", ", ".join(words.where_lines(session, studio))),
        ("Price", f"{price}, at the studio"),
        ("Changed your mind", changes.strip()),
    ]


def _greeted(session: MassageSession) -> str:
    client = session.client
    assert client is not None
    if client.relation != "self" and client.account is not None and client.account.name:
        return client.account.get_short_name()
    return client.first_name


def _calendar(
    session: MassageSession, studio: Studio, method: str, manage_url: str, now: datetime
) -> tuple[Attachment, ...]:
    content = ics.calendar_of(session, studio=studio, method=method, manage_url=manage_url, now=now)
    return (Attachment(ics.FILE_NAME, content, f"text/calendar; method={method}"),)


def _held_back(session: MassageSession, studio: Studio, now: datetime) -> Mail:
    """Write about a session that cannot go ahead as it is; while bookings are stopped there is nothing to choose."""
    is_stopped = session.client is not None and screening.is_stopped(session.client)
    context = {**_context(session, studio, now), "rows": [], "kept_until": None if is_stopped else _kept(session, now)}
    context["button_label"] = "See your session" if is_stopped else "Look at your session"
    return _render("we_call" if is_stopped else "needs_change", context, studio=studio)


def _kept(session: MassageSession, now: datetime) -> datetime | None:
    """Return until when the time of a session that is held back is kept; rather no date than no mail."""
    try:
        return safe_dates.letter_by(session=session, now=now)
    except VaultClosed:
        return None


def _with_calendar(name: str) -> Callable[[Message, datetime], Mail | Void]:
    """Return the composer of a mail that puts a session ahead into a calendar."""

    def compose(message: Message, now: datetime) -> Mail | Void:
        session, studio = _session(message), studio_selectors.require()
        stale = _stale(session, message, now)
        if stale or session is None:
            return stale or Void("gone")
        context = _context(session, studio, now)
        files = _calendar(session, studio, ics.REQUEST, context["manage_url"], now)
        return _render(name, context, studio=studio, attachments=files)

    return compose


booked = register("booked")(_with_calendar("booked"))
moved = register("moved")(_with_calendar("moved"))


@register("requested")
def requested(message: Message, now: datetime) -> Mail | Void:
    """Say that a therapist looks at a booking first; why is nobody's business but theirs."""
    session, studio = _session(message), studio_selectors.require()
    stale = _stale(session, message, now)
    if stale or session is None:
        return stale or Void("gone")
    if session.status != Status.REQUESTED:
        return Void("settled")
    return _render("requested", _context(session, studio, now), studio=studio)


@register("cancelled")
def cancelled(message: Message, now: datetime) -> Mail | Void:
    """Say that a session is cancelled, so that calendars drop it."""
    session, studio = _session(message), studio_selectors.require()
    if session is None or session.status != Status.CANCELLED or session.revision != message.revision:
        return Void("not_cancelled")
    if session.ends_at <= now:
        return Void("past")
    context = _context(session, studio, now)
    bill = bill_of(session)
    # A fee that was let go is not worth a word here: why it was may be nobody's business but the client's.
    fee = bill.owed if bill.what is What.FEE else None
    context |= {"rows": [], "button_url": context["find_url"], "button_label": "Find another time", "fee": fee}
    files = _calendar(session, studio, ics.CANCEL, context["manage_url"], now)
    return _render("cancelled", context, studio=studio, attachments=files)


@register("reminder")
def reminder(message: Message, now: datetime) -> Mail | Void:
    """Remind of a session; never after its start."""
    session, studio = _session(message), studio_selectors.require()
    stale = _stale(session, message, now)
    if stale or session is None:
        return stale or Void("gone")
    if session.status != Status.BOOKED:
        return Void("not_booked")
    context = _context(session, studio, now)
    if session.held_back_at is not None:
        # Nobody is told to look forward to what cannot go ahead as it is.
        return _held_back(session, studio, now)
    if session.decision is not None and not asking.day_is_answered(session, studio.tz):
        context["today_url"] = _address("sessions:manage_today", links.make(session))
    return _render("reminder", context, studio=studio)


@register("nudge")
def nudge(message: Message, now: datetime) -> Mail | Void:
    """Propose three real times to a client whose rhythm has slipped."""
    plans = Plan.objects.select_related("client__account", "service__technique", "therapist")
    plan = plans.filter(pk=message.subject_id or 0).first()
    studio = studio_selectors.require()
    if plan is None or plan.ended_at is not None:
        return Void("ended")
    if not plan.client.is_claimed:
        # Whoever tapped has not shown that this address is theirs.
        return Void("unclaimed")
    standing = rhythm.standing_of(client=plan.client, now=now)
    if standing is None or standing.ledger.state == State.PAUSED:
        return Void("paused")
    if standing.ledger.next_on is not None:
        return Void("booked")
    found = proposals.for_plan(plan=plan, now=now)
    if not found:
        return Void("no_openings")
    stop_url = _address("sessions:nudge_stop", links.make_stop(plan))
    context = {
        "client": plan.client,
        "greeted": plan.client.first_name,
        "ledger": standing.ledger,
        "what": found[0].service.discreet_name,
        "offers": [
            {"opening": item, "url": _address("sessions:nudge", links.make_offer(plan, item))} for item in found
        ],
        "find_url": _address("sessions:find"),
        "stop_url": stop_url,
        "nudge_days": studio.nudge_days,
    }
    headers = {"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return _render("nudge", context, studio=studio, headers=headers)
