"""Erased is erased: in every table, in the list that outlives a restore, on the very day that was promised."""

import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from massage_booking.accounts.models import FormerId
from massage_booking.outbox.models import Message
from screening import consent, erasures, sealed_rows, services, vault
from screening.erasures import Erased
from screening.models import (
    AccessRecord,
    BodyWishes,
    BookingStop,
    ClearanceRequest,
    ClientKey,
    Consent,
    Decision,
    Erasure,
    KioskTicket,
    Letter,
    LetterFile,
    Screening,
)
from screening.services import erasing
from sessions.models import MassageSession, SessionEvent, SignOff, SymptomReport
from tests import cast
from tests.screening.factories import NOW, make_client
from tests.screening.helpers import agree, answer
from tests.sessions import canaries

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
KEPT = timedelta(days=consent.KEPT_DAYS)


@pytest.fixture(autouse=True)
def own_file(tmp_path: Path, settings: Any) -> Path:
    settings.ERASURES_FILE = tmp_path / "erasures"
    return tmp_path / "erasures"


def plant(house: cast.House) -> None:
    """Keep something of Nadia's in every table that may hold her health data."""
    client = house.nadia
    session = cast.book(house)
    request = ClearanceRequest.objects.create(
        client=client, requested_at=NOW, sealed=vault.seal({"codes": []}, client=client, field="r", now=NOW)
    )
    letter = Letter.objects.create(client=client, request=request, received_at=NOW, covers_until=NOW.date())
    LetterFile.objects.create(
        letter=letter, content_type="application/pdf", bytes=3,
        sealed=vault.seal_file(b"abc", client=client, field=vault.letter_field(letter), now=NOW),
    )  # fmt: skip
    BodyWishes.objects.create(
        client=client, saved_at=NOW, sealed=vault.seal({}, client=client, field=vault.wishes_field(client), now=NOW)
    )
    KioskTicket.objects.create(client=client, code_digest="x", made_at=NOW, expires_at=LATER)
    SymptomReport.objects.create(
        session=session, client=client, reported_at=NOW, by="client", sealed=b"x", sealed_closing=b"y"
    )
    SignOff.objects.create(
        session=session, therapist=house.ana, decision=session.decision, at=NOW, sealed_note=b"x",
        max_pressure="light", avoid_areas=["neck"], avoid_techniques=["deep_tissue"], max_minutes=30,
    )  # fmt: skip


def test_nothing_of_it_is_left_in_any_table_and_the_session_must_be_asked_about(house: cast.House) -> None:
    plant(house)
    cast.answer(house.ben)

    services.withdraw_consent(client=house.nadia, now=cast.NOW + timedelta(hours=1))

    mine = {"client": house.nadia}
    held = [Screening, Decision, Letter, ClearanceRequest, BodyWishes, KioskTicket, ClientKey]
    assert {model.__name__: model._default_manager.filter(**mine).count() for model in held} == {
        model.__name__: 0 for model in held
    }
    assert LetterFile.objects.count() == 0
    assert SymptomReport.objects.values_list("sealed", "sealed_closing").get() == (None, None)
    sign_off = SignOff.objects.get()
    assert (sign_off.decision, sign_off.sealed_note, sign_off.max_pressure) == (None, None, "")
    assert (sign_off.avoid_areas, sign_off.avoid_techniques, sign_off.max_minutes) == ([], [], None)
    session = house.nadia.sessions.get()
    assert (session.decision, session.re_ask_due) == (None, True)
    assert Screening.objects.filter(client=house.ben).count() == 1


def test_no_row_tells_that_there_was_anything_about_their_health(house: cast.House, monday: Any) -> None:
    walk = canaries.Walk(house, monday)
    for flow in canaries.FLOWS:
        flow(walk)
        walk.send(cast.at(10, days=2))
    over = walk.session
    MassageSession.objects.filter(pk=over.pk).update(
        held_back_at=NOW, re_ask_due=True, needs_review=True, clearance_until=NOW
    )
    mails = set(Message.objects.values_list("kind", flat=True))
    assert {"document_to_review", "document_answered", "report_waiting"} <= mails
    assert SessionEvent.objects.filter(act__in=["judged_again", "reported"]).exists()

    services.withdraw_consent(client=house.nadia, now=cast.at(10, days=9))

    over.refresh_from_db()
    waits = (over.held_back_at, over.clearance_until, over.day_answered_at, over.re_ask_due, over.needs_review)
    assert waits == (None, None, None, False, False)
    late = {"change_waiting", "change_declined", "change_lapsed"}
    assert set(Message.objects.values_list("kind", flat=True)) == {"booked", "moved", "reminder", *late}
    acts = {"confirm", "move", "signed_off", "change_asked", "change_declined", "change_lapsed"}
    assert set(SessionEvent.objects.values_list("act", flat=True)) == acts
    assert set(SymptomReport.objects.values_list("stops_booking", "call_by")) == {(False, None)}
    assert BookingStop.objects.count() == 0


def test_nobody_elses_mails_and_records_go_along(house: cast.House) -> None:
    cast.answer(house.nadia)
    session = cast.book(house, client=house.ben)
    SessionEvent.objects.create(session=session, at=NOW, act="held_back", by="system")
    MassageSession.objects.filter(pk=session.pk).update(status="cancelled", held_back_at=NOW)
    letter = Letter.objects.create(client=house.ben, received_at=NOW)
    for kind, subject in (("needs_change", session.pk), ("document_answered", letter.pk)):
        Message.objects.create(
            kind=kind, key=kind, recipient="ben@example.com", subject_id=subject, due_at=NOW, created_at=NOW,
            status="sent",
        )  # fmt: skip

    services.withdraw_consent(client=house.nadia, now=LATER)

    session.refresh_from_db()
    assert session.held_back_at == NOW
    assert SessionEvent.objects.filter(act="held_back").exists()
    assert Message.objects.filter(kind__in=["needs_change", "document_answered"]).count() == 2


def test_whoever_felt_unwell_is_still_called_though_the_words_are_gone(house: cast.House, monday: Any) -> None:
    session = cast.book(house)
    MassageSession.objects.filter(pk=session.pk).update(status="done")
    monday.move_to(cast.at(12, days=1))
    walk = canaries.Walk(house, monday)
    walk.post(walk.nadia, f"/sessions/{session.public_id}/feeling/", kinds=["nerves"], words="all numb", key="one")
    services.withdraw_consent(client=house.nadia, now=cast.at(12, days=1))

    report = SymptomReport.objects.get()
    page = walk.get(walk.ana, walk.at_work(f"reports/{report.public_id}/")).content.decode()
    assert "Nadia has had erased what was said. Please call all the same, and ask." in page
    assert BookingStop.objects.filter(lifted_at=None).exists()
    assert AccessRecord.objects.count() == 0  # there was nothing to read

    walk.post(walk.ana, walk.at_work(f"reports/{report.public_id}/"), advice="A doctor", outcome="All is well")
    assert not BookingStop.objects.filter(lifted_at=None).exists()


def test_what_a_therapist_noted_without_consent_can_be_erased_too(house: cast.House, monday: Any) -> None:
    walk = canaries.Walk(house, monday)
    address = f"/screening/answers/{house.nadia.public_id}/"
    assert "so we keep none" in walk.get(walk.nadia, address).content.decode()

    vault.seal({"words": "x"}, client=house.nadia, field="report:x", now=NOW)

    assert f'href="{address}withdraw/"' in walk.get(walk.nadia, address).content.decode()
    walk.post(walk.nadia, f"{address}withdraw/")
    assert not vault.holds_anything_of(house.nadia)
    assert "so we keep none" in walk.get(walk.nadia, address).content.decode()


def test_the_erasure_is_written_down_by_id_and_moment_alone(
    guest: Any, own_file: Path, django_capture_on_commit_callbacks: Any
) -> None:
    answer(guest)
    FormerId.objects.create(client=guest, public_id="an-earlier-id", merged_at=NOW)

    with django_capture_on_commit_callbacks(execute=True):
        services.withdraw_consent(client=guest, now=LATER)

    assert set(Erasure.objects.values_list("client_public_id", "at")) == {
        (guest.public_id, LATER),
        ("an-earlier-id", LATER),
    }
    moment = LATER.strftime(erasures.MOMENT)
    assert own_file.read_text() == f"{moment} {guest.public_id}\n{moment} an-earlier-id\n"
    assert stat.S_IMODE(own_file.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_written_keeps_nobody_from_erasing_and_is_caught_up(
    guest: Any, own_file: Path, django_capture_on_commit_callbacks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    answer(guest)
    own_file.mkdir()

    with django_capture_on_commit_callbacks(execute=True):
        services.withdraw_consent(client=guest, now=LATER)

    assert Screening.objects.count() == 0
    assert "erasures file cannot be written" in caplog.text
    own_file.rmdir()
    services.close_days(now=LATER)
    assert [line.client_public_id for line in erasures.read_own()] == [guest.public_id]
    services.close_days(now=LATER)
    assert len(erasures.read_own()) == 1


@pytest.mark.parametrize(
    "line", ["yesterday somebody", "2026-06-01T07:00:00.000000Z", "2026-06-01T07:00:00.000000Z a;b"]
)
def test_a_list_that_cannot_be_meant_is_named_by_its_line(line: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        erasures.parse(["2026-06-01T07:00:00.000000Z good-id", line])


# --- After a restore --------------------------------------------------------


def test_an_older_backup_forgets_again_and_its_consent_counts_as_taken_back(guest: Any) -> None:
    answer(guest)

    assert services.erase_again(erased=[Erased(LATER, guest.public_id)], now=LATER + KEPT) == 1

    assert [Screening.objects.count(), ClientKey.objects.count()] == [0, 0]
    assert Consent.objects.get().withdrawn_at == LATER
    assert Erasure.objects.get().at == LATER


def test_answers_given_after_the_erasure_stay(guest: Any) -> None:
    answer(guest, now=LATER)

    assert services.erase_again(erased=[Erased(NOW, guest.public_id)], now=LATER) == 0
    assert (Screening.objects.count(), Consent.objects.get().withdrawn_at) == (1, None)


def test_somebody_unknown_on_the_list_harms_nobody(guest: Any) -> None:
    answer(guest)

    assert services.erase_again(erased=[Erased(LATER, "never-heard-of")], now=LATER) == 0
    assert Screening.objects.count() == 1


def test_an_erasure_of_before_two_records_became_one_does_not_touch_the_one(guest: Any) -> None:
    answer(guest)
    FormerId.objects.create(client=guest, public_id="an-earlier-id", merged_at=LATER)

    assert services.erase_again(erased=[Erased(LATER, "an-earlier-id")], now=LATER) == 0
    assert Screening.objects.count() == 1


# --- As long as promised, and not a day longer ------------------------------


def test_answers_are_erased_when_the_time_is_over_though_decisions_and_readings_are_younger(guest: Any) -> None:
    screening = answer(guest)
    Decision.objects.create(
        client=guest, screening=screening, rules=screening.rules, made_at=NOW + KEPT, for_date=NOW.date(),
        outcome="clear", status="ok", max_pressure="firm",
    )  # fmt: skip
    vault.open_answers(screening, reader=vault.Reader.guest(), purpose="own answers", now=NOW + KEPT)

    assert services.erase_old_answers(now=NOW + KEPT) == 0
    assert services.erase_old_answers(now=NOW + KEPT + timedelta(seconds=1)) == 1
    assert (Screening.objects.count(), AccessRecord.objects.count(), Erasure.objects.count()) == (0, 1, 1)


@pytest.mark.parametrize("how", ["nothing changed", "wishes"])
def test_what_the_client_said_since_makes_them_younger(guest: Any, how: str) -> None:
    answer(guest)
    said_at = NOW + timedelta(days=100)
    if how == "nothing changed":
        services.nothing_changed(client=guest, now=said_at)
    else:
        BodyWishes.objects.create(client=guest, saved_at=said_at, sealed=b"x")

    assert services.erase_old_answers(now=said_at + KEPT) == 0
    assert services.erase_old_answers(now=said_at + KEPT + timedelta(seconds=1)) == 1


def test_consent_given_again_begins_anew(guest: Any) -> None:
    answer(guest)
    services.withdraw_consent(client=guest, now=LATER)
    agree(guest, now=LATER)
    answer(guest, {"heartburn": "Yes"}, now=LATER)

    assert "heartburn" in vault.for_rules(Screening.objects.get(client=guest, state="complete"))["rows"]
    assert services.erase_old_answers(now=LATER + KEPT) == 0


def test_every_table_with_something_sealed_for_a_client_is_emptied_or_cleared() -> None:
    """A new table with sealed data must be named in `sealed_rows`, and erased, or cleared by the receiver."""
    known = {(column.model, column.column) for column in sealed_rows.columns()}
    sealed = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.get_internal_type() == "BinaryField" and field.name.startswith("sealed")
    }
    assert sealed - known == {(Message, "sealed")}  # a sign-in code, for ten minutes
    cleared = {SymptomReport, SignOff}
    gone = {*erasing.HELD, LetterFile}
    assert {column.model for column in sealed_rows.columns()} <= cleared | gone


def test_sqlite_leaves_nothing_in_free_pages(db: Any) -> None:
    if connection.vendor == "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        assert cursor.fetchone() == (1,)


def test_a_stranger_is_never_erased_along(guest: Any) -> None:
    answer(guest)
    other = make_client(name="Another")
    answer(other)

    services.withdraw_consent(client=guest, now=LATER)

    assert Screening.objects.filter(client=other).exists()


def test_who_answers_at_the_moment_of_being_forgotten_is_not(guest: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(guest)
    later = NOW + KEPT + timedelta(seconds=1)
    lock = erasing.lock

    def waits(client: Any) -> None:
        monkeypatch.setattr(erasing, "lock", lock)
        answer(guest, {"heartburn": "Yes"}, now=later)  # while the upkeep waits for the client's lock
        lock(client)

    monkeypatch.setattr(erasing, "lock", waits)

    assert services.erase_old_answers(now=later) == 0
    assert vault.for_rules(Screening.objects.get(state="complete"))["rows"]
