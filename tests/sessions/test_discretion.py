"""Health answers stay in their vault: not in mails, calendar files, browser sessions, logs or other tables."""

import logging
import pickle
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session as BrowserSession
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser

from massage_booking.core.logs import DiscreetFormatter
from massage_booking.outbox import registry
from massage_booking.outbox import services as outbox
from screening import rulebook
from screening.document import GivenRow
from sessions.services import changes, nudges, plans, reports
from tests import cast
from tests.sessions import canaries

pytestmark = pytest.mark.django_db

# Words of the answers, of their reasons, and of what follows from them.
TELLTALE = ("osteopor", "thin bones", "fracture", "pregnan", "migraine", "contraindic", "light pressure", "blood")
ROWS = {
    "osteoporosis": GivenRow(answer="No, thin bones but no fractures"),
    "migraine": GivenRow(answer="No, I am between attacks"),
    "blood_thinners": GivenRow(answer="Only one of low-dose aspirin or clopidogrel, and I do not bruise easily"),
}


def told(text: str) -> list[str]:
    return [word for word in TELLTALE if word in text.lower()]


def everything_in(letter: Any) -> str:
    parts = [letter.subject, letter.body, str(letter.extra_headers)]
    parts += [str(part.content) for part in letter.alternatives]
    parts += [str(attachment) for attachment in letter.attachments]
    return "\n".join(parts)


def test_no_letter_says_a_health_word(house: cast.House) -> None:
    cast.answer(house.nadia, ROWS)
    session = cast.book(house, starts_at=cast.at(10, days=3))
    outbox.send_due(now=cast.NOW)
    outbox.send_due(now=cast.at(10, days=2))
    moved = changes.move(
        session=session,
        starts_at=cast.at(14, days=4),
        therapist=house.ana,
        actor=None,
        by="desk",
        now=cast.at(11, days=2),
        assessment=cast.assess(house.nadia, cast.at(14, days=4)),
    )
    outbox.send_due(now=cast.at(11, days=2))
    plans.accept(session=moved, now=cast.at(11, days=2))
    changes.cancel(session=moved, actor=None, by="desk", now=cast.at(12, days=2))
    outbox.send_due(now=cast.at(12, days=2))
    nudges.plan_nudges(now=cast.at(10, days=12))
    outbox.send_due(now=cast.at(10, days=12))

    assert len(mail.outbox) == 5
    assert {letter.subject: told(everything_in(letter)) for letter in mail.outbox if told(everything_in(letter))} == {}


def test_no_other_table_and_no_browser_session_holds_an_answer(
    house: cast.House, monday: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = Browser()
    browser.force_login(house.nadias_account, backend="django.contrib.auth.backends.ModelBackend")
    cast.answer(house.nadia, ROWS)
    cast.book(house)
    for path in ("/account/", "/screening/answers/", f"/screening/answers/{house.nadia.public_id}/", "/sessions/time/"):
        browser.get(path, follow=True)

    found = []
    for model in apps.get_models():
        if model._meta.label in {"screening.RuleVersion"} or not model._meta.managed:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            for row in cursor.fetchall():
                text = " ".join(str(bytes(cell) if isinstance(cell, memoryview) else cell) for cell in row)
                found += [(model._meta.label, word) for word in told(text)]
    assert found == []
    assert [told(str(row.get_decoded())) for row in BrowserSession.objects.all() if told(str(row.get_decoded()))] == []
    assert (
        told(
            "\n".join(
                record.getMessage()
                for record in caplog.records
                if "sql" not in record.name.lower() and "db.backends" not in record.name
            )
        )
        == []
    )


# --- Twenty words, through every flow ----------------------------------------

# Where rules and the examples for them are kept: they name conditions, and nobody's.
RULES = {"screening.RuleVersion", "screening.RuleCase", "screening.CaseReview"}


# Kinds of mail about something else than this session; their templates are read below, and "nudge" is sent above.
BY_TWO = {"together_booked", "together_moved", "together_cancelled"}
BY_OTHERS = {
    "answer_again", "certificate_expiring", "handed_over", "nudge", "screening_due", "series_booked",
    "series_cancelled", "series_moved", "waitlist_offer", "we_call", *BY_TWO,
}  # fmt: skip


def labels() -> list[str]:
    """Return the names of all conditions, as people and as programs write them."""
    _, rules = rulebook.published_rules()
    return [
        name.lower() for row in rules.rows.values() for name in (row.code, row.label) if len(name) > 6 or "_" in name
    ]


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """Return what would stand in the log: formatted as on a server, tracebacks included; SQL is never logged there."""
    formatter = DiscreetFormatter("%(levelname)s %(name)s %(message)s")
    records = [record for record in caplog.records if not record.name.startswith("django.db")]
    return "\n".join(formatter.format(record) for record in records)


def every_row() -> list[tuple[str, str]]:
    """Return (table, row as text) of everything in the database but the rules."""
    found = []
    for model in apps.get_models():
        if model._meta.label in RULES or not model._meta.managed:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            for row in cursor.fetchall():
                text = " ".join(str(bytes(cell) if isinstance(cell, memoryview) else cell) for cell in row)
                found.append((model._meta.label, text.lower()))
    return found


def in_tables() -> list[tuple[str, str]]:
    """Return which of the twenty words and which names of conditions stand in which table."""
    names = [*canaries.WORDS, *labels()]
    return sorted({(table, name) for table, row in every_row() for name in names if name in row})


def everything_cached() -> str:
    """Return keys and values of the tests' cache, which is a plain dict."""
    return "\n".join(f"{key} {pickle.loads(value)}" for key, value in cache._cache.items())  # type: ignore[attr-defined]


def found_in(texts: dict[str, str]) -> dict[str, list[str]]:
    """Return which of the twenty words, and which names of conditions, stand where."""
    names = labels()
    found = {
        where: canaries.told(text) + [name for name in names if name in text.lower()] for where, text in texts.items()
    }
    return {where: words for where, words in found.items() if words}


@pytest.fixture
def walked(house: cast.House, monday: Any, caplog: pytest.LogCaptureFixture) -> canaries.Walk:
    """Return a studio after every flow, all mails sent in between."""
    caplog.set_level(logging.DEBUG)
    walk = canaries.Walk(house, monday, all_mails=True)
    for flow in canaries.FLOWS:
        flow(walk)
        walk.send(cast.at(10, days=2))
    return walk


def test_twenty_words_told_in_confidence_are_found_nowhere_but_in_the_vault(
    walked: canaries.Walk, caplog: pytest.LogCaptureFixture
) -> None:
    assert walked.said == list(canaries.WORDS)
    kept = canaries.opened_by_the_vault(walked.house.nadia)
    assert len(canaries.told(kept)) >= 13, "the flows no longer reach the vault"
    assert set(registry.kinds()) - walked.kinds <= BY_OTHERS

    found = found_in(
        {
            "mails": "\n".join(everything_in(letter) for letter in mail.outbox),
            "mails in other states": "\n".join(str(letter) for letter in walked.mails),
            "addresses": "\n".join(walked.addresses),
            "logs": logged(caplog),
            "cache": everything_cached(),
            "browser sessions": "\n".join(str(row.get_decoded()) for row in BrowserSession.objects.all()),
        }
    )
    assert found == {}
    assert in_tables() == []

    walked.post(walked.nadia, f"/screening/answers/{walked.house.nadia.public_id}/withdraw/")

    # Erased, not even the vault knows them.
    assert canaries.told(canaries.opened_by_the_vault(walked.house.nadia)) == []
    assert in_tables() == []


def test_a_page_that_breaks_over_what_was_told_tells_the_log_nothing(
    house: cast.House, monday: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.answer(house.nadia)
    walk = canaries.Walk(house, monday)
    session = cast.book(house)
    session.status = "done"
    session.save(update_fields=["status"])
    monday.move_to(cast.at(18, days=1))
    word = walk.word()

    def broken(*, words: str, **more: Any) -> None:
        told_in_confidence = words
        raise RuntimeError(f"{len(told_in_confidence)} letters too many")

    monkeypatch.setattr(reports, "report", broken)
    walk.nadia.raise_request_exception = False
    response = walk.nadia.post(
        f"/sessions/{session.public_id}/feeling/", {"kinds": ["lasting"], "words": word, "key": "one"}
    )

    assert response.status_code == 500
    assert "letters too many" in logged(caplog)
    assert canaries.told(logged(caplog)) == []
    assert canaries.told(response.content.decode()) == []
    assert mail.outbox == []  # no report with a request's contents goes to anybody


def test_the_words_of_every_mail_template_are_discreet() -> None:
    texts = {
        str(file): file.read_text()
        for folder in ("emails", "account/email")
        for file in sorted((Path(settings.BASE_DIR) / "templates" / folder).rglob("*.*"))
    }
    assert len(texts) > 20
    assert found_in(texts) == {}
    assert {name: told(text) for name, text in texts.items() if told(text)} == {}
