"""A guardian signs and stays, and cannot be the therapist."""

from datetime import date
from typing import Any

import pytest
from django.test import Client as Browser

from massage_booking.accounts.models import Client
from massage_booking.core.errors import Refused, Taken
from screening import services
from sessions.models import MassageSession, Plan
from sessions.services import changes, holds
from tests import cast
from tests.reading import text_of
from tests.sessions.views.guest import Guest, hidden_fields, page_of


def young(
    house: cast.House, *, account: Any = None, signed: str = "Mara Casey", born: date = date(2013, 3, 1)
) -> Client:
    finn = cast.make_client("Finn Casey", account=account or house.nadias_account, born=born, relation="child")
    services.give_guardian_consent(
        client=finn, name=signed, relation="parent", child_agrees=True, given_by=finn.account, now=cast.NOW
    )
    cast.answer(finn)
    return finn


@pytest.fixture
def short(house: cast.House) -> Any:
    """Swedish, half an hour: as long as a child's session may last."""
    service = cast.make_service("swedish", 30)
    house.ana.services.add(service)
    house.uma.services.add(service)
    return service


@pytest.mark.parametrize("how", ["by account", "by the name that signed"])
def test_a_therapist_is_not_booked_for_their_own_child(house: cast.House, short: Any, how: str) -> None:
    finn = young(house, account=house.ana.user) if how == "by account" else young(house, signed="ana quiroga")

    with pytest.raises(Refused, match="guardian_is_therapist"):
        cast.book(house, client=finn, service=short)

    assert MassageSession.objects.count() == 0
    assert cast.book(house, client=finn, service=short, therapist=house.uma).status in ("booked", "requested")


def test_a_session_is_not_moved_to_them_either(house: cast.House, short: Any) -> None:
    finn = young(house, signed="Ana Quiroga")
    session = cast.book(house, client=finn, service=short, therapist=house.uma)

    with pytest.raises(Refused, match="guardian_is_therapist"):
        changes.move(
            session=session, starts_at=cast.at(14, days=1), therapist=house.ana, actor=None, by="desk", now=cast.NOW,
            assessment=cast.assess(finn, cast.at(14, days=1)),
        )  # fmt: skip


def test_anyone_is_somebody_else(house: cast.House, short: Any) -> None:
    finn = young(house, signed="Ana Quiroga")
    Plan.objects.create(client=finn, therapist=house.ana, service=short, accepted_at=cast.NOW)

    assert cast.book(house, client=finn, service=short, therapist=None).therapist == house.uma
    # Uma is busy then: nobody is left, and the nearest three are Uma's too.
    with pytest.raises(Taken) as taken:
        cast.book(house, client=finn, service=short, therapist=None)
    assert {opening.therapist for opening in taken.value.params["nearest"]} == {house.uma}


def test_a_time_that_is_held_for_them_with_anyone_is_somebody_elses(house: cast.House, short: Any) -> None:
    finn = young(house, signed="Ana Quiroga")
    hold = {"service": short, "starts_at": cast.at(10, days=1), "address": "", "signed_in": True, "now": cast.NOW}

    first = holds.hold(**hold, therapist=None, browser="finn's", whose=finn)
    assert first.therapist == house.uma
    with pytest.raises(Taken):
        holds.hold(**hold, therapist=None, browser="another of finn's", whose=finn)


def test_a_grown_up_child_may_go_to_them(house: cast.House) -> None:
    finn = cast.make_client("Finn Casey", account=house.ana.user, born=date(2000, 3, 1), relation="child")

    assert cast.book(house, client=finn).therapist == house.ana


@pytest.mark.parametrize(
    ("born", "client_reads", "staff_reads"),
    [
        (date(2013, 3, 1), "a parent or guardian stays in the room", "A parent or guardian stays in the room"),
        (date(2009, 3, 1), "a parent or guardian is in the house", "A parent or guardian is on the premises"),
    ],
    ids=["twelve", "seventeen"],
)
def test_who_must_be_there_stands_on_every_page_of_the_session(
    house: cast.House, short: Any, nadia: Browser, ana: Browser, born: date, client_reads: str, staff_reads: str
) -> None:
    finn = young(house, born=born)
    session = cast.book(house, client=finn, service=short)

    assert client_reads in text_of(nadia.get(f"/account/?who={finn.public_id}"))
    for path in (f"/sessions/{session.public_id}/", f"/sessions/{session.public_id}/booked/"):
        assert "Who comes along A parent or guardian" in text_of(nadia.get(path))
    page = text_of(ana.get(f"/sessions/calendar/{session.public_id}/"))
    assert staff_reads in page
    assert "With limits" in page and "No limits" not in page
    # Whoever opens the door knows whom to expect.
    assert "Who signed Mara Casey, mother or father Mon 1 Jun, 8:00" in page


# --- A time held before anybody knew who the guardian is -------------------------


@pytest.fixture
def mother(house: cast.House, short: Any) -> Guest:
    """A guest who held a time with Ana for her child of fourteen, and signed as Ana."""
    guest = Guest(house)
    guest.hold(service=short)
    guest.book_step(service="swedish-30", whom="child", date_of_birth="2012-01-01")
    services.give_guardian_consent(
        client=guest.client, name="Ana Quiroga", relation="parent", child_agrees=True, given_by=None, now=cast.NOW
    )
    guest.answer()
    return guest


def test_it_is_told_before_anything_is_typed_and_somebody_else_is_offered(mother: Guest, house: cast.House) -> None:
    page = mother.get("/sessions/confirm/")

    said = page_of(page)
    assert "A parent or guardian cannot be the therapist." in said
    assert "Book this session" not in said
    assert {opening.therapist for opening in page.context["nearest"]} == {house.uma}
    assert cast.at(10, days=7) in {opening.starts_at for opening in page.context["nearest"]}
    assert page.context["form"]["booker_name"].value() == "Ana Quiroga"


def test_one_press_takes_the_same_time_with_somebody_else(mother: Guest, house: cast.House) -> None:
    page = mother.get("/sessions/confirm/")
    names = ("key", "starts_at", "service", "therapist")
    typed = {"name": "Finn Quiroga", "booker_name": "Ana Quiroga", "email": "ana.q@example.com", "accepts": "on"}
    same_time = f"{cast.at(10, days=7).isoformat()}/uma-ruiz"

    kept = mother.browser.post("/sessions/confirm/", {**hidden_fields(page, *names), **typed, "instead": same_time})
    assert "We keep" in page_of(kept)
    mother.browser.post("/sessions/confirm/", {**hidden_fields(kept, *names), **typed})

    session = MassageSession.objects.get(client__name="Finn Quiroga")
    assert (session.status, session.therapist, session.starts_at) == ("booked", house.uma, cast.at(10, days=7))


def test_where_nobody_else_gives_it_another_session_is_offered(mother: Guest, house: cast.House, short: Any) -> None:
    house.uma.services.remove(short)

    said = page_of(mother.get("/sessions/confirm/"))

    assert "Nobody else is free for this session near that time" in said and "Choose another session" in said


def test_who_must_come_along_stands_on_the_last_step(house: cast.House, short: Any) -> None:
    guest = Guest(house)
    guest.hold(service=short)
    guest.book_step(service="swedish-30", whom="child", date_of_birth="2012-01-01")
    services.give_guardian_consent(
        client=guest.client, name="Mara Casey", relation="parent", child_agrees=True, given_by=None, now=cast.NOW
    )
    guest.answer()

    assert "Who comes along A parent or guardian, who stays in the room" in text_of(guest.get("/sessions/confirm/"))


def test_nobody_signs_for_themselves(house: cast.House, nadia: Browser) -> None:
    guest = Guest(house)
    guest.hold(service=house.swedish)
    guest.book_step(whom="self", date_of_birth="2009-01-01")
    services.give_guardian_consent(
        client=guest.client, name="Finn Casey", relation="parent", child_agrees=True, given_by=None, now=cast.NOW
    )
    guest.answer()

    said = page_of(guest.confirm(name="finn  casey"))

    assert "This name signed as parent or guardian. Who is coming?" in said
    assert MassageSession.objects.filter(client__isnull=False).count() == 0


def test_a_young_client_who_is_known_does_not_sign_either(house: cast.House, nadia: Browser) -> None:
    finn = cast.make_client("Finn Casey", account=house.nadias_account, born=date(2009, 1, 1), relation="child")
    nadia.post(f"/screening/answers/{finn.public_id}/renew/")

    said = text_of(
        nadia.post(
            "/screening/consent/",
            {
                "agree": "on", "version": "2026-11", "relation": "parent", "name": "Finn Casey", "child_agrees": "on",
                "may_decide": "on",
            },
        )
    )  # fmt: skip

    assert "This is the young person’s own name." in said
