"""The desk's list and its clients: times and limits, whom to call, never a condition."""

from datetime import date
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from massage_booking.accounts.models import Client
from massage_booking.outbox.models import Message
from screening.document import GivenRow
from screening.models import AccessRecord
from sessions.models import MassageSession
from tests import cast

pytestmark = pytest.mark.django_db

DESK = "/sessions/desk/"
CLIENTS = "/sessions/desk/clients/"
ADD = "/sessions/desk/clients/add/"
SETTLED = {"arthritis": GivenRow(answer="No, it is settled or just achy", sites=frozenset())}
NEW = {"name": "Mary  Casey", "phone": "087 555 0199", "email": "", "date_of_birth": "1950-02-03"}


def page(browser: Browser, address: str, **query: str) -> str:
    response = browser.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_has_everybodys_day(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia, SETTLED)
    cast.book(house, starts_at=cast.at(10))
    cast.book(house, client=house.ben, therapist=house.uma, starts_at=cast.at(11), service=house.swedish45)
    cast.book(house, starts_at=cast.at(10, days=1))

    shown = page(dora, DESK)

    assert "2 sessions. Dublin time." in shown
    assert shown.index("Nadia Rahman") < shown.index("Ben Kelly")
    for words in ("Room 1, table", "Swedish, 60\u00a0min", "Medium", "No limits"):
        assert words in shown
    assert "arthritis" not in shown.lower()
    assert not AccessRecord.objects.exists()


def test_only_the_desk_has_a_desk(
    house: cast.House, ana: Browser, nadia: Browser, adam: Browser, client: Browser
) -> None:
    session = cast.book(house, starts_at=cast.at(10))
    person = house.nadia.public_id
    addresses = [
        DESK, CLIENTS, ADD, f"{CLIENTS}{person}/", f"{CLIENTS}{person}/book/", f"{DESK}{session.public_id}/move/",
        f"{DESK}{session.public_id}/cancel/",
    ]  # fmt: skip
    for address in addresses:
        assert (ana.get(address).status_code, nadia.get(address).status_code) == (404, 404), address
        assert (client.get(address).status_code, adam.get(address).status_code) == (302, 200), address
        assert (ana.post(address).status_code, nadia.post(address).status_code) in {(404, 404), (405, 405)}, address


def test_who_was_not_reminded_is_called(house: cast.House, dora: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(10))
    Message.objects.filter(kind="booked", subject_id=session.pk).update(status="failed")
    house.ben.account = None
    house.ben.save()
    cast.book(house, client=house.ben, starts_at=cast.at(12))

    rows = dora.get(DESK).context["rows"]

    assert [row["call"] for row in rows] == ["not reminded: call", "no e-mail: call"]


def test_what_is_over_needs_no_call(house: cast.House, dora: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(10))
    Message.objects.filter(kind="booked", subject_id=session.pk).update(status="failed")
    MassageSession.objects.filter(pk=session.pk).update(status="done")

    (row,) = dora.get(DESK).context["rows"]
    assert (row["call"], row["taps"], row["may_move"], row["may_cancel"]) == ("", [], False, False)


def test_the_queries_of_the_list_do_not_grow(house: cast.House, dora: Browser, django_assert_num_queries: Any) -> None:
    cast.book(house, starts_at=cast.at(10))
    dora.get(DESK)
    with django_assert_num_queries(12):
        dora.get(DESK)
    cast.book(house, client=house.ben, therapist=house.uma, starts_at=cast.at(10))
    cast.book(house, starts_at=cast.at(14))
    with django_assert_num_queries(12):
        dora.get(DESK)


@pytest.mark.parametrize("words", ["nadia", "rahm", "555 0101", "NADIA@EXAMPLE.COM", "nadia example"])
def test_a_client_is_found_by_name_phone_or_mail(house: cast.House, dora: Browser, words: str) -> None:
    assert house.nadia in dora.get(CLIENTS, {"q": words}).context["page_obj"].object_list


@pytest.mark.parametrize("words", ["", " ", "nobody", "%", "'; drop", "x" * 500, "🙂"])
def test_words_that_find_nobody_are_answered_kindly(house: cast.House, dora: Browser, words: str) -> None:
    shown = page(dora, CLIENTS, q=words, page="9" * 40)

    assert "Nadia Rahman" not in shown
    assert "Add a client" in shown


def test_a_guest_who_is_still_filling_in_is_nobody_yet(house: cast.House, dora: Browser) -> None:
    guest = cast.make_client("Guest Writing", confirmed_at=None)

    assert "Guest Writing" not in page(dora, CLIENTS, q="guest writing").replace("“guest writing”", "")
    assert dora.get(f"{CLIENTS}{guest.public_id}/").status_code == 404


def test_a_clients_page_says_of_health_one_word(house: cast.House, dora: Browser) -> None:
    due = page(dora, f"{CLIENTS}{house.nadia.public_id}/")
    cast.answer(house.nadia, SETTLED)
    cast.book(house, starts_at=cast.at(10, days=1))
    complete = page(dora, f"{CLIENTS}{house.nadia.public_id}/")

    assert "Answers due" in due
    assert "Answers complete" in complete
    for words in ("087 555 0101", "nadia@example.com", "36", "Tue 2 Jun, 10:00", "Medium"):
        assert words in complete
    assert "arthritis" not in complete.lower()
    assert not AccessRecord.objects.exists()


def test_somebody_on_the_phone_is_put_on_file(house: cast.House, dora: Browser) -> None:
    response = dora.post(ADD, NEW)

    mary = Client.objects.get(name="Mary Casey")
    assert response["Location"] == f"{CLIENTS}{mary.public_id}/"
    assert (mary.phone, mary.email, mary.account, mary.date_of_birth) == ("087 555 0199", "", None, date(1950, 2, 3))
    assert mary.confirmed_at == cast.NOW


def test_with_an_address_an_account_is_made_silently(house: cast.House, dora: Browser) -> None:
    dora.post(ADD, {**NEW, "email": "Mary@Example.com"})

    assert Client.objects.get(name="Mary Casey").account.email == "mary@example.com"


def test_the_same_person_twice_is_once(house: cast.House, dora: Browser) -> None:
    dora.post(ADD, NEW)
    response = dora.post(ADD, {**NEW, "name": "mary casey"})

    assert Client.objects.filter(name__iexact="mary casey").count() == 1
    assert "on file already" in str(list(get_messages(response.wsgi_request))[-1])


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"phone": "12"}, {"email": "x"}, {"date_of_birth": "2030-01-01"}, {"date_of_birth": "0000"}]
)
def test_what_is_missing_or_wrong_is_said_at_its_field(house: cast.House, dora: Browser, wrong: dict[str, str]) -> None:
    response = dora.post(ADD, {**NEW, **wrong})

    assert response.status_code == 200
    assert list(response.context["form"].errors) == list(wrong)
    assert not Client.objects.filter(name__startswith="Mary").exists()


def test_what_a_client_has_ahead_is_read_at_once_however_much_it_is(
    house: cast.House, dora: Browser, django_assert_max_num_queries: Any
) -> None:
    address = f"{CLIENTS}{house.nadia.public_id}/"
    cast.book(house, starts_at=cast.at(10, days=3))
    page(dora, address)
    with CaptureQueriesContext(connection) as one:
        page(dora, address)
    for days in (4, 7):
        cast.book(house, starts_at=cast.at(10, days=days))

    with django_assert_max_num_queries(len(one)):
        shown = page(dora, address)
    assert shown.count("No limits") == 3


def test_what_a_session_waits_for_stands_with_its_client(house: cast.House, dora: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    MassageSession.objects.filter(pk=session.pk).update(held_back_at=cast.NOW)

    assert "Held back, cannot start" in page(dora, f"{CLIENTS}{house.nadia.public_id}/")
