"""A therapist books for a client on the phone: into their own calendar, knowing no more of the client than needed."""

from typing import Any

import pytest
from django.test import Client as Browser

from massage_booking.core.ids import new_public_id
from sessions.models import MassageSession
from sessions.selectors.people import MOST
from tests import cast

pytestmark = pytest.mark.django_db

CLIENTS = "/sessions/calendar/clients/"


def wish(**changed: str) -> dict[str, str]:
    values = {
        "service": "swedish-60", "therapist": "uma-ruiz", "starts_at": cast.at(10, days=1).isoformat(),
        "key": new_public_id(),
    }  # fmt: skip
    return {**values, **changed}


def test_a_client_is_found_by_name_phone_or_mail_and_shown_by_name_and_last_digits(
    house: cast.House, ana: Browser
) -> None:
    for words in ("rahman", "0101 nadia", "nadia@example.com"):
        shown = ana.get(CLIENTS, {"q": words}).content.decode()
        assert "Nadia Rahman" in shown, words
        assert "phone ends in 0101" in shown
        assert "087 555" not in shown
        assert "1990" not in shown
        assert shown.count("nadia@example.com") == (1 if "@" in words else 0)


def test_nobody_leafs_through_the_clients(house: cast.House, ana: Browser) -> None:
    for number in range(MOST + 5):
        cast.make_client(f"Aoife Number {number}")

    assert ana.get(CLIENTS, {"q": "a"}).context["found"].people == []
    assert ana.get(CLIENTS).context["found"].people == []
    many = ana.get(CLIENTS, {"q": "aoife"}).context["found"]
    assert (len(many.people), many.more) == (MOST, True)


def test_it_is_booked_into_ones_own_calendar_whatever_the_form_says(house: cast.House, ana: Browser) -> None:
    cast.answer(house.nadia)

    response = ana.post(f"{CLIENTS}{house.nadia.public_id}/book/", wish())

    session = MassageSession.objects.get()
    assert response["Location"] == f"/sessions/calendar/{session.public_id}/"
    assert (session.therapist, session.booked_via, session.booked_by, session.status) == (
        house.ana, "staff", house.ana.user, "booked",
    )  # fmt: skip
    assert session.events.get().by == "therapist"


def test_the_page_offers_ones_own_services_and_times(house: cast.House, uma: Browser) -> None:
    cast.answer(house.nadia)

    response = uma.get(f"{CLIENTS}{house.nadia.public_id}/book/", {"service": "swedish-60", "day": "2026-06-02"})

    assert [str(choice.service) for choice in response.context["choices"]] == ["Swedish, 45 min", "Swedish, 60 min"]
    assert {person.first_name for person in response.context["therapists"]} == {"Uma"}
    assert 'name="therapist" id="therapist"' not in response.content.decode()


def test_what_one_does_not_give_is_not_booked(house: cast.House, uma: Browser) -> None:
    cast.answer(house.nadia)

    assert uma.post(f"{CLIENTS}{house.nadia.public_id}/book/", wish(service="deep-tissue-60")).status_code == 409
    assert not MassageSession.objects.exists()


def test_an_adult_without_answers_is_booked_to_be_asked(house: cast.House, ana: Browser) -> None:
    ana.post(f"{CLIENTS}{house.nadia.public_id}/book/", wish())

    session = MassageSession.objects.get()
    assert (session.status, session.re_ask_due, session.decision) == ("booked", True, None)


def test_a_taken_time_offers_the_nearest_three(house: cast.House, ana: Browser) -> None:
    cast.book(house, client=house.ben)
    cast.answer(house.nadia)

    response = ana.post(f"{CLIENTS}{house.nadia.public_id}/book/", wish())

    assert response.status_code == 409
    assert {opening.therapist for opening in response.context["refusal"].nearest} == {house.ana}


def test_own_sessions_are_moved_those_of_others_are_not(house: cast.House, ana: Browser, uma: Browser) -> None:
    session = cast.book(house)
    page = f"/sessions/calendar/{session.public_id}/move/"

    assert uma.get(page).status_code == 404
    assert uma.post(page, wish(starts_at=cast.at(14, days=1).isoformat())).status_code == 404
    assert page in ana.get(f"/sessions/calendar/{session.public_id}/").content.decode()
    ana.post(page, wish(starts_at=cast.at(14, days=1).isoformat()))

    session.refresh_from_db()
    assert (session.starts_at, session.therapist) == (cast.at(14, days=1), house.ana)
    assert session.events.last().by == "therapist"


def test_somebody_new_is_put_on_file_once(house: cast.House, ana: Browser) -> None:
    new = {"name": "Zoë New", "phone": "087 555 9999", "email": "", "date_of_birth": "1990-01-01"}

    answers = [ana.post(f"{CLIENTS}add/", new)["Location"] for _ in range(2)]

    assert len(set(answers)) == 1
    assert answers[0].endswith("/book/")


def test_the_queries_of_the_search_do_not_grow(house: cast.House, ana: Browser, django_assert_num_queries: Any) -> None:
    ana.get(CLIENTS, {"q": "example"})
    with django_assert_num_queries(8):
        ana.get(CLIENTS, {"q": "rahman"})
    for number in range(3):
        cast.make_client(f"Rahman {number}")
    with django_assert_num_queries(8):
        ana.get(CLIENTS, {"q": "rahman"})
