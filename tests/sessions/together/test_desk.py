"""The desk books two on the phone, moves and cancels both, and everybody at work sees that they belong together."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from massage_booking.accounts.models import Client
from massage_booking.outbox.models import Message
from sessions.models import Apart, MassageSession
from sessions.services.together import Sessions
from tests import cast
from tests.sessions.together.two import TEN, book, pair
from tests.sessions.views.guest import hidden_fields, page_of

DESK = "/sessions/desk/together/"


@pytest.fixture
def dora(house: cast.House, sign_in: Any) -> Browser:
    return sign_in(house.desk)


@pytest.fixture
def both(house: cast.House, sam: Client) -> Sessions:
    return book(pair(house, sam))


def wish(house: cast.House, **changes: str) -> dict[str, str]:
    said = {
        "first": house.nadia.public_id,
        "second": house.ben.public_id,
        "first_service": "swedish-60",
        "second_service": "swedish-45",
        "first_therapist": "any",
        "second_therapist": "any",
    }
    return {**said, **changes}


def press(dora: Browser, said: dict[str, str], starts_at: Any = TEN, **more: str) -> Any:
    key = hidden_fields(dora.get(DESK, {**said, "day": starts_at.date().isoformat()}), "key")
    return dora.post(DESK, {**said, **key, "starts_at": starts_at.isoformat(), **more})


def test_both_clients_are_found_by_name_phone_or_mail(house: cast.House, dora: Browser) -> None:
    assert DESK in page_of(dora.get(f"/sessions/desk/clients/{house.nadia.public_id}/"))

    page = page_of(dora.get(DESK, {"first": house.nadia.public_id, "second-q": "kelly"}))

    assert "The first: Nadia Rahman" in page
    choose = f"{DESK}?first={house.nadia.public_id}&second={house.ben.public_id}"
    assert choose in page
    assert "What, and with whom" in page_of(dora.get(choose))


def test_a_press_on_a_time_books_both(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia)
    cast.answer(house.ben)

    done = press(dora, wish(house))

    one, two = MassageSession.objects.order_by("pk")
    assert done.headers["Location"] == f"/sessions/calendar/{one.public_id}/"
    assert [(row.client, row.minutes, row.booked_via, row.booked_by, row.starts_at) for row in (one, two)] == [
        (house.nadia, 60, "phone", house.desk, TEN),
        (house.ben, 45, "phone", house.desk, TEN),
    ]
    page = page_of(dora.get(done.headers["Location"]))
    assert (
        "Nadia R. and Ben K. are booked together. What is to know goes to nadia@example.com and ben@example.com."
        in page
    )
    assert "Together with</dt><dd><a href=" in page


def test_adults_on_the_phone_may_answer_later_and_the_desk_hears_who_has_no_mail(
    house: cast.House, dora: Browser
) -> None:
    mute = cast.make_client("Mo Doyle")

    press(dora, wish(house, second=mute.public_id))

    assert set(MassageSession.objects.values_list("status", "re_ask_due")) == {("booked", True)}
    page = page_of(dora.get("/sessions/desk/"))
    assert "Nadia R. and Mo D. are booked together. Without e-mail on file: say day and time to Mo." in page


def test_what_stands_against_one_is_said_by_name_and_neither_is_booked(house: cast.House, dora: Browser) -> None:
    child = cast.make_client("Idris Rahman", account=house.nadias_account, born=cast.TODAY.replace(year=2012))

    page = dora.post(DESK, {**wish(house, second=child.public_id), "starts_at": TEN.isoformat(), "key": "k" * 22})

    assert page.status_code == 409
    assert "Idris Rahman: Under 18, the questions and a parent’s yes come first." in page_of(page)
    assert MassageSession.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"second": "NADIA"}, "That is one client twice."),
        (
            {"first_therapist": "ana-quiroga", "second_therapist": "ana-quiroga"},
            "One therapist can give one of the two.",
        ),
        (
            {"first_service": "deep-tissue-60", "first_therapist": "uma-ruiz"},
            "This therapist does not give",
        ),
    ],
)
def test_what_cannot_be_is_said(house: cast.House, dora: Browser, changes: dict[str, str], words: str) -> None:
    said = wish(house, **{name: value.replace("NADIA", house.nadia.public_id) for name, value in changes.items()})

    page = dora.get(DESK, said)

    assert (page.status_code, words in page_of(page)) == (409, True)


def test_a_time_that_is_gone_offers_three_that_suit_both(house: cast.House, dora: Browser) -> None:
    said = wish(house, first_therapist="ana-quiroga", second_therapist="uma-ruiz")
    key = hidden_fields(dora.get(DESK, said), "key")
    cast.book(house, client=cast.make_client("Cleo Byrne"), therapist=house.uma, starts_at=TEN)

    page = dora.post(DESK, {**said, **key, "starts_at": TEN.isoformat()})

    words = page_of(page)
    assert (page.status_code, MassageSession.objects.count()) == (409, 1)
    assert "That time is not free for both any more. Neither was booked." in words
    assert words.count("side by side</button>") == 3


def test_a_form_sent_twice_books_once(house: cast.House, dora: Browser) -> None:
    said = wish(house)
    body = {**said, **hidden_fields(dora.get(DESK, said), "key"), "starts_at": TEN.isoformat()}

    assert {dora.post(DESK, body).headers["Location"] for _ in range(2)} != set()
    assert MassageSession.objects.count() == 2


def test_the_desk_needs_no_notice(house: cast.House, dora: Browser) -> None:
    assert press(dora, wish(house), cast.at(9)).status_code == 302


# --- Afterwards -----------------------------------------------------------------


def test_the_desk_moves_both_or_one(both: Sessions, dora: Browser) -> None:
    one = both[0]
    assert f"/sessions/desk/{one.public_id}/move/both/" in page_of(dora.get(f"/sessions/desk/{one.public_id}/move/"))
    address, later = f"/sessions/desk/{one.public_id}/move/both/", TEN + timedelta(hours=1)
    body = {**hidden_fields(dora.get(address), "key"), "starts_at": later.isoformat()}

    assert dora.post(address, body).headers["Location"] == f"/sessions/calendar/{one.public_id}/"

    assert set(MassageSession.objects.values_list("starts_at", "status")) == {(later, "booked")}
    assert Message.objects.filter(kind="together_moved", status="queued").count() == 1


def test_the_desk_cancels_both_or_one(both: Sessions, dora: Browser) -> None:
    one = both[0]
    assert f"/sessions/desk/{one.public_id}/cancel/both/" in page_of(
        dora.get(f"/sessions/desk/{one.public_id}/cancel/")
    )

    dora.post(f"/sessions/desk/{one.public_id}/cancel/both/")

    assert set(MassageSession.objects.values_list("status", flat=True)) == {"cancelled"}
    assert Message.objects.filter(kind="together_cancelled", status="queued").count() == 1


def test_the_desk_cancels_both_in_the_last_hours_too(both: Sessions, dora: Browser, monday: Any) -> None:
    monday.move_to(TEN - timedelta(hours=1))

    dora.force_login(
        MassageSession.objects.model._meta.get_field("booked_by").related_model.objects.get(is_desk=True),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    dora.post(f"/sessions/desk/{both[0].public_id}/cancel/both/")

    assert set(MassageSession.objects.values_list("status", "cancelled_late")) == {("cancelled", True)}


def test_everybody_at_work_sees_the_pair(house: cast.House, both: Sessions, sign_in: Any, dora: Browser) -> None:
    assert house.ana.user is not None
    ana, day = sign_in(house.ana.user), TEN.date().isoformat()

    assert "With Sam R., Uma" in page_of(ana.get(f"/sessions/calendar/?day={day}"))
    assert "Together with Sam R., who is with Uma." in page_of(ana.get(f"/sessions/calendar/week/?day={day}"))
    found = ana.get(f"/sessions/calendar/events/?first={day}&last={day}").json()["events"]
    assert [event["who"] for event in found] == ["Nadia R. (with Sam R.)"]
    assert "Together with</dt><dd>Sam R., with Uma" in page_of(ana.get(f"/sessions/calendar/{both[0].public_id}/"))
    assert page_of(dora.get(f"/sessions/desk/?day={day}")).count("together with") == 2


def test_the_queries_of_the_lists_do_not_grow_with_the_pairs(house: cast.House, sam: Client, dora: Browser) -> None:
    counts = []
    for hour in (9, 11, 13):
        book(pair(house, sam), cast.at(hour, days=7))
        with CaptureQueriesContext(connection) as seen:
            dora.get(f"/sessions/desk/?day={TEN.date()}")
        counts.append(len(seen))

    assert counts[0] == counts[2]


def test_a_therapist_whom_one_of_the_two_is_apart_from_is_not_offered_to_them(
    house: cast.House, monday: Any, dora: Browser
) -> None:
    Apart.objects.create(client=house.nadia, therapist=house.uma, side="client", made_at=cast.NOW)

    page = dora.get(DESK, wish(house)).content.decode()

    choices = dict(re.findall(r'<select[^>]*name="(\w+)"(.*?)</select>', page, re.DOTALL))
    assert house.uma.slug not in choices["first_therapist"]
    assert house.uma.slug in choices["second_therapist"]
