"""The desk changes phone and e-mail; with an address a client can answer the health questions."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.test import Client as Browser

from massage_booking.accounts.models import Client
from tests import cast
from tests.reading import text_of

pytestmark = pytest.mark.django_db

DESK = "/sessions/desk/"


@pytest.fixture
def mary(house: cast.House) -> Client:
    """Mary, known by phone alone."""
    return cast.make_client("Mary Casey", born=date(1950, 2, 3))


def home(client: Client) -> str:
    return f"{DESK}clients/{client.public_id}/"


def contact(client: Client) -> str:
    return f"{home(client)}contact/"


def test_with_an_address_the_client_can_answer_in_an_account(mary: Client, dora: Browser) -> None:
    before = dora.get(home(mary))
    response = dora.post(contact(mary), {"phone": "087 555 0199", "email": "Mary@Example.com"})
    after = dora.get(home(mary))

    assert contact(mary) in before.content.decode()
    assert "You can book all the same. Before the session the client must answer the health questions," in text_of(
        before
    )
    assert "on the tablet, or online once there is an e-mail address" in text_of(before)
    assert response["Location"] == home(mary)
    assert "signing in with mary@example.com" in str(list(get_messages(response.wsgi_request))[-1])
    mary.refresh_from_db()
    assert (mary.phone, mary.email, mary.account.email) == ("087 555 0199", "mary@example.com", "mary@example.com")
    assert "in their account" in text_of(after)


def test_an_address_without_account_is_not_called_an_account(mary: Client, dora: Browser) -> None:
    Client.objects.filter(pk=mary.pk).update(email="mary@example.com")

    assert "on the tablet, or online once there is an e-mail address" in text_of(dora.get(home(mary)))
    dora.post(contact(mary), {"phone": "", "email": "mary@example.com"})
    assert "in their account" in text_of(dora.get(home(mary)))


def test_under_age_nobody_is_told_that_a_booking_is_possible(house: cast.House, dora: Browser) -> None:
    child = cast.make_client("Idris Casey", born=date(2015, 2, 3))

    said = text_of(dora.get(home(child)))

    assert "You can book all the same" not in said
    assert "Before a booking the client must answer the health questions" in said


def test_a_client_with_an_account_keeps_it(house: cast.House, dora: Browser) -> None:
    shown = text_of(dora.get(contact(house.nadia)))
    response = dora.post(contact(house.nadia), {"phone": "", "email": "ben@example.com"})

    assert "Codes to sign in always go there." in shown
    assert "Saved how to reach Nadia Rahman." in str(list(get_messages(response.wsgi_request))[-1])
    house.nadia.refresh_from_db()
    assert (house.nadia.account, house.nadia.email) == (house.nadias_account, "ben@example.com")


@pytest.mark.parametrize(
    ("given", "field", "told"),
    [
        ({"phone": "12", "email": ""}, "phone", "Write the whole number."),
        ({"phone": "", "email": "x"}, "email", "Enter a valid email address."),
        ({"phone": "", "email": ""}, "phone", "Write a phone number or an e-mail address."),
    ],
    ids=["short", "no address", "nothing"],
)
def test_what_is_wrong_is_said_at_its_field(
    mary: Client, dora: Browser, given: dict[str, str], field: str, told: str
) -> None:
    response = dora.post(contact(mary), given)

    assert response.status_code == 200
    assert response.context["form"].errors == {field: [told]}
    mary.refresh_from_db()
    assert (mary.account, mary.email) == (None, "")


def test_a_session_that_waits_for_answers_leads_the_desk_to_the_address(
    house: cast.House, mary: Client, dora: Browser, ana: Browser
) -> None:
    wish = {"starts_at": cast.at(10).isoformat(), "therapist": house.ana.slug, "service": "swedish-60", "key": "k" * 22}
    dora.post(f"{home(mary)}book/", wish)
    page = f"/sessions/calendar/{mary.sessions.get().public_id}/"

    assert contact(mary) in dora.get(page).content.decode()
    said = ana.get(page)
    assert "Ask the desk to add an e-mail address" in text_of(said)
    assert contact(mary) not in said.content.decode()


def test_a_guest_who_is_still_filling_in_cannot_be_changed(house: cast.House, dora: Browser) -> None:
    guest = cast.make_client("Guest Writing", confirmed_at=None)

    assert dora.post(contact(guest), {"phone": "087 555 0199", "email": ""}).status_code == 404


def test_the_desks_first_page_leads_to_clients(house: cast.House, dora: Browser) -> None:
    shown = dora.get(DESK).content.decode()

    assert f'href="{DESK}clients/add/">Add a client' in shown
    assert f'href="{DESK}clients/">Find a client to book' in shown
