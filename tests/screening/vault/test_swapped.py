"""What is sealed stays where it was sealed: moved to another client or another row it opens for nobody."""

from collections.abc import Callable
from typing import Any

import pytest

from massage_booking.accounts.models import Client
from screening import vault
from screening.models import ClearanceRequest, Decision, Letter, LetterFile, Screening
from sessions.models import MassageSession, SymptomReport
from sessions.selectors import aftercare, signing
from tests.screening.factories import NOW, make_client

pytestmark = pytest.mark.django_db

READER = vault.Reader(name="Ana Quiroga", role="therapist", account=7)
# What is sealed -> the field of a fresh row of it.
FIELDS: dict[str, Callable[[Client], str]] = {
    "answers": lambda client: vault.answers_field(Screening()),
    "decision": lambda client: vault.decision_field(Decision()),
    "letter": lambda client: vault.letter_field(Letter()),
    "request": lambda client: vault.request_field(ClearanceRequest()),
    "wishes": vault.wishes_field,
    "report": lambda client: aftercare.report_field(SymptomReport()),
    "how a report was closed": lambda client: aftercare.closing_field(SymptomReport()),
    "note": lambda client: signing.note_field(MassageSession(), 1),
}


def opens(sealed: bytes, *, client: Client, field: str) -> bool:
    try:
        vault.open_sealed(
            sealed, client=client, field=field, what="x", reader=READER, purpose="before a session", now=NOW
        )
    except vault.VaultClosed as closed:
        assert sealed.decode() not in str(closed)
        return False
    return True


@pytest.mark.parametrize("what", FIELDS)
def test_a_value_opens_in_its_place_alone(what: str) -> None:
    mine, theirs = make_client(name="One"), make_client(name="Another")
    field = FIELDS[what](mine)
    sealed = vault.seal({"words": "x"}, client=mine, field=field, now=NOW)
    vault.seal({}, client=theirs, field=FIELDS[what](theirs), now=NOW)

    assert opens(sealed, client=mine, field=field)
    assert not opens(sealed, client=theirs, field=field)
    for other in FIELDS:
        elsewhere = FIELDS[other](mine)
        assert opens(sealed, client=mine, field=elsewhere) == (elsewhere == field)


def letter_of(client: Client, content: bytes) -> LetterFile:
    letter = Letter.objects.create(client=client, received_at=NOW)
    sealed = vault.seal_file(content, client=client, field=vault.letter_field(letter), now=NOW)
    return LetterFile.objects.create(letter=letter, content_type="application/pdf", bytes=len(content), sealed=sealed)


@pytest.mark.parametrize("whose", ["the same client", "another client"])
def test_a_document_put_under_another_letter_is_refused(whose: str) -> None:
    mine = make_client(name="One")
    owner = mine if whose == "the same client" else make_client(name="Another")
    first, second = letter_of(mine, b"%PDF-1"), letter_of(owner, b"%PDF-2")
    second.sealed = first.sealed
    second.save(update_fields=["sealed"])

    with pytest.raises(vault.VaultClosed):
        vault.open_file(LetterFile.objects.get(pk=second.pk), reader=READER, purpose="x", now=NOW)
    assert vault.open_file(first, reader=READER, purpose="x", now=NOW) == b"%PDF-1"


def test_a_document_and_a_value_cannot_stand_for_each_other(guest: Any) -> None:
    letter = Letter.objects.create(client=guest, received_at=NOW)
    value = vault.seal({"a": 1}, client=guest, field=vault.letter_field(letter), now=NOW)
    file = LetterFile.objects.create(letter=letter, content_type="application/pdf", bytes=1, sealed=value)

    with pytest.raises(vault.VaultClosed):
        vault.open_file(file, reader=READER, purpose="x", now=NOW)
