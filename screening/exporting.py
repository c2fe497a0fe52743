"""Everything that is kept about a client, for the client: rows in words that a program can read, and the letters.

Each app registers what it keeps. A test walks all tables that lead to a client, so that none is forgotten.
"""

import json
import mimetypes
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from django.db.models import ForeignKey, Model

from massage_booking.accounts.models import Client, FormerId
from screening import selectors, vault
from screening.answer_words import answers_in_words
from screening.models import AccessRecord, BodyWishes, Erasure, Letter, Screening
from screening.vault import Everything

# Keys to pages, digests of codes, numbers of rows: they say nothing about the person, and some open doors.
LEFT_OUT: Final = frozenset({"id", "nonce", "code_digest", "held_by", "held_from", "wrapped", "password"})


@dataclass
class Export:
    """What has been gathered so far: parts by name, and documents by their name in the archive."""

    client: Client
    everything: Everything
    parts: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def public_ids(self) -> list[str]:
        """Return every id under which the client was ever kept."""
        return [self.client.public_id, *FormerId.objects.filter(client=self.client).values_list("public_id", flat=True)]


Collector = Callable[[Export], None]
_collectors: list[Collector] = []


def register(collector: Collector) -> Collector:
    """Let an app add what it keeps."""
    _collectors.append(collector)
    return collector


def gather(client: Client, everything: Everything, *, now: datetime) -> Export:
    """Return everything that is kept about a client. Raises VaultClosed."""
    export = Export(client, everything)
    export.parts["made_at"] = now.isoformat()
    for collector in _collectors:
        collector(export)
    return export


def as_zip(export: Export) -> bytes:
    """Return the archive: one JSON file, and the documents in a folder."""
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED) as archive:
        archive.writestr("everything.json", json.dumps(export.parts, ensure_ascii=False, indent=2, default=_said))
        for name, content in export.files.items():
            archive.writestr(name, content)
    return whole.getvalue()


def plain(row: Model, **more: Any) -> dict[str, Any]:
    """Return the open columns of a row by name: moments in ISO format, other rows by what they are called."""
    found: dict[str, Any] = {}
    for column in row._meta.concrete_fields:
        if column.name in LEFT_OUT or column.get_internal_type() == "BinaryField":
            continue
        value = getattr(row, column.name)
        found[column.name] = str(value) if isinstance(column, ForeignKey) and value is not None else value
    return {**found, **more}


def plains(rows: Iterable[Model]) -> list[dict[str, Any]]:
    return [plain(row) for row in rows]


def _said(value: Any) -> str:
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in an export")


# --- What lies here ---------------------------------------------------------


@register
def _person(export: Export) -> None:
    client = export.client
    export.parts["client"] = plain(client)
    export.parts["account"] = None if client.account is None else {
        "email": client.account.email, "name": client.account.name, "phone": client.account.phone,
    }  # fmt: skip
    export.parts["former_ids"] = plains(client.former_ids.order_by("pk"))


@register
def _consents(export: Export) -> None:
    client = export.client
    export.parts["consents"] = plains(client.consents.order_by("given_at"))
    export.parts["guardian_consents"] = plains(client.guardian_consents.order_by("given_at"))


@register
def _answers(export: Export) -> None:
    def opened(screening: Screening) -> dict[str, Any]:
        content = export.everything.value(screening.sealed, field=vault.answers_field(screening))
        in_words = [] if content is None else _in_words(screening, content)
        return plain(screening, content=content, in_words=in_words)

    export.parts["answers"] = [opened(screening) for screening in export.client.screenings.order_by("started_at")]
    export.parts["decisions"] = [
        plain(row, content=export.everything.value(row.sealed, field=vault.decision_field(row)))
        for row in export.client.decisions.order_by("made_at", "pk")
    ]


def _in_words(screening: Screening, content: dict[str, Any]) -> list[dict[str, Any]]:
    _, rules = selectors.published_rules()
    shown = answers_in_words(rules, selectors.read_as(screening, rules, content))
    return [{name: getattr(answer, name) for name in ("condition", "answer", "where", "when")} for answer in shown]


@register
def _letters(export: Export) -> None:
    client = export.client
    export.parts["clearance_requests"] = [
        plain(row, content=export.everything.value(row.sealed, field=vault.request_field(row)))
        for row in client.clearance_requests.order_by("requested_at")
    ]
    export.parts["letters"] = [
        _letter(export, number, letter)
        for number, letter in enumerate(client.letters.select_related("file").order_by("received_at"), start=1)
    ]


def _letter(export: Export, number: int, letter: Letter) -> dict[str, Any]:
    everything, name = export.everything, None
    file = getattr(letter, "file", None)
    if file is not None:
        name = f"letters/letter-{number}{mimetypes.guess_extension(file.content_type) or ''}"
        export.files[name] = everything.file(file.sealed, field=vault.letter_field(letter))
    return plain(letter, content=everything.value(letter.sealed, field=vault.letter_field(letter)), file=name)


@register
def _around(export: Export) -> None:
    client = export.client
    export.parts["booking_stops"] = plains(client.booking_stops.order_by("made_at"))
    export.parts["tickets"] = plains(client.kiosk_tickets.order_by("made_at"))
    wishes = BodyWishes.objects.filter(client=client).first()
    export.parts["wishes"] = wishes and plain(
        wishes, content=export.everything.value(wishes.sealed, field=vault.wishes_field(client))
    )


@register
def _record(export: Export) -> None:
    readings = AccessRecord.objects.filter(client_public_id__in=export.public_ids)
    export.parts["readings"] = plains(readings.order_by("at", "number"))
    export.parts["erasures"] = plains(Erasure.objects.filter(client_public_id__in=export.public_ids))
