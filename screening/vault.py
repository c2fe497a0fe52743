"""The vault: the only module that seals and opens health answers.

Each client has a data key of their own (Fernet), kept wrapped by the studio's master keys (`keyring`). What is sealed
names the client and the field inside, so that a value moved to another client or another row is refused. People read
through the doors, `open_answers` and its like, each of which adds one AccessRecord for each reading (`readings`); the
rules engine reads through `for_rules`, which does not, because nobody sees anything. Deleting a client's key erases
everything sealed with it, in backups too.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.db import transaction

from massage_booking.accounts.models import Client
from massage_booking.core import sealing
from screening.keyring import Rotated, VaultClosed, erase, holds_anything_of, key_made_if_new, key_of, rotate_keys
from screening.models import ClearanceRequest, Decision, Letter, LetterFile, Screening
from screening.readings import GENESIS, Reader, digest_of, record_reading, verify_chain

__all__ = [
    "GENESIS",
    "Everything",
    "Reader",
    "Rotated",
    "VaultClosed",
    "answers_field",
    "decision_field",
    "digest_of",
    "erase",
    "for_joining",
    "for_rules",
    "for_rules_of_letter",
    "for_rules_of_request",
    "holds_anything_of",
    "is_readable",
    "letter_field",
    "open_answers",
    "open_decision",
    "open_everything",
    "open_file",
    "open_sealed",
    "record_reading",
    "reseal",
    "reseal_file",
    "reseal_whatever",
    "rotate_keys",
    "seal",
    "seal_file",
    "verify_chain",
    "wishes_field",
]


# --- Sealing ----------------------------------------------------------------


def seal(value: dict[str, Any], *, client: Client, field: str, now: datetime) -> bytes:
    """Encrypt a JSON value for one client and one field."""
    content = json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()
    return sealing.seal(content, purpose=f"{client.public_id}:{field}", keys=key_made_if_new(client, now))


def _unseal(
    sealed: bytes | memoryview | None, *, client: Client, field: str, key: Fernet | None = None
) -> dict[str, Any]:
    if sealed is None:
        raise VaultClosed("nothing was kept")
    try:
        content = sealing.unseal(bytes(sealed), purpose=f"{client.public_id}:{field}", keys=key or key_of(client))
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


def wishes_field(client: Client) -> str:
    return f"wishes:{client.public_id}"


def request_field(request: ClearanceRequest) -> str:
    return f"clearance:{request.public_id}"


def seal_file(content: bytes, *, client: Client, field: str, now: datetime) -> bytes:
    """Encrypt a document's bytes for one client and one field. The field's name goes in front, so moves are refused."""
    return key_made_if_new(client, now).encrypt(_file_head(client, field) + content)


def _unseal_file(sealed: bytes | memoryview, *, client: Client, field: str, key: Fernet | None = None) -> bytes:
    try:
        content = (key or key_of(client)).decrypt(bytes(sealed))
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


@dataclass(frozen=True, slots=True)
class Everything:
    """All that is sealed for one client, opened for one reading that was recorded already: for the export."""

    client: Client
    key: Fernet | None

    def value(self, sealed: bytes | memoryview | None, *, field: str) -> dict[str, Any] | None:
        """Return a sealed value; None where nothing was kept. Raises VaultClosed."""
        return None if sealed is None else _unseal(sealed, client=self.client, field=field, key=self.key)

    def file(self, sealed: bytes | memoryview, *, field: str) -> bytes:
        """Return a sealed document. Raises VaultClosed."""
        return _unseal_file(sealed, client=self.client, field=field, key=self.key)


def open_everything(client: Client, *, reader: Reader, purpose: str, now: datetime, address: str = "") -> Everything:
    """Let a person read all that is kept of a client, recorded as one reading. Raises VaultClosed."""
    with transaction.atomic():
        key = key_of(client) if holds_anything_of(client) else None
        record_reading(client, reader=reader, what="everything", purpose=purpose, now=now, address=address)
    return Everything(client, key)


def is_readable(sealed: bytes, *, client: Client, key: Fernet) -> bool:
    """Tell whether a value opens with its client's key, whatever its field. Nothing of it is given to anybody."""
    try:
        content = key.decrypt(sealed)
    except InvalidToken:
        return False
    return content.startswith((f"{client.public_id}:".encode(), f'["{client.public_id}:'.encode()))


def for_rules_of_letter(letter: Letter) -> dict[str, Any]:
    """Return what a letter covers to the rules engine. Nothing of it may be shown; readers take the other doors."""
    return _unseal(letter.sealed, client=letter.client, field=letter_field(letter))


def for_rules_of_decision(decision: Decision) -> dict[str, Any]:
    """Return what a decision was made from to the rules engine, to make it again. Nothing of it may be shown."""
    return _unseal(decision.sealed, client=decision.client, field=decision_field(decision))


def for_rules_of_request(request: ClearanceRequest) -> dict[str, Any]:
    """Return what a form for the doctor names to the services. Nothing of it may be shown."""
    return _unseal(request.sealed, client=request.client, field=request_field(request))


def reseal(
    sealed: bytes | memoryview, *, client: Client, field: str, to: Client, to_field: str, now: datetime
) -> bytes:
    """Seal a value of one client for another: two records of one person become one. Nobody reads it."""
    return seal(_unseal(sealed, client=client, field=field), client=to, field=to_field, now=now)


def reseal_file(sealed: bytes | memoryview, *, client: Client, field: str, to: Client, now: datetime) -> bytes:
    """Seal a document of one client for another. Nobody reads it."""
    return seal_file(_unseal_file(sealed, client=client, field=field), client=to, field=field, now=now)


def for_joining(sealed: bytes | memoryview, *, client: Client, field: str) -> dict[str, Any]:
    """Return a value to the joining of two records of one person. Nothing of it may be shown. Raises VaultClosed."""
    return _unseal(sealed, client=client, field=field)


def reseal_whatever(sealed: bytes | memoryview, *, client: Client, to: Client, now: datetime) -> bytes:
    """Seal any value or document of one client for another, its field as it is. Nobody reads it. Raises VaultClosed."""
    try:
        content = key_of(client).decrypt(bytes(sealed))
    except InvalidToken:
        raise VaultClosed("the value is not readable with these keys") from None
    old, new = client.public_id.encode(), to.public_id.encode()
    # A value is a list whose first entry is its purpose, a document has its purpose as the first line.
    for opening, end in ((b'["' + old + b":", b'",'), (old + b":", b"\n")):
        if content.startswith(opening):
            head, _, rest = content.partition(end)
            return key_made_if_new(to, now).encrypt(head.replace(old, new) + end + rest)
    raise VaultClosed("the value is sealed for something else")


def for_rules(screening: Screening) -> dict[str, Any]:
    """Return a screening's answers to the rules engine. Nothing of it may be shown; readers take the other doors."""
    return _unseal(screening.sealed, client=screening.client, field=answers_field(screening))
