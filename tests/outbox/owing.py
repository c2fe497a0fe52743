"""Messages for tests: kinds of their own, that know no app."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any
from unittest import mock

from massage_booking.outbox import registry, services
from massage_booking.outbox.models import Message
from massage_booking.outbox.registry import Composer, Mail, Void

NOW = datetime(2026, 6, 1, 7, 0, tzinfo=UTC)
_numbers = count(1)


def letter(message: Message, now: datetime) -> Mail:
    return Mail(subject="Your session", text=f"Hello, number {message.subject_id}.", html="<p>Hello.</p>")


def not_needed(message: Message, now: datetime) -> Void:
    return Void("session_cancelled")


def broken(message: Message, now: datetime) -> Mail:
    raise ValueError("a template that does not render")


@contextmanager
def kinds(**composers: Composer) -> Iterator[None]:
    """Register kinds for the length of a test."""
    with mock.patch.dict(
        registry._composers, {"letter": letter, "not_needed": not_needed, "broken": broken} | composers
    ):
        yield


def owe(kind: str = "letter", **more: Any) -> Message:
    """Owe a message that is due, to nadia@example.com unless told otherwise."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "key": f"{kind}:{number}",
        "recipient": "nadia@example.com",
        "due_at": NOW,
        "now": NOW,
        "subject_id": number,
    }
    message = services.enqueue(kind=kind, **{**values, **more})
    assert message is not None
    return message


def fresh(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)
