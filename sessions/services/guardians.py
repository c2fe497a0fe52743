"""A guardian cannot be the therapist (guide, section 3)."""

from datetime import datetime

from massage_booking.accounts.models import Client
from massage_booking.core.errors import Refused
from massage_booking.studio import selectors as studio_selectors
from sessions.selectors import guardians
from therapists.models import Therapist


def refuse(*, client: Client | None, therapist: Therapist, starts_at: datetime) -> None:
    """Raise Refused("guardian_is_therapist") where a session would be with the client's own guardian."""
    day = starts_at.astimezone(studio_selectors.require().tz).date()
    if client is not None and guardians.is_therapist(client=client, therapist=therapist, day=day):
        raise Refused("guardian_is_therapist")
