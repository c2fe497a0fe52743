"""A sign-in code that could not be sent at once: never readable in the database, and only for minutes."""

from datetime import timedelta

import pytest
from django.core import mail

from massage_booking.core.errors import Refused
from massage_booking.outbox import services
from massage_booking.outbox.models import Message, MessageStatus
from tests.outbox.owing import NOW, fresh

pytestmark = pytest.mark.django_db


def owe_code() -> Message:
    return services.enqueue_sealed(
        kind="sign_in",
        key="sign_in:1",
        recipient="nadia@example.com",
        subject="Your code",
        text="ABC-DEF",
        html="<p>ABC-DEF</p>",
        now=NOW,
    )


def test_the_code_is_in_no_column() -> None:
    message = owe_code()

    row = Message.objects.filter(pk=message.pk).values().get()

    assert not any("ABC-DEF" in str(bytes(value) if name == "sealed" else value) for name, value in row.items())


def test_it_is_sent_and_then_forgotten() -> None:
    message = owe_code()

    assert services.send_due(now=NOW) == {"sent": 1}

    assert "ABC-DEF" in mail.outbox[0].body
    assert fresh(message).sealed is None


def test_a_code_that_has_run_out_is_not_sent_and_forgotten_too() -> None:
    message = owe_code()

    assert services.send_due(now=NOW + services.SEALED_LIFETIME + timedelta(seconds=1)) == {"void": 1}

    assert mail.outbox == []
    assert (fresh(message).status, fresh(message).error, fresh(message).sealed) == (
        MessageStatus.VOID,
        "too_late",
        None,
    )


def test_it_cannot_be_sent_again() -> None:
    message = owe_code()

    with pytest.raises(Refused):
        services.resend(message=message, now=NOW)
