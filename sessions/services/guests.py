"""Step 4 of booking: a guest becomes a client with an account and the held time becomes a session, all or nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from massage_booking.accounts import services as accounts
from massage_booking.accounts.models import Client, Relation, User
from massage_booking.core.db import in_transaction
from massage_booking.core.prepared import Prepared, a_key
from screening.assessment import Assessment
from sessions.models import MassageSession
from sessions.models.session import BookedVia
from sessions.services import booking
from therapists.models import Service, Therapist

_PERSON: Final = Prepared(lambda client: Client.objects.select_related("account").filter(pk=client), client=a_key())


@dataclass(frozen=True)
class Contact:
    """What step 4 asked. `booker_name` is the name of whoever books for somebody else."""

    name: str = ""
    email: str = ""
    phone: str = ""
    booker_name: str = ""


@dataclass(frozen=True)
class Wanted:
    """The time that is confirmed; `held` is missing when its hold has run out."""

    service: Service
    therapist: Therapist | None
    starts_at: datetime
    held: MassageSession | None = None


def confirm(
    *,
    client: Client,
    contact: Contact,
    account: User | None,
    wanted: Wanted,
    assessment: Assessment,
    now: datetime,
    form_key: str,
    form_digest: str,
) -> MassageSession:
    """Book the wanted time for a client, who may still be a guest without a name.

    Raises what booking raises: `Taken`, `Refused`; then nothing was written, so that a guest stays a guest.
    """

    def work() -> MassageSession:
        person = _PERSON.first(client=client.pk)
        if person is None:
            raise Client.DoesNotExist("This client is not there any more.")
        is_known_address = False
        if person.confirmed_at is None:
            # Two sendings of one form must not make two accounts. Nobody but this browser knows a guest, so that this
            # lock, taken before the calendar's, closes no circle; for anybody else's client it could.
            person = Client.objects.select_for_update(no_key=True, of=("self",)).get(pk=client.pk)
        if person.confirmed_at is None:
            is_known_address = _make_client(person, contact=contact, account=account, now=now)
        return _book(
            person,
            wanted=wanted,
            assessment=assessment,
            actor=account,
            needs_review=is_known_address or assessment.needs_review,
            now=now,
            form_key=form_key,
            form_digest=form_digest,
        )

    return in_transaction(work)


def _make_client(person: Client, *, contact: Contact, account: User | None, now: datetime) -> bool:
    """Give a guest name and account. Return whether an account with the typed address was there already."""
    name = contact.name
    if account is not None:
        accounts.confirm_guest(
            client=person, account=account, is_new_account=True, name=name, email="", phone=contact.phone, now=now
        )
        return False
    booker = name if person.relation == Relation.SELF else contact.booker_name
    owner, made = accounts.account_for(email=contact.email, name=booker, phone=contact.phone, now=now)
    accounts.confirm_guest(
        client=person, account=owner, is_new_account=made, name=name, email=contact.email, phone=contact.phone, now=now
    )
    return not made


def _book(
    person: Client,
    *,
    wanted: Wanted,
    assessment: Assessment,
    actor: User | None,
    needs_review: bool,
    now: datetime,
    form_key: str,
    form_digest: str,
) -> MassageSession:
    if wanted.held is not None:
        return booking.confirm_hold(
            session=wanted.held,
            client=person,
            assessment=assessment,
            actor=actor,
            now=now,
            needs_review=needs_review,
            form_key=form_key,
            form_digest=form_digest,
        )
    return booking.book(
        client=person,
        service=wanted.service,
        therapist=wanted.therapist,
        starts_at=wanted.starts_at,
        assessment=assessment,
        via=BookedVia.WEB,
        actor=actor,
        by="client",
        now=now,
        needs_review=needs_review,
        form_key=form_key,
        form_digest=form_digest,
    )
