"""Later edits: one session alone, or it and all that follow; the same rows, the same numbers, one letter."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from massage_booking.accounts.models import User
from massage_booking.core.errors import Refused, Taken
from massage_booking.outbox.models import Message
from sessions import ics
from sessions.models import MassageSession, Series, SessionEvent
from sessions.selectors import series_of
from sessions.services import changes, series_changes
from sessions.services.series_changes import By, NewTime
from tests import cast
from tests.sessions.series.dates import booked, in_the_way, numbers, tuesday
from tests.sessions.series.pages import fields_of, text_of
from therapists.models import TimeOff

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Browser]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def at_eight(monday: Any) -> Any:
    """Stop the clock for every test here."""
    return monday


@pytest.fixture
def four(house: cast.House) -> list[MassageSession]:
    """Four Tuesdays at ten with Ana."""
    cast.answer(house.nadia)
    return list(booked(house, *[tuesday(number) for number in range(1, 5)]).sessions)


@pytest.fixture
def nadia(house: cast.House, four: list[MassageSession], sign_in: SignIn) -> Browser:
    return sign_in(house.nadias_account)


@pytest.fixture
def dora(house: cast.House, four: list[MassageSession], sign_in: SignIn) -> Browser:
    return sign_in(house.desk)


def page_of(session: MassageSession, name: str = "following") -> str:
    return reverse(f"sessions:{name}", args=[session.public_id])


def shown(
    browser: Browser, session: MassageSession, day: str, time: str, *, name: str = "following", **more: str
) -> Any:
    response = browser.get(page_of(session, name), {"day": day, "time": time, "therapist": "same", **more})
    assert response.status_code == 200
    return response


def sent(browser: Browser, session: MassageSession, page: Any, *, name: str = "following", **more: str) -> Any:
    return browser.post(page_of(session, name), {**fields_of(page), "act": "move", **more})


def stand(house: cast.House) -> list[tuple[int | None, datetime, str]]:
    return numbers(MassageSession.objects.filter(client=house.nadia).order_by("series_number"))


def starts(house: cast.House) -> list[datetime]:
    return [at for _, at, _ in stand(house)]


def to_two(house: cast.House, session: MassageSession, starts_at: datetime) -> None:
    """Move one session alone."""
    changes.move(
        session=session,
        starts_at=starts_at,
        therapist=house.ana,
        assessment=cast.assess(house.nadia, starts_at),
        actor=None,
        by="client",
        now=cast.NOW,
    )


# --- One alone ------------------------------------------------------------------


def test_one_that_moves_keeps_its_number_and_the_others_stay(house: cast.House, four: list[MassageSession]) -> None:
    to_two(house, four[1], tuesday(2, 14))

    assert stand(house) == [
        (1, tuesday(1), "booked"),
        (2, tuesday(2, 14), "booked"),
        (3, tuesday(3), "booked"),
        (4, tuesday(4), "booked"),
    ]


# --- It and all that follow -----------------------------------------------------


def test_this_and_the_following_keep_their_distance(
    nadia: Browser, house: cast.House, four: list[MassageSession]
) -> None:
    before = {one.public_id: ics.uid_of(one) for one in four}
    page = shown(nadia, four[1], "2026-06-24", "11:00")
    assert "Three sessions, one by one" in text_of(page)

    answer = sent(nadia, four[1], page)

    assert answer["Location"] == reverse("sessions:series", args=[Series.objects.get().public_id])
    assert stand(house) == [
        (1, tuesday(1), "booked"),
        *[(number, tuesday(number, 11) + DAY, "booked") for number in (2, 3, 4)],
    ]
    rows = MassageSession.objects.all()
    assert {row.public_id: ics.uid_of(row) for row in rows} == before
    assert [row.revision for row in rows.order_by("series_number")] == [0, 1, 1, 1]


def test_one_letter_tells_of_all_that_moved_and_reminders_follow(
    nadia: Browser, house: cast.House, four: list[MassageSession]
) -> None:
    sent(nadia, four[1], shown(nadia, four[1], "2026-06-24", "11:00"))

    queued = Message.objects.filter(status="queued")
    assert queued.filter(kind="moved").count() == 0
    assert queued.filter(kind="series_moved").count() == 1
    assert queued.filter(kind="reminder", revision=1).count() == 3
    assert queued.filter(kind="reminder").count() == 4


def test_one_that_was_moved_alone_keeps_its_difference(
    nadia: Browser, house: cast.House, four: list[MassageSession]
) -> None:
    to_two(house, four[2], tuesday(3, 14))

    sent(nadia, four[1], shown(nadia, four[1], "2026-06-24", "10:30"))

    assert starts(house)[1:] == [tuesday(2, 10, 30) + DAY, tuesday(3, 14, 30) + DAY, tuesday(4, 10, 30) + DAY]


def test_all_may_move_onto_each_others_times(nadia: Browser, house: cast.House, four: list[MassageSession]) -> None:
    """Two weeks later, each stands where the next one was; half an hour later, each overlaps itself."""
    page = shown(nadia, four[0], "2026-06-23", "10:00")
    assert text_of(page).count("Fits") == 4

    sent(nadia, four[0], page)
    assert starts(house) == [tuesday(number) for number in (2, 3, 4, 5)]

    session = MassageSession.objects.get(pk=four[0].pk)
    sent(nadia, session, shown(nadia, session, "2026-06-09", "10:30"))
    assert starts(house) == [tuesday(number, 10, 30) for number in (1, 2, 3, 4)]


def test_a_clash_is_shown_and_replaced(nadia: Browser, house: cast.House, four: list[MassageSession]) -> None:
    in_the_way(house, tuesday(3) + DAY)
    page = shown(nadia, four[1], "2026-06-24", "10:00")

    assert "Instead of Wednesday 8 July, 10:00: Ana is not free then." in text_of(page)
    sent(nadia, four[1], page)

    assert starts(house)[1:] == [tuesday(2) + DAY, tuesday(3, 11, 15) + DAY, tuesday(4) + DAY]


def test_one_may_stay_where_it_is(nadia: Browser, house: cast.House, four: list[MassageSession]) -> None:
    sent(nadia, four[1], shown(nadia, four[1], "2026-06-24", "10:00"), **{"date-2": "out"})

    assert starts(house)[1:] == [tuesday(2) + DAY, tuesday(3), tuesday(4) + DAY]


def test_what_is_taken_meanwhile_moves_nothing_or_the_rest(
    nadia: Browser, house: cast.House, four: list[MassageSession]
) -> None:
    page = shown(nadia, four[1], "2026-06-24", "10:00")
    in_the_way(house, tuesday(3) + DAY)

    answer = sent(nadia, four[1], page, mode="all")

    assert answer.status_code == 409
    assert "Taken meanwhile: Wed 8 Jul, 10:00. Nothing is moved yet." in text_of(answer)
    assert starts(house) == [tuesday(number) for number in (1, 2, 3, 4)]
    assert fields_of(answer)["date-2"] == f"{(tuesday(3, 11, 15) + DAY).isoformat()}~ana-quiroga"

    sent(nadia, four[1], page, mode="possible")
    assert starts(house)[1:] == [tuesday(2) + DAY, tuesday(3), tuesday(4) + DAY]


def test_the_same_form_again_moves_nothing_more(nadia: Browser, house: cast.House, four: list[MassageSession]) -> None:
    body = {**fields_of(shown(nadia, four[1], "2026-06-24", "10:00")), "act": "move"}

    for _ in range(3):
        assert nadia.post(page_of(four[1]), body).status_code == 302

    assert starts(house)[1:] == [tuesday(number) + DAY for number in (2, 3, 4)]
    assert SessionEvent.objects.filter(act="move").count() == 3
    assert MassageSession.objects.count() == 4


def test_a_form_about_other_sessions_than_stand_now_is_refused(
    nadia: Browser, house: cast.House, four: list[MassageSession]
) -> None:
    page = shown(nadia, four[1], "2026-06-24", "10:00")
    changes.cancel(session=four[3], actor=None, by="client", now=cast.NOW)

    answer = sent(nadia, four[1], page)

    assert answer.status_code == 409
    assert "Somebody changed this session a moment ago." in text_of(answer)
    assert starts(house)[1:3] == [tuesday(2), tuesday(3)]


def test_nothing_new_is_said(nadia: Browser, four: list[MassageSession]) -> None:
    assert "That is when they are already." in text_of(
        nadia.get(page_of(four[1]), {"day": "2026-06-23", "time": "10:00"})
    )


def test_with_somebody_else_they_change_hands(nadia: Browser, house: cast.House, four: list[MassageSession]) -> None:
    sent(nadia, four[2], shown(nadia, four[2], "2026-07-07", "10:00", therapist="uma-ruiz"))

    assert [one.therapist for one in MassageSession.objects.order_by("series_number")] == [
        house.ana, house.ana, house.uma, house.uma,
    ]  # fmt: skip


def test_too_far_ahead_stays(nadia: Browser, house: cast.House, four: list[MassageSession]) -> None:
    page = shown(nadia, four[0], "2026-08-18", "10:00")

    assert "Too far ahead: stays" in text_of(page)


def test_the_desk_moves_them_too(dora: Browser, house: cast.House, four: list[MassageSession]) -> None:
    page = shown(dora, four[2], "2026-07-08", "10:00", name="desk_following")

    answer = sent(dora, four[2], page, name="desk_following")

    assert answer["Location"] == reverse("sessions:desk_client", args=[house.nadia.public_id])
    assert "Two sessions are moved. Nadia R. gets one letter" in text_of(dora.get(answer["Location"]))
    assert starts(house) == [tuesday(1), tuesday(2), tuesday(3) + DAY, tuesday(4) + DAY]


def test_a_change_that_comes_too_late_moves_nothing(
    nadia: Browser, house: cast.House, four: list[MassageSession], at_eight: Any
) -> None:
    page = shown(nadia, four[0], "2026-06-10", "10:00")
    at_eight.move_to(tuesday(1) - timedelta(hours=3))

    answer = sent(nadia, four[0], page, **{"date-1": f"{(tuesday(1) + DAY).isoformat()}~ana-quiroga"})

    assert answer.status_code == 409
    assert starts(house) == [tuesday(number) for number in (1, 2, 3, 4)]


# --- Calling off ----------------------------------------------------------------


def cancelled(browser: Browser, session: MassageSession, *, name: str = "following") -> Any:
    body = fields_of(browser.get(page_of(session, name)), having="ids")
    return browser.post(page_of(session, name), {**body, "act": "cancel"})


def test_this_and_the_following_are_cancelled_and_the_earlier_stay(
    nadia: Browser, house: cast.House, four: list[MassageSession]
) -> None:
    cancelled(nadia, four[1])

    assert [status for _, _, status in stand(house)] == ["booked", "cancelled", "cancelled", "cancelled"]
    queued = Message.objects.filter(status="queued")
    assert [queued.filter(kind=kind).count() for kind in ("cancelled", "series_cancelled", "reminder")] == [0, 1, 1]


def test_cancelling_twice_is_once(nadia: Browser, house: cast.House, four: list[MassageSession]) -> None:
    body = {**fields_of(nadia.get(page_of(four[1])), having="ids"), "act": "cancel"}

    for _ in range(3):
        assert nadia.post(page_of(four[1]), body).status_code == 302

    assert Message.objects.filter(kind="series_cancelled").count() == 1
    assert SessionEvent.objects.filter(act="cancel").count() == 3


def test_the_desk_cancels_them_too(dora: Browser, house: cast.House, four: list[MassageSession]) -> None:
    cancelled(dora, four[2], name="desk_following")

    assert [status for _, _, status in stand(house)] == ["booked", "booked", "cancelled", "cancelled"]


# --- Who, and what pages say ----------------------------------------------------


def test_the_page_of_a_session_leads_there_while_others_follow(nadia: Browser, four: list[MassageSession]) -> None:
    words = "Move or cancel this one and all after it"

    assert words in text_of(nadia.get(reverse("sessions:detail", args=[four[0].public_id])))
    assert words not in text_of(nadia.get(reverse("sessions:detail", args=[four[3].public_id])))


def test_a_session_of_no_series_has_no_such_page(nadia: Browser, house: cast.House) -> None:
    alone = cast.book(house, starts_at=cast.at(10, days=3))

    assert nadia.get(page_of(alone)).status_code == 404


def test_whoever_has_only_a_link_is_led_to_sign_in(house: cast.House, four: list[MassageSession]) -> None:
    answer = Browser().get(page_of(four[0]))

    assert answer.status_code == 302
    assert "/login/" in answer["Location"]


# --- The service ----------------------------------------------------------------


def moves(four: list[MassageSession], house: cast.House, by: timedelta) -> list[NewTime]:
    return [NewTime(one, one.starts_at + by, house.ana) for one in four]


def test_all_or_none_move(house: cast.House, four: list[MassageSession]) -> None:
    in_the_way(house, tuesday(2) + DAY)

    with pytest.raises(Taken) as refused:
        series_changes.move(moves=moves(four, house, DAY), by=By(None, "client"), now=cast.NOW)

    assert refused.value.params["starts_at"] == tuesday(2) + DAY
    assert len(refused.value.params["nearest"]) == 3
    assert starts(house) == [tuesday(number) for number in (1, 2, 3, 4)]


def test_two_of_a_series_never_lie_on_one_day(house: cast.House, four: list[MassageSession]) -> None:
    with pytest.raises(Refused, match="series_same_day"):
        series_changes.move(moves=[NewTime(four[0], tuesday(2, 15), house.ana)], by=By(None, "client"), now=cast.NOW)


def test_what_follows_is_told_by_the_calendar(house: cast.House, four: list[MassageSession]) -> None:
    changes.cancel(session=four[2], actor=None, by="client", now=cast.NOW)
    TimeOff.objects.create(therapist=house.ana, starts_at=tuesday(4, 8), ends_at=tuesday(4, 18))

    assert series_of.following(four[1], now=cast.NOW) == [four[1], four[3]]
    assert series_of.following(four[1], now=tuesday(2)) == [four[3]]
