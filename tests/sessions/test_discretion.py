"""Health answers stay in their vault: not in mails, calendar files, browser sessions, logs or other tables."""

import logging
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session as BrowserSession
from django.core import mail
from django.db import connection
from django.test import Client as Browser

from massage_booking.outbox import services as outbox
from screening.document import GivenRow
from sessions.services import changes, nudges, plans
from tests import cast

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
