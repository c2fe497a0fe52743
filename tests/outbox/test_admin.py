"""Messages in the admin: seen, sent again, never written by hand."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client as Browser
from django.urls import reverse

from massage_booking.outbox import services
from massage_booking.outbox.models import Message, MessageStatus
from tests.cast import make_studio, make_user
from tests.outbox.owing import NOW, fresh, owe

pytestmark = pytest.mark.django_db
LIST = "admin:outbox_message_changelist"


@pytest.fixture
def admin(sign_in: Callable[[Any], Browser]) -> Browser:
    make_studio()
    return sign_in(make_user("adam@stillwater.example", "Adam Lynch", is_staff=True, is_superuser=True))


def send_again(browser: Browser, *messages: Message) -> list[str]:
    chosen = {"action": "send_again", "_selected_action": [message.pk for message in messages]}
    answer = browser.post(reverse(LIST), chosen)
    assert answer.status_code == 302
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_list_and_a_message_show_how_it_went_and_not_what_it_says(admin: Browser) -> None:
    message = owe()
    services.send_due(now=NOW)

    listed = admin.get(reverse(LIST)).content.decode()
    shown = admin.get(reverse("admin:outbox_message_change", args=[message.pk])).content.decode()

    for page in (listed, shown):
        assert "nadia@example.com" in page
        assert "Hello, number" not in page


def test_a_failed_message_is_sent_again_from_the_beginning(admin: Browser) -> None:
    message = owe()
    Message.objects.filter(pk=message.pk).update(status=MessageStatus.FAILED, attempts=8, error="SMTPDataError 451")

    assert send_again(admin, message) == ["Will be sent again within a minute: 1."]

    again = fresh(message)
    assert (again.status, again.attempts, again.error) == (MessageStatus.QUEUED, 0, "")
    assert again.message_id == message.message_id


def test_a_message_that_arrived_once_gets_a_new_message_id_so_that_mail_programs_show_it(admin: Browser) -> None:
    message = owe()
    services.send_due(now=NOW)

    send_again(admin, message)

    assert fresh(message).message_id != message.message_id


def test_a_sign_in_code_and_what_is_being_sent_are_left_alone(admin: Browser) -> None:
    claimed = owe()
    services.claim(now=NOW)
    code = services.enqueue_sealed(
        kind="sign_in", key="sign_in:1", recipient="a@example.com", subject="Code", text="ABC-DEF", html="", now=NOW
    )

    told = send_again(admin, claimed, code)

    assert len(told) == 2
    assert {fresh(claimed).status, fresh(code).status} == {MessageStatus.CLAIMED, MessageStatus.QUEUED}
    assert fresh(code).sealed is not None


def test_nothing_can_be_added_changed_or_deleted(admin: Browser) -> None:
    message = owe()

    assert admin.get(reverse("admin:outbox_message_add")).status_code == 403
    assert admin.post(reverse("admin:outbox_message_delete", args=[message.pk]), {"post": "yes"}).status_code == 403
    admin.post(reverse("admin:outbox_message_change", args=[message.pk]), {"recipient": "mallory@example.com"})
    assert fresh(message).recipient == "nadia@example.com"
