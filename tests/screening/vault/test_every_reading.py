"""Whoever reads is written down: once for each reading, wherever it happens, and nobody can go around the doors."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client as Browser

from screening import sealed_rows, vault
from screening.models import AccessRecord
from tests import cast
from tests.sessions import canaries

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent.parent.parent
# What opens without writing down, because nobody sees it: the rules judge, a key is tried, two records become one.
SILENT = {
    "_unseal", "_unseal_file", "for_rules", "for_rules_of_letter", "for_rules_of_request", "for_rules_of_decision",
    "key_of", "unseal", "reseal", "reseal_file", "reseal_whatever", "is_readable",
}  # fmt: skip
# Module -> why it may.
MAY = {
    "massage_booking/outbox/services.py": "a sign-in code, sealed with the studio's key, is sent",
    "screening/backups/archive.py": "the seal of a backup's list of contents",
    "screening/backups/restoring.py": "keys in a backup are opened with a passphrase",
    "screening/covers.py": "the rules, for letters",
    "screening/keyring.py": "the keys themselves",
    "screening/letters.py": "the rules, for letters",
    "screening/replay.py": "a decision is judged again and compared, by a program",
    "screening/sealed_rows.py": "each value is tried after a restore, and given to nobody",
    "screening/selectors.py": "the rules",
    "screening/services/joining.py": "two records of one person become one",
    "screening/services/letters.py": "the rules, for letters",
    "screening/services/reviews.py": "which rows a request names, for the rules",
    "screening/vault.py": "the doors",
    "sessions/selectors/effects.py": "the rules: what a new version would change; whoever is named has it on record",
    "sessions/selectors/letter_review.py": "which rows a request names, for the rules",
}


def test_nobody_opens_what_is_sealed_but_the_doors_and_the_rules() -> None:
    found = set()
    for package in ("massage_booking", "screening", "sessions", "therapists"):
        for file in sorted((ROOT / package).rglob("*.py")):
            names = {
                node.attr if isinstance(node, ast.Attribute) else node.id
                for node in ast.walk(ast.parse(file.read_text()))
                if isinstance(node, ast.Attribute | ast.Name)
            }
            if names & SILENT:
                found.add(str(file.relative_to(ROOT)))

    assert found - set(MAY) == set()


def test_no_admin_page_shows_a_sealed_column() -> None:
    for column in sealed_rows.columns():
        assert column.model not in admin.site._registry or column.column not in str(
            admin.site._registry[column.model].get_fields(None)  # type: ignore[arg-type]
        )


# --- Walking through the doors ----------------------------------------------


@pytest.fixture
def known(house: cast.House, monday: Any) -> cast.House:
    """Return a house in which Nadia has answered, and is booked with Ana for tomorrow."""
    cast.answer(house.nadia)
    cast.book(house)
    return house


def new_readings() -> list[tuple[str, str, str]]:
    """Return who read what of whom, the earliest first."""
    return list(AccessRecord.objects.order_by("pk").values_list("reader_name", "reader_role", "what"))


def signed_in(user: Any) -> Browser:
    browser = Browser()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def test_a_client_who_reads_her_answers_twice_is_written_down_twice(known: cast.House) -> None:
    browser = signed_in(known.nadias_account)
    for _ in range(2):
        assert browser.get(f"/screening/answers/{known.nadia.public_id}/").status_code == 200

    assert new_readings() == [("Nadia Rahman", "client", "answers")] * 2


def test_a_copy_of_everything_is_one_reading(known: cast.House) -> None:
    signed_in(known.nadias_account).post(
        f"/screening/answers/{known.nadia.public_id}/export/", REMOTE_ADDR="203.0.113.9"
    )

    record = AccessRecord.objects.get()
    facts = (record.reader_name, record.reader_account, record.client_public_id, record.what, record.purpose)
    assert facts == (
        "Nadia Rahman", known.nadias_account.pk, known.nadia.public_id, "everything", "a copy of everything",
    )  # fmt: skip
    assert (record.address, record.at) == ("203.0.113.9", cast.NOW)


def test_a_therapist_who_opens_a_session_is_written_down(known: cast.House) -> None:
    session = known.nadia.sessions.get()
    signed_in(known.ana.user).get(f"/sessions/calendar/{session.public_id}/")

    assert [who for who, _, _ in new_readings()] == ["Ana Quiroga"] * AccessRecord.objects.count()
    assert AccessRecord.objects.count() >= 1
    assert len({what for _, _, what in new_readings()}) == AccessRecord.objects.count()


def test_a_client_sees_that_the_reasons_were_asked_for_and_not_only_the_card(known: cast.House) -> None:
    session, ana = known.nadia.sessions.get(), signed_in(known.ana.user)
    ana.get(f"/sessions/calendar/{session.public_id}/")
    ana.post(f"/sessions/calendar/{session.public_id}/why/")
    page = signed_in(known.nadias_account).get(f"/screening/answers/{known.nadia.public_id}/").content.decode()

    told = re.findall(r"<td>Ana Quiroga, therapist</td><td>(.*?)<br>", page)
    assert told == ["Answers", "What is safe"]


@pytest.mark.parametrize("who", ["dora", "adam", "ben"])
def test_whoever_may_not_read_opens_nothing(known: cast.House, who: str) -> None:
    user = {"dora": known.desk, "adam": known.admin, "ben": known.bens_account}[who]
    browser, session = signed_in(user), known.nadia.sessions.get()
    for path in (
        f"/screening/answers/{known.nadia.public_id}/",
        f"/screening/letters/{known.nadia.public_id}/",
        f"/sessions/{session.public_id}/",
        "/sessions/desk/",
        "/admin/",
        "/admin/accounts/client/",
        f"/admin/accounts/client/{known.nadia.pk}/change/",
        f"/admin/massage_sessions/massagesession/{session.pk}/change/",
    ):
        browser.get(path)
    browser.post(f"/screening/answers/{known.nadia.public_id}/export/")

    assert new_readings() == []


@pytest.mark.parametrize("name", [model._meta.label_lower.replace(".", "/") for model in admin.site._registry])
def test_no_page_of_the_admin_opens_anything(known: cast.House, name: str) -> None:
    browser = signed_in(known.admin)
    assert browser.get(f"/admin/{name}/").status_code in {200, 302}

    assert new_readings() == []


NADIA, ANA = "Nadia Rahman", "Ana Quiroga"
CARD = ("what is safe", "wishes")
# Page by page, in the order of the flows: each thing that is opened is one row, and nothing is opened twice.
WALK = [
    ("/screening/answers/", NADIA, ("answers",)),
    ("/screening/answers/…/", NADIA, ("answers",)),
    # Once as they are opened, once as they come back with what another window has kept.
    *[("/screening/now/", NADIA, ("answers",))] * 2,
    *[("/screening/questions/", NADIA, ("answers",))] * 2,
    *[("/screening/today/", NADIA, ("answers",))] * 2,
    ("/screening/reask/", NADIA, ("answers",)),
    ("/screening/wishes/…/", NADIA, ("wishes",)),
    ("/screening/letters/…/", NADIA, ("answers",)),
    ("/screening/letters/…/form.pdf", NADIA, ("the form for the doctor",)),
    ("/screening/letters/…/…/file/", NADIA, ("a letter",)),
    *[
        ("/sessions/letters/…/", ANA, ("what a letter must cover",)),
        ("/sessions/letters/…/file/", ANA, ("a letter",)),
    ] * 2,
    ("/screening/letters/…/", NADIA, ("answers", "an answer to a letter")),
    ("/screening/now/", "On the studio’s tablet", ("answers",)),
    ("/sessions/calendar/…/", ANA, CARD),
    ("/sessions/calendar/…/why/", ANA, ("answers", "what a letter covers")),
    # Moved; asked to be changed late.
    *[("/sessions/calendar/…/", ANA, CARD)] * 2,
    *[
        ("/sessions/calendar/…/reports/…/", ANA, ("a report after a session",)),
        ("/sessions/calendar/…/reports/…/", ANA, ("a report after a session", "how a report was closed")),
    ] * 2,
    ("/screening/answers/…/export/", NADIA, ("everything",)),
    ("/screening/answers/…/", NADIA, ("answers",)),
]  # fmt: skip


def test_every_page_that_opens_something_writes_down_exactly_that(house: cast.House, monday: Any) -> None:
    walk = canaries.Walk(house, monday)
    for flow in canaries.FLOWS:
        flow(walk)

    assert walk.readings == WALK
    # From where: on every page, a therapist's too.
    assert set(AccessRecord.objects.values_list("address", flat=True)) == {"127.0.0.1"}
    assert vault.verify_chain(house.nadia.public_id) is None
