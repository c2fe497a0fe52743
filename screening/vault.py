"""The vault: the only module that seals and opens health answers.

Each client has a data key of their own (Fernet), kept wrapped by the studio's master keys. What is sealed names the
client and the field inside, so that a value moved to another client or another row is refused. People read through
`open_answers` and `open_decision`, which write one AccessRecord for each reading; the rules engine reads through
`for_rules`, which does not, because nobody sees anything. Deleting a client's key erases everything sealed with it,
in backups too.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from massage_booking.accounts.models import Client, User
from massage_booking.core import sealing
from screening.models import AccessRecord, ClientKey, Decision, Letter, LetterFile, Screening

GENESIS: Final = "0" * 64
NAME_LENGTH: Final = 120


class VaultClosed(Exception):
    """What was sealed cannot be opened: no key, a wrong key, or a value that was moved or changed."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The vault stays closed: {why}.")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, as the record shall show it."""

    name: str
    role: str
    account: int | None = None

    @classmethod
    def of(cls, user: User, role: str) -> "Reader":
        """Return a signed-in person in a role: client, therapist, admin."""
        return cls(name=str(user)[:NAME_LENGTH], role=role, account=user.pk)

    @classmethod
    def guest(cls) -> "Reader":
        """Return the person who fills in the form in this browser without an account."""
        return cls(name="You, on this device", role="client")


# --- Keys -------------------------------------------------------------------


def _wrap_purpose(client: Client) -> str:
    return f"client-key:{client.public_id}"


def _unwrap(client: Client, wrapped: bytes) -> Fernet:
    try:
        return Fernet(sealing.unseal(wrapped, purpose=_wrap_purpose(client)))
    except sealing.SealBroken as error:
        raise VaultClosed(f"the client's key is {error}") from None
    except (ImproperlyConfigured, ValueError):
        raise VaultClosed("this server has no usable vault key") from None


def _key(client: Client) -> Fernet:
    """Return the client's data key. Raises VaultClosed, also when it was erased."""
    found = ClientKey.objects.filter(client=client).first()
    if found is None:
        raise VaultClosed("the client's key was erased or never made")
    return _unwrap(client, bytes(found.wrapped))


def _key_made_if_new(client: Client, now: datetime) -> Fernet:
    found = ClientKey.objects.filter(client=client).first()
    if found is None:
        try:
            wrapped = sealing.seal(Fernet.generate_key(), purpose=_wrap_purpose(client))
        except (ImproperlyConfigured, ValueError):
            raise VaultClosed("this server has no usable vault key") from None
        # Two tabs at once: the second takes the key that the first made.
        found, _ = ClientKey.objects.get_or_create(client=client, defaults={"wrapped": wrapped, "created_at": now})
    return _unwrap(client, bytes(found.wrapped))


def erase(client: Client) -> None:
    """Make everything sealed for a client unreadable for good."""
    ClientKey.objects.filter(client=client).delete()


def rotate_keys() -> int:
    """Wrap every client's key with the first of the master keys again; return how many were wrapped.

    Put the new master key first in VAULT_KEYS, run this, then take the old one away. Raises VaultClosed at a key that
    no master key opens, before anything is changed in its batch.
    """
    done = 0
    for batch in _batches(500):
        with transaction.atomic():
            for row in ClientKey.objects.select_for_update(of=("self",)).filter(pk__in=batch).select_related("client"):
                _unwrap(row.client, bytes(row.wrapped))
                try:
                    row.wrapped = sealing.master().rotate(bytes(row.wrapped))
                except InvalidToken:
                    raise VaultClosed("a client's key is not readable with these keys") from None
                row.save(update_fields=["wrapped"])
                done += 1
    return done


def _batches(size: int) -> Iterator[list[int]]:
    keys = list(ClientKey.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


# --- Sealing ----------------------------------------------------------------


def seal(value: dict[str, Any], *, client: Client, field: str, now: datetime) -> bytes:
    """Encrypt a JSON value for one client and one field."""
    content = json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()
    return sealing.seal(content, purpose=f"{client.public_id}:{field}", keys=_key_made_if_new(client, now))


def _unseal(sealed: bytes | memoryview | None, *, client: Client, field: str) -> dict[str, Any]:
    if sealed is None:
        raise VaultClosed("nothing was kept")
    try:
        content = sealing.unseal(bytes(sealed), purpose=f"{client.public_id}:{field}", keys=_key(client))
        value = json.loads(content)
    except sealing.SealBroken as error:
        raise VaultClosed(f"the value is {error}") from None
    except ValueError:
        raise VaultClosed("the value is damaged") from None
    if not isinstance(value, dict):
        raise VaultClosed("the value is damaged")
    return value


def answers_field(screening: Screening) -> str:
    return f"screening:{screening.public_id}"


def decision_field(decision: Decision) -> str:
    return f"decision:{decision.public_id}"


def letter_field(letter: Letter) -> str:
    return f"letter:{letter.public_id}"


def seal_file(content: bytes, *, client: Client, field: str, now: datetime) -> bytes:
    """Encrypt a document's bytes for one client and one field. The field's name goes in front, so moves are refused."""
    return _key_made_if_new(client, now).encrypt(_file_head(client, field) + content)


def _unseal_file(sealed: bytes | memoryview, *, client: Client, field: str) -> bytes:
    try:
        content = _key(client).decrypt(bytes(sealed))
    except InvalidToken:
        raise VaultClosed("the document is not readable with these keys") from None
    head = _file_head(client, field)
    if not content.startswith(head):
        raise VaultClosed("the document is sealed for something else")
    return content[len(head) :]


def _file_head(client: Client, field: str) -> bytes:
    return f"{client.public_id}:{field}\n".encode()


# --- The doors --------------------------------------------------------------


def open_answers(
    screening: Screening, *, reader: Reader, purpose: str, now: datetime, address: str = ""
) -> dict[str, Any]:
    """Return a screening's answers to a person, and record the reading. Raises VaultClosed."""
    client = screening.client
    with transaction.atomic():
        value = _unseal(screening.sealed, client=client, field=answers_field(screening))
        record_reading(client, reader=reader, what="answers", purpose=purpose, now=now, address=address)
    return value


def open_decision(
    decision: Decision, *, reader: Reader, purpose: str, now: datetime, address: str = ""
) -> dict[str, Any]:
    """Return the sealed reasons of a decision to a person, and record the reading. Raises VaultClosed."""
    client = decision.client
    with transaction.atomic():
        value = _unseal(decision.sealed, client=client, field=decision_field(decision))
        record_reading(client, reader=reader, what="what is safe, and why", purpose=purpose, now=now, address=address)
    return value


def open_sealed(
    sealed: bytes | memoryview | None,
    *,
    client: Client,
    field: str,
    what: str,
    reader: Reader,
    purpose: str,
    now: datetime,
    address: str = "",
) -> dict[str, Any]:
    """Return any other sealed value of a client to a person, and record the reading as `what`. Raises VaultClosed."""
    with transaction.atomic():
        value = _unseal(sealed, client=client, field=field)
        record_reading(client, reader=reader, what=what, purpose=purpose, now=now, address=address)
    return value


def open_file(file: LetterFile, *, reader: Reader, purpose: str, now: datetime, address: str = "") -> bytes:
    """Return a letter's document to a person, and record the reading. Raises VaultClosed."""
    client = file.letter.client
    with transaction.atomic():
        content = _unseal_file(file.sealed, client=client, field=letter_field(file.letter))
        record_reading(client, reader=reader, what="a letter", purpose=purpose, now=now, address=address)
    return content


def for_rules_of_letter(letter: Letter) -> dict[str, Any]:
    """Return what a letter covers to the rules engine. Nothing of it may be shown; readers take the other doors."""
    return _unseal(letter.sealed, client=letter.client, field=letter_field(letter))


def reseal(
    sealed: bytes | memoryview, *, client: Client, field: str, to: Client, to_field: str, now: datetime
) -> bytes:
    """Seal a value of one client for another: two records of one person become one. Nobody reads it."""
    return seal(_unseal(sealed, client=client, field=field), client=to, field=to_field, now=now)


def reseal_file(sealed: bytes | memoryview, *, client: Client, field: str, to: Client, now: datetime) -> bytes:
    """Seal a document of one client for another. Nobody reads it."""
    return seal_file(_unseal_file(sealed, client=client, field=field), client=to, field=field, now=now)


def for_rules(screening: Screening) -> dict[str, Any]:
    """Return a screening's answers to the rules engine. Nothing of it may be shown; readers take the other doors."""
    return _unseal(screening.sealed, client=screening.client, field=answers_field(screening))


# --- The record -------------------------------------------------------------


def record_reading(
    client: Client, *, reader: Reader, what: str, purpose: str, now: datetime, address: str = ""
) -> AccessRecord:
    """Add one link to the client's chain of readings."""
    with transaction.atomic():
        # One at a time for each client: the number and the digest of the last row must still be the last.
        ClientKey.objects.select_for_update(of=("self",)).filter(client=client).first()
        last = AccessRecord.objects.filter(client_public_id=client.public_id).order_by("-number").first()
        record = AccessRecord(
            client_public_id=client.public_id,
            number=last.number + 1 if last else 1,
            at=now,
            reader_account=reader.account,
            reader_name=reader.name,
            reader_role=reader.role,
            what=what,
            purpose=purpose,
            address=address,
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

    Records cut off at the end leave a whole chain; comparing its last digest with one kept elsewhere finds that.
    """
    previous = GENESIS
    chain = AccessRecord.objects.filter(client_public_id=client_public_id).order_by("number")
    for number, record in enumerate(chain.iterator(), start=1):
        if record.number != number or record.previous_digest != previous or record.digest != digest_of(record):
            return number
        previous = record.digest
    return None
