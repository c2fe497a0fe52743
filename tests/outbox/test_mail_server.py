"""Against a real mail server that refuses, puts off and hangs up."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from massage_booking.outbox import services
from massage_booking.outbox.models import MessageStatus
from tests.outbox import sink as mail_sink
from tests.outbox.owing import NOW, fresh, owe
from tests.outbox.sink import Sink
from tests.servers import free_port

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with mail_sink.running() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def test_a_round_goes_over_one_connection_and_arrives_whole(sink: Sink) -> None:
    messages = [owe(recipient=f"client{number}@example.com") for number in range(25)]

    assert services.send_due(now=NOW) == {"sent": 25}

    assert sorted(mail["To"] for mail in sink.mails) == sorted(message.recipient for message in messages)
    assert len(set(sink.ids)) == 25


def test_a_greylisted_mail_arrives_at_the_second_try(sink: Sink) -> None:
    sink.recipient_answers = ["451 4.7.1 come back in a minute"]
    owe()

    assert services.send_due(now=NOW) == {"retry": 1}
    assert services.send_due(now=LATER) == {"sent": 1}
    assert len(sink.mails) == 1


def test_an_address_that_does_not_exist_fails_at_once_and_the_next_mail_is_sent(sink: Sink) -> None:
    sink.recipient_answers = ["550 5.1.1 no such user"]
    lost, fine = owe(), owe()

    assert services.send_due(now=NOW) == {"failed": 1, "sent": 1}
    assert (fresh(lost).error, fresh(fine).status) == ("SMTPRecipientsRefused 550", MessageStatus.SENT)


def test_refused_content_fails_at_once(sink: Sink) -> None:
    sink.content_answers = ["554 5.7.1 looks like spam"]
    message = owe()

    assert services.send_due(now=NOW) == {"failed": 1}
    assert fresh(message).error == "SMTPDataError 554"


def test_a_server_that_is_shutting_down_does_not_stop_the_round(sink: Sink) -> None:
    sink.recipient_answers = ["421 4.3.2 shutting down"]
    put_off, fine = owe(), owe()

    assert services.send_due(now=NOW) == {"retry": 1, "sent": 1}
    assert (fresh(put_off).status, fresh(fine).status) == (MessageStatus.RETRY, MessageStatus.SENT)


def test_a_mail_that_may_have_arrived_is_sent_again_under_the_same_message_id(sink: Sink) -> None:
    sink.drops_after_content = 1
    owe()

    assert services.send_due(now=NOW) == {"retry": 1}
    assert services.send_due(now=LATER) == {"sent": 1}

    assert len(sink.mails) == 2
    assert len(set(sink.ids)) == 1


def test_with_no_server_there_all_mails_wait_unblamed(sink: Sink, settings: Any) -> None:
    settings.EMAIL_PORT = free_port()
    messages = [owe(), owe()]

    assert services.send_due(now=NOW) == {"retry": 2}
    assert {fresh(message).attempts for message in messages} == {0}

    settings.EMAIL_PORT = sink.port
    assert services.send_due(now=NOW) == {"sent": 2}
