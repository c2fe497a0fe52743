"""Who watches over a young client, and so cannot be their therapist (guide, section 3)."""

from collections.abc import Iterable
from datetime import date

from massage_booking.accounts.models import Client
from screening import selectors as screening
from therapists.models import Therapist


def among(therapists: Iterable[Therapist], *, client: Client, day: date) -> set[int]:
    """Return the keys of those who must watch over a client on a day. One query for the young, none for adults."""
    age = screening.age_of(client, day)
    if age is None or age >= screening.ADULT_AGE:
        return set()
    consent = screening.guardian_consent_in_force(client)
    name = consent.guardian_name.casefold() if consent is not None else None
    return {
        therapist.pk
        for therapist in therapists
        if (therapist.user_id is not None and client.account_id == therapist.user_id)
        or therapist.name.casefold() == name
    }


def is_therapist(*, client: Client, therapist: Therapist, day: date) -> bool:
    """Tell whether the one who must watch over a young client would be the one who works on them."""
    return bool(among([therapist], client=client, day=day))
