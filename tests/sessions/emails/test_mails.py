"""Mails about sessions: what they say, in both parts, and when they say nothing any more."""

from datetime import date, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
import time_machine
from django.core import mail
from icalendar import Calendar

from massage_booking.outbox import registry
from massage_booking.outbox import services as outbox
from massage_booking.outbox.models import Message
from massage_booking.outbox.registry import Mail, Void
from screening.document import GivenRow
from sessions.models import MassageSession, Plan
from sessions.services import changes, nudges
from tests import cast
from tests.sessions.test_ics import TELLING

pytestmark = pytest.mark.django_db

BONES = {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")}


@pytest.fixture(autouse=True)
def at_eight(monday: Any) -> None:
    """Stop the clock for every test here."""


@pytest.fixture
def session(house: cast.House) -> MassageSession:
    """Nadia's session with Ana in a week, at ten; her answers bring limits."""
    cast.answer(house.nadia, BONES)
    return cast.book(house, starts_at=cast.at(10, days=7))


def composed(kind: str, session: Any, *, now: Any = cast.NOW, **changes: Any) -> Mail | Void:
    values = {"subject_id": session.pk, "revision": getattr(session, "revision", 0), **changes}
    message = Message(key="x", kind=kind, recipient="nadia@example.com", due_at=now, created_at=now, **values)
    composer = registry.composer_of(kind)
    assert composer is not None
    with time_machine.travel(now, tick=False):
        return composer(message, now)


def mail_of(kind: str, session: Any, **more: Any) -> Mail:
    found = composed(kind, session, **more)
    assert isinstance(found, Mail), found
    return found


def both_parts(letter: Mail) -> list[str]:
    """Return the two parts with white space as one space."""
    return [" ".join(part.split()) for part in (letter.text, letter.html)]


def moved(session: MassageSession, house: cast.House) -> MassageSession:
    return changes.move(
        session=session, starts_at=cast.at(14, days=8), therapist=house.ana,
        assessment=cast.assess(house.nadia, cast.at(14, days=8)), actor=None, by="client", now=cast.NOW,
    )  # fmt: skip


def test_the_confirmation_says_when_in_whose_time_where_and_how_to_change_it(session: MassageSession) -> None:
    letter = mail_of("booked", session)

    assert letter.subject == "Booked: Monday 8 June, 10:00"
    for part in both_parts(letter):
        for words in (
            "Dear Nadia", "10:00", "11:00", "Dublin time", "Massage, 60 min", "Ana Quiroga", "4 Weir Lane, Galway",
            "€68", "free until Sun 7 Jun, 10:00", "http://testserver/sessions/manage/", "Stillwater Massage",
        ):  # fmt: skip
            assert words in part, words


@pytest.mark.parametrize("kind", ["booked", "reminder"])
def test_no_part_of_a_mail_tells_of_health(session: MassageSession, kind: str) -> None:
    letter = mail_of(kind, session)
    text = " ".join([letter.subject, letter.text, letter.html, str(letter.headers)]).lower()

    assert [word for word in TELLING if word in text] == []


def test_the_calendar_file_hangs_on_it_as_an_invitation(session: MassageSession) -> None:
    outbox.send_due(now=cast.NOW)

    (letter,) = mail.outbox
    parsed = message_from_bytes(letter.message().as_bytes(), policy=policy.default)
    (part,) = [part for part in parsed.walk() if part.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REQUEST"
    assert part.get_filename() == "massage.ics"
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["DTSTART"].dt, event["SEQUENCE"]) == ("REQUEST", session.starts_at, 0)
    assert {part.get_content_type() for part in parsed.walk()} >= {"text/plain", "text/html"}
    assert letter.reply_to == ["hello@stillwater.example"]
    assert parsed["Auto-Submitted"] == "auto-generated"


def test_a_move_takes_back_the_old_letters_and_tells_the_new_time(session: MassageSession, house: cast.House) -> None:
    later = moved(session, house)
    outbox.send_due(now=cast.NOW)

    (letter,) = mail.outbox
    assert letter.subject == "Moved to Tuesday 9 June, 14:00"
    _, content, content_type = letter.attachments[0]
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert (event["SEQUENCE"], event["DTSTART"].dt, "method=REQUEST" in content_type) == (1, later.starts_at, True)
    due = Message.objects.filter(kind="reminder", status="queued").values_list("due_at", flat=True)
    assert list(due) == [cast.at(14, days=7)]


def test_a_cancellation_takes_the_entry_out_of_calendars(session: MassageSession) -> None:
    cancelled = changes.cancel(session=session, actor=None, by="client", now=cast.NOW)

    letter = mail_of("cancelled", cancelled)

    assert letter.subject == "Cancelled: Monday 8 June, 10:00"
    (file,) = letter.attachments
    calendar = Calendar.from_ical(file.content)
    assert (calendar["METHOD"], file.content_type) == ("CANCEL", "text/calendar; method=CANCEL")
    for part in both_parts(letter):
        assert "/manage/" not in part and "http://testserver/sessions/find/" in part


def test_a_request_says_that_somebody_looks_at_it_and_not_why(session: MassageSession) -> None:
    MassageSession.objects.update(status="requested")

    letter = mail_of("requested", session)

    assert letter.subject == "Kept for you: Monday 8 June, 10:00"
    assert letter.attachments == ()
    for part in both_parts(letter):
        assert "looks at it before it is certain, and we tell you by mail" in part


def test_the_reminder_is_for_tomorrow(session: MassageSession) -> None:
    letter = mail_of("reminder", session, now=cast.at(10, days=6))

    assert letter.subject == "Tomorrow, 10:00"
    for part in both_parts(letter):
        assert "Has anything changed since you booked?" in part


def test_a_reminder_with_open_questions_asks_to_open_it(session: MassageSession) -> None:
    MassageSession.objects.update(re_ask_due=True)

    for part in both_parts(mail_of("reminder", session, now=cast.at(10, days=6))):
        assert "A few short questions, two minutes" in part


def test_within_the_cancellation_window_no_link_to_move_is_offered(session: MassageSession) -> None:
    early = mail_of("reminder", session, now=cast.at(9, 59, days=6))
    late = mail_of("reminder", session, now=cast.at(10, days=6))

    assert ("/move/" in early.html, "/move/" in late.html) == (True, False)


@pytest.mark.parametrize("kind", ["booked", "moved", "reminder", "requested"])
def test_a_letter_promises_no_change_by_link_when_the_free_time_is_over(session: MassageSession, kind: str) -> None:
    if kind == "requested":
        MassageSession.objects.update(status="requested")

    letter = mail_of(kind, session, now=cast.at(10, 1, days=6))

    for part in both_parts(letter):
        assert "See your session" in part
        assert "please call 020 912 0144. It was free until Sun 7 Jun, 10:00. After that" in part
        for promise in (
            "moves it",
            "cancels it",
            "moves or cancels",
            "Move it",
            "move or cancel",
            "cancel it",
            "/move/",
        ):
            assert promise not in part, promise


@pytest.mark.parametrize("kind", ["booked", "moved", "reminder", "requested"])
def test_letters_about_what_has_changed_are_not_sent(session: MassageSession, house: cast.House, kind: str) -> None:
    gone = composed(kind, session, subject_id=987654)
    past = composed(kind, session, now=session.starts_at)
    moved(session, house)
    old = composed(kind, session)
    changes.cancel(session=MassageSession.objects.get(), actor=None, by="client", now=cast.NOW)
    cancelled = composed(kind, MassageSession.objects.get())

    assert [gone, past, old, cancelled] == [Void("gone"), Void("past"), Void("moved"), Void("cancelled")]


@pytest.mark.parametrize("status", ["arrived", "started", "done", "no_show"])
def test_nobody_is_reminded_of_a_session_that_has_begun(session: MassageSession, status: str) -> None:
    MassageSession.objects.update(status=status)

    assert composed("reminder", session) == Void("not_ahead")


def test_a_cancellation_of_what_is_over_is_not_news(session: MassageSession) -> None:
    cancelled = changes.cancel(session=session, actor=None, by="client", now=cast.NOW)

    assert composed("cancelled", cancelled, now=session.ends_at) == Void("past")
    assert composed("cancelled", cancelled, revision=0) == Void("not_cancelled")


def test_whoever_looks_after_somebody_is_greeted_by_name(house: cast.House) -> None:
    idris = cast.make_client("Idris Rahman", account=house.nadias_account, relation="child", born=date(2000, 1, 1))
    session = cast.book(house, client=idris, starts_at=cast.at(10, days=7))

    for part in both_parts(mail_of("booked", session)):
        assert "Dear Nadia" in part and "for Idris" in part


def test_names_cannot_break_out_of_a_mail(session: MassageSession, house: cast.House) -> None:
    house.nadia.name = '<b onclick="x">Nadia</b> Rahman'
    house.nadia.save()

    letter = mail_of("booked", session)

    assert "<b onclick" not in letter.html and "\n" not in letter.subject


def test_studio_names_with_signs_are_told_as_they_are_in_the_text(session: MassageSession) -> None:
    cast.make_studio(name="Rest & Ease")

    letter = mail_of("booked", session)

    assert "Rest & Ease" in letter.text and "Rest &amp;" not in letter.text


# --- The rhythm ---------------------------------------------------------------


@pytest.fixture
def plan(house: cast.House) -> Plan:
    """Nadia's rhythm: last session a fortnight ago less four days, Mondays at ten with Ana."""
    cast.answer(house.nadia, BONES)
    return Plan.objects.create(
        client=house.nadia, service=house.swedish, therapist=house.ana, weekday=0, time_of_day=cast.at(10).time(),
        accepted_at=cast.NOW - timedelta(days=10),
    )  # fmt: skip


def test_a_nudge_goes_out_with_three_real_times(plan: Plan) -> None:
    nudges.plan_nudges(now=cast.NOW)
    outbox.send_due(now=cast.NOW + timedelta(minutes=1))

    (letter,) = mail.outbox
    assert letter.subject == "Three times for your next massage"
    assert letter.body.count("http://testserver/sessions/nudge/") == 3
    assert "Monday 8 June, 9:00, with Ana" in letter.body and "Dublin time" in letter.body
    assert "due around Friday 5 June" in letter.body
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.extra_headers["List-Unsubscribe"].startswith("<http://testserver/sessions/nudges/stop/")
    assert letter.attachments == []


def test_a_nudge_tells_nothing_of_health(plan: Plan) -> None:
    letter = mail_of("nudge", plan)
    text = " ".join([letter.subject, letter.text, letter.html]).lower()

    assert [word for word in TELLING if word in text] == []


def test_a_nudge_offers_only_what_the_answers_allow(plan: Plan, house: cast.House) -> None:
    Plan.objects.update(service=house.deep)

    assert composed("nudge", plan) == Void("no_openings")


def test_a_nudge_falls_silent_when_it_is_not_wanted_any_more(plan: Plan, house: cast.House) -> None:
    assert isinstance(composed("nudge", plan), Mail)

    Plan.objects.update(paused_until=cast.TODAY + timedelta(days=9))
    assert composed("nudge", plan) == Void("paused")
    Plan.objects.update(paused_until=None)
    cast.book(house, starts_at=cast.at(10, days=7))
    assert composed("nudge", plan) == Void("booked")
    Plan.objects.update(ended_at=cast.NOW)
    assert composed("nudge", plan) == Void("ended")
    Plan.objects.all().delete()
    assert composed("nudge", plan) == Void("ended")


def test_nobody_is_nudged_for_a_rhythm_that_a_stranger_accepted(plan: Plan, house: cast.House) -> None:
    house.nadia.is_claimed = False
    house.nadia.save()

    assert composed("nudge", plan) == Void("unclaimed")


def test_a_nudge_without_a_service_or_times_stays_unsent(plan: Plan, house: cast.House) -> None:
    Plan.objects.update(service=None)
    assert composed("nudge", plan) == Void("no_openings")

    Plan.objects.update(service=house.swedish)
    for therapist in (house.ana, house.uma):
        therapist.weekly_hours.all().delete()
    assert composed("nudge", plan) == Void("no_openings")
