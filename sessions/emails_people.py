"""Letters that ask somebody to answer before a visit, and that hand an account over. No word of health in them."""

from datetime import datetime

from massage_booking.accounts.models import Client
from massage_booking.outbox.models import Message
from massage_booking.outbox.registry import Mail, Void, register
from massage_booking.studio import selectors as studio_selectors
from sessions import emails, links
from sessions.services import asking_ahead

ANSWER_FIRST = "answer-first"


@register(asking_ahead.KIND)
def screening_due(message: Message, now: datetime) -> Mail | Void:
    """Ask whoever was booked for by phone to sign in and answer; nothing is sent once they have."""
    session, studio = emails._session(message), studio_selectors.require()
    stale = emails._stale(session, message, now)
    # A move makes older letters of a time void, but this one names the session as it is.
    if session is None or (stale is not None and stale.reason != "moved"):
        return stale or Void("gone")
    assert session.client is not None
    if not asking_ahead.is_owed(client=session.client, now=now):
        return Void("answered")
    url = emails._address("sessions:answer_first", links.make(session, purpose=ANSWER_FIRST))
    context = {
        "session": session,
        "client": session.client,
        "greeted": emails._greeted(session),
        "what": session.service.discreet_name,
        "button_url": url,
        "button_label": "Sign in and begin",
    }
    return emails._render("screening_due", context, studio=studio)


@register("handed_over")
def handed_over(message: Message, now: datetime) -> Mail | Void:
    """Tell somebody who has come of age that their page is their own now, and how to open it."""
    client = Client.objects.select_related("account").filter(pk=message.subject_id or 0).first()
    if client is None or client.account is None or client.account.email != message.recipient:
        return Void("gone")
    if client.is_claimed:
        return Void("signed_in")
    context = {
        "client": client,
        "greeted": client.first_name,
        "button_url": emails._address("accounts:home"),
        "button_label": "Sign in with this address",
    }
    return emails._render("handed_over", context, studio=studio_selectors.require())
