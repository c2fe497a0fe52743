"""Who may give a service to a client at all: trained for it, not the client's guardian. Times are for others to say."""

from datetime import date

from massage_booking.accounts.models import Client
from sessions.selectors import guardians
from therapists import eligibility
from therapists.eligibility import Windows
from therapists.models import Service, Therapist


def givers(*, service: Service, therapist: Therapist | None, young: Client | None, day: date) -> Windows:
    """Return who may give a service, or the one asked for, each with the last day of the certificate needed.

    Anyone is never the client's own guardian; `young` is the client, or for whom a time is held.
    """
    windows = {
        key: window
        for key, window in eligibility.eligibility_windows(service=service).items()
        if therapist is None or key == therapist.pk
    }
    if therapist is None and young is not None:
        people = [person for person, _ in windows.values()]
        for key in guardians.among(people, client=young, day=day):
            del windows[key]
    return windows
