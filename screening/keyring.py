"""Keys: each client's own data key, kept wrapped by the studio's master keys, and their change."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import QuerySet

from massage_booking.accounts.models import Client
from massage_booking.core import sealing
from massage_booking.core.prepared import Prepared, a_key
from massage_booking.outbox.models import Message
from screening.models import ClientKey

BATCH: Final = 500
_KEY: Final = Prepared(lambda client: ClientKey.objects.filter(client_id=client)[:1], client=a_key())


class VaultClosed(Exception):
    """What was sealed cannot be opened: no key, a wrong key, or a value that was moved or changed."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The vault stays closed: {why}.")


# --- A client's key ---------------------------------------------------------


def _wrap_purpose(client: Client) -> str:
    return f"client-key:{client.public_id}"


def unwrap(client: Client, wrapped: bytes) -> Fernet:
    """Return a client's key from its wrapping. Raises VaultClosed."""
    try:
        return Fernet(sealing.unseal(wrapped, purpose=_wrap_purpose(client)))
    except sealing.SealBroken as error:
        raise VaultClosed(f"the client's key is {error}") from None
    except (ImproperlyConfigured, ValueError):
        raise VaultClosed("this server has no usable vault key") from None


def key_of(client: Client) -> Fernet:
    """Return the client's data key. Raises VaultClosed, also when it was erased."""
    found = _KEY.first(client=client.pk)
    if found is None:
        raise VaultClosed("the client's key was erased or never made")
    return unwrap(client, bytes(found.wrapped))


def key_made_if_new(client: Client, now: datetime) -> Fernet:
    """Return the client's data key; the first value that is sealed makes it. Raises VaultClosed."""
    found = _KEY.first(client=client.pk)
    if found is None:
        if not opens_what_is_kept():
            raise VaultClosed("this server's vault key does not open what is kept already")
        try:
            wrapped = sealing.seal(Fernet.generate_key(), purpose=_wrap_purpose(client))
        except (ImproperlyConfigured, ValueError):
            raise VaultClosed("this server has no usable vault key") from None
        # Two tabs at once: the second takes the key that the first made.
        found, _ = ClientKey.objects.get_or_create(client=client, defaults={"wrapped": wrapped, "created_at": now})
    return unwrap(client, bytes(found.wrapped))


def holds_anything_of(client: Client) -> bool:
    """Tell whether anything was sealed for a client since the last erasure."""
    return ClientKey.objects.filter(client=client).exists()


def opens_what_is_kept() -> bool:
    """Tell whether the master keys open the oldest or the newest client's key, if there is one at all.

    A server with somebody else's master key must not seal anything: once the right one is back, nobody could open it.
    One damaged row alone closes nothing for others.
    """
    keys = ClientKey.objects.select_related("client").order_by("pk")
    tried = {row.pk: row for row in (keys.first(), keys.last()) if row is not None}
    return not tried or any(_is_open(row) for row in tried.values())


def _is_open(row: ClientKey) -> bool:
    try:
        unwrap(row.client, bytes(row.wrapped))
    except VaultClosed:
        return False
    return True


def erase(client: Client) -> None:
    """Make everything sealed for a client unreadable for good."""
    ClientKey.objects.filter(client=client).delete()


# --- Another master key -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rotated:
    """How many client keys and waiting mails were sealed with the first master key now, and how many had been."""

    keys: int = 0
    mails: int = 0
    before: int = 0


def rotate_keys(*, batch: int = BATCH, after_batch: Callable[[Rotated], None] | None = None) -> Rotated:
    """Wrap every client's key, and every mail that waits sealed, with the first of the master keys.

    Put the new master key first in VAULT_KEYS, restart what runs, do this, then take the old key away. Everything is
    looked at before anything is changed: one value that no master key opens raises VaultClosed, and all stays as it
    was. What has the first key already is passed over, so that a run that was cut short can be repeated.
    """
    _first()
    _look_through()
    done = Rotated(before=_already_first())
    for keys in _batches(batch):
        done = Rotated(done.keys + _rotate_clients(keys), done.mails, done.before)
        if after_batch is not None:
            after_batch(done)
    return Rotated(done.keys, _rotate_mails(), done.before)


def _first() -> Fernet:
    """Return the master key that seals from now on. Raises VaultClosed."""
    try:
        return sealing.first_master()
    except (ImproperlyConfigured, ValueError):
        raise VaultClosed("this server has no usable vault key") from None


def _has(key: Fernet, sealed: bytes) -> bool:
    try:
        key.decrypt(sealed)
    except InvalidToken:
        return False
    return True


def _look_through() -> None:
    """Open every wrapping without changing any. Raises VaultClosed, saying how many stay closed."""
    rows = ClientKey.objects.select_related("client").only("wrapped", "client__public_id").order_by("pk")
    closed = 0
    for row in rows.iterator(chunk_size=BATCH):
        try:
            unwrap(row.client, bytes(row.wrapped))
        except VaultClosed:
            closed += 1
    master = sealing.master()
    for sealed in _mails().values_list("sealed", flat=True):
        try:
            master.decrypt(bytes(sealed or b""))
        except InvalidToken:
            closed += 1
    if closed:
        what = "1 of what is sealed is" if closed == 1 else f"{closed} of what is sealed are"
        raise VaultClosed(f"{what} not readable with these keys, so nothing was changed")


def _already_first() -> int:
    key = _first()
    wrapped = ClientKey.objects.values_list("wrapped", flat=True).order_by("pk")
    return sum(_has(key, bytes(value)) for value in wrapped.iterator(chunk_size=BATCH))


def _batches(size: int) -> Iterator[list[int]]:
    """Yield keys of rows in portions, those made meanwhile included."""
    last = 0
    while keys := list(ClientKey.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:size]):
        yield keys
        last = keys[-1]


def _rotate_clients(keys: list[int]) -> int:
    """Wrap a portion anew in one transaction, short enough that nobody who reads or saves waits for it."""
    first, done = _first(), 0
    rows = ClientKey.objects.select_for_update(of=("self",)).filter(pk__in=keys)
    with transaction.atomic():
        for row in rows.select_related("client").order_by("pk"):
            wrapped = bytes(row.wrapped)
            if _has(first, wrapped):
                continue
            unwrap(row.client, wrapped)
            row.wrapped = sealing.master().rotate(wrapped)
            row.save(update_fields=["wrapped"])
            done += 1
    return done


def _mails() -> QuerySet[Message]:
    return Message.objects.filter(sealed__isnull=False).order_by("pk")


def _rotate_mails() -> int:
    first, done = _first(), 0
    with transaction.atomic():
        for message in _mails().select_for_update(of=("self",)).only("pk", "sealed"):
            if message.sealed is None or _has(first, bytes(message.sealed)):
                continue
            try:
                anew = sealing.master().rotate(bytes(message.sealed))
            except InvalidToken:
                raise VaultClosed("a mail that waits is not readable with these keys") from None
            # Not saved as a whole: sending it, at this very moment, forgets the content, and forgotten it stays.
            done += Message.objects.filter(pk=message.pk, sealed__isnull=False).update(sealed=anew)
    return done
