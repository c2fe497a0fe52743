"""Mails of the loop: what happens next, when, and no word of health."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from massage_booking.outbox import services as outbox
from massage_booking.outbox.models import Message
from sessions.services import clearance
from tests import cast
from tests.screening.letters.sent import BONES, accept, refuse, send

pytestmark = pytest.mark.django_db
# Conditions, what they lead to, and the words for what is missing.
TELLTALE = (
    "osteop",
    "bones",
    "doctor",
    "clearance",
    "health",
    "medical",
    "condition",
    "canary",
    "letter of",
    "midwife",
)
KEPT = cast.NOW + timedelta(days=5)


@pytest.fixture(autouse=True)
def at_eight(monday: Any) -> Any:
    return monday


def sent(now: Any) -> list[Any]:
    """Send what is due and return the new mails."""
    before = len(mail.outbox)
    outbox.send_due(now=now)
    return mail.outbox[before:]


def everything_in(letter: Any) -> str:
    parts = [letter.subject, letter.body, str(letter.extra_headers)]
    parts += [str(part.content) for part in letter.alternatives] + [str(item) for item in letter.attachments]
    return "\n".join(parts).lower()


def test_every_mail_of_the_loop_is_sent_and_none_says_a_health_word(house: cast.House, at_eight: Any) -> None:
    cast.answer(house.nadia, BONES)
    session = cast.book(house, starts_at=cast.at(10, days=14))
    (missing,) = sent(cast.NOW)
    assert missing.subject == "Kept for you until Saturday 6 June, 8:00"
    assert f"/screening/letters/{house.nadia.public_id}/" in missing.body

    at_eight.move_to(KEPT - timedelta(days=1))
    (reminder,) = sent(KEPT - timedelta(days=1))
    assert "still missing" in reminder.body

    letter = send(house.nadia, now=KEPT - timedelta(hours=5))
    refuse(letter, house)
    told = sent(KEPT - timedelta(hours=4))
    assert {item.to[0] for item in told} == {"nadia@example.com"}

    at_eight.move_to(KEPT)
    clearance.release_overdue(now=KEPT)
    (given_back,) = sent(KEPT)
    assert given_back.subject == "Given back: Monday 15 June, 10:00"
    assert given_back.body.count("/sessions/find/?service=swedish-60") == 3

    accept(send(house.nadia, now=KEPT), house, now=KEPT, expires_on=cast.TODAY + timedelta(days=25))
    cast.book(house, starts_at=session.starts_at, now=KEPT)
    soon = KEPT + timedelta(days=8)
    at_eight.move_to(soon)
    clearance.warn_of_ending(now=soon)
    sent(soon)

    kinds = set(Message.objects.filter(status="sent").values_list("kind", flat=True))
    assert kinds >= {
        "document_missing", "document_reminder", "document_answered", "time_given_back", "document_ends", "booked",
    }  # fmt: skip
    assert {item.subject: [word for word in TELLTALE if word in everything_in(item)] for item in mail.outbox} == {
        item.subject: [] for item in mail.outbox
    }


def test_the_times_instead_leave_time_for_a_document(house: cast.House, at_eight: Any) -> None:
    cast.answer(house.nadia, BONES)
    cast.book(house, starts_at=cast.at(9, days=3))
    sent(cast.NOW)
    end = cast.at(9, days=1)
    at_eight.move_to(end)
    assert clearance.release_overdue(now=end) == 1

    (given_back,) = sent(end)

    days = [line.rsplit("day=", 1)[1][:10] for line in given_back.body.splitlines() if "day=" in line]
    assert len(days) == 3
    assert min(days) >= "2026-06-05"


def test_nobody_is_reminded_who_has_sent_a_document(house: cast.House, at_eight: Any) -> None:
    cast.answer(house.nadia, BONES)
    cast.book(house, starts_at=cast.at(10, days=14))
    sent(cast.NOW)
    send(house.nadia)
    at_eight.move_to(KEPT - timedelta(days=1))

    told = sent(KEPT - timedelta(days=1))

    assert [item.to for item in told] == [[house.ana.user.email]]
    assert Message.objects.get(kind="document_reminder").status == "void"


def test_a_mail_about_a_letter_that_is_gone_is_not_sent(house: cast.House) -> None:
    cast.answer(house.nadia, BONES)
    cast.book(house, starts_at=cast.at(10, days=14))
    sent(cast.NOW)
    send(house.nadia).delete()

    assert sent(cast.NOW) == []
