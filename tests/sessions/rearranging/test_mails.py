"""One letter to each client about everything that changed: what it says, its calendar files, when it is not sent."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser
from icalendar import Calendar

from massage_booking.accounts.models import Client
from massage_booking.outbox import services as outbox
from massage_booking.outbox.models import Message
from sessions.models import MassageSession
from sessions.selectors import told
from sessions.services import changes
from tests import cast
from tests.reading import text_of as text_of_page
from tests.sessions.rearranging.acting import cancel, colleague, later, other_time, rearrange

pytestmark = pytest.mark.django_db

Book = Callable[..., MassageSession]


def sent() -> list[Any]:
    mail.outbox.clear()
    outbox.send_due(now=cast.NOW)
    return [letter for letter in mail.outbox if "change" in letter.subject]


def files_of(letter: Any) -> list[tuple[str, str, str]]:
    """Return name, METHOD and status of each calendar file."""
    found = []
    for name, content, content_type in letter.attachments:
        calendar = Calendar.from_ical(content)
        assert content_type == f"text/calendar; method={calendar['method']}"
        found.append((name, str(calendar["method"]), str(calendar.walk("VEVENT")[0]["status"])))
    return found


def text_of(letter: Any) -> str:
    return " ".join(letter.body.replace("\u00a0", " ").split())


def html_of(letter: Any) -> str:
    return str(letter.alternatives[0].content)


def test_one_client_gets_one_letter_about_three_sessions(house: cast.House, booked: Book) -> None:
    stays, moves, ends = booked(10), booked(12), booked(14)

    rearrange(house, colleague(stays, house.uma), other_time(moves, cast.at(9, days=1), house.ana), cancel(ends))
    (letter,) = sent()

    assert (letter.to, letter.subject) == (["nadia@example.com"], "A change to your sessions")
    assert "Ana is not in today." in text_of(letter)
    for line in (
        "Monday 1 June, 10:00, Massage, 60 min, with Ana Quiroga: the time stays, with Uma Ruiz.",
        "Monday 1 June, 12:00, Massage, 60 min, with Ana Quiroga: "
        "now Tuesday 2 June, 9:00, until 10:00, with Ana Quiroga.",
        "Monday 1 June, 14:00, Massage, 60 min, with Ana Quiroga: cancelled. There is nothing to pay.",
    ):
        assert line in text_of(letter)
    assert files_of(letter) == [
        ("massage-1.ics", "REQUEST", "CONFIRMED"),
        ("massage-2.ics", "REQUEST", "CONFIRMED"),
        ("massage-3.ics", "CANCEL", "CANCELLED"),
    ]


def test_a_letter_about_one_session_names_its_day_and_has_its_link(
    house: cast.House, booked: Book, monday: Any
) -> None:
    session = booked(10)

    rearrange(house, colleague(session, house.uma))
    (letter,) = sent()

    assert letter.subject == "A change to your session on Mon 1 Jun".replace(" ", letter.subject[1])
    assert files_of(letter) == [("massage.ics", "REQUEST", "CONFIRMED")]
    address = re.search(r"http\S+/manage/\S+", letter.body)
    assert address is not None
    page = Browser().get(address.group(0).replace("http://localhost:8000", ""))
    said = text_of_page(page)
    assert "with Uma Ruiz" in said
    assert "Free to cancel until Mon 1 Jun, 10:00" in said
    assert "Cancel it" in said


def test_the_calendar_entry_is_the_same_one_with_the_next_sequence(house: cast.House, booked: Book) -> None:
    session = booked(10)

    rearrange(house, other_time(session, cast.at(9, days=1), house.ana))
    (letter,) = sent()

    (event,) = Calendar.from_ical(letter.attachments[0][1]).walk("VEVENT")
    assert (event["uid"], event["sequence"], event["dtstart"].dt) == (
        f"{session.public_id}@massage-session", 1, cast.at(9, days=1),
    )  # fmt: skip


def test_no_other_letter_goes_out_about_it(house: cast.House, booked: Book) -> None:
    stays, ends = booked(10), booked(14)
    outbox.send_due(now=cast.NOW)

    rearrange(house, colleague(stays, house.uma), cancel(ends))
    mail.outbox.clear()
    outbox.send_due(now=cast.NOW)

    assert [letter.subject for letter in mail.outbox] == ["A change to your sessions"]


def test_a_confirmation_that_has_not_gone_out_yet_does_not_name_the_old_time(house: cast.House, booked: Book) -> None:
    session = booked(10)

    rearrange(house, cancel(session))
    outbox.send_due(now=cast.NOW)

    assert list(Message.objects.filter(kind="booked").values_list("status", "error")) == [("void", "rearranged")]


def test_the_reminder_follows_the_session_to_its_new_day(house: cast.House, booked: Book) -> None:
    session = booked(10)

    rearrange(house, other_time(session, cast.at(14, days=2), house.uma))

    due = Message.objects.get(kind="reminder", status="queued")
    assert (due.revision, due.due_at.date()) == (1, cast.at(14, days=1).date())


def test_what_somebody_typed_is_text_and_no_markup(house: cast.House, booked: Book) -> None:
    session = booked(10)

    rearrange(house, colleague(session, house.uma), words='Sorry! <script>alert("x")</script> & all')
    (letter,) = sent()

    assert "<script>" not in html_of(letter)
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; all" in html_of(letter)
    assert 'Sorry! <script>alert("x")</script> & all' in letter.body


def test_without_a_line_nothing_is_said_of_why(house: cast.House, booked: Book) -> None:
    session = booked(10)

    rearrange(house, colleague(session, house.uma), words="")
    (letter,) = sent()

    assert "not in" not in text_of(letter)


def test_what_changed_again_before_the_letter_went_out_is_not_told(house: cast.House, booked: Book) -> None:
    session, other = booked(10), booked(12)
    rearrange(house, colleague(session, house.uma), cancel(other))
    session.refresh_from_db()
    changes.cancel(session=session, actor=None, by="client", now=cast.NOW)

    (letter,) = sent()

    assert "10:00" not in text_of(letter)
    assert files_of(letter) == [("massage.ics", "CANCEL", "CANCELLED")]


def test_nothing_is_sent_where_all_of_it_changed_again(house: cast.House, booked: Book) -> None:
    session = booked(10)
    rearrange(house, colleague(session, house.uma))
    session.refresh_from_db()
    changes.cancel(session=session, actor=None, by="client", now=cast.NOW)

    assert sent() == []
    assert Message.objects.get(kind="rearranged").error == "changed_again"


def test_a_time_that_is_kept_for_a_document_says_until_when_and_has_no_calendar_file(
    house: cast.House, booked: Book
) -> None:
    session = booked(10)
    MassageSession.objects.filter(pk=session.pk).update(status="requested", clearance_until=cast.at(9, 30))
    session.refresh_from_db()

    rearrange(house, colleague(session, house.uma))
    (letter,) = sent()

    assert "We keep it until Monday 1 June, 9:30 for the document that is still missing." in text_of(letter)
    assert files_of(letter) == []


def test_another_table_in_the_same_house_is_no_news(house: cast.House, booked: Book) -> None:
    session = booked(10)
    house.tables[0].is_active = False
    house.tables[0].save()

    rearrange(house, colleague(session, house.ana), away=None)

    session.refresh_from_db()
    assert (session.place, session.revision) == (house.tables[1], 0)
    assert sent() == []


def test_who_has_no_e_mail_is_called_once_with_the_number(house: cast.House, booked: Book, carl: Client) -> None:
    first, second = (booked(hour, client=carl, via="phone", assessment=None) for hour in (10, 12))
    open_one, reached = booked(14), booked(16, client=house.ben)

    outcome = rearrange(house, colleague(first, house.uma), cancel(second), later(open_one), cancel(reached))

    assert [(call.client, call.why, len(call.rows)) for call in told.calls(outcome.made)] == [
        (carl, "no e-mail", 2),
        (house.nadia, "left open: find something together", 1),
    ]


def test_whose_letter_came_back_is_called(house: cast.House, booked: Book) -> None:
    outcome = rearrange(house, cancel(booked(10)))
    Message.objects.filter(kind="rearranged").update(status="failed")

    assert [call.why for call in told.calls(outcome.made)] == ["the letter came back"]
