"""One letter for both, where both would go to the same address: what it says is decided when it is sent."""

import pytest
from django.core import mail

from massage_booking.accounts.models import Client
from massage_booking.outbox import services as outbox
from massage_booking.outbox.models import Message
from massage_booking.outbox.registry import Mail, Void, composer_of
from sessions import links
from sessions.models import MassageSession
from sessions.services import changes, handing_over, together_changes
from sessions.services.together import Sessions
from tests import cast
from tests.sessions.canaries import told
from tests.sessions.together.two import book, pair

KINDS = ["together_booked", "together_moved", "together_cancelled"]


@pytest.fixture
def both(house: cast.House, sam: Client) -> Sessions:
    return book(pair(house, sam, two=house.swedish45))


def written(kind: str) -> Mail | Void:
    message = Message.objects.get(kind=kind)
    composer = composer_of(kind)
    assert composer is not None
    return composer(message, cast.NOW)


def letter(kind: str) -> Mail:
    found = written(kind)
    assert isinstance(found, Mail)
    return found


def test_the_confirmation_names_both_and_has_a_calendar_file_each(both: Sessions) -> None:
    found = letter("together_booked")

    assert found.subject == "Booked for two: Monday 8 June, 10:00"
    for words in (found.text, found.html):
        assert "Nadia" in words
        assert "Sam" in words
        assert all(links.make(session) in words for session in both)
    assert "Nadia: Massage, 60 min, 10:00 to 11:00, with Ana Quiroga." in found.text
    assert "Sam: Massage, 45 min, 10:00 to 10:45, with Uma Ruiz." in found.text
    assert "Side by side, in one room." in found.text
    assert "Dear Nadia" in found.text
    files = {file.name: file.content.decode() for file in found.attachments}
    assert set(files) == {"massage-1.ics", "massage-2.ics"}
    assert [f"UID:{one.public_id}" in file for one, file in zip(both, files.values(), strict=True)] == [True, True]
    assert all("METHOD:REQUEST" in file and file.count("BEGIN:VEVENT") == 1 for file in files.values())


def test_who_has_gone_another_way_since_is_left_out(both: Sessions) -> None:
    changes.cancel(session=both[1], actor=None, by="client", now=cast.NOW)

    found = letter("together_booked")

    assert ("Nadia: Massage" in found.text, "Sam: Massage" in found.text) == (True, False)
    assert len(found.attachments) == 1


def test_nothing_is_said_of_what_is_cancelled_already(both: Sessions) -> None:
    together_changes.cancel_both(sessions=both, actor=None, by="client", now=cast.NOW)

    assert Message.objects.get(kind="together_booked").status == "void"
    assert written("together_booked") == Void("not_ahead")
    found = letter("together_cancelled")
    assert found.subject.startswith("Both cancelled: ")
    assert ["METHOD:CANCEL" in file.content.decode() for file in found.attachments] == [True, True]


def test_what_waits_for_a_look_says_so_and_has_no_file(both: Sessions) -> None:
    MassageSession.objects.filter(pk=both[1].pk).update(status="requested")

    found = letter("together_booked")

    assert found.subject.startswith("Kept for two: ")
    assert "Uma looks at Sam’s session before it is certain" in " ".join(found.text.split())
    assert [file.name for file in found.attachments] == ["massage-1.ics"]


@pytest.mark.parametrize("kind", KINDS)
def test_no_letter_says_anything_of_health(both: Sessions, kind: str) -> None:
    MassageSession.objects.update(status="cancelled" if kind == KINDS[2] else "booked")
    message = Message(
        kind=kind, key=kind, recipient="nadia@example.com", subject_id=both[0].together_id, due_at=cast.NOW,
        created_at=cast.NOW,
    )  # fmt: skip
    composer = composer_of(kind)
    found = composer(message, cast.NOW) if composer else None
    assert isinstance(found, Mail)
    words = found.subject + found.text + found.html + "".join(file.content.decode() for file in found.attachments)

    assert told(words) == []
    for name in ("swedish", "health", "condition", "pregnan", "doctor"):
        assert name not in words.lower()


def test_when_one_of_the_two_gets_an_account_of_their_own_each_has_a_letter(both: Sessions, sam: Client) -> None:
    own = cast.make_user("sam@example.com", "Sam Rahman")
    Client.objects.filter(pk=sam.pk).update(account=own, email="sam@example.com")
    sam.refresh_from_db()

    handing_over.send_on(client=sam, before="nadia@example.com")

    assert Message.objects.get(kind="booked", subject_id=both[1].pk).recipient == "sam@example.com"
    assert Message.objects.get(kind="booked", subject_id=both[1].pk).status == "queued"
    assert "Sam: Massage" not in letter("together_booked").text


def test_they_are_sent_once(both: Sessions) -> None:
    outbox.send_due(now=cast.NOW)
    outbox.send_due(now=cast.NOW)

    assert [found.subject for found in mail.outbox] == ["Booked for two: Monday 8 June, 10:00"]


def test_the_reminders_stay_single(both: Sessions) -> None:
    rows = Message.objects.filter(kind="reminder", status="queued")

    assert set(rows.values_list("subject_id", flat=True)) == {one.pk for one in both}
