"""Reasons on a client's own pages: they tell what was answered, so showing them is a reading, and recorded as one."""

from collections.abc import Iterable
from typing import Final

from django.http import HttpRequest

from massage_booking.accounts.models import Client
from massage_booking.core import clock, visitors
from screening import vault
from sessions.selectors.earliest import FirstDay
from sessions.selectors.offer import Offered

WHAT: Final = "why something is left out"
# On the request, so that a page that names reasons in two places is one reading.
NOTED: Final = "reasons_noted"


def note(request: HttpRequest, client: Client, *, purpose: str, named: bool, what: str = WHAT) -> None:
    """Write down that a page names reasons; nothing where it names none. Before the page is answered."""
    if not named or getattr(request, NOTED, False):
        return
    user = request.user
    reader = vault.Reader.of(user, "client") if user.is_authenticated else vault.Reader.guest()
    vault.record_reading(
        client, reader=reader, what=what, purpose=purpose, now=clock.now(), address=visitors.address_of(request)
    )
    setattr(request, NOTED, True)


def in_offer(offered: Iterable[Offered]) -> bool:
    """Say whether a list of services says why one is out."""
    return any(item.why_not for item in offered)


def in_wait(first: FirstDay | None) -> bool:
    """Say whether the sentence about the first day says what has to be over by then."""
    return first is not None and bool(first.opening) and bool(first.reasons)
