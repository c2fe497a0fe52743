"""Moving, cancelling and the day itself."""

from datetime import timedelta
from typing import Any

import pytest

from massage_booking.core.errors import Refused, Taken
from massage_booking.outbox.models import Message
from screening.document import GivenRow
from sessions.models import MassageSession
from sessions.services import changes
from tests import cast

pytestmark = pytest.mark.django_db


def owed() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("kind", "status"))


def move(house: cast.House, session: MassageSession, starts_at: Any, **more: Any) -> MassageSession:
    values: dict[str, Any] = {
        "therapist": house.ana,
        "actor": None,
        "by": "client",
        "now": cast.NOW,
        "assessment": cast.assess(house.nadia, starts_at),
    }
    return changes.move(session=session, starts_at=starts_at, **{**values, **more})


def test_a_move_frees_the_old_time_and_owes_news_of_the_new(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))

    moved = move(house, session, cast.at(14, days=4))

    assert (moved.pk, moved.revision, moved.starts_at) == (session.pk, 1, cast.at(14, days=4))
    assert owed() == [("booked", "void"), ("reminder", "void"), ("moved", "queued"), ("reminder", "queued")]
    assert cast.book(house, client=house.ben, starts_at=cast.at(10, days=3)).status == "booked"


def test_a_session_may_move_into_its_own_shadow(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))

    assert move(house, session, cast.at(10, 30, days=3)).starts_at == cast.at(10, 30, days=3)


def test_a_move_onto_somebody_is_refused_and_nothing_is_lost(house: cast.House) -> None:
    cast.book(house, client=house.ben, starts_at=cast.at(14, days=4))
    session = cast.book(house, starts_at=cast.at(10, days=3))

    with pytest.raises(Taken) as refusal:
        move(house, session, cast.at(14, days=4))

    session.refresh_from_db()
    assert (session.starts_at, session.revision) == (cast.at(10, days=3), 0)
    assert len(refusal.value.params["nearest"]) == 3


def test_a_move_that_the_answers_rule_out_on_that_day_is_refused(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    cast.answer(house.nadia, {"neck_injury": GivenRow(answer="Within the last 3 days", event_on=cast.TODAY)})

    with pytest.raises(Refused) as refusal:
        move(house, session, cast.at(14, days=2))

    assert refusal.value.code == "screening"


def test_a_client_cannot_move_or_cancel_within_the_window(house: cast.House) -> None:
    session = cast.book(house)
    late = session.starts_at - timedelta(hours=23)

    with pytest.raises(Refused) as moving:
        move(house, session, cast.at(14, days=3), now=late)
    with pytest.raises(Refused) as cancelling:
        changes.cancel(session=session, actor=None, by="client", now=late)

    assert {moving.value.code, cancelling.value.code} == {"too_late_to_change"}
    assert changes.cancel(session=session, actor=house.desk, by="desk", now=late).cancelled_late


def test_a_cancelled_time_is_free_and_nobody_is_reminded(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))

    cancelled = changes.cancel(session=session, actor=None, by="client", now=cast.NOW)
    changes.cancel(session=cancelled, actor=None, by="client", now=cast.NOW)

    assert (cancelled.status, cancelled.cancelled_late) == ("cancelled", False)
    assert owed() == [("booked", "void"), ("reminder", "void"), ("cancelled", "queued")]
    assert cast.book(house, client=house.ben, starts_at=cast.at(10, days=3)).status == "booked"


def test_a_stale_page_cannot_move_what_was_moved_meanwhile(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    stale = MassageSession.objects.get(pk=session.pk)
    move(house, session, cast.at(14, days=4))

    with pytest.raises(Refused) as refusal:
        move(house, stale, cast.at(9, days=4))

    assert refusal.value.code == "changed_meanwhile"


def test_the_day_goes_from_arrived_to_done(house: cast.House) -> None:
    session = cast.book(house)
    acts = [changes.arrive, changes.undo_arrive, changes.arrive, changes.start, changes.complete]
    for act in acts:
        act(session=session, actor=house.ana.user, by="therapist", now=session.starts_at)

    session.refresh_from_db()
    assert session.status == "done"
    with pytest.raises(Refused):
        changes.cancel(session=session, actor=None, by="desk", now=session.ends_at)


def test_nobody_is_a_no_show_before_the_start(house: cast.House) -> None:
    session = cast.book(house)
    with pytest.raises(Refused) as refusal:
        changes.no_show(session=session, actor=None, by="therapist", now=session.starts_at - timedelta(minutes=1))

    assert refusal.value.code == "too_early_for_act"
    assert changes.no_show(session=session, actor=None, by="therapist", now=session.starts_at).status == "no_show"


def test_a_request_keeps_its_time_until_somebody_says_yes(house: cast.House) -> None:
    session = cast.book(house, needs_review=True)
    assert (session.status, owed()) == ("requested", [("requested", "queued")])
    with pytest.raises(Taken):
        cast.book(house, client=house.ben)

    approved = changes.approve(session=session, actor=house.ana.user, by="therapist", now=cast.NOW)

    assert approved.status == "booked"
    assert owed()[1:] == [("booked", "queued"), ("reminder", "queued")]


def test_a_declined_request_gives_its_time_back(house: cast.House) -> None:
    session = cast.book(house, needs_review=True)

    changes.decline(session=session, actor=house.ana.user, by="therapist", now=cast.NOW)

    assert cast.book(house, client=house.ben).status == "booked"


def test_new_answers_count_for_sessions_that_are_booked(house: cast.House, monday: Any) -> None:
    session = cast.book(house, service=house.deep, starts_at=cast.at(10, days=3))

    cast.answer(house.nadia, {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")})

    session.refresh_from_db()
    assert (session.status, session.re_ask_due, session.needs_review) == ("booked", True, True)
    assert session.decision is not None and session.decision.max_pressure == "light"


def test_the_questions_about_today_are_asked_of_everybody_at_arrival(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=8))
    with pytest.raises(Refused) as refusal:
        changes.start(session=session, actor=None, by="therapist", now=session.starts_at)
    assert (refusal.value.code, session.re_ask_due) == ("re_ask_due", False)

    changes.asked_again(
        session=session, unchanged=True, actor=None, by="therapist", now=session.starts_at - timedelta(minutes=5)
    )

    assert changes.start(session=session, actor=None, by="therapist", now=session.starts_at).status == "started"


def test_who_answered_about_today_when_booking_is_not_asked_twice(house: cast.House) -> None:
    session = cast.book(house)

    assert changes.start(session=session, actor=None, by="therapist", now=session.starts_at).status == "started"
