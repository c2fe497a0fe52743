"""Booking for two in a browser without script: as a guest, and signed in."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from massage_booking.accounts.models import Client, User
from massage_booking.outbox.models import Message
from massage_booking.studio.models import Studio
from screening.document import GivenRow
from sessions.models import MassageSession, Together
from tests import cast
from tests.sessions.together.two import TEN, Two, who_and_where
from tests.sessions.views.guest import page_of

BONES = {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")}
CONFIRM, TIME, CONSENT = "/sessions/together/confirm/", "/sessions/together/time/", "/screening/consent/"


@pytest.fixture
def guest(house: cast.House) -> Two:
    return Two(house)


@pytest.fixture
def nadias(house: cast.House, sam: Client) -> Two:
    return Two(house, house.nadias_account)


def test_the_session_step_and_the_account_lead_to_it(house: cast.House, guest: Two, sign_in: Any) -> None:
    assert "/sessions/together/" in page_of(guest.browser.get("/sessions/book/"))
    assert "/sessions/together/" in page_of(sign_in(house.nadias_account).get(reverse("accounts:home")))


def test_guests_go_through_health_one_after_the_other(guest: Two) -> None:
    assert guest.choose().headers["Location"] == CONSENT
    first, second = guest.clients
    assert guest.browser.session["screening_client"] == first.public_id
    cast.answer(first)
    assert guest.get("time/").headers["Location"] == CONSENT
    assert guest.browser.session["screening_client"] == second.public_id
    cast.answer(second)

    assert guest.get("time/").status_code == 200


def test_a_guest_books_for_two_and_gets_one_account_and_one_letter(guest: Two) -> None:
    guest.up_to_confirm()

    done = guest.confirm()

    sessions = list(MassageSession.objects.order_by("pk"))
    assert [(one.status, one.client.name, one.held_by, one.starts_at) for one in sessions] == [
        ("booked", "Greta Gast", "", TEN),
        ("booked", "Paul Gast", "", TEN),
    ]
    assert {one.together_id for one in sessions} == {Together.objects.get().pk}
    assert who_and_where(sessions) in (
        [("Ana Quiroga", "Room 2, left table"), ("Uma Ruiz", "Room 2, right table")],
        [("Uma Ruiz", "Room 2, left table"), ("Ana Quiroga", "Room 2, right table")],
    )
    account = User.objects.get(email="greta@example.com")
    assert (account.name, {one.client.account for one in sessions}) == ("Greta Gast", {account})
    assert all(one.client.is_claimed and not one.needs_review for one in sessions)
    assert list(Message.objects.filter(status="queued").order_by("kind").values_list("kind", flat=True)) == [
        "reminder",
        "reminder",
        "together_booked",
    ]
    assert done.headers["Location"] == f"/sessions/{sessions[0].public_id}/booked/"
    page = page_of(guest.browser.get(done.headers["Location"]))
    assert "Together with <a href=" in page and ">Paul</a>: 60 minutes with" in page
    assert f"/sessions/{sessions[1].public_id}/" in page
    assert guest.browser.get(f"/sessions/{sessions[1].public_id}/").status_code == 200


def test_a_known_address_makes_both_wait_for_a_look(house: cast.House, guest: Two) -> None:
    guest.up_to_confirm()

    guest.confirm(email="nadia@example.com")

    sessions = MassageSession.objects.all()
    assert {(one.status, one.client.account, one.client.is_claimed) for one in sessions} == {
        ("requested", house.nadias_account, False)
    }
    assert Message.objects.filter(kind="requested", status="queued").count() == 0
    assert Message.objects.get(kind="together_booked").recipient == "nadia@example.com"


def test_an_account_books_for_two_of_its_people(house: cast.House, nadias: Two, sam: Client) -> None:
    for client in (house.nadia, sam):
        cast.answer(client)
    page = nadias.get()
    assert page_of(page).count("Sam Rahman") == 2

    assert nadias.choose(**{"first-therapist": "uma-ruiz"}).headers["Location"] == TIME
    assert nadias.hold().headers["Location"] == CONFIRM
    page = page_of(nadias.get("confirm/"))
    assert ("For Nadia" in page, "For Sam" in page, "Side by side, in one room" in page) == (True, True, True)
    assert 'name="email"' not in page
    nadias.confirm()

    sessions = list(MassageSession.objects.order_by("pk"))
    assert [(one.client, one.therapist, one.booked_by) for one in sessions] == [
        (house.nadia, house.uma, house.nadias_account),
        (sam, house.ana, house.nadias_account),
    ]


def test_somebody_new_is_added_on_the_way(house: cast.House) -> None:
    nadia = Two(house, house.nadias_account)
    cast.answer(house.nadia)

    nadia.up_to_confirm(**{"second-whom": "new", "second-relation": "child", "second-date_of_birth": "1999-02-01"})
    body = nadia.contact(second_name="Robin Rahman", phone="087 555 0101")
    nadia.confirm(body)

    robin = Client.objects.get(name="Robin Rahman")
    assert (robin.account, robin.relation, robin.is_claimed) == (house.nadias_account, "child", True)
    assert MassageSession.objects.filter(status="booked").count() == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"second-whom": "self"}, "You come once. Who else is coming?"),
        ({"second-date_of_birth": ""}, "We need it, because some limits depend on age."),
        ({"first-therapist": "ana-quiroga", "second-therapist": "ana-quiroga"}, "Ana can give one of the two."),
        ({"rooms": "attic"}, "Choose one of the two."),
        ({"second-service": "nothing"}, "Choose one of the sessions."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(guest: Two, changes: dict[str, str], words: str) -> None:
    page = guest.choose(**changes)

    assert page.status_code == 200
    assert words in page_of(page)
    assert Client.objects.filter(confirmed_at=None).count() == 0


def test_the_same_person_twice_is_refused(house: cast.House, nadias: Two) -> None:
    page = nadias.choose(**{"second-whom": house.nadia.public_id})

    assert "This is the same person. Who else is coming?" in page_of(page)


def test_going_back_to_step_one_keeps_what_was_said_and_the_time(guest: Two) -> None:
    guest.up_to_confirm()
    before, held = guest.clients, guest.held

    assert guest.choose().headers["Location"] == CONFIRM
    assert (guest.clients, [row.pk for row in guest.held]) == (before, [row.pk for row in held])

    guest.choose(**{"second-service": "swedish-45"})
    assert [row.service.minutes for row in guest.held] == [60, 45]
    assert [row.starts_at for row in guest.held] == [TEN, TEN]


def test_a_held_time_that_does_not_suit_any_more_is_given_up_with_a_word(house: cast.House, guest: Two) -> None:
    guest.up_to_confirm()
    # Uma gives no deep tissue: two of it cannot be had at once.
    both = {"first-service": house.deep.slug, "second-service": house.deep.slug}

    response = guest.choose(**both)

    assert (response.headers["Location"], guest.held) == (TIME, [])
    page = page_of(guest.get("time/"))
    assert "does not suit both sessions" in page
    assert "There is no time for both as it is" in page


def test_side_by_side_only_shows_fewer_times(house: cast.House, guest: Two) -> None:
    cast.book(house, starts_at=TEN, therapist=house.ana, client=house.ben)
    taken = MassageSession.objects.get()
    MassageSession.objects.filter(pk=taken.pk).update(
        place=house.tables[1],
        therapist=cast.make_therapist("Bea Flynn", location=house.location, services=[house.swedish]),
    )
    guest.choose()
    guest.answer()
    day = TEN.date().isoformat()

    either = page_of(guest.get(f"time/?day={day}"))
    assert "10:00<small>two rooms" in either
    assert "12:00<small>side by side" in either
    guest.choose(rooms="side")
    assert "10:00<small>" not in page_of(guest.get(f"time/?day={day}"))
    assert guest.hold().status_code == 409
    guest.choose(rooms="any")
    assert guest.hold().headers["Location"] == CONFIRM
    assert "In two rooms, at the same time" in page_of(guest.get("confirm/"))


def test_if_one_is_taken_neither_is_booked_and_three_common_times_are_offered(house: cast.House, guest: Two) -> None:
    guest.up_to_confirm()
    body = guest.contact()
    # The holds run out, and somebody takes Uma.
    MassageSession.objects.filter(status="held").update(held_until=cast.NOW)
    cast.book(house, client=house.ben, therapist=house.uma, starts_at=TEN)

    page = guest.confirm(body)

    assert page.status_code == 409
    assert MassageSession.objects.exclude(client=house.ben).exclude(status="held").count() == 0
    assert Client.objects.filter(name="Greta Gast").count() == 0
    words = page_of(page)
    assert "so neither was booked" in words
    assert words.count('name="instead"') == 3
    assert 'value="Greta Gast"' in words

    instead = words.split('name="instead" value="')[1].split('"')[0]
    kept = guest.confirm({**body, "instead": instead})
    assert "for both of you. What you typed is still here." in page_of(kept)
    body = guest.contact()
    assert guest.confirm(body).status_code == 302
    assert MassageSession.objects.filter(status="booked").count() == 3


def test_holds_that_ran_out_are_booked_all_the_same_if_nobody_came(guest: Two) -> None:
    guest.up_to_confirm()
    body = guest.contact()
    MassageSession.objects.filter(status="held").delete()

    assert guest.confirm(body).status_code == 302
    assert MassageSession.objects.filter(status="booked").count() == 2


def test_a_form_sent_twice_books_once(guest: Two) -> None:
    guest.up_to_confirm()
    body = guest.contact()

    answers = [guest.confirm(body).headers["Location"] for _ in range(3)]

    assert len(set(answers)) == 1
    assert MassageSession.objects.count() == 2
    assert Message.objects.filter(kind="together_booked").count() == 1


def test_another_time_chosen_in_another_window_is_looked_at_first(guest: Two) -> None:
    guest.up_to_confirm()
    body = guest.contact()
    guest.hold(TEN + timedelta(hours=2))

    page = guest.confirm(body)

    assert (page.status_code, MassageSession.objects.filter(status="booked").count()) == (200, 0)
    assert "You chose another time in another window" in page_of(page)


@pytest.mark.parametrize("page", ["time/", "confirm/"])
def test_pages_in_the_middle_lead_back_to_the_beginning(guest: Two, page: str) -> None:
    assert guest.get(page).headers["Location"] == "/sessions/together/"


@pytest.mark.parametrize("stamp", ["", "yesterday", "2026-06-08T10:00:00", "2020-01-01T10:00:00+00:00"])
def test_a_time_that_cannot_be_read_or_had_is_refused_kindly(guest: Two, stamp: str) -> None:
    guest.choose()
    guest.answer()

    response = guest.post("hold/", starts_at=stamp)

    assert response.status_code in (302, 409)
    assert guest.held == []


def test_what_the_answers_rule_out_is_said_and_not_offered(guest: Two) -> None:
    guest.choose(**{"first-service": "deep-tissue-60"})
    first, second = guest.clients
    cast.answer(first, BONES)
    cast.answer(second)

    page = page_of(guest.get("time/"))

    assert "Deep tissue" in page
    assert "is not for you now" in page
    assert '<button class="time"' not in page
    assert guest.hold().status_code == 409


def test_a_studio_that_keeps_one_time_for_a_browser_offers_no_two(house: cast.House, guest: Two) -> None:
    Studio.objects.update(holds_per_browser=1)

    assert guest.get().status_code == 404
    assert "/sessions/together/" not in page_of(guest.browser.get("/sessions/book/"))


def test_a_saved_step_keeps_both_times_longer(guest: Two, monday: Any) -> None:
    guest.up_to_confirm()
    monday.move_to(cast.NOW + timedelta(minutes=6))

    guest.browser.post("/sessions/hold/longer/")

    assert {row.held_until for row in guest.held} == {cast.NOW + timedelta(minutes=16)}


def test_other_people_chosen_in_another_window_are_looked_at_first(guest: Two) -> None:
    guest.up_to_confirm()
    body = guest.contact()
    guest.choose(**{"second-service": "swedish-45"})

    page = guest.confirm(body)

    assert (page.status_code, MassageSession.objects.filter(status="booked").count()) == (200, 0)
    assert "You chose other people or sessions in another window" in page_of(page)


def test_a_time_that_makes_room_for_another_is_told(house: cast.House, guest: Two) -> None:
    single = {"service": "swedish-60", "therapist": "ana-quiroga", "starts_at": (TEN + timedelta(hours=4)).isoformat()}
    guest.browser.post("/sessions/hold/", single)
    guest.up_to_confirm()
    assert "The time that was kept for one, Monday 8 June, 14:00, is free again" in page_of(guest.get("confirm/"))

    guest.browser.post("/sessions/hold/", single)

    assert [row.together for row in guest.held] == [None]
    assert "The time that was kept for two, Monday 8 June, 10:00, is free again" in page_of(
        guest.browser.get("/sessions/book/")
    )
