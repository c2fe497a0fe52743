"""Step 1: which session, with whom, for whom; and the way on."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from massage_booking.accounts.models import Client
from screening.document import GivenRow
from sessions.models import MassageSession
from tests import cast
from tests.sessions.views.guest import Guest, page_of

pytestmark = pytest.mark.django_db

BOOK = "/sessions/book/"
BONES = {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")}


def test_a_guest_begins_a_client_without_a_name_and_goes_on_to_health(guest: Guest) -> None:
    response = guest.book_step()

    assert (response.status_code, response["Location"]) == (302, reverse("screening:consent"))
    client = guest.client
    assert (client.name, client.account, client.confirmed_at, client.relation) == ("", None, None, "self")
    assert client.date_of_birth == date(1985, 4, 3)
    assert guest.browser.session["screening_client"] == client.public_id
    assert guest.browser.session["screening_next"] == "sessions:time"


def test_the_session_of_the_browser_holds_ids_and_nothing_about_the_person(guest: Guest) -> None:
    guest.up_to_confirm()
    guest.contact()

    kept = guest.browser.session["booking"]

    assert set(kept) == {"service", "therapist", "client", "key"}
    assert "1985" not in str(dict(guest.browser.session))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"service": "nothing"}, "service"),
        ({"service": ""}, "service"),
        ({"therapist": "nobody"}, "therapist"),
        ({"service": "deep-tissue-60", "therapist": "uma-ruiz"}, "therapist"),
        ({"whom": ""}, "whom"),
        ({"whom": "neighbour"}, "whom"),
        ({"date_of_birth": ""}, "date_of_birth"),
        ({"date_of_birth": "2026-06-02"}, "date_of_birth"),
        ({"date_of_birth": "1890-01-01"}, "date_of_birth"),
        ({"date_of_birth": "0000-00-00"}, "date_of_birth"),
    ],
)
def test_what_is_missing_or_wrong_is_said_beside_its_field(guest: Guest, changes: dict[str, str], field: str) -> None:
    response = guest.book_step(**changes)

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert Client.objects.filter(confirmed_at=None).count() == 0


def test_the_same_person_again_goes_on_with_the_same_answers(guest: Guest) -> None:
    guest.book_step()
    first = guest.client
    guest.answer()

    response = guest.book_step(service="deep-tissue-60")

    assert guest.client == first
    assert response["Location"] == reverse("sessions:time")


def test_somebody_else_is_asked_anew(guest: Guest) -> None:
    guest.book_step()
    first = guest.client
    guest.answer()

    response = guest.book_step(whom="child", date_of_birth="2014-02-01")

    assert guest.client != first
    assert response["Location"] == reverse("screening:consent")


def test_a_child_under_eight_is_refused_kindly_and_asked_nothing(guest: Guest) -> None:
    guest.book_step(whom="child", date_of_birth="2020-02-01")

    response = guest.get(reverse("screening:consent"), follow=True)

    assert "We do not offer back massage to children under 8." in page_of(response)


def test_a_saved_step_keeps_the_time_longer(guest: Guest, monday) -> None:
    guest.hold()
    before = guest.held.held_until
    monday.shift(5 * 60)

    guest.book_step()

    assert (guest.held.held_until - before).total_seconds() == 5 * 60


def test_another_session_takes_the_kept_time_along_where_it_fits(guest: Guest, house: cast.House) -> None:
    guest.hold(cast.at(10, days=7))

    guest.book_step(service="swedish-45")

    assert (guest.held.service, guest.held.starts_at) == (house.swedish45, cast.at(10, days=7))


def test_a_kept_time_that_does_not_fit_the_other_session_is_given_back(guest: Guest, house: cast.House) -> None:
    guest.hold(cast.at(9, days=7), service=house.swedish45)
    cast.book(house, starts_at=cast.at(10, days=7))

    response = guest.browser.post(
        BOOK,
        {"service": "swedish-60", "therapist": "ana-quiroga", "whom": "self", "date_of_birth": "1985-04-03"},
        follow=True,
    )

    assert "does not fit this session. Please choose another time." in page_of(response)
    assert not MassageSession.objects.filter(status="held").exists()


def test_whoever_is_signed_in_chooses_among_their_people(house: cast.House) -> None:
    idris = cast.make_client("Idris Rahman", account=house.nadias_account, born=date(2012, 3, 1), relation="child")
    nadia = Guest(house, house.nadias_account)

    page = page_of(nadia.get(BOOK))
    response = nadia.book_step(whom=idris.public_id, date_of_birth="")

    assert "Nadia Rahman" in page and "Idris Rahman" in page and "Ben Kelly" not in page
    assert response["Location"] == reverse("screening:consent")
    assert nadia.client == idris


def test_a_known_client_skips_health(house: cast.House) -> None:
    cast.answer(house.nadia)
    nadia = Guest(house, house.nadias_account)

    response = nadia.book_step(whom=house.nadia.public_id, date_of_birth="")

    assert response["Location"] == reverse("sessions:time")


def test_a_client_known_for_longer_is_asked_whether_anything_has_changed(house: cast.House) -> None:
    cast.answer(house.nadia, now=cast.NOW - timedelta(days=30))
    nadia = Guest(house, house.nadias_account)

    response = nadia.book_step(whom=house.nadia.public_id, date_of_birth="")

    assert response["Location"] == reverse("screening:again")


def test_a_stranger_cannot_book_for_somebody_elses_client(house: cast.House) -> None:
    ben = Guest(house, house.bens_account)

    response = ben.book_step(whom=house.nadia.public_id, date_of_birth="")

    assert list(response.context["form"].errors) == ["whom"]


def test_what_the_answers_rule_out_is_greyed_with_the_reason(house: cast.House) -> None:
    cast.answer(house.nadia, BONES)

    page = page_of(Guest(house, house.nadias_account).get(BOOK))

    assert 'value="swedish-60"' in page
    assert 'value="deep-tissue-60"' not in page
    assert '<div class="option out"><b>Deep tissue</b><p class="why no">Because of “Thin bones' in page


def test_a_new_person_in_care_is_begun_without_a_name(house: cast.House) -> None:
    nadia = Guest(house, house.nadias_account)

    response = nadia.book_step(whom="new", relation="parent", date_of_birth="1950-01-01")

    assert response.status_code == 302
    assert (nadia.client.relation, nadia.client.confirmed_at) == ("parent", None)
