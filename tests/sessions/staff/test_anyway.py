"""The page for a time that is no opening: what it goes against, who is free, and why all the same."""

from typing import Any

import pytest
from django.test import Client as Browser

from massage_booking.accounts.models import Client
from massage_booking.core.ids import new_public_id
from massage_booking.outbox.models import Message
from massage_booking.studio.models import Studio
from screening.document import GivenRow
from sessions.models import MassageSession
from tests import cast
from therapists.models import OutsideBusy, OutsideCalendar, TimeOff

pytestmark = pytest.mark.django_db

SETTLED = {"arthritis": GivenRow(answer="No, it is settled or just achy", sites=frozenset())}


def book_page(client: Client, seat: str = "desk") -> str:
    return f"/sessions/{seat}/clients/{client.public_id}/book/anyway/"


def wish(**changed: str) -> dict[str, str]:
    values = {
        "service": "swedish-60", "day": "2026-06-02", "time": "19:10", "therapist": "ana-quiroga",
        "reason": "Comes from the islands", "key": new_public_id(),
    }  # fmt: skip
    return {**values, **changed}


def people(response: Any) -> dict[str, tuple[bool, str, list[str]]]:
    return {
        person.therapist.first_name: (person.is_free, person.why_not, person.against)
        for person in response.context["people"]
    }


def test_it_says_who_is_free_and_what_it_would_go_against(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia)
    elsewhere = OutsideCalendar.objects.create(therapist=house.uma, name="Private", created_at=cast.NOW)
    OutsideBusy.objects.create(calendar=elsewhere, therapist=house.uma, starts_at=cast.at(9), ends_at=cast.at(12))
    TimeOff.objects.create(therapist=house.ana, starts_at=cast.at(0), ends_at=cast.at(0, days=2), note="Knee operation")

    response = dora.get(book_page(house.nadia), {"service": "swedish-60", "day": "2026-06-01", "time": "09:05"})

    assert people(response) == {
        "Ana": (
            True, "",
            ["shorter notice than 2 h", "sessions start every 15 minutes", "outside the working hours",
             "time off, Mon 1 Jun to Wed 3 Jun"],
        ),
        "Uma": (
            True, "",
            ["shorter notice than 2 h", "sessions start every 15 minutes", "outside the working hours",
             "busy in another calendar, 9:00 to 12:00"],
        ),
    }  # fmt: skip
    # What time off is for stays with the therapist.
    assert "Knee" not in response.content.decode()


def test_whoever_is_not_free_stays_visible_with_the_reason(house: cast.House, dora: Browser) -> None:
    cast.book(house, client=house.ben)
    cast.answer(house.nadia)

    response = dora.get(book_page(house.nadia), {"service": "swedish-60", "day": "2026-06-02", "time": "10:20"})

    assert people(response) == {
        "Ana": (False, "has another session then, or its turnover", ["sessions start every 15 minutes"]),
        "Uma": (True, "", ["sessions start every 15 minutes"]),
    }


def test_it_is_booked_with_the_reason_that_staff_read(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia)

    response = dora.post(book_page(house.nadia), wish())

    session = MassageSession.objects.get()
    assert response["Location"] == f"/sessions/calendar/{session.public_id}/"
    assert (session.starts_at, session.status, session.booked_via) == (cast.at(19, 10, days=1), "booked", "phone")
    assert session.override_reason == "Comes from the islands"
    shown = dora.get(response["Location"]).content.decode()
    assert "Against the usual times: Comes from the islands" in shown
    assert "Comes from the islands" in dora.get("/sessions/desk/?day=2026-06-02").content.decode()
    assert Message.objects.filter(kind="booked").count() == 1


def test_the_same_form_twice_books_once(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia)
    form = wish()

    first, second = (dora.post(book_page(house.nadia), form) for _ in range(2))

    assert first["Location"] == second["Location"]
    assert MassageSession.objects.count() == 1


@pytest.mark.parametrize(
    ("what", "changed", "status"),
    [
        ("no reason", {"reason": ""}, 200),
        ("a reason of one letter", {"reason": "x"}, 200),
        ("a very long reason", {"reason": "x" * 201}, 200),
        ("in the past", {"day": "2026-05-30"}, 409),
        ("in a hundred years", {"day": "2126-06-02"}, 409),
        ("no day", {"day": ""}, 409),
        ("garbage for a day", {"day": "<script>"}, 409),
        ("a year that nobody means", {"day": "9999-12-31"}, 409),
        ("garbage for a time", {"time": "25:99"}, 409),
        ("seconds", {"time": "10:00:30"}, 409),
        ("somebody who is not there", {"therapist": "nobody"}, 409),
        ("nobody", {"therapist": ""}, 409),
        ("an unknown service", {"service": "kisses-60"}, 409),
        ("no key", {"key": ""}, 200),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(
    house: cast.House, dora: Browser, what: str, changed: dict[str, str], status: int
) -> None:
    cast.answer(house.nadia)

    response = dora.post(book_page(house.nadia), wish(**changed))

    assert (response.status_code, MassageSession.objects.count()) == (status, 0), what


@pytest.mark.parametrize("day", ["2026-05-30", "2126-06-02", "", "x", "0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("time", ["10:00", "", "99:99", "10:00:00"])
def test_the_page_never_breaks(house: cast.House, dora: Browser, day: str, time: str) -> None:
    asked = {"service": "swedish-60", "day": day, "time": time}

    assert dora.get(book_page(house.nadia), asked).status_code == 200


def test_no_reason_helps_against_the_answers(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia, SETTLED)

    asked = dora.get(book_page(house.nadia), {"service": "deep-tissue-60", "day": "2026-06-02", "time": "19:10"})
    response = dora.post(book_page(house.nadia), wish(service="deep-tissue-60"))

    assert "not possible for this client on that day" in asked.content.decode()
    assert (response.status_code, MassageSession.objects.count()) == (409, 0)
    assert "arthritis" not in response.content.decode().lower()


def test_a_refusal_offers_the_nearest_three(house: cast.House, dora: Browser) -> None:
    cast.book(house, client=house.ben)
    cast.answer(house.nadia)

    response = dora.post(book_page(house.nadia), wish(time="10:20"))

    assert response.status_code == 409
    assert response.context["refusal"].sentence == "The therapist has another session, or its turnover, at that time."
    assert len(response.context["refusal"].nearest) == 3


def test_a_therapist_books_against_their_own_hours_and_nobody_elses(house: cast.House, ana: Browser) -> None:
    cast.answer(house.nadia)

    shown = ana.get(book_page(house.nadia, "calendar"), {"service": "swedish-60", "day": "2026-06-02", "time": "19:10"})
    assert list(people(shown)) == ["Ana"]
    # Whatever the form says, it is their own calendar.
    ana.post(book_page(house.nadia, "calendar"), wish(therapist="uma-ruiz"))

    session = MassageSession.objects.get()
    assert (session.therapist, session.booked_via, session.override_reason) == (
        house.ana, "staff", "Comes from the islands",
    )  # fmt: skip


def test_an_ordinary_form_with_a_reason_slipped_in_overrides_nothing(
    house: cast.House, dora: Browser, nadia: Browser
) -> None:
    cast.answer(house.nadia)
    slipped = {**wish(), "starts_at": cast.at(19, 10, days=1).isoformat(), "override": "yes"}

    response = dora.post(f"/sessions/desk/clients/{house.nadia.public_id}/book/", slipped)
    by_client = nadia.post(book_page(house.nadia), slipped)

    assert (response.status_code, by_client.status_code) == (409, 404)
    assert not MassageSession.objects.exists()


def test_a_session_is_moved_against_the_times(house: cast.House, dora: Browser, ana: Browser, uma: Browser) -> None:
    session = cast.book(house)
    pages = {seat: f"/sessions/{seat}/{session.public_id}/move/anyway/" for seat in ("desk", "calendar")}

    shown = dora.get(pages["desk"])
    moved = dora.post(pages["desk"], wish(time="20:05", therapist="uma-ruiz"))
    session.refresh_from_db()
    assert shown.context["when"]["time"].value().hour == 10
    assert (moved.status_code, session.starts_at, session.therapist) == (302, cast.at(20, 5, days=1), house.uma)

    assert ana.post(pages["calendar"], wish()).status_code == 404
    uma.post(pages["calendar"], wish(time="21:00"))
    session.refresh_from_db()
    assert (session.starts_at, session.therapist) == (cast.at(21, days=1), house.uma)


def test_where_staff_see_notice_in_words_the_studio_may_have_none(house: cast.House, dora: Browser) -> None:
    Studio.objects.update(notice_minutes=0)
    cast.answer(house.nadia)

    response = dora.get(book_page(house.nadia), {"service": "swedish-60", "day": "2026-06-01", "time": "09:00"})

    assert people(response)["Ana"] == (True, "", [])


def test_the_queries_of_the_page_do_not_grow(house: cast.House, dora: Browser, django_assert_num_queries: Any) -> None:
    cast.answer(house.nadia)
    asked = {"service": "swedish-60", "day": "2026-06-02", "time": "19:10"}
    dora.get(book_page(house.nadia), asked)
    with django_assert_num_queries(25):
        dora.get(book_page(house.nadia), asked)
    for number in range(3):
        cast.make_therapist(f"Extra {number}", location=house.location, services=[house.swedish])
        cast.book(house, client=house.ben, starts_at=cast.at(9 + 2 * number, days=1))
    with django_assert_num_queries(25):
        dora.get(book_page(house.nadia), asked)
