"""The account pages of clients."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from massage_booking.accounts.models import Client, User
from tests import cast
from tests.reading import text_of, titles

SignIn = Callable[[User], Browser]
HOME, DETAILS, ADD = "/account/", "/account/details/", "/account/people/add/"

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def nadia(house: cast.House, sign_in: SignIn) -> Browser:
    return sign_in(house.nadias_account)


@pytest.fixture
def idris(house: cast.House) -> Client:
    return cast.make_client("Idris Rahman", account=house.nadias_account, born=date(2012, 3, 1), relation="child")


@pytest.mark.parametrize("path", [HOME, DETAILS, ADD, "/account/landing/", "/account/people/x/"])
def test_a_visitor_is_asked_to_sign_in(house: cast.House, client: Browser, path: str) -> None:
    response = client.get(path)

    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/code/?next={path}")


def test_the_page_opens_with_the_next_session(house: cast.House, nadia: Browser) -> None:
    session = cast.book(house)

    response = nadia.get(HOME)

    said = text_of(response).replace("\u00a0", " ")
    assert titles(response, "h1") == ["Tuesday, 10:00"]
    for words in (
        "Your next session", "2 June 2026, Dublin time. Swedish, 60 minutes, with Ana.", "Booked",
        "Where 4 Weir Lane Galway", "Price €68, paid on the day", "Free to cancel until Mon 1 Jun, 10:00",
    ):  # fmt: skip
        assert words in said
    page = response.content.decode()
    assert [
        f'href="/sessions/{session.public_id}/{name}"' in page for name in ("move/", "cancel/", "calendar.ics")
    ] == [True] * 3


def test_without_a_session_it_says_so_and_leads_on(house: cast.House, nadia: Browser) -> None:
    response = nadia.get(HOME)

    assert titles(response, "h1") == ["Nothing booked"]
    assert 'href="/sessions/find/"' in response.content.decode()


def test_sessions_after_the_next_and_past_ones_are_listed(house: cast.House, nadia: Browser) -> None:
    cast.book(house)
    cast.book(house, starts_at=cast.at(11, days=14))
    past = cast.book(house, starts_at=cast.at(9, days=-7), now=cast.at(9, days=-9))
    type(past).objects.filter(pk=past.pk).update(status="done")

    said = text_of(nadia.get(HOME)).replace("\u00a0", " ")

    assert "After that Mon 15 Jun, 11:00 Swedish, 60 min, with Ana" in said
    assert "Mon 25 May Ana, Swedish, 60 Done" in said


def test_each_person_has_a_page_of_their_own(house: cast.House, nadia: Browser, idris: Client) -> None:
    cast.book(house)

    response = nadia.get(HOME, {"who": idris.public_id})

    assert titles(response, "h1") == ["Nothing booked"]
    said = text_of(response)
    assert "Idris’s next session" in said
    assert "Nadia Idris, 14 Add somebody" in said


def test_the_accounts_own_person_comes_first(house: cast.House, nadia: Browser, idris: Client) -> None:
    Client.objects.filter(pk=idris.pk).update(created_at=cast.at(8, days=-300))

    assert nadia.get(HOME).context["client"] == house.nadia


@pytest.mark.parametrize("who", ["ben", "nobody", "", "x" * 300])
def test_another_accounts_client_is_not_there(house: cast.House, nadia: Browser, who: str) -> None:
    key = house.ben.public_id if who == "ben" else who

    assert nadia.get(HOME, {"who": key}).status_code == 404
    if key:
        assert nadia.get(f"/account/people/{key}/").status_code == 404
        assert nadia.post(f"/account/people/{key}/", {"name": "Mine now"}).status_code == 404
    assert Client.objects.get(pk=house.ben.pk).name == "Ben Kelly"


def test_an_account_without_clients_has_a_page_too(house: cast.House, sign_in: SignIn) -> None:
    assert house.ana.user is not None

    assert titles(sign_in(house.ana.user).get(HOME), "h1") == ["Welcome, Ana"]


def test_the_page_asks_as_many_questions_for_three_sessions_as_for_one(house: cast.House, nadia: Browser) -> None:
    cast.book(house)
    nadia.get(HOME)
    with CaptureQueriesContext(connection) as for_one:
        nadia.get(HOME)
    cast.book(house, starts_at=cast.at(10, days=15))
    cast.book(house, starts_at=cast.at(10, days=29))
    with CaptureQueriesContext(connection) as for_three:
        nadia.get(HOME)

    assert len(for_three) == len(for_one)


def test_name_and_phone_are_changed_for_the_account_and_its_own_person(
    house: cast.House, nadia: Browser, idris: Client
) -> None:
    response = nadia.post(DETAILS, {"name": "Nadia R. Rahman", "phone": "087 555 0199"})

    assert (response.status_code, response["Location"]) == (302, HOME)
    account = User.objects.get(pk=house.nadias_account.pk)
    clients = dict(Client.objects.filter(account=account).values_list("name", "phone"))
    assert (account.name, account.phone) == ("Nadia R. Rahman", "087 555 0199")
    assert clients == {"Nadia R. Rahman": "087 555 0199", "Idris Rahman": "087 555 0101"}


def test_a_name_is_needed(house: cast.House, nadia: Browser) -> None:
    assert "This field is required." in text_of(nadia.post(DETAILS, {"name": " "}))


def test_somebody_in_care_is_added_once(house: cast.House, nadia: Browser) -> None:
    form = {"name": "Amma Rahman", "relation": "parent", "date_of_birth": "1951-03-01"}

    response = nadia.post(ADD, form)
    amma = Client.objects.get(name="Amma Rahman")
    assert (response.status_code, response["Location"]) == (302, f"{HOME}?who={amma.public_id}")
    assert (amma.account, amma.relation, amma.date_of_birth, amma.confirmed_at) == (
        house.nadias_account, "parent", date(1951, 3, 1), cast.NOW,
    )  # fmt: skip

    assert "This person is on your page already." in text_of(nadia.post(ADD, form))
    assert Client.objects.filter(name="Amma Rahman").count() == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": ""}, "This field is required."),
        ({"date_of_birth": "2026-06-02"}, "This day is still to come."),
        ({"date_of_birth": "1850-01-01"}, "Check the year."),
        ({"date_of_birth": "yesterday"}, "Enter a valid date."),
        ({"relation": "self"}, "Select a valid choice."),
        ({"relation": "boss"}, "Select a valid choice."),
    ],
    ids=["no name", "not born", "too old", "no date", "a second self", "no relation"],
)
def test_who_cannot_be_is_not_added(house: cast.House, nadia: Browser, changes: dict[str, Any], told: str) -> None:
    form = {"name": "Amma Rahman", "relation": "parent", "date_of_birth": "1951-03-01", **changes}

    assert told in text_of(nadia.post(ADD, form))
    assert Client.objects.filter(account=house.nadias_account).count() == 1


def test_a_person_is_corrected(house: cast.House, nadia: Browser, idris: Client) -> None:
    form = {"name": "Idris K. Rahman", "relation": "other", "date_of_birth": "2012-03-02"}

    response = nadia.post(f"/account/people/{idris.public_id}/", form)

    assert response["Location"] == f"{HOME}?who={idris.public_id}"
    assert Client.objects.filter(pk=idris.pk).values_list("name", "relation", "date_of_birth").get() == (
        "Idris K. Rahman", "other", date(2012, 3, 2),
    )  # fmt: skip


def test_guests_still_booking_are_not_on_the_page(house: cast.House, nadia: Browser) -> None:
    started = cast.make_client("Half Booked", account=house.nadias_account, confirmed_at=None)

    assert "Half Booked" not in text_of(nadia.get(HOME))
    assert nadia.get(HOME, {"who": started.public_id}).status_code == 404
