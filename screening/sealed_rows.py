"""Every column that holds something sealed with a client's key, so that all of it can be looked through."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from cryptography.fernet import Fernet
from django.db.models import Model

from massage_booking.accounts.models import Client
from screening import vault
from screening.keyring import key_of
from screening.models import BodyWishes, ClearanceRequest, Decision, Letter, LetterFile, Screening


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column, and the way from its row to the client whose key it is sealed with."""

    model: type[Model]
    column: str = "sealed"
    client: str = "client"

    @property
    def name(self) -> str:
        return f"{self.model._meta.verbose_name} ({self.column})"

    def rows(self) -> Iterator[tuple[int, bytes]]:
        """Yield (key of the client, sealed value), one client after the other."""
        found = self.model._default_manager.filter(**{f"{self.column}__isnull": False})
        pairs = found.order_by(f"{self.client}__pk").values_list(f"{self.client}__pk", self.column)
        for client, sealed in pairs.iterator(chunk_size=500):
            yield client, bytes(sealed)


_columns: Final = [
    SealedColumn(Screening),
    SealedColumn(Decision),
    SealedColumn(Letter),
    SealedColumn(LetterFile, client="letter__client"),
    SealedColumn(ClearanceRequest),
    SealedColumn(BodyWishes),
]


def register(model: type[Model], column: str = "sealed", *, client: str = "client") -> None:
    """Add a column of an app above."""
    _columns.append(SealedColumn(model, column, client))


def columns() -> tuple[SealedColumn, ...]:
    return tuple(_columns)


def try_all() -> tuple[int, dict[str, int]]:
    """Open every sealed value for nobody; return how many there are, and by column how many stay closed."""
    count, closed = 0, Counter[str]()
    for column in _columns:
        opener = _Opener()
        for client, sealed in column.rows():
            count += 1
            closed[column.name] += not opener.opens(client, sealed)
    return count, {name: number for name, number in closed.items() if number}


class _Opener:
    """Keeps the key of the client at hand, since their values come one after the other."""

    def __init__(self) -> None:
        self.client: Any = None
        self.key: Fernet | None = None

    def opens(self, client_key: int, sealed: bytes) -> bool:
        if self.client is None or self.client.pk != client_key:
            self.client = Client.objects.get(pk=client_key)
            try:
                self.key = key_of(self.client)
            except vault.VaultClosed:
                self.key = None
        return self.key is not None and vault.is_readable(sealed, client=self.client, key=self.key)
