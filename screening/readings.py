"""The record of readings: who read whose health data, when, what and what for. One chain for each client."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.db import transaction

from massage_booking.accounts.models import Client, User
from screening.models import AccessRecord, ClientKey

GENESIS: Final = "0" * 64
NAME_LENGTH: Final = 120
WHAT_LENGTH: Final = 40
PURPOSE_LENGTH: Final = 80


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, as the record shall show it."""

    name: str
    role: str
    account: int | None = None
    # Where the request came from, unless the door is told.
    address: str = ""

    @classmethod
    def of(cls, user: User, role: str, *, address: str = "") -> "Reader":
        """Return a signed-in person in a role: client, therapist, admin."""
        return cls(name=str(user)[:NAME_LENGTH], role=role, account=user.pk, address=address)

    @classmethod
    def guest(cls) -> "Reader":
        """Return the person who fills in the form in this browser without an account."""
        return cls(name="You, on this device", role="client")


def record_reading(
    client: Client, *, reader: Reader, what: str, purpose: str, now: datetime, address: str = ""
) -> AccessRecord:
    """Add one link to the client's chain of readings."""
    with transaction.atomic():
        # One at a time for each client: the number and the digest of the last row must still be the last.
        if ClientKey.objects.select_for_update(of=("self",)).filter(client=client).first() is None:
            Client.objects.select_for_update(of=("self",), no_key=True).filter(pk=client.pk).first()
        last = AccessRecord.objects.filter(client_public_id=client.public_id).order_by("-number").first()
        record = AccessRecord(
            client_public_id=client.public_id,
            number=last.number + 1 if last else 1,
            at=now,
            reader_account=reader.account,
            reader_name=reader.name,
            reader_role=reader.role,
            what=what[:WHAT_LENGTH],
            purpose=purpose[:PURPOSE_LENGTH],
            address=address or reader.address,
            previous_digest=last.digest if last else GENESIS,
        )
        record.digest = digest_of(record)
        record.save(force_insert=True)
    return record


def digest_of(record: AccessRecord) -> str:
    """Return the SHA-256 of everything a record says, the digest before it included."""
    said = [
        record.client_public_id,
        record.number,
        record.at.astimezone(UTC).isoformat(timespec="microseconds"),
        record.reader_account,
        record.reader_name,
        record.reader_role,
        record.what,
        record.purpose,
        record.address,
        record.previous_digest,
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()


def verify_chain(client_public_id: str) -> int | None:
    """Return the number of the first record that was changed, moved or follows a gap; None when all is well.

    Records cut off at the end leave a whole chain; the daily digests find that (`digests`).
    """
    previous = GENESIS
    chain = AccessRecord.objects.filter(client_public_id=client_public_id).order_by("number")
    for number, record in enumerate(chain.iterator(), start=1):
        if record.number != number or record.previous_digest != previous or record.digest != digest_of(record):
            return number
        previous = record.digest
    return None
