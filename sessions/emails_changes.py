"""Mails about changes at the same time, and about late ones that are asked for. No mail holds a health fact."""

from datetime import datetime

from massage_booking.outbox.models import Message
from massage_booking.outbox.registry import Mail, Void, register
from massage_booking.studio import selectors as studio_selectors
from sessions import emails, links
from sessions.domain.status import UPCOMING
from sessions.models import ChangeRequest
from sessions.models.requests import ChangeAnswer

changed = register("changed")(emails._with_calendar("changed"))


def _asked(message: Message) -> ChangeRequest | None:
    rows = ChangeRequest.objects.select_related(
        "session__therapist", "session__client__account", "session__service__technique"
    )
    return rows.filter(pk=message.subject_id or 0).first()


@register("change_waiting")
def change_waiting(message: Message, now: datetime) -> Mail | Void:
    """Tell a therapist that somebody asks for a late change; whose and which is read after signing in."""
    asked = _asked(message)
    if asked is None or asked.answer != ChangeAnswer.OPEN:
        return Void("answered")
    if asked.session.starts_at <= now:
        return Void("past")
    context = {
        "session": asked.session,
        "greeted": asked.session.therapist.first_name,
        "button_url": emails._address("sessions:staff_session", asked.session.public_id),
        "button_label": "Sign in and answer",
    }
    return emails._render("change_waiting", context, studio=studio_selectors.require())


def _not_changed(name: str, answer: ChangeAnswer, message: Message, now: datetime) -> Mail | Void:
    """Say that a session stays as it was, unless it has changed all the same since."""
    asked, studio = _asked(message), studio_selectors.require()
    if asked is None or asked.answer != answer:
        return Void("answered")
    session = asked.session
    if session.state not in UPCOMING or session.ends_at <= now:
        return Void("not_ahead")
    context = {
        "session": session,
        "client": session.client,
        "greeted": emails._greeted(session),
        "what": session.service.discreet_name,
        "button_url": emails._address("sessions:manage", links.make(session)),
        "button_label": "See your session",
    }
    return emails._render(name, context, studio=studio)


@register("change_declined")
def change_declined(message: Message, now: datetime) -> Mail | Void:
    """Say that a therapist cannot make a late change."""
    return _not_changed("change_declined", ChangeAnswer.DECLINED, message, now)


@register("change_lapsed")
def change_lapsed(message: Message, now: datetime) -> Mail | Void:
    """Say that nobody could answer in time."""
    return _not_changed("change_lapsed", ChangeAnswer.LAPSED, message, now)
