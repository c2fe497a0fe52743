"""What clients do on their own pages and by the link of a mail: undo, ask for a late change, take it back."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from screening.document import GivenRow
from sessions import links
from sessions.models import ChangeRequest, MassageSession
from sessions.services import changes, late_changes
from tests import cast
from tests.screening.letters.sent import BONES

pytestmark = pytest.mark.django_db
STILL_ILL = {"fever_infection": GivenRow(answer="Feverish, heavy cold or cough, sick or unwell", still_running=True)}


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def own(session: MassageSession, page: str = "detail") -> str:
    return reverse(f"sessions:{page}", args=[session.public_id])


def by_link(session: MassageSession, page: str = "manage") -> str:
    return reverse(f"sessions:{page}", args=[links.make(session)])


def key_on(response: Any) -> str:
    found = re.search(r'name="key" value="([\w-]+)"', response.content.decode())
    assert found is not None
    return found[1]


@pytest.fixture
def session(house: cast.House, monday: Any) -> MassageSession:
    """Nadia's session with Ana in a week, at ten; changes can be taken back, late ones asked for."""
    cast.make_studio(undo_minutes=3, late_changes="ask")
    return cast.book(house, starts_at=cast.at(10, days=7))


# --- Undo ---------------------------------------------------------------------


@pytest.mark.parametrize("way", ["signed in", "by link"])
def test_a_cancellation_is_taken_back_with_a_press(
    house: cast.House, session: MassageSession, nadia: Browser, way: str
) -> None:
    browser, names = (nadia, ("detail", "cancel", "undo")) if way == "signed in" else (
        Browser(), ("manage", "manage_cancel", "manage_undo")
    )  # fmt: skip
    address = own if way == "signed in" else by_link
    asked = browser.get(address(session, names[1]))

    answer = browser.post(address(session, names[1]), {"key": key_on(asked)}, follow=True)
    assert "Cancelled by mistake? Until 8:03 it can be undone; no letter goes out before. Undo" in text_of(answer)
    undone = browser.post(address(session, names[2]), {"key": key_on(answer)}, follow=True)

    assert "Taken back. Your session is as it was, and no letter goes out." in text_of(undone)
    session.refresh_from_db()
    assert session.status == "booked"


def test_after_the_minutes_there_is_no_button(session: MassageSession, nadia: Browser, monday: Any) -> None:
    nadia.post(own(session, "cancel"))
    monday.shift(timedelta(minutes=3))

    assert "Undo" not in text_of(nadia.get(own(session)))
    assert "It is too late to take that back." in text_of(nadia.post(own(session, "undo"), follow=True))


@pytest.mark.parametrize("change", ["cancel", "move"])
def test_a_time_that_is_gone_comes_with_three_others(
    house: cast.House, session: MassageSession, nadia: Browser, change: str
) -> None:
    if change == "cancel":
        nadia.post(own(session, "cancel"))
    else:
        nadia.post(own(session, "move"), {"starts_at": cast.at(14, days=8).isoformat(), "key": "a" * 22})
    cast.book(house, client=house.ben, starts_at=cast.at(10, days=7))

    gone = nadia.post(own(session, "undo"))

    assert gone.status_code == 409
    assert "Somebody else has taken that time meanwhile." in text_of(gone)
    assert gone.content.decode().count('name="starts_at"') == 3
    times = re.findall(r'name="starts_at" value="([^"]+)"', gone.content.decode())
    target = own(session, "move") if change == "move" else reverse("sessions:hold")
    data = {"starts_at": times[0], "service": "swedish-60", "therapist": "ana-quiroga", "key": "b" * 22}
    nadia.post(target, data)
    assert MassageSession.objects.filter(starts_at=times[0]).exists()


def test_nobody_takes_back_what_is_somebody_elses(house: cast.House, session: MassageSession, sign_in: Any) -> None:
    changes.cancel(session=session, actor=None, by="client", now=cast.NOW)

    assert sign_in(house.bens_account).post(own(session, "undo")).status_code == 404
    assert MassageSession.objects.get(pk=session.pk).status == "cancelled"


def test_what_the_desk_has_cancelled_a_client_does_not_take_back(session: MassageSession, nadia: Browser) -> None:
    changes.cancel(session=session, actor=None, by="desk", now=cast.NOW)

    assert "Undo" not in text_of(nadia.get(own(session)))


def test_a_moved_session_offers_its_undo_too(session: MassageSession, nadia: Browser) -> None:
    answer = nadia.post(
        own(session, "move"), {"starts_at": cast.at(14, days=8).isoformat(), "key": "a" * 22}, follow=True
    )

    assert "Moved by mistake? It was Mon 8 Jun, 10:00" in text_of(answer)


# --- Late changes -------------------------------------------------------------


@pytest.fixture
def late(session: MassageSession, monday: Any) -> MassageSession:
    """The same session, three hours before it begins."""
    monday.move_to(session.starts_at - timedelta(hours=3))
    return session


@pytest.mark.parametrize("way", ["signed in", "by link"])
def test_a_late_cancellation_is_asked_for_and_taken_back(late: MassageSession, nadia: Browser, way: str) -> None:
    browser = nadia if way == "signed in" else Browser()
    address = own if way == "signed in" else by_link
    prefix = "" if way == "signed in" else "manage_"
    detail = "detail" if way == "signed in" else "manage"

    assert "Ask to cancel it" in text_of(browser.get(address(late, detail)))
    page = browser.get(address(late, f"{prefix}cancel"))
    assert "Ana says yes or no, and whether it costs something" in text_of(page)
    asked = browser.post(address(late, f"{prefix}cancel"), {"key": key_on(page), "ask": ""}, follow=True)

    assert "You have asked Ana to cancel this session" in text_of(asked)
    assert MassageSession.objects.get(pk=late.pk).status == "booked"
    back = browser.post(address(late, f"{prefix}change_withdraw"), follow=True)
    assert "Taken back. Your session stays as it is." in text_of(back)
    assert ChangeRequest.objects.get().answer == "withdrawn"


def test_a_late_move_is_asked_for_once_however_often_it_is_pressed(late: MassageSession, nadia: Browser) -> None:
    page = nadia.get(own(late, "move") + "?month=2026-06&day=2026-06-11")
    assert "It is too late to move it alone" in text_of(page)
    data = {"starts_at": cast.at(14, days=10).isoformat(), "key": key_on(page)}

    for _ in range(2):
        shown = nadia.post(own(late, "move"), data, follow=True)

    assert "that time is kept for you meanwhile" in text_of(shown)
    assert (ChangeRequest.objects.count(), MassageSession.objects.filter(status="held").count()) == (1, 1)
    assert "Ask for another time" not in text_of(shown)


def test_a_time_that_is_taken_is_answered_with_the_nearest(
    house: cast.House, late: MassageSession, nadia: Browser
) -> None:
    cast.book(house, client=house.ben, starts_at=cast.at(14, days=10))

    answer = nadia.post(own(late, "move"), {"starts_at": cast.at(14, days=10).isoformat(), "key": "a" * 22})

    assert answer.status_code == 409
    assert answer.content.decode().count("Ask for this") == 3


def test_a_page_of_before_the_hour_charges_nobody_unasked(session: MassageSession, nadia: Browser, monday: Any) -> None:
    page = nadia.get(own(session, "cancel"))
    monday.move_to(session.starts_at - timedelta(hours=3))

    answer = nadia.post(own(session, "cancel"), {"key": key_on(page)}, follow=True)

    assert "The time for free changes ended" in text_of(answer)
    assert (MassageSession.objects.get(pk=session.pk).status, ChangeRequest.objects.count()) == ("booked", 0)


def test_a_no_is_read_on_the_page(late: MassageSession, nadia: Browser) -> None:
    asked = late_changes.ask_to_cancel(session=late, actor=None, now=late.starts_at - timedelta(hours=3))
    late_changes.decline(asked=asked, actor=None, by="desk", now=late.starts_at - timedelta(hours=3))

    assert "the change you asked for is not possible" in text_of(nadia.get(own(late)))


def test_where_people_are_to_call_the_page_says_so(late: MassageSession, nadia: Browser) -> None:
    cast.make_studio(late_changes="call", late_policy="")

    shown = text_of(nadia.get(own(late)))

    assert "After that, please call us." in shown
    assert "Ask for another time" not in shown


@pytest.mark.parametrize(
    ("setting", "words"),
    [("ask", "your therapist says yes or no"), ("call", "After that, please call us.")],
)
def test_the_words_about_late_changes_follow_the_setting(session: MassageSession, setting: str, words: str) -> None:
    cast.make_studio(late_changes=setting, late_policy="")

    assert words in text_of(Browser().get(by_link(session)))


def test_a_studios_own_words_stand(session: MassageSession) -> None:
    cast.make_studio(late_policy="After that we ask for half.")

    assert "After that we ask for half." in text_of(Browser().get(by_link(session)))


# --- Held back, and only a letter is missing ----------------------------------


def test_what_is_held_back_moves_to_a_day_for_which_only_a_letter_is_missing(
    house: cast.House, session: MassageSession, nadia: Browser
) -> None:
    cast.answer(house.nadia, BONES)
    held_back = MassageSession.objects.get(pk=session.pk)
    assert held_back.held_back_at is not None
    page = nadia.get(own(session, "move") + "?month=2026-06&day=2026-06-15")
    assert "Where only a doctor’s letter is missing" in text_of(page)

    answer = nadia.post(own(session, "move"), {"starts_at": cast.at(10, days=14).isoformat(), "key": key_on(page)},
                        follow=True)  # fmt: skip

    moved = MassageSession.objects.get(pk=session.pk)
    assert (moved.status, moved.held_back_at, moved.clearance_until) == (
        "requested",
        None,
        cast.NOW + timedelta(days=5),
    )
    assert "Moved. It is kept for you until a doctor’s letter is here." in text_of(answer)


# --- Bad input ----------------------------------------------------------------


@pytest.mark.parametrize(
    "starts_at",
    ["2026-06-09T10:00", "yesterday", "", "2026-06-09T25:00:00Z", "9" * 400, "2026-05-01T10:00:00Z",
     "2026-06-09T10:03:00Z", "2036-06-09T10:00:00Z"],
    ids=["naive", "words", "nothing", "no hour", "long", "past", "off the grid", "in ten years"],
)  # fmt: skip
@pytest.mark.parametrize("is_late", [False, True])
def test_no_such_time_moves_or_asks_for_anything(
    session: MassageSession, nadia: Browser, monday: Any, starts_at: str, is_late: bool
) -> None:
    if is_late:
        monday.move_to(session.starts_at - timedelta(hours=3))

    answer = nadia.post(own(session, "move"), {"starts_at": starts_at, "key": "a" * 22})

    assert answer.status_code in (302, 409)
    fresh = MassageSession.objects.get(pk=session.pk)
    assert (fresh.starts_at, fresh.revision, ChangeRequest.objects.count()) == (session.starts_at, 0, 0)


@pytest.mark.parametrize(
    "starts_at", ["2026-05-01T10:00:00Z", "2026-06-09T10:03:00Z", "2026-06-09T03:00:00Z", "2026-06-13T10:00:00Z"],
    ids=["past", "off the grid", "at night", "on a day off"],
)  # fmt: skip
def test_every_time_that_cannot_be_had_comes_with_the_nearest_three(
    session: MassageSession, nadia: Browser, starts_at: str
) -> None:
    answer = nadia.post(own(session, "move"), {"starts_at": starts_at, "key": "a" * 22})

    assert answer.status_code == 409
    assert answer.content.decode().count("Move here") == 3


def test_what_the_answers_rule_out_comes_with_the_nearest_too(
    house: cast.House, session: MassageSession, nadia: Browser
) -> None:
    just_ill = {
        "fever_infection": GivenRow(answer="Feverish, heavy cold or cough, sick or unwell", event_on=cast.TODAY)
    }
    cast.answer(house.nadia, just_ill)

    answer = nadia.post(own(session, "move"), {"starts_at": cast.at(10, days=1).isoformat(), "key": "a" * 22})

    assert answer.status_code == 409
    assert answer.content.decode().count("Move here") == 3


def test_an_unknown_service_and_a_price_of_ones_own_change_nothing(session: MassageSession, nadia: Browser) -> None:
    data = {"starts_at": cast.at(14, days=8).isoformat(), "key": "a" * 22, "service": "gold-240", "price": "1.00"}

    nadia.post(own(session, "move"), data)

    fresh = MassageSession.objects.get(pk=session.pk)
    assert (fresh.starts_at, fresh.service_id, fresh.price) == (cast.at(14, days=8), session.service_id, session.price)
