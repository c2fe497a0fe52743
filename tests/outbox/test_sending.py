"""Sending a round: what is sent, put off, given up, not needed any more."""

import smtplib
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from massage_booking.outbox import services
from massage_booking.outbox.models import Heartbeat, Message, MessageStatus
from massage_booking.outbox.registry import Attachment, Mail
from tests.cast import make_studio
from tests.outbox.owing import NOW, fresh, kinds, owe

MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.django_db

CALENDAR = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


def failing_with(error: Exception) -> Any:
    return mock.patch.object(EmailBackend, "send_messages", side_effect=error)


def test_a_due_message_is_composed_sent_and_marked() -> None:
    message = owe()

    assert services.send_due(now=NOW) == {"sent": 1}

    sent = fresh(message)
    assert (sent.status, sent.attempts, sent.error) == (MessageStatus.SENT, 1, "")
    assert sent.sent_at is not None and timedelta(0) <= sent.sent_at - NOW < MINUTE
    assert [(each.to, each.subject) for each in mail.outbox] == [(["nadia@example.com"], "Your session")]


def test_a_second_round_sends_nothing_again() -> None:
    owe()
    services.send_due(now=NOW)

    assert services.send_due(now=NOW) == {}
    assert len(mail.outbox) == 1


def test_what_is_not_due_waits() -> None:
    owe(due_at=NOW + MINUTE)

    assert services.send_due(now=NOW) == {}
    assert services.send_due(now=NOW + MINUTE) == {"sent": 1}


def test_whether_it_is_still_needed_is_decided_at_the_last_moment() -> None:
    message = owe("not_needed")

    assert services.send_due(now=NOW) == {"void": 1}
    assert fresh(message).error == "session_cancelled"
    assert mail.outbox == []


def test_a_message_that_cannot_be_composed_leaves_the_others_going_and_is_given_up_in_the_end() -> None:
    poison, unknown, good = owe("broken"), owe("a_kind_nobody_registered"), owe()

    assert services.send_due(now=NOW) == {"retry": 2, "sent": 1}
    assert (fresh(poison).status, fresh(poison).error) == (MessageStatus.RETRY, "ValueError")
    assert fresh(unknown).error == "LookupError"

    now = NOW
    for _ in range(10):
        now += timedelta(hours=3)
        services.send_due(now=now)
    assert fresh(poison).status == MessageStatus.FAILED
    assert fresh(poison).attempts == services.MOST_FAULTS
    assert fresh(good).attempts == 1


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(smtplib.SMTPRecipientsRefused({"nadia@example.com": (450, b"try later")}), id="recipient put off"),
        pytest.param(smtplib.SMTPDataError(451, b"greylisted"), id="greylisted"),
        pytest.param(smtplib.SMTPServerDisconnected("gone"), id="disconnected"),
        pytest.param(smtplib.SMTPSenderRefused(550, b"not your address", "studio@localhost"), id="our sender refused"),
        pytest.param(smtplib.SMTPAuthenticationError(535, b"wrong password"), id="our password refused"),
        pytest.param(TimeoutError(), id="timeout"),
    ],
)
def test_a_temporary_failure_is_tried_again_after_growing_pauses(error: Exception) -> None:
    message = owe()
    pauses = []
    now = NOW
    with failing_with(error):
        for _ in range(4):
            assert services.send_due(now=now) == {"retry": 1}
            due_at = fresh(message).due_at
            pauses.append(round((due_at - now) / MINUTE))
            now = due_at

    assert pauses == [1, 2, 5, 10]
    assert services.send_due(now=now) == {"sent": 1}
    assert fresh(message).attempts == 5


def test_a_mail_put_off_for_hours_is_given_up() -> None:
    message = owe()
    now = NOW
    with failing_with(smtplib.SMTPDataError(451, b"greylisted")):
        for _ in range(services.MOST_ATTEMPTS + 2):
            services.send_due(now=now)
            now += timedelta(hours=3)

    assert (fresh(message).status, fresh(message).attempts) == (MessageStatus.FAILED, services.MOST_ATTEMPTS)
    assert fresh(message).error == "SMTPDataError 451"


@pytest.mark.parametrize(
    ("error", "word"),
    [
        pytest.param(
            smtplib.SMTPRecipientsRefused({"nadia@example.com": (550, b"no such user")}),
            "SMTPRecipientsRefused 550",
            id="no such address",
        ),
        pytest.param(smtplib.SMTPDataError(554, b"spam"), "SMTPDataError 554", id="content refused"),
        pytest.param(smtplib.SMTPSenderRefused(552, b"too large", "x"), "SMTPSenderRefused 552", id="too large"),
    ],
)
def test_a_permanent_failure_is_not_tried_again_and_keeps_no_address_in_its_reason(error: Exception, word: str) -> None:
    message = owe()
    with failing_with(error):
        assert services.send_due(now=NOW) == {"failed": 1}

    assert (fresh(message).status, fresh(message).error, fresh(message).attempts) == (MessageStatus.FAILED, word, 1)


def test_a_mail_server_that_cannot_be_reached_is_no_messages_fault() -> None:
    messages = [owe() for _ in range(services.BATCH + 5)]
    with mock.patch.object(EmailBackend, "open", side_effect=ConnectionRefusedError):
        for hour in range(30):
            services.send_due(now=NOW + timedelta(hours=hour))

    assert {(fresh(message).status, fresh(message).attempts) for message in messages} <= {("retry", 0), ("queued", 0)}
    assert services.send_due(now=NOW + timedelta(hours=30)) == {"sent": len(messages)}


def test_no_sending_begins_when_the_lease_is_nearly_over() -> None:
    message = owe()
    me, batch = services.claim(now=NOW)
    late = NOW + services.LEASE - MINUTE

    counts: Any = services.Counter()
    services._send_batch(batch, me, lambda: late, EmailBackend(), counts)

    assert mail.outbox == []
    assert fresh(message).status == MessageStatus.RETRY
    assert counts == {}


def test_a_worker_whose_claim_has_passed_on_does_not_overwrite_the_result() -> None:
    message = owe()
    me, batch = services.claim(now=NOW)
    Message.objects.filter(pk=message.pk).update(claimed_by="somebody else")

    services.send_one(batch[0], me=me, now=NOW, mail_connection=EmailBackend())

    assert (fresh(message).status, fresh(message).claimed_by) == (MessageStatus.CLAIMED, "somebody else")


def test_each_try_carries_the_same_message_id() -> None:
    owe()
    with failing_with(smtplib.SMTPServerDisconnected("after the content was taken")) as tried:
        services.send_due(now=NOW)
    first = tried.call_args.args[0][0].extra_headers["Message-ID"]

    services.send_due(now=NOW + 2 * MINUTE)

    assert mail.outbox[0].extra_headers["Message-ID"] == first


def test_the_mail_comes_from_the_studio_and_answers_go_there(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "post@stillwater.example"
    make_studio(name='Still "water"\nBcc: all@example.com')
    owe()

    services.send_due(now=NOW)

    sent = mail.outbox[0]
    raw = sent.message()
    assert raw["From"] == "\"Still 'water' Bcc: all@example.com\" <post@stillwater.example>"
    assert raw["Bcc"] is None
    assert raw["Reply-To"] == "hello@stillwater.example"
    assert raw["Auto-Submitted"] == "auto-generated"
    assert raw["Message-ID"].endswith("@stillwater.example>")


def test_a_line_break_in_a_subject_makes_no_header() -> None:
    def two_lines(message: Message, now: Any) -> Mail:
        return Mail(subject="Hello\r\nBcc: all@example.com", text="Hello.")

    with kinds(two_lines=two_lines):
        owe("two_lines")
        services.send_due(now=NOW)

    assert mail.outbox[0].message()["Subject"] == "Hello Bcc: all@example.com"
    assert mail.outbox[0].message()["Bcc"] is None


def test_both_parts_and_the_calendar_file_arrive_as_they_were_composed() -> None:
    def with_calendar(message: Message, now: Any) -> Mail:
        file = Attachment("session.ics", CALENDAR, "text/calendar; method=REQUEST")
        return Mail(subject="Booked", text="Grüße", html="<p>Grüße</p>", attachments=(file,))

    with kinds(with_calendar=with_calendar):
        owe("with_calendar")
        services.send_due(now=NOW)

    parts = [part for part in mail.outbox[0].message().walk() if not part.is_multipart()]
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html", "text/calendar"]
    assert parts[2].get_param("method") == "REQUEST"
    assert parts[2].get_payload(decode=True).replace(b"\r\n", b"\n") == CALENDAR.replace(b"\r\n", b"\n")
    assert parts[2].get_filename() == "session.ics"


def test_every_round_leaves_a_heartbeat() -> None:
    services.send_due(now=NOW)

    assert list(Heartbeat.objects.values_list("job", "beat_at")) == [("mail", NOW)]


def test_a_round_costs_one_question_when_nothing_is_due(django_assert_num_queries: Any) -> None:
    services.beat("mail", now=NOW)
    with django_assert_num_queries(1):
        services.claim(now=NOW)
