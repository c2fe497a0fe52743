"""Who waits for what, for the account page: `{% load waitlist %}`."""

from typing import Any

from django import template

from massage_booking.accounts.models import Client
from massage_booking.core import clock
from sessions import links
from sessions.models import WaitlistOffer
from sessions.selectors import waitlist
from sessions.selectors.waitlist import Listed
from sessions.views import reasons

register = template.Library()


@register.simple_tag(takes_context=True)
def waitlist_of(context: Any, client: Client, user: Any) -> list[Listed]:
    """Return what a client waits for, as the account page lists it; where it says why, that is a reading, recorded."""
    found = waitlist.listed(client=client, user=user, now=clock.now())
    named = any(item.names_reasons for item in found)
    reasons.note(context["request"], client, purpose="the waitlist", named=named)
    return found


@register.filter
def offer_token(kept: WaitlistOffer) -> str:
    """Return the token of the page on which a kept time is booked or given up."""
    return links.make_waitlist(kept)
