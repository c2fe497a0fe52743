"""The last form of booking, sent many times at once by one browser: one booking, one letter, one answer."""

from typing import Any

import pytest
from django.test import Client as Browser

from massage_booking.accounts.models import Client, User
from massage_booking.outbox.models import Message
from sessions.models import FormKey, MassageSession
from tests import cast
from tests.concurrency.racing import race
from tests.sessions.views.guest import Guest

pytestmark = pytest.mark.django_db(transaction=True)

SENDINGS = 20


def sent_at_once(guest: Guest, bodies: list[dict[str, Any]]) -> list[Any]:
    """Send each body from the same browser at the same moment; return the responses."""

    def send(number: int) -> Any:
        browser = Browser()
        browser.cookies = guest.browser.cookies.copy()
        return browser.post("/sessions/confirm/", bodies[number])

    return race(len(bodies), send)


def test_a_form_sent_twenty_times_books_once(house: cast.House, monday: Any) -> None:
    guest = Guest(house)
    guest.up_to_confirm()
    body = guest.contact()

    responses = sent_at_once(guest, [body] * SENDINGS)

    session = MassageSession.objects.get()
    assert {response.status_code for response in responses} == {302}, responses
    assert {response["Location"] for response in responses} == {f"/sessions/{session.public_id}/booked/"}
    assert (session.status, session.client.is_claimed, session.needs_review) == ("booked", True, False)
    assert User.objects.filter(email="greta@example.com").count() == 1
    assert Client.objects.filter(name="Greta Gast").count() == 1
    assert FormKey.objects.count() == 1
    assert Message.objects.filter(kind="booked").count() == 1


def test_a_key_with_different_words_books_once_and_refuses_the_rest(house: cast.House, monday: Any) -> None:
    guest = Guest(house)
    guest.up_to_confirm()
    body = guest.contact()

    responses = sent_at_once(guest, [{**body, "name": f"Greta Gast {number}"} for number in range(8)])

    assert MassageSession.objects.count() == 1
    assert sorted(response.status_code for response in responses) == [302, *[409] * 7], responses
    refused = [response.content.decode() for response in responses if response.status_code == 409]
    assert all("This form was sent before with other words." in page for page in refused)
