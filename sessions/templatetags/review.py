"""What waits for a therapist, and how a client's last session felt: `{% load review %}`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import template
from django.template import Context

from massage_booking.accounts.models import Client
from massage_booking.core import clock
from massage_booking.core.ids import new_public_id
from sessions import limits
from sessions.models import MassageSession, SymptomReport
from sessions.selectors import aftercare, reviewing

register = template.Library()


@dataclass(frozen=True)
class Feeling:
    """The last session, its report, and the key of the form that says “all well”."""

    session: MassageSession
    report: SymptomReport | None
    key: str


@register.simple_tag(takes_context=True)
def review_count(context: Context) -> int:
    """Return how many things wait for the therapist who is signed in, counted once a page."""
    if "waiting_count" in context:
        return int(context["waiting_count"])
    request, studio = context.get("request"), context.get("studio")
    if request is None or studio is None:
        return 0
    return reviewing.count(user=request.user, studio=studio, now=clock.now())


@register.simple_tag
def feeling_of(client: Client) -> Feeling | None:
    """Return what the account's page asks or tells about the last session; None where there is nothing."""
    found = aftercare.feeling_of(client, now=clock.now())
    return Feeling(found.session, found.report, new_public_id()) if found else None


@register.simple_tag
def status_words(session: MassageSession, now: datetime | None = None) -> list[Any]:
    """Return what a session waits for, in words for the desk."""
    return limits.status_words(session, now=now or clock.now())
