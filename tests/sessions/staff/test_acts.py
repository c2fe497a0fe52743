"""What staff do on the day: by POST alone, within the table of acts, each refusal as a sentence."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client as Browser

from massage_booking.core.ids import new_public_id
from screening.document import GivenRow
from sessions.models import MassageSession, SessionEvent
from sessions.services import changes, health
from tests import cast

pytestmark = pytest.mark.django_db

ALL = ["arrive", "undo-arrive", "start", "complete", "no-show", "approve", "decline", "reviewed", "asked-again"]


def act(browser: Browser, session: MassageSession, word: str, **fields: str) -> Any:
    return browser.post(f"/sessions/calendar/{session.public_id}/{word}/", fields)


def status(session: MassageSession) -> str:
    session.refresh_from_db()
    return session.status


def told(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.fixture
def session(house: cast.House) -> MassageSession:
    return cast.book(house, starts_at=cast.at(10))


def test_a_day_goes_its_way(session: MassageSession, ana: Browser) -> None:
    way = []
    for word in ("arrive", "undo-arrive", "arrive", "start", "complete"):
        response = act(ana, session, word)
        assert (response.status_code, response["Location"]) == (302, f"/sessions/calendar/{session.public_id}/")
        way.append(status(session))

    assert way == ["arrived", "booked", "arrived", "started", "done"]
    acts = list(SessionEvent.objects.filter(session=session).values_list("act", "by"))
    assert acts == [
        ("confirm", "client"), ("arrive", "therapist"), ("undo_arrive", "therapist"), ("arrive", "therapist"),
        ("start", "therapist"), ("signed_off", "therapist"), ("complete", "therapist"),
    ]  # fmt: skip


@pytest.mark.parametrize("word", ALL)
def test_looking_at_an_act_does_nothing(session: MassageSession, ana: Browser, dora: Browser, word: str) -> None:
    for browser in (ana, dora):
        assert browser.get(f"/sessions/calendar/{session.public_id}/{word}/").status_code == 405
    assert status(session) == "booked"


def test_another_therapist_and_the_client_may_do_nothing(
    session: MassageSession, uma: Browser, nadia: Browser, client: Browser
) -> None:
    for word in ALL:
        assert act(uma, session, word, outcome="unchanged").status_code == 404
        assert act(nadia, session, word, outcome="unchanged").status_code == 404
        assert act(client, session, word, outcome="unchanged").status_code == 302
    assert status(session) == "booked"


def test_the_desk_ticks_arrivals_but_starts_nothing(session: MassageSession, dora: Browser) -> None:
    response = act(dora, session, "arrive", back="desk")

    assert response["Location"] == "/sessions/desk/?day=2026-06-01"
    assert status(session) == "arrived"
    for word in ("start", "complete", "reviewed", "approve"):
        assert act(dora, session, word).status_code == 404
    assert status(session) == "arrived"
    assert SessionEvent.objects.filter(act="arrive").values_list("by", "actor__email").get() == (
        "desk", "dora@stillwater.example",
    )  # fmt: skip


def test_too_early_is_refused_in_words(house: cast.House, ana: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=1))

    response = act(ana, session, "arrive")

    assert told(response) == ["It is too early for that: from Tuesday 2 June, 0:00."]
    assert status(session) == "booked"


def test_nobody_is_missing_before_the_start(session: MassageSession, ana: Browser, monday: Any) -> None:
    assert "too early" in told(act(ana, session, "no-show"))[0]
    monday.shift(timedelta(hours=3))
    act(ana, session, "no-show")
    assert status(session) == "no_show"


def test_what_the_table_does_not_know_is_refused_in_words(session: MassageSession, ana: Browser) -> None:
    assert told(act(ana, session, "complete")) == [
        "That is not possible with this session any more. Here is how it stands now."
    ]


def test_an_act_that_does_not_exist_is_nothing(session: MassageSession, ana: Browser) -> None:
    assert act(ana, session, "lengthen").status_code == 404


def test_start_waits_while_answers_must_be_asked_again(session: MassageSession, ana: Browser) -> None:
    MassageSession.objects.filter(pk=session.pk).update(re_ask_due=True)

    response = act(ana, session, "start")

    assert "must be asked again" in told(response)[0]
    assert status(session) == "booked"


def test_asked_again_and_unchanged_lets_it_start(session: MassageSession, ana: Browser) -> None:
    MassageSession.objects.filter(pk=session.pk).update(re_ask_due=True)

    act(ana, session, "asked-again", outcome="unchanged")
    act(ana, session, "start")

    assert status(session) == "started"
    event = SessionEvent.objects.get(session=session, act="asked_again")
    assert (event.by, event.actor, event.detail) == ("therapist", session.therapist.user, {"unchanged": True})


def test_something_changed_keeps_it_from_starting(session: MassageSession, ana: Browser) -> None:
    response = act(ana, session, "asked-again", outcome="changed")

    assert "something has changed" in told(response)[0]
    act(ana, session, "start")
    session.refresh_from_db()
    assert (session.status, session.re_ask_due) == ("booked", True)
    assert SessionEvent.objects.get(act="asked_again").detail == {"unchanged": False}


def test_asking_by_a_page_that_newer_answers_have_overtaken_settles_nothing(
    session: MassageSession, ana: Browser
) -> None:
    MassageSession.objects.filter(pk=session.pk).update(re_ask_due=True)

    response = act(ana, session, "asked-again", outcome="unchanged", decision="another")

    assert "Something has changed since you opened the page." in told(response)[0]
    session.refresh_from_db()
    assert session.re_ask_due


@pytest.mark.parametrize("hour", [8, 11])
def test_a_change_that_was_told_is_not_untold_by_another_press(
    session: MassageSession, ana: Browser, monday: Any, hour: int
) -> None:
    monday.move_to(cast.at(hour, 30))
    act(ana, session, "asked-again", outcome="changed")

    act(ana, session, "asked-again", outcome="unchanged")
    act(ana, session, "start")

    session.refresh_from_db()
    assert (session.status, session.re_ask_due) == ("booked", True)


@pytest.mark.parametrize("outcome", ["", "maybe", "unchanged\n"])
def test_an_outcome_that_is_none_does_nothing(session: MassageSession, ana: Browser, outcome: str) -> None:
    MassageSession.objects.filter(pk=session.pk).update(re_ask_due=True)

    assert act(ana, session, "asked-again", outcome=outcome).status_code == 404
    session.refresh_from_db()
    assert session.re_ask_due is True


def test_what_was_never_answered_cannot_be_asked_away(session: MassageSession, ana: Browser) -> None:
    MassageSession.objects.filter(pk=session.pk).update(re_ask_due=True, decision=None)

    response = act(ana, session, "asked-again", outcome="unchanged")

    assert told(response) == ["The client has to answer the health questions first, in their account."]
    session.refresh_from_db()
    assert session.re_ask_due is True


def test_a_wait_that_ends_before_the_session_needs_a_new_answer(session: MassageSession, ana: Browser) -> None:
    MassageSession.objects.filter(pk=session.pk).update(re_ask_due=True)
    decision = session.decision
    assert decision is not None
    # What a decision says is final; a newer one takes its place.
    decision.pk, decision.public_id, decision.held_until_answered = None, new_public_id(), cast.TODAY
    decision._state.adding = True
    decision.save()
    MassageSession.objects.filter(pk=session.pk).update(decision=decision)

    act(ana, session, "asked-again", outcome="unchanged")

    session.refresh_from_db()
    assert session.re_ask_due is True


def test_answers_that_rule_the_session_out_cannot_be_asked_away(house: cast.House, ana: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(10), service=house.deep)
    cast.answer(house.nadia, {"arthritis": GivenRow(answer="No, it is settled or just achy", sites=frozenset())})
    health.judge_again(client=house.nadia, now=cast.NOW)

    response = act(ana, session, "asked-again", outcome="unchanged")

    assert told(response) == ["The newest answers do not allow this session. Move it to another time, or cancel it."]
    session.refresh_from_db()
    assert session.re_ask_due is True


def test_questions_about_a_day_are_asked_on_that_day(house: cast.House, ana: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=2))
    MassageSession.objects.filter(pk=session.pk).update(re_ask_due=True)

    response = act(ana, session, "asked-again", outcome="unchanged")

    assert told(response) == ["The questions about today can only be asked on the day of the session."]


def test_new_answers_do_what_asking_aloud_could_not(house: cast.House, session: MassageSession, ana: Browser) -> None:
    MassageSession.objects.filter(pk=session.pk).update(re_ask_due=True, decision=None)

    cast.answer(house.nadia)

    act(ana, session, "start")
    assert status(session) == "started"


def test_a_look_that_was_wanted_is_noted(session: MassageSession, ana: Browser) -> None:
    MassageSession.objects.filter(pk=session.pk).update(needs_review=True)

    act(ana, session, "reviewed")
    act(ana, session, "reviewed")

    session.refresh_from_db()
    assert (session.status, session.needs_review) == ("booked", False)
    assert SessionEvent.objects.filter(act="reviewed").count() == 1


def test_a_request_is_approved_by_its_therapist(house: cast.House, ana: Browser, uma: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=2), needs_review=True)

    assert act(uma, session, "approve").status_code == 404
    act(ana, session, "approve")

    session.refresh_from_db()
    assert (session.status, session.needs_review) == ("booked", False)


def test_cancelling_asks_once_and_then_acts(session: MassageSession, ana: Browser) -> None:
    page = f"/sessions/calendar/{session.public_id}/cancel/"

    assert "Cancel this session?" in ana.get(page).content.decode()
    assert status(session) == "booked"
    response = ana.post(page)
    assert response["Location"] == "/sessions/calendar/?day=2026-06-01"
    assert status(session) == "cancelled"


def test_a_session_under_way_is_not_cancelled(session: MassageSession, ana: Browser, dora: Browser) -> None:
    changes.start(session=session, actor=None, by="therapist", now=cast.NOW)

    assert "cannot be cancelled" in ana.get(f"/sessions/calendar/{session.public_id}/cancel/").content.decode()
    response = dora.post(f"/sessions/desk/{session.public_id}/cancel/")
    assert response["Location"] == f"/sessions/calendar/{session.public_id}/"
    assert status(session) == "started"
