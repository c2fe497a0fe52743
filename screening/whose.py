"""Whose wishes a browser may read and write: one's own, and those of somebody whom it is filling in."""

from django.http import HttpRequest

from massage_booking.accounts.models import Client
from massage_booking.accounts.permissions import clients_visible_to
from screening import kiosk, selectors


def open_to(request: HttpRequest, public_id: str) -> Client | None:
    """Return the client whom this browser may read, None for everybody else's."""
    client = clients_visible_to(request).filter(public_id=public_id).first()
    if client is None or kiosk.grant_of(request) is not None:
        return None
    is_open = client.account_id is None or selectors.may_read_answers(request.user, client)
    return client if is_open else None
