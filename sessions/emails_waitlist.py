"""The letter that offers a time to somebody on the waitlist. No word of health in it."""

from datetime import datetime

from massage_booking.accounts.models import Client
from massage_booking.outbox.models import Message
from massage_booking.outbox.registry import Mail, Void, register
from massage_booking.studio import selectors as studio_selectors
from sessions import emails, links
from sessions.models import WaitlistOffer
from sessions.selectors import waitlist
from sessions.services.waitlist import KIND


@register(KIND)
def waitlist_offer(message: Message, now: datetime) -> Mail | Void:
    """Say which time is kept and until when; nothing is sent once it is not, or newer answers stand against it."""
    offers = WaitlistOffer.objects.select_related(
        "session", "therapist", "entry__client__account", "entry__service__technique"
    )
    kept = offers.filter(pk=message.subject_id or 0).first()
    if kept is None or not waitlist.is_live(kept) or kept.kept_until <= now:
        return Void("not_kept")
    if not kept.entry.client.is_claimed:
        return Void("unclaimed")
    if waitlist.is_ruled_out(kept, now=now):
        return Void("answers_changed")
    context = {
        "kept": kept,
        "client": kept.entry.client,
        "greeted": _greeted(kept.entry.client),
        "what": kept.entry.service.discreet_name,
        "button_url": emails._address("sessions:waitlist_offer", links.make_waitlist(kept)),
        "button_label": "Look at it and book",
        "account_url": emails._address("accounts:home"),
    }
    return emails._render("waitlist_offer", context, studio=studio_selectors.require())


def _greeted(client: Client) -> str:
    if client.relation != "self" and client.account is not None and client.account.name:
        return client.account.get_short_name()
    return client.first_name
