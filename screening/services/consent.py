"""The yes to keeping answers, a guardian's yes, and what ends them."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from massage_booking.accounts.models import Client, User
from massage_booking.core.errors import Refused
from screening import consent as consent_texts
from screening import selectors, signals
from screening.models import CarerStanding, Consent, ConsentWay, GuardianConsent, GuardianRelation
from screening.services.erasing import erase_answers
from screening.services.locks import lock


@dataclass(frozen=True, slots=True)
class Carer:
    """Who speaks for an adult in somebody's care, and whether that person may read the answers later."""

    name: str
    standing: str
    may_read: bool


def give_consent(
    *,
    client: Client,
    version: str,
    given_by: User | None,
    now: datetime,
    way: str = ConsentWay.ONLINE,
    carer: Carer | None = None,
) -> Consent:
    """Write down the client's (or carer's) yes to a version of the text.

    One that is in force already stays; one that ended on a birthday is replaced. Raises Refused: "consent_version",
    "carer" (no name, or a standing that is none of ours).
    """
    consent_texts.text_of(version)
    if carer is not None and (not carer.name.strip() or carer.standing not in CarerStanding.values):
        raise Refused("carer")
    with transaction.atomic():
        lock(client)
        known = Consent.objects.filter(client=client, withdrawn_at__isnull=True).first()
        if known is not None:
            if known.version == version and not selectors.has_ended_with_childhood(client, known, now=now):
                return known
            known.withdrawn_at = now
            known.save(update_fields=["withdrawn_at"])
        return Consent.objects.create(
            client=client,
            version=version,
            given_at=now,
            given_by=given_by,
            way=way,
            carer_name=carer.name.strip() if carer else "",
            carer_standing=carer.standing if carer else "",
            carer_may_read=carer.may_read if carer else True,
        )


def withdraw_consent(*, client: Client, now: datetime) -> None:
    """Take the yes back: the answers and everything drawn from them are erased at once."""
    with transaction.atomic():
        lock(client)
        Consent.objects.filter(client=client, withdrawn_at__isnull=True).update(withdrawn_at=now)
        erase_answers(client=client, now=now)
    signals.consent_withdrawn.send(sender=Client, client=client)


def give_guardian_consent(
    *, client: Client, name: str, relation: str, child_agrees: bool, given_by: User | None, now: datetime
) -> GuardianConsent:
    """Write down a parent's or guardian's yes, signed by their typed name.

    Raises Refused: "guardian_name" (no name), "guardian_relation" (not one of ours), "child_disagrees".
    """
    if len(name.split()) < 2:
        raise Refused("guardian_name")
    if relation not in GuardianRelation.values:
        raise Refused("guardian_relation")
    if not child_agrees:
        raise Refused("child_disagrees")
    with transaction.atomic():
        lock(client)
        GuardianConsent.objects.filter(client=client, withdrawn_at__isnull=True).update(withdrawn_at=now)
        consent = GuardianConsent.objects.create(
            client=client,
            guardian_name=name.strip(),
            relation=relation,
            child_agrees=child_agrees,
            given_at=now,
            given_by=given_by,
        )
    signals.guardian_consent_changed.send(sender=GuardianConsent, client=client)
    return consent


def withdraw_guardian_consent(*, client: Client, now: datetime) -> None:
    """Take the guardian's yes back: no hands go on before somebody agrees anew."""
    with transaction.atomic():
        lock(client)
        GuardianConsent.objects.filter(client=client, withdrawn_at__isnull=True).update(withdrawn_at=now)
    signals.guardian_consent_changed.send(sender=GuardianConsent, client=client)


def set_date_of_birth(*, client: Client, date_of_birth: date) -> None:
    """Fill in a date of birth that nobody has asked for yet; one that is known is not changed here."""
    Client.objects.filter(pk=client.pk, date_of_birth__isnull=True).update(date_of_birth=date_of_birth)
    client.refresh_from_db(fields=["date_of_birth"])
