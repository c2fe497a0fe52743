"""Somebody walked in: who is free now, and straight to arrived."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from massage_booking.accounts.models import Client
from massage_booking.core.ids import new_public_id
from massage_booking.outbox.models import Message
from screening.document import GivenRow
from sessions.models import MassageSession
from tests import cast

pytestmark = pytest.mark.django_db

SETTLED = {"arthritis": GivenRow(answer="No, it is settled or just achy", sites=frozenset())}
NOW = cast.at(10, 2)


@pytest.fixture(autouse=True)
def two_past_ten(at_eight: None) -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def walk_in(client: Client, seat: str = "desk") -> str:
    return f"/sessions/{seat}/walk-in/{client.public_id}/"


def form(**changed: str) -> dict[str, str]:
    values = {
        "service": "swedish-60", "therapist": "ana-quiroga", "starts_at": NOW.isoformat(), "key": new_public_id(),
    }  # fmt: skip
    return {**values, **changed}


def people(response: Any) -> list[tuple[str, bool, Any, str]]:
    return [
        (person.therapist.first_name, person.is_free, person.free_until, person.because or person.why_not)
        for person in response.context["people"]
    ]


def booked() -> list[tuple[Any, ...]]:
    rows = MassageSession.objects.order_by("pk")
    return list(rows.values_list("client__name", "therapist__name", "starts_at", "status", "booked_via"))


def test_the_list_says_who_is_free_until_when_and_why(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia, now=NOW)
    cast.book(house, client=house.ben, starts_at=cast.at(13), now=cast.NOW)

    response = dora.get(walk_in(house.nadia), {"service": "swedish-60"})

    assert people(response) == [
        ("Uma", True, cast.at(17), "has the most room this week"),
        ("Ana", True, cast.at(13), ""),
    ]


def test_whoever_is_not_free_long_enough_is_struck_with_the_reason(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia, now=NOW)
    cast.book(house, client=house.ben, starts_at=cast.at(11), now=cast.NOW)
    house.uma.weekly_hours.all().delete()

    response = dora.get(walk_in(house.nadia), {"service": "swedish-60"})

    assert people(response) == [
        ("Ana", False, cast.at(11), "has another session then, or its turnover"),
        ("Uma", False, None, "does not work through that time"),
    ]
    assert "Choose a time that is not open" in response.content.decode()


@pytest.mark.parametrize("minute", [2, 5])
def test_it_starts_now_or_at_the_next_five_minutes_and_they_have_arrived(
    house: cast.House, dora: Browser, minute: int
) -> None:
    cast.answer(house.nadia, now=NOW)

    dora.post(walk_in(house.nadia), form(starts_at=cast.at(10, minute).isoformat()))

    assert booked() == [("Nadia Rahman", "Ana Quiroga", cast.at(10, minute), "arrived", "walk_in")]
    session = MassageSession.objects.get()
    assert (session.override_reason, session.re_ask_due) == ("", False)
    assert [event.act for event in session.events.all()] == ["confirm", "arrive"]
    # Who stands at the desk needs no letter about it.
    assert not Message.objects.exists()


def test_the_next_five_minutes_are_a_choice_on_the_page(house: cast.House, dora: Browser) -> None:
    now = dora.get(walk_in(house.nadia), {"service": "swedish-60"}).context["starts_at"]
    soon = dora.get(walk_in(house.nadia), {"service": "swedish-60", "start": "soon"}).context["starts_at"]

    assert (now, soon) == (NOW, cast.at(10, 5))


def test_the_same_form_twice_takes_them_in_once(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia, now=NOW)
    sent = form()

    answers = [dora.post(walk_in(house.nadia), sent)["Location"] for _ in range(2)]

    assert (len(set(answers)), MassageSession.objects.count()) == (1, 1)


def test_without_answers_they_are_here_and_cannot_be_started(house: cast.House, dora: Browser, ana: Browser) -> None:
    response = dora.post(walk_in(house.nadia), form(), follow=True)

    session = MassageSession.objects.get()
    assert (session.status, session.re_ask_due, session.decision) == ("arrived", True, None)
    assert "The health questions come first: no hands on before." in response.content.decode()
    # The tablet is one press away.
    assert "tablet" in response.content.decode()
    ana.post(f"/sessions/calendar/{session.public_id}/start/")
    session.refresh_from_db()
    assert session.status == "arrived"


def test_a_child_without_answers_is_not_taken_in(house: cast.House, dora: Browser) -> None:
    child = cast.make_client("Tom Kelly", born=cast.TODAY - timedelta(days=4000))

    assert dora.post(walk_in(child), form()).status_code == 409
    assert booked() == []


def test_what_the_answers_rule_out_is_not_given_to_whoever_walks_in(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia, SETTLED, now=NOW)

    response = dora.post(walk_in(house.nadia), form(service="deep-tissue-60"))

    assert (response.status_code, booked()) == (409, [])
    assert "arthritis" not in response.content.decode().lower()


@pytest.mark.parametrize(
    ("what", "changed"),
    [
        ("an hour ago", {"starts_at": cast.at(9).isoformat()}),
        ("in an hour", {"starts_at": cast.at(11).isoformat()}),
        ("a naive time", {"starts_at": "2026-06-01T10:02"}),
        ("garbage", {"starts_at": "soon"}),
        ("somebody unknown", {"therapist": "nobody"}),
        ("anybody", {"therapist": "any"}),
        ("an unknown service", {"service": "kisses"}),
        ("no key", {"key": ""}),
    ],
)
def test_what_cannot_be_meant_is_refused(house: cast.House, dora: Browser, what: str, changed: dict[str, str]) -> None:
    cast.answer(house.nadia, now=NOW)

    assert dora.post(walk_in(house.nadia), form(**changed)).status_code == 409, what
    assert booked() == []


def test_outside_the_hours_a_walk_in_needs_the_other_page(house: cast.House, dora: Browser, two_past_ten: Any) -> None:
    two_past_ten.move_to(cast.at(20))
    cast.answer(house.nadia, now=cast.at(20))

    response = dora.post(walk_in(house.nadia), form(starts_at=cast.at(20).isoformat()))

    assert (response.status_code, booked()) == (409, [])


def test_a_therapist_takes_somebody_in_for_themselves(house: cast.House, ana: Browser) -> None:
    cast.answer(house.nadia, now=NOW)

    shown = ana.get(walk_in(house.nadia, "calendar"), {"service": "swedish-60"})
    ana.post(walk_in(house.nadia, "calendar"), form(therapist="uma-ruiz"))

    assert [person[0] for person in people(shown)] == ["Ana"]
    assert booked() == [("Nadia Rahman", "Ana Quiroga", NOW, "arrived", "walk_in")]


@pytest.mark.parametrize("seat", ["desk", "calendar"])
def test_who_it_is_is_looked_up_or_put_on_file(house: cast.House, dora: Browser, ana: Browser, seat: str) -> None:
    browser = dora if seat == "desk" else ana

    found = browser.get(f"/sessions/{seat}/walk-in/", {"q": "rahman"}).content.decode()
    new = {"name": "Zoë New", "phone": "087 555 9999", "email": "", "date_of_birth": "1990-01-01"}
    added = browser.post(f"/sessions/{seat}/clients/add/?walk-in", new)

    assert walk_in(house.nadia, seat) in found
    assert added["Location"] == walk_in(Client.objects.get(name="Zoë New"), seat)


def test_the_queries_of_the_list_do_not_grow(house: cast.House, dora: Browser, django_assert_num_queries: Any) -> None:
    cast.answer(house.nadia, now=NOW)
    dora.get(walk_in(house.nadia), {"service": "swedish-60"})
    with django_assert_num_queries(31):
        dora.get(walk_in(house.nadia), {"service": "swedish-60"})
    for number in range(3):
        cast.make_therapist(f"Extra {number}", location=house.location, services=[house.swedish])
    with django_assert_num_queries(31):
        dora.get(walk_in(house.nadia), {"service": "swedish-60"})
