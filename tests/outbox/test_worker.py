"""The real thing: beat ticks, a worker on a Redis-protocol server sends what is due from the database."""

from pathlib import Path

import pytest

from massage_booking.core import clock
from massage_booking.outbox import services
from massage_booking.outbox.models import Heartbeat, Message, MessageStatus
from tests import real
from tests.outbox import sink as mail_sink

pytestmark = [pytest.mark.redis, pytest.mark.django_db(transaction=True)]


def owe_due(count: int) -> list[Message]:
    now = clock.now()
    return [
        services.enqueue_sealed(
            kind="sign_in",
            key=f"sign_in:{number}",
            recipient=f"client{number}@example.com",
            subject="Your code",
            text="ABC-DEF",
            html="",
            now=now,
        )
        for number in range(count)
    ]


def all_sent(messages: list[Message]) -> bool:
    keys = [message.pk for message in messages]
    return Message.objects.filter(pk__in=keys, status=MessageStatus.SENT).count() == len(keys)


def test_beat_and_worker_send_what_is_due_once_each_and_stop_when_asked(tmp_path: Path) -> None:
    messages = owe_due(30)
    with mail_sink.running() as sink:
        environment = real.environment(tmp_path, EMAIL_HOST="127.0.0.1", EMAIL_PORT=str(sink.port))
        with real.processes("worker", "beat", logs=tmp_path / "log", environment=environment) as family:
            real.wait_until(lambda: all_sent(messages), family=family)
            children = [child.process for child in family.children]

    assert sorted(str(mail["To"]) for mail in sink.mails) == sorted(message.recipient for message in messages)
    assert len(set(sink.ids)) == len(messages)
    assert Heartbeat.objects.filter(job="mail").exists()
    # Stopped politely, which a worker does by finishing what it has in hand; not killed.
    assert [process.returncode for process in children] == [0, 0]
