"""Afterwards: the pages say that the two belong together, and ask whether both or only one is meant."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from massage_booking.accounts.models import Client
from massage_booking.core.errors import Refused, Taken
from massage_booking.outbox.models import Message
from sessions import links
from sessions.models import MassageSession, SessionEvent
from sessions.selectors import together as selectors
from sessions.services import together_changes
from sessions.services.together import Sessions
from tests import cast
from tests.sessions.together.two import TEN, book, pair, seat, who_and_where
from tests.sessions.views.guest import hidden_fields, page_of

LATER = TEN + timedelta(hours=2)


@pytest.fixture
def both(house: cast.House, sam: Client) -> Sessions:
    return book(pair(house, sam))


@pytest.fixture
def nadias(house: cast.House, sign_in: Any) -> Browser:
    return sign_in(house.nadias_account)


def fresh(both: Sessions) -> list[MassageSession]:
    return [MassageSession.objects.select_related("therapist", "place__room").get(pk=one.pk) for one in both]


def stands(both: Sessions) -> list[tuple[str, Any, int]]:
    return [(one.status, one.starts_at, one.revision) for one in fresh(both)]


def moving(both: Sessions, **more: Any) -> selectors.Pair:
    """Return what the engine is asked when both move, each with their own therapist."""
    seats = []
    for one in fresh(both):
        assert one.client is not None
        seats.append(seat(one.client, one.service, more.get("with_whom", one.therapist), own=one))
    return selectors.Pair(*seats, side_by_side=more.get("side_by_side", False))


def move(both: Sessions, starts_at: Any, *, by: str = "client", now: Any = cast.NOW, **more: Any) -> Sessions:
    wish = moving(both, **more)
    one, two = (cast.assess(one.client, starts_at) for one in wish.seats)
    return together_changes.move_both(wish, starts_at=starts_at, assessments=(one, two), actor=None, by=by, now=now)


# --- What the pages say ---------------------------------------------------------


def test_each_page_leads_to_the_other(both: Sessions, nadias: Browser) -> None:
    one, two = both

    mine, sams = (page_of(nadias.get(f"/sessions/{session.public_id}/")) for session in both)

    assert f'Together with <a href="/sessions/{two.public_id}/">Sam</a>: 60 minutes with Uma' in mine
    assert f'Together with <a href="/sessions/{one.public_id}/">Nadia</a>: 60 minutes with Ana' in sams
    assert "at the same time, side by side" in mine


def test_the_link_of_a_letter_leads_to_the_other_by_its_own_link(both: Sessions) -> None:
    page = page_of(Browser().get(f"/sessions/manage/{links.make(both[0])}/"))

    assert f"/sessions/manage/{links.make(both[1])}/" in page


def test_somebody_elses_session_is_named_and_not_opened(house: cast.House, nadias: Browser) -> None:
    one, two = book(pair(house, house.ben), actor=None, via="phone", by="desk")

    page = page_of(nadias.get(f"/sessions/{one.public_id}/"))

    assert ("Together with Ben: 60 minutes with Uma" in page, two.public_id in page) == (True, False)
    assert nadias.get(f"/sessions/{one.public_id}/move/both/").headers["Location"] == f"/sessions/{one.public_id}/"
    assert nadias.post(f"/sessions/{one.public_id}/cancel/both/").status_code == 302
    assert stands((one, two)) == [("booked", TEN, 0)] * 2


def test_an_account_opens_both_though_their_letters_go_to_two_addresses(
    both: Sessions, sam: Client, nadias: Browser
) -> None:
    Client.objects.filter(pk=sam.pk).update(email="sam@example.com")

    assert both[1].public_id in page_of(nadias.get(f"/sessions/{both[0].public_id}/"))
    by_letter = page_of(Browser().get(f"/sessions/manage/{links.make(both[0])}/"))
    assert ("Together with Sam" in by_letter, links.make(both[1]) in by_letter) == (True, False)


@pytest.mark.parametrize("act", ["move", "cancel"])
def test_moving_and_cancelling_ask_both_or_only_this_one(both: Sessions, nadias: Browser, act: str) -> None:
    page = page_of(nadias.get(f"/sessions/{both[0].public_id}/{act}/"))

    assert "Both, or only this one?" in page
    assert f'href="/sessions/{both[0].public_id}/{act}/both/"' in page


# --- Cancelling -----------------------------------------------------------------


def test_both_are_cancelled_with_one_letter(both: Sessions, nadias: Browser) -> None:
    address = f"/sessions/{both[1].public_id}/cancel/both/"
    assert "Cancel both on" in page_of(nadias.get(address))
    assert stands(both) == [("booked", TEN, 0)] * 2

    nadias.post(address)

    assert [status for status, *_ in stands(both)] == ["cancelled", "cancelled"]
    owed = Message.objects.filter(status="queued").values_list("kind", "recipient")
    assert list(owed) == [("together_cancelled", "nadia@example.com")]
    assert nadias.post(address).status_code == 302
    assert Message.objects.filter(kind="together_cancelled").count() == 1


def test_one_alone_is_cancelled_and_the_other_stays(both: Sessions, nadias: Browser) -> None:
    nadias.post(f"/sessions/{both[0].public_id}/cancel/")

    assert [status for status, *_ in stands(both)] == ["cancelled", "booked"]
    assert "Together with" not in page_of(nadias.get(f"/sessions/{both[1].public_id}/"))
    assert Message.objects.filter(kind="cancelled", status="queued").count() == 1


def test_if_one_cannot_be_cancelled_both_stay(both: Sessions) -> None:
    MassageSession.objects.filter(pk=both[1].pk).update(status="started")
    with pytest.raises(Refused, match="wrong_status"):
        together_changes.cancel_both(sessions=tuple(fresh(both)), actor=None, by="desk", now=cast.NOW)

    assert [status for status, *_ in stands(both)] == ["booked", "started"]
    assert Message.objects.filter(kind__in=["cancelled", "together_cancelled"]).count() == 0


def test_too_late_is_too_late_for_both(both: Sessions, nadias: Browser, monday: Any) -> None:
    monday.move_to(TEN - timedelta(hours=3))

    assert nadias.post(f"/sessions/{both[0].public_id}/cancel/both/").status_code == 302

    assert stands(both) == [("booked", TEN, 0)] * 2


# --- Moving ---------------------------------------------------------------------


def test_both_are_moved_with_one_letter(both: Sessions, nadias: Browser) -> None:
    address = f"/sessions/{both[0].public_id}/move/both/"
    page = nadias.get(f"{address}?day={TEN.date()}")
    assert "10:15<small>side by side" in page_of(page)

    done = nadias.post(address, {**hidden_fields(page, "key"), "starts_at": LATER.isoformat()})

    assert done.headers["Location"] == f"/sessions/{both[0].public_id}/"
    assert stands(both) == [("booked", LATER, 1)] * 2
    assert who_and_where(fresh(both)) == [
        ("Ana Quiroga", "Room 2, left table"),
        ("Uma Ruiz", "Room 2, right table"),
    ]
    owed = Message.objects.filter(status="queued").exclude(kind="reminder").values_list("kind", flat=True)
    assert list(owed) == ["together_moved"]
    assert Message.objects.filter(kind="reminder", status="queued", revision=1).count() == 2
    assert list(SessionEvent.objects.filter(act="move").values_list("by", flat=True)) == ["client"] * 2


def test_a_quarter_of_an_hour_later_over_their_own_old_time(both: Sessions) -> None:
    move(both, TEN + timedelta(minutes=15))

    assert stands(both) == [("booked", TEN + timedelta(minutes=15), 1)] * 2


def test_the_two_may_take_over_each_others_therapist(house: cast.House, both: Sessions) -> None:
    """Nadia goes to Uma and Sam to Ana, half over the old time: the guards see each row as it is written."""
    one, two = moving(both).seats
    wish = selectors.Pair(replace(one, therapist=house.uma), replace(two, therapist=house.ana))
    judged = [cast.assess(seat.client, TEN) for seat in wish.seats]

    together_changes.move_both(
        wish, starts_at=TEN + timedelta(minutes=30), assessments=(judged[0], judged[1]), actor=None, by="desk",
        now=cast.NOW,
    )  # fmt: skip

    assert [name for name, _ in who_and_where(fresh(both))] == ["Uma Ruiz", "Ana Quiroga"]


def test_if_one_cannot_go_there_both_stay_and_three_common_times_are_offered(
    house: cast.House, both: Sessions, nadias: Browser
) -> None:
    cast.book(house, client=house.ben, therapist=house.uma, starts_at=LATER)
    address = f"/sessions/{both[0].public_id}/move/both/"
    key = hidden_fields(nadias.get(address), "key")

    page = nadias.post(address, {**key, "starts_at": LATER.isoformat()})

    assert (page.status_code, stands(both)) == (409, [("booked", TEN, 0)] * 2)
    words = page_of(page)
    assert "Both stay where they were. These are nearest:" in words
    assert words.count("Move both here") == 3
    with pytest.raises(Taken):
        move(both, LATER)
    assert stands(both) == [("booked", TEN, 0)] * 2


def test_a_move_sent_twice_moves_once(both: Sessions, nadias: Browser) -> None:
    address = f"/sessions/{both[0].public_id}/move/both/"
    body = {**hidden_fields(nadias.get(address), "key"), "starts_at": LATER.isoformat()}

    for _ in range(2):
        assert nadias.post(address, body).status_code == 302

    assert stands(both) == [("booked", LATER, 1)] * 2


def test_what_was_changed_meanwhile_is_not_moved(both: Sessions) -> None:
    wish = moving(both)
    MassageSession.objects.filter(pk=both[1].pk).update(revision=5)
    judged = [cast.assess(seat.client, LATER) for seat in wish.seats]

    with pytest.raises(Refused, match="changed_meanwhile"):
        together_changes.move_both(
            wish, starts_at=LATER, assessments=(judged[0], judged[1]), actor=None, by="client", now=cast.NOW
        )

    assert stands(both) == [("booked", TEN, 0), ("booked", TEN, 5)]


def test_one_moved_alone_belongs_to_nobody_and_comes_back_when_both_are_at_one_time(
    both: Sessions, nadias: Browser
) -> None:
    address = f"/sessions/{both[0].public_id}/move/"
    body = {**hidden_fields(nadias.get(address), "key"), "starts_at": LATER.isoformat(), "therapist": "ana-quiroga"}
    nadias.post(address, body)

    assert [starts_at for _, starts_at, _ in stands(both)] == [LATER, TEN]
    assert "Together with" not in page_of(nadias.get(f"/sessions/{both[0].public_id}/"))
    assert Message.objects.filter(kind="moved", status="queued").count() == 1


def test_requests_stay_requests_when_both_move(both: Sessions) -> None:
    MassageSession.objects.filter(pk=both[0].pk).update(status="requested", needs_review=True)

    move(both, LATER)

    assert [status for status, *_ in stands(both)] == ["requested", "booked"]


@pytest.mark.parametrize("stamp", ["", "later", "2026-06-08T10:00:00"])
def test_a_time_that_cannot_be_read_moves_nothing(both: Sessions, nadias: Browser, stamp: str) -> None:
    nadias.post(f"/sessions/{both[0].public_id}/move/both/", {"starts_at": stamp})

    assert stands(both) == [("booked", TEN, 0)] * 2
