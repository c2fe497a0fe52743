"""What pages say of sessions that cannot stay as they are: `{% load rearranging %}`."""

from typing import Any

from django import template

from massage_booking.accounts.permissions import is_desk, is_therapist
from massage_booking.core import clock
from sessions import staff_messages, words
from sessions.selectors import conflicts
from sessions.selectors.conflicts import Stranded
from therapists.models import Therapist

register = template.Library()


@register.simple_tag
def stranded_count(user: Any, *, everybody: bool = False) -> int:
    """Count what nobody has answered for yet: of one's own, or at the desk of everybody."""
    if everybody:
        return len(conflicts.open_ones(now=clock.now())) if is_desk(user) else 0
    return len(conflicts.open_ones(now=clock.now(), therapist=user.therapist)) if is_therapist(user) else 0


@register.simple_tag
def stranded_of(therapist: Therapist) -> list[Stranded]:
    """Return a therapist's sessions that nobody has answered for yet."""
    return conflicts.open_ones(now=clock.now(), therapist=therapist)


@register.filter
def outside_words(found: Any) -> str:
    """Say why a session cannot stay as it is: of anything with a session and reasons."""
    return staff_messages.outside(found.session, found.reasons)


@register.filter
def because_words(code: str) -> str:
    return words.BECAUSE.get(code, "")
