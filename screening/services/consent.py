"""The yes to keeping answers, a guardian's yes, and what ends them."""

from datetime import date, datetime, timedelta

from django.db import transaction

from massage_booking.accounts.models import Client, User
from massage_booking.core.errors import Refused
from screening import consent as consent_texts
from screening import signals, vault
from screening.models import Consent, Decision, GuardianConsent, GuardianRelation, Screening
from screening.services.locks import lock


def give_consent(*, client: Client, version: str, given_by: User | None, now: datetime) -> Consent:
    """Write down the client's (or carer's) yes to a version of the text. Raises Refused("consent_version")."""
    consent_texts.text_of(version)
    with transaction.atomic():
        lock(client)
        known = Consent.objects.filter(client=client, withdrawn_at__isnull=True).first()
        if known is not None and known.version == version:
            return known
        if known is not None:
            known.withdrawn_at = now
            known.save(update_fields=["withdrawn_at"])
        return Consent.objects.create(client=client, version=version, given_at=now, given_by=given_by)


def withdraw_consent(*, client: Client, now: datetime) -> None:
    """Take the yes back: the answers and everything drawn from them are erased at once."""
    with transaction.atomic():
        lock(client)
        Consent.objects.filter(client=client, withdrawn_at__isnull=True).update(withdrawn_at=now)
        erase_answers(client=client)
    signals.consent_withdrawn.send(sender=Client, client=client)


def erase_answers(*, client: Client) -> None:
    """Erase a client's key, answers and decisions. The record of who read them stays."""
    with transaction.atomic():
        Decision.objects.filter(client=client).delete()
        Screening.objects.filter(client=client).delete()
        vault.erase(client)


def erase_old_answers(*, now: datetime) -> int:
    """Erase the answers of clients who have not renewed them for as long as the consent text promises to keep them."""
    bound = now - timedelta(days=consent_texts.KEPT_DAYS)
    held = Client.objects.filter(vault_key__isnull=False)
    old = held.exclude(screenings__saved_at__gte=bound).exclude(decisions__made_at__gte=bound).order_by("pk")
    found = list(old[:500])
    for client in found:
        erase_answers(client=client)
    return len(found)


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
        return GuardianConsent.objects.create(
            client=client,
            guardian_name=name.strip(),
            relation=relation,
            child_agrees=child_agrees,
            given_at=now,
            given_by=given_by,
        )


def withdraw_guardian_consent(*, client: Client, now: datetime) -> None:
    GuardianConsent.objects.filter(client=client, withdrawn_at__isnull=True).update(withdrawn_at=now)


def set_date_of_birth(*, client: Client, date_of_birth: date) -> None:
    """Fill in a date of birth that nobody has asked for yet; one that is known is not changed here."""
    Client.objects.filter(pk=client.pk, date_of_birth__isnull=True).update(date_of_birth=date_of_birth)
    client.refresh_from_db(fields=["date_of_birth"])
