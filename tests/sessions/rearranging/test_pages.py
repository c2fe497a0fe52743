"""The page of somebody who is not in, the page of what lies outside, and the notices that lead there."""

import re
from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser

from massage_booking.accounts.models import Client
from massage_booking.outbox import services as outbox
from massage_booking.studio.models import Place
from sessions.models import MassageSession, Rearrangement
from tests import cast
from tests.reading import text_of
from tests.sessions.rearranging.acting import standing
from therapists.models import TimeOff, WeeklyHours

pytestmark = pytest.mark.django_db

AWAY, OUTSIDE = "/sessions/rearrange/away/", "/sessions/rearrange/outside/"
ANA_TODAY = {"therapist": "ana-quiroga", "first": "2026-06-01", "last": "2026-06-01"}
Book = Callable[..., MassageSession]


def form_of(response: Any) -> dict[str, str]:
    """Return what the page would send if nobody changed anything."""
    page = response.content.decode()
    hidden = dict(
        re.findall(r'<input type="hidden" name="((?:revision|key|therapist|first|last)[^"]*)" value="([^"]*)"', page)
    )
    checked = dict(re.findall(r'type="radio" name="([^"]+)" value="([^"]+)"[^>]* checked', page))
    words = re.search(r'name="words" value="([^"]*)"', page)
    return {**hidden, **checked, "words": words.group(1) if words else ""}


def choose(form: dict[str, str], session: MassageSession, value: str) -> dict[str, str]:
    return {**form, f"choice-{session.public_id}": value}


def test_the_desk_says_who_is_not_in_and_confirms_all_in_one_act(
    house: cast.House, dora: Browser, booked: Book, carl: Client
) -> None:
    first, second = booked(10), booked(12, client=carl, via="phone", assessment=None)
    assert "Somebody is not in" in text_of(dora.get("/sessions/desk/"))
    assert dora.get(AWAY).status_code == 200

    page = dora.get(AWAY, ANA_TODAY)
    form = form_of(page)
    assert form["words"] == "Ana is not in today."
    assert form[f"choice-{first.public_id}"] == "colleague||uma-ruiz"
    response = dora.post(AWAY, choose(form, second, "cancel"))

    made = Rearrangement.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/sessions/rearrange/{made.public_id}/")
    assert [standing(one)[:2] for one in (first, second)] == [("booked", "Uma"), ("cancelled", "Ana")]
    said = text_of(dora.get(response["Location"]))
    assert "Done; one call to make" in said
    assert "Same time, with Uma Ruiz." in said
    assert "Carl Ney No e-mail. 087 555 0177" in said
    assert TimeOff.objects.count() == 1


def test_the_day_of_the_list_that_led_here_is_filled_in_unless_it_is_over(
    house: cast.House, dora: Browser, ana: Browser
) -> None:
    for browser in (dora, ana):
        assert 'name="first" value="2026-06-03"' in browser.get(AWAY, {"first": "2026-06-03"}).content.decode()
        assert 'name="first" value="2026-06-01"' in browser.get(AWAY, {"first": "2026-05-03"}).content.decode()


def test_looking_changes_nothing(house: cast.House, dora: Browser, booked: Book) -> None:
    session = booked(10)
    dora.get(AWAY, ANA_TODAY)

    assert standing(session) == ("booked", "Ana", cast.at(10))
    assert not TimeOff.objects.exists()


def test_a_therapist_speaks_for_themselves_alone(house: cast.House, ana: Browser, uma: Browser, booked: Book) -> None:
    session = booked(10)
    assert "Not in on this day?" in text_of(ana.get("/sessions/calendar/"))

    own = ana.get(AWAY)
    anothers = uma.get(AWAY, ANA_TODAY)
    uma.post(AWAY, {**form_of(own), **ANA_TODAY})

    assert "Ana Quiroga is not in" in text_of(own)
    assert "Choose one of these." in text_of(anothers)
    assert standing(session) == ("booked", "Ana", cast.at(10))
    assert not TimeOff.objects.exists()

    ana.post(AWAY, form_of(own))
    assert standing(session) == ("booked", "Uma", cast.at(10))


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ({"first": "2026-05-31"}, "That day is over."),
        ({"first": "2026-06-03", "last": "2026-06-02"}, "This is before the first day."),
        ({"first": "2026-06-01", "last": "2026-07-02"}, "At most 31 days at once."),
        ({"first": "31/31/31"}, "Enter a valid date."),
        ({"first": "9999-12-31"}, "Check the year."),
        ({"therapist": "nobody"}, "Choose one of these."),
    ],
    ids=["over", "reversed", "too long", "no date", "year", "nobody"],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nonsense_is_answered_with_what_to_put_right(
    house: cast.House, dora: Browser, days: dict[str, str], told: str, method: str
) -> None:
    response = getattr(dora, method)(AWAY, {**ANA_TODAY, "last": "", **days})

    assert response.status_code == 200
    assert told in text_of(response)
    assert not TimeOff.objects.exists()


@pytest.mark.parametrize(
    "value",
    [
        "",
        "colleague||nobody",
        "colleague||",
        "time||uma-ruiz",
        "time|2026-06-02T09:00|uma-ruiz",
        "fly",
        "💐|x|y",
        "keep|",
    ],
)
def test_a_choice_that_cannot_be_read_changes_nothing(
    house: cast.House, dora: Browser, booked: Book, value: str
) -> None:
    session = booked(10)
    form = form_of(dora.get(AWAY, ANA_TODAY))

    dora.post(AWAY, choose(form, session, value))

    assert standing(session) == ("booked", "Ana", cast.at(10))


def test_another_persons_session_cannot_be_put_into_the_form(house: cast.House, ana: Browser, booked: Book) -> None:
    foreign = cast.book(house, client=house.ben, therapist=house.uma, starts_at=cast.at(10))
    form = form_of(ana.get(AWAY))

    ana.post(AWAY, {**form, f"choice-{foreign.public_id}": "cancel", f"revision-{foreign.public_id}": "0"})
    ana.post(OUTSIDE, {**form, f"choice-{foreign.public_id}": "cancel", f"revision-{foreign.public_id}": "0"})

    assert standing(foreign)[0] == "booked"


def test_what_was_taken_meanwhile_is_shown_again_and_what_was_left_open_stays_so(
    house: cast.House, dora: Browser, booked: Book, carl: Client
) -> None:
    lost, done = booked(10), booked(12, client=house.ben)
    left = booked(14, client=carl, via="phone", assessment=None)
    form = choose(form_of(dora.get(AWAY, ANA_TODAY)), left, "later")
    cast.book(house, client=cast.make_client("Eve Hart"), therapist=house.uma, starts_at=cast.at(10))

    again = dora.post(AWAY, {**form, "words": "We are sorry."})

    assert again.status_code == 409
    said = text_of(again)
    assert "Two are done; the rest is here." in said
    assert "Not everything could be done" in said
    assert standing(done)[1] == "Uma"
    shown = form_of(again)
    assert shown["words"] == "We are sorry."
    assert shown["key"] != form["key"]
    assert shown[f"choice-{lost.public_id}"].startswith("time|")
    assert shown[f"choice-{left.public_id}"] == "later"
    assert f"choice-{done.public_id}" not in shown

    response = dora.post(AWAY, shown)
    assert response.status_code == 302
    assert standing(lost)[2] != cast.at(10)
    assert TimeOff.objects.count() == 1


def test_the_same_form_pressed_twice_is_done_once(house: cast.House, dora: Browser, booked: Book) -> None:
    booked(10)
    form = form_of(dora.get(AWAY, ANA_TODAY))

    first, second = dora.post(AWAY, form), dora.post(AWAY, form)

    assert first["Location"] == second["Location"]
    outbox.send_due(now=cast.NOW)
    assert len([letter for letter in mail.outbox if "change" in letter.subject]) == 1


def test_days_without_sessions_can_be_written_off(house: cast.House, dora: Browser) -> None:
    page = dora.get(AWAY, {**ANA_TODAY, "last": "2026-06-03"})
    assert "No session is in the way." in text_of(page)

    response = dora.post(AWAY, form_of(page))

    assert "Ana Quiroga is off from Monday 1 June to Wednesday 3 June." in text_of(dora.get(response["Location"]))


def test_no_health_word_stands_on_the_page_and_the_line_is_the_only_word_of_why(
    house: cast.House, dora: Browser, booked: Book
) -> None:
    booked(10)

    said = text_of(dora.get(AWAY, ANA_TODAY)).lower()

    assert [word for word in ("ill", "sick", "fever", "unwell") if re.search(rf"\b{word}\b", said)] == []


# --- What lies outside --------------------------------------------------------------


def test_a_therapist_who_changes_hours_is_shown_what_lies_outside_and_decides(
    house: cast.House, ana: Browser, booked: Book, carl: Client
) -> None:
    kept, moved = booked(9, days=1), booked(10, days=3, client=house.ben)
    ended, given = booked(12, days=3, client=carl, via="phone", assessment=None), booked(9, days=2)
    assert "Decide what becomes of" not in text_of(ana.get("/sessions/calendar/"))
    WeeklyHours.objects.filter(therapist=house.ana).update(starts=time(13))

    for page in ("/sessions/calendar/", "/sessions/calendar/week/"):
        assert "Four booked sessions lie outside the hours now" in text_of(ana.get(page)), page
    assert "Four booked sessions lie outside your hours" in text_of(ana.get("/therapists/hours/"))
    page = ana.get(OUTSIDE)
    form = form_of(page)
    assert {form[f"choice-{one.public_id}"] for one in (kept, moved, ended, given)} == {"later"}
    for session, value in (
        (kept, "keep"),
        (moved, f"time|{cast.at(14, days=3).isoformat()}|ana-quiroga"),
        (ended, "cancel"),
        (given, "colleague||uma-ruiz"),
    ):
        form = choose(form, session, value)
    response = ana.post(OUTSIDE, form)

    assert response.status_code == 302
    assert [standing(one) for one in (kept, moved, ended, given)] == [
        ("booked", "Ana", cast.at(9, days=1)),
        ("booked", "Ana", cast.at(14, days=3)),
        ("cancelled", "Ana", cast.at(12, days=3)),
        ("booked", "Uma", cast.at(9, days=2)),
    ]
    assert not TimeOff.objects.exists()
    assert "outside the hours now" not in text_of(ana.get("/sessions/calendar/"))
    after = text_of(ana.get(OUTSIDE))
    assert "Nothing to decide" in after
    assert "Kept as they are Tue 2 Jun, 9:00 , Nadia R., with Ana outside the hours of Ana" in after


def test_what_is_decided_later_is_asked_again(house: cast.House, ana: Browser, booked: Book) -> None:
    booked(9, days=1)
    WeeklyHours.objects.filter(therapist=house.ana).update(starts=time(13))

    ana.post(OUTSIDE, form_of(ana.get(OUTSIDE)))

    assert "One booked session lies outside the hours now" in text_of(ana.get("/sessions/calendar/"))


def test_the_desk_sees_everybodys_and_can_look_at_one_therapists(
    house: cast.House, dora: Browser, booked: Book
) -> None:
    booked(10, days=1)
    cast.book(house, client=house.ben, therapist=house.uma, starts_at=cast.at(10, days=1))
    Place.objects.update(is_active=False)

    assert "Two booked sessions lie outside" in text_of(dora.get("/sessions/desk/"))
    assert "Two sessions" in text_of(dora.get(OUTSIDE))
    one = text_of(dora.get(OUTSIDE, {"therapist": "uma-ruiz"}))
    assert "One session" in one
    assert "Ben Kelly" in one
    assert dora.get(OUTSIDE, {"therapist": "nobody"}).status_code == 404


def test_a_place_out_of_use_is_answered_with_another_and_the_client_hears_nothing(
    house: cast.House, dora: Browser, booked: Book
) -> None:
    session = booked(10, days=1)
    Place.objects.filter(pk=session.place_id).update(is_active=False)
    outbox.send_due(now=cast.NOW)
    mail.outbox.clear()
    page = dora.get(OUTSIDE)
    assert "Ana, same time, another place" in text_of(page)

    dora.post(OUTSIDE, choose(form_of(page), session, "colleague||ana-quiroga"))

    session.refresh_from_db()
    assert session.place == house.tables[1]
    outbox.send_due(now=cast.NOW)
    assert mail.outbox == []
    assert "Nothing to decide" in text_of(dora.get(OUTSIDE))


def test_a_therapist_is_not_led_to_sessions_that_are_a_colleagues_now(
    house: cast.House, dora: Browser, ana: Browser, booked: Book
) -> None:
    given, ended = booked(10), booked(12, client=house.ben)
    form = choose(form_of(ana.get(AWAY)), ended, "cancel")

    page = ana.get(ana.post(AWAY, form)["Location"]).content.decode()

    assert [f"/sessions/calendar/{one.public_id}/" in page for one in (given, ended)] == [False, True]


def test_nobody_else_opens_what_was_done(
    house: cast.House, dora: Browser, ana: Browser, uma: Browser, booked: Book
) -> None:
    booked(10)
    address = dora.post(AWAY, form_of(dora.get(AWAY, ANA_TODAY)))["Location"]

    assert [browser.get(address).status_code for browser in (dora, ana, uma)] == [200, 200, 404]
    assert dora.get("/sessions/rearrange/AAAAAAAAAAAAAAAAAAAAAA/").status_code == 404
