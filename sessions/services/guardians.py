"""A guardian cannot be the therapist (guide, section 3)."""

from datetime import date, datetime

from massage_booking.accounts.models import Client
from massage_booking.core.errors import Refused
from massage_booking.studio import selectors as studio_selectors
from screening import selectors as screening
from therapists.models import Therapist


def is_therapist(*, client: Client, therapist: Therapist, day: date) -> bool:
    """Tell whether the one who must watch over a young client would be the one who works on them."""
    age = screening.age_of(client, day)
    if age is None or age >= screening.ADULT_AGE:
        return False
    if therapist.user_id is not None and client.account_id == therapist.user_id:
        return True
    consent = screening.guardian_consent_in_force(client)
    return consent is not None and consent.guardian_name.casefold() == therapist.name.casefold()


def refuse(*, client: Client | None, therapist: Therapist, starts_at: datetime) -> None:
    """Raise Refused("guardian_is_therapist") where a session would be with the client's own guardian."""
    day = starts_at.astimezone(studio_selectors.require().tz).date()
    if client is not None and is_therapist(client=client, therapist=therapist, day=day):
        raise Refused("guardian_is_therapist")
