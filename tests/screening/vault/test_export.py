"""A client takes away everything that is kept: every planted word, the letters, and nothing of anybody else's."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.db.models import ForeignKey, OneToOneField
from django.test import Client as Browser

from massage_booking.accounts.models import Client, Relation
from massage_booking.outbox import services as outbox
from screening import vault
from screening.document import GivenRow
from screening.models import (
    AccessRecord,
    BodyWishes,
    BookingStop,
    ClearanceRequest,
    Consent,
    KioskTicket,
    Letter,
    LetterFile,
)
from sessions.models import MassageSession, SignOff, SymptomReport
from sessions.selectors import aftercare, signing
from sessions.services import plans
from tests import cast

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 the letter itself"
WORDS = [f"planted{number}word" for number in range(12)]


def sealed(client: Client, field: str, **value: Any) -> bytes:
    return vault.seal(value, client=client, field=field, now=cast.NOW)


@pytest.fixture
def planted(house: cast.House, monday: Any) -> cast.House:
    """Return a house in which something different is planted in every place that may hold something of Nadia's."""
    client = house.nadia
    Client.objects.filter(pk=client.pk).update(phone=WORDS[0])
    client.refresh_from_db()
    cast.answer(client, {"migraine": GivenRow(answer="No, I am between attacks")})
    session = cast.book(house)
    plans.accept(session=session, now=cast.NOW)
    Consent.objects.filter(client=client).update(carer_name=WORDS[1])
    request = ClearanceRequest(client=client, requested_at=cast.NOW)
    request.sealed = sealed(client, vault.request_field(request), codes=["migraine"], referral=WORDS[2])
    request.save()
    letter = Letter(client=client, request=request, received_at=cast.NOW)
    letter.sealed = sealed(client, vault.letter_field(letter), note=WORDS[3])
    letter.save()
    file = vault.seal_file(PDF, client=client, field=vault.letter_field(letter), now=cast.NOW)
    LetterFile.objects.create(letter=letter, content_type="application/pdf", bytes=len(PDF), sealed=file)
    BodyWishes.objects.create(
        client=client, saved_at=cast.NOW, sealed=sealed(client, vault.wishes_field(client), words=WORDS[4])
    )
    report = SymptomReport(session=session, client=client, reported_at=cast.NOW, by="client")
    report.sealed = sealed(client, aftercare.report_field(report), words=WORDS[5])
    report.sealed_closing = sealed(client, aftercare.closing_field(report), advice=WORDS[6])
    report.save()
    note = sealed(client, signing.note_field(session, 1), note=WORDS[7])
    SignOff.objects.create(
        session=session, therapist=house.ana, decision=session.decision, at=cast.NOW, sealed_note=note
    )
    session.events.create(at=cast.NOW, act="moved", by="desk", detail={"why": WORDS[8]})
    BookingStop.objects.create(client=client, made_at=cast.NOW - timedelta(days=77))
    KioskTicket.objects.create(
        client=client, code_digest="a-digest", made_at=cast.NOW, expires_at=cast.NOW, public_id=WORDS[9]
    )
    reader = vault.Reader(name=WORDS[10], role="therapist")
    vault.record_reading(client, reader=reader, what="answers", purpose="before a session", now=cast.NOW)
    outbox.enqueue(kind="reminder", key="k", recipient="nadia@example.com", due_at=cast.NOW, now=cast.NOW, subject_id=1)
    outbox.enqueue(kind=WORDS[11], key="l", recipient="nadia@example.com", due_at=cast.NOW, now=cast.NOW)
    return house


def signed_in(user: Any) -> Browser:
    browser = Browser()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def address(client: Client) -> str:
    return f"/screening/answers/{client.public_id}/export/"


def taken(house: cast.House) -> tuple[str, dict[str, Any], ZipFile]:
    response = signed_in(house.nadias_account).post(address(house.nadia))
    assert response.status_code == 200
    archive = ZipFile(BytesIO(response.content))
    text = archive.read("everything.json").decode()
    return text, json.loads(text), archive


def test_every_planted_word_and_the_letter_itself_are_in_it(planted: cast.House) -> None:
    text, parts, archive = taken(planted)

    assert [word for word in WORDS if word not in text] == []
    assert archive.read("letters/letter-1.pdf") == PDF
    assert parts["answers"][0]["content"]["rows"]["migraine"]["answer"] == "No, I am between attacks"
    assert parts["answers"][0]["in_words"][0]["answer"] == "No, I am between attacks"
    assert parts["sessions"][0]["events"] and parts["plan"] and parts["decisions"][0]["content"]
    assert parts["letters"][0]["file"] == "letters/letter-1.pdf"
    assert parts["client"]["name"] == "Nadia Rahman" and parts["account"]["email"] == "nadia@example.com"


def test_it_holds_no_key_to_anything(planted: cast.House) -> None:
    text, _, _ = taken(planted)
    session = MassageSession.objects.get()

    assert "a-digest" not in text
    assert session.nonce not in text


def test_every_table_that_leads_to_a_client_is_in_it() -> None:
    """A new table with a client in it must be exported, or named here with a reason."""
    names = {
        "consents", "guardian_consents", "screenings", "decisions", "booking_stops", "body_wishes", "kiosk_tickets",
        "clearance_requests", "letters", "sessions", "plan", "reports", "former_ids", "waitlist", "wish", "apart",
        "series",
    }  # fmt: skip
    found = {
        relation.get_accessor_name()
        for relation in Client._meta.related_objects
        if isinstance(relation.field, ForeignKey | OneToOneField)
    }
    assert found == {*names, "vault_key"}  # which says nothing
    of_a_session = {relation.get_accessor_name() for relation in MassageSession._meta.related_objects}
    assert of_a_session <= {"events", "sign_offs", "reports", "form_keys", "rearranged", "change_requests", "payments"}


def test_it_is_a_file_that_nobody_keeps_on_the_way(planted: cast.House) -> None:
    response = signed_in(planted.nadias_account).post(address(planted.nadia))

    assert response["Content-Disposition"] == 'attachment; filename="everything-2026-06-01.zip"'
    assert response["Content-Type"] == "application/zip"
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("who", ["ben", "dora", "ana", "adam"])
def test_nobody_else_gets_it(planted: cast.House, who: str) -> None:
    users = {"ben": planted.bens_account, "dora": planted.desk, "ana": planted.ana.user, "adam": planted.admin}
    before = AccessRecord.objects.count()

    assert signed_in(users[who]).post(address(planted.nadia)).status_code == 404
    assert Browser().post(address(planted.nadia)).status_code == 302
    assert signed_in(planted.nadias_account).get(address(planted.nadia)).status_code == 405
    assert AccessRecord.objects.count() == before


def test_an_adult_in_care_decides_whether_the_carer_may_have_it(planted: cast.House) -> None:
    Client.objects.filter(pk=planted.nadia.pk).update(relation=Relation.PARENT)
    browser = signed_in(planted.nadias_account)

    assert browser.post(address(planted.nadia)).status_code == 200
    Consent.objects.filter(client=planted.nadia).update(carer_may_read=False)
    assert browser.post(address(planted.nadia)).status_code == 404


def test_who_never_answered_gets_what_there_is(house: cast.House, monday: Any) -> None:
    response = signed_in(house.bens_account).post(address(house.ben))

    parts = json.loads(ZipFile(BytesIO(response.content)).read("everything.json"))
    assert (parts["answers"], parts["letters"], parts["sessions"]) == ([], [], [])
    assert AccessRecord.objects.count() == 1


def test_a_vault_that_stays_closed_gives_a_kind_page_and_no_half_a_copy(planted: cast.House, settings: Any) -> None:
    settings.VAULT_KEYS = []
    response = signed_in(planted.nadias_account).post(address(planted.nadia))

    assert response.status_code == 503
    assert b"everything" not in response.content[:20]
