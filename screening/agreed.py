"""Who has agreed to what for a client, and who may read what the client answered."""

from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from massage_booking.accounts.models import Client, Relation
from massage_booking.core import clock
from massage_booking.core.prepared import Prepared, a_key
from screening import consent as consent_texts
from screening.domain.dated import age_on
from screening.models import Consent, GuardianConsent

ADULT_AGE: Final = 18
_CONSENT: Final = Prepared(
    lambda client: Consent.objects.filter(client_id=client, withdrawn_at__isnull=True).order_by("pk"),
    client=a_key(),
)


def consent_in_force(client: Client, *, now: datetime | None = None) -> Consent | None:
    """Return the client's yes, if it was given to a text that still counts and not taken back.

    What was agreed to for a child ends on the eighteenth birthday: then the client is asked anew.
    """
    given: list[Consent] = _CONSENT.all(client=client.pk)
    consent = next((one for one in given if one.version in consent_texts.STILL_GOOD), None)
    if consent is not None:
        consent.client = client
    return None if consent is not None and has_ended_with_childhood(client, consent, now=now) else consent


def has_ended_with_childhood(client: Client, consent: Consent, *, now: datetime | None = None) -> bool:
    """Tell whether a consent was given before the client came of age, who is of age now."""
    given_on, today = (timezone.localtime(moment).date() for moment in (consent.given_at, now or clock.now()))
    ages = age_of(client, given_on), age_of(client, today)
    return ages[0] is not None and ages[1] is not None and ages[0] < ADULT_AGE <= ages[1]


def may_read_answers(user: Any, client: Client) -> bool:
    """Tell whether an account may read the answers of a client in its care.

    One's own always; a child's until it comes of age; an adult's only with the adult's leave, given with the consent.
    Who somebody is, and how old, is the account's to correct: a leave that was not given does not come from that.
    """
    if client.account_id is None or client.account_id != user.pk:
        return False
    consent = consent_in_force(client)
    if consent is not None and not consent.carer_may_read:
        return False
    if client.relation == Relation.SELF:
        return True
    age = age_of(client, timezone.localtime(clock.now()).date())
    return consent is not None or (age is not None and age < ADULT_AGE)


def guardian_consent_in_force(client: Client) -> GuardianConsent | None:
    return GuardianConsent.objects.filter(client=client, withdrawn_at__isnull=True).first()


def age_of(client: Client, day: date) -> int | None:
    """Return the age in whole years on a day, None while the date of birth is not known."""
    return None if client.date_of_birth is None else age_on(client.date_of_birth, day)


def needs_guardian(client: Client, day: date) -> bool:
    """Tell whether a parent or guardian must still agree to a massage on that day."""
    age = age_of(client, day)
    return age is not None and age < ADULT_AGE and guardian_consent_in_force(client) is None
