"""A late change is asked for: the new time is kept, the therapist says yes or no, or it lapses."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from massage_booking.core.errors import Refused, Taken
from massage_booking.outbox import services as outbox
from massage_booking.outbox.models import Message
from screening.document import GivenRow
from sessions.models import ChangeRequest, MassageSession
from sessions.selectors import late_changes as selectors
from sessions.services import changes, holds, late_changes, signing, upkeep
from tests import cast

pytestmark = pytest.mark.django_db

NOW = cast.NOW
SOON = cast.at(10, days=1) - timedelta(hours=3)
STILL_ILL = {"fever_infection": GivenRow(answer="Feverish, heavy cold or cough, sick or unwell", still_running=True)}


@pytest.fixture(autouse=True)
def late_ones_are_asked_for(house: cast.House, monday: Any) -> None:
    cast.make_studio(late_changes="ask")


@pytest.fixture
def session(house: cast.House) -> MassageSession:
    """Nadia’s, tomorrow at ten with Ana: at seven of that day it is too late to change it alone."""
    return cast.book(house)


def ask_to_move(house: cast.House, session: MassageSession, starts_at: datetime, **more: Any) -> ChangeRequest:
    values: dict[str, Any] = {"therapist": house.ana, "actor": None, "now": SOON}
    values["assessment"] = cast.assess(house.nadia, starts_at, now=SOON)
    return late_changes.ask_to_move(session=session, starts_at=starts_at, **{**values, **more})


def ask_to_cancel(session: MassageSession, **more: Any) -> ChangeRequest:
    return late_changes.ask_to_cancel(session=session, actor=None, **{"now": SOON, **more})


def accept(asked: ChangeRequest, **more: Any) -> MassageSession:
    values: dict[str, Any] = {"waives_fee": False, "actor": None, "by": "therapist", "now": SOON}
    return late_changes.accept(asked=ChangeRequest.objects.get(pk=asked.pk), **{**values, **more})


def kinds(status: str = "queued") -> list[str]:
    return list(Message.objects.filter(status=status).order_by("pk").values_list("kind", flat=True))


def answer_of(asked: ChangeRequest) -> str:
    return ChangeRequest.objects.get(pk=asked.pk).answer


def test_the_new_time_is_kept_and_the_therapist_told(house: cast.House, session: MassageSession) -> None:
    asked = ask_to_move(house, session, cast.at(14, days=3))

    held = asked.held
    assert held is not None
    assert (held.status, held.client, held.therapist, held.starts_at, held.blocked_until, held.held_until) == (
        "held",
        None,
        house.ana,
        cast.at(14, days=3),
        cast.at(15, 15, days=3),
        cast.at(10, days=1),
    )
    with pytest.raises(Taken):
        cast.book(house, client=house.ben, starts_at=cast.at(14, days=3))
    session.refresh_from_db()
    assert (session.status, session.starts_at) == ("booked", cast.at(10, days=1))
    told = Message.objects.get(kind="change_waiting")
    assert told.recipient == "ana@stillwater.example"


def test_a_time_asked_for_counts_against_no_visitor_and_outlives_theirs(
    house: cast.House, session: MassageSession
) -> None:
    cast.make_studio(late_changes="ask", holds_per_address=1)
    asked = ask_to_move(house, session, cast.at(14, days=3))
    assert asked.held is not None

    held = holds.hold(
        service=house.swedish, therapist=house.uma, starts_at=cast.at(9, days=4), browser="b", address="a",
        signed_in=False, now=SOON,
    )  # fmt: skip
    holds.release_browser(browser="b")
    holds.release_browser(browser="")
    upkeep.clear_expired(now=SOON + timedelta(hours=1))

    assert (held.status, MassageSession.objects.filter(pk=asked.held_id).exists()) == ("held", True)


def test_a_yes_moves_the_session_to_the_time_that_was_kept(house: cast.House, session: MassageSession) -> None:
    asked = ask_to_move(house, session, cast.at(14, days=3))
    place = asked.held.place_id  # type: ignore[union-attr]

    moved = accept(asked)

    assert (moved.pk, moved.starts_at, moved.place_id, moved.fee_waived) == (
        session.pk,
        cast.at(14, days=3),
        place,
        False,
    )
    assert (answer_of(asked), MassageSession.objects.filter(status="held").count()) == ("accepted", 0)
    assert "moved" in kinds()


@pytest.mark.parametrize("waives", [True, False])
def test_a_yes_cancels_and_says_whether_it_costs_something(
    house: cast.House, session: MassageSession, waives: bool
) -> None:
    asked = ask_to_cancel(session)

    cancelled = accept(asked, waives_fee=waives)

    assert (cancelled.status, cancelled.cancelled_late, cancelled.fee_waived) == ("cancelled", True, waives)
    assert (answer_of(asked), "cancelled" in kinds()) == ("accepted", True)


def test_a_no_leaves_everything_as_it_was(house: cast.House, session: MassageSession) -> None:
    asked = ask_to_move(house, session, cast.at(14, days=3))

    late_changes.decline(asked=asked, actor=None, by="desk", now=SOON)
    late_changes.decline(asked=asked, actor=None, by="desk", now=SOON)

    session.refresh_from_db()
    assert (session.status, session.starts_at, answer_of(asked)) == ("booked", cast.at(10, days=1), "declined")
    assert not MassageSession.objects.filter(status="held").exists()
    assert kinds().count("change_declined") == 1
    with pytest.raises(Refused) as refusal:
        accept(asked)
    assert refusal.value.code == "change_over"


def test_what_is_taken_back_frees_the_time(house: cast.House, session: MassageSession) -> None:
    asked = ask_to_move(house, session, cast.at(14, days=3))

    assert late_changes.withdraw(session=session, actor=None, now=SOON)
    assert not late_changes.withdraw(session=session, actor=None, now=SOON)

    assert answer_of(asked) == "withdrawn"
    assert cast.book(house, client=house.ben, starts_at=cast.at(14, days=3)).status == "booked"


def test_nobody_answers_and_it_lapses_with_the_start(house: cast.House, session: MassageSession) -> None:
    asked = ask_to_move(house, session, cast.at(14, days=3))

    upkeep.clear_expired(now=cast.at(9, 59, days=1))
    assert answer_of(asked) == "open"
    upkeep.clear_expired(now=cast.at(10, days=1))

    assert answer_of(asked) == "lapsed"
    assert not MassageSession.objects.filter(status="held").exists()
    assert kinds().count("change_lapsed") == 1
    with pytest.raises(Refused):
        accept(asked, now=cast.at(10, days=1))


def test_an_earlier_time_lapses_with_itself(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(16, days=1))
    asked = ask_to_move(house, session, cast.at(12, days=1), now=SOON)

    assert selectors.lapses_at(asked) == cast.at(12, days=1)
    assert asked.held is not None
    assert asked.held.held_until == cast.at(12, days=1)


@pytest.mark.parametrize(
    ("starts_at", "kept"),
    [
        (cast.at(10, 30, days=1), (cast.at(11, 15, days=1), cast.at(11, 45, days=1))),
        (cast.at(9, 30, days=1), (cast.at(9, 30, days=1), cast.at(10, days=1))),
    ],
    ids=["later", "earlier"],
)
def test_what_the_session_keeps_already_is_not_kept_twice(
    house: cast.House, session: MassageSession, starts_at: datetime, kept: tuple[datetime, datetime]
) -> None:
    cast.make_studio(late_changes="ask", notice_minutes=60)
    asked = ask_to_move(house, session, starts_at)

    assert asked.held is not None
    assert (asked.held.starts_at, asked.held.blocked_until) == kept
    assert accept(asked).starts_at == starts_at


def test_a_colleague_is_kept_for_the_whole_of_an_overlapping_time(house: cast.House, session: MassageSession) -> None:
    asked = ask_to_move(house, session, cast.at(10, 30, days=1), therapist=house.uma)

    assert asked.held is not None
    assert (asked.held.therapist, asked.held.starts_at) == (house.uma, cast.at(10, 30, days=1))
    assert asked.held.place_id != session.place_id
    assert accept(asked).therapist == house.uma


def test_what_is_taken_is_refused_with_the_nearest_three(house: cast.House, session: MassageSession) -> None:
    cast.book(house, client=house.ben, starts_at=cast.at(14, days=3))

    with pytest.raises(Taken) as refusal:
        ask_to_move(house, session, cast.at(14, days=3))

    assert len(refusal.value.params["nearest"]) == 3
    assert not ChangeRequest.objects.exists()


def test_one_request_at_a_time(house: cast.House, session: MassageSession) -> None:
    ask_to_cancel(session)

    with pytest.raises(Refused) as refusal:
        ask_to_move(house, session, cast.at(14, days=3))

    assert (refusal.value.code, ChangeRequest.objects.count()) == ("change_asked_already", 1)


def test_the_same_form_twice_is_one_request(house: cast.House, session: MassageSession) -> None:
    form = {"form_key": "k", "form_digest": "d"}

    first = ask_to_move(house, session, cast.at(14, days=3), **form)
    second = ask_to_move(house, session, cast.at(14, days=3), **form)

    assert (first.pk, MassageSession.objects.filter(status="held").count()) == (second.pk, 1)


@pytest.mark.parametrize(
    ("now", "code"),
    [(NOW - timedelta(hours=1), "nothing_to_ask"), (cast.at(10, days=1), "in_past")],
    ids=["it can be done alone", "it has begun"],
)
def test_only_what_is_too_late_to_do_alone_is_asked_for(session: MassageSession, now: datetime, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        ask_to_cancel(session, now=now)

    assert refusal.value.code == code


def test_where_people_are_to_call_nothing_is_asked_for(house: cast.House, session: MassageSession) -> None:
    cast.make_studio(late_changes="call")

    with pytest.raises(Refused) as refusal:
        ask_to_cancel(session)

    assert refusal.value.code == "too_late_to_change"


def test_a_time_that_newer_answers_rule_out_is_not_moved_to(house: cast.House, session: MassageSession) -> None:
    asked = ask_to_move(house, session, cast.at(14, days=3))
    cast.answer(house.nadia, STILL_ILL, now=SOON)

    with pytest.raises(Refused) as refusal:
        accept(asked)

    session.refresh_from_db()
    assert (refusal.value.code, session.starts_at, answer_of(asked)) == ("screening", cast.at(10, days=1), "open")
    assert MassageSession.objects.filter(status="held").count() == 1


@pytest.mark.parametrize("by", ["moved", "cancelled"])
def test_whatever_else_happens_to_the_session_settles_it(house: cast.House, session: MassageSession, by: str) -> None:
    asked = ask_to_move(house, session, cast.at(14, days=3))
    desk: dict[str, Any] = {"session": session, "actor": None, "by": "desk", "now": SOON}

    if by == "moved":
        later = cast.at(15, days=4)
        changes.move(starts_at=later, therapist=house.ana, assessment=cast.assess(house.nadia, later, now=SOON), **desk)
    else:
        changes.cancel(**desk)

    assert (answer_of(asked), MassageSession.objects.filter(status="held").count()) == ("withdrawn", 0)


def test_hands_on_settle_it_too(house: cast.House, session: MassageSession) -> None:
    asked = ask_to_move(house, session, cast.at(14, days=3))

    cast.answer(house.nadia, now=SOON)
    signing.start(
        session=MassageSession.objects.get(pk=session.pk), actor=house.ana.user, by="therapist", now=SOON,
    )  # fmt: skip
    upkeep.clear_expired(now=SOON)

    assert (answer_of(asked), MassageSession.objects.filter(status="held").count()) == ("withdrawn", 0)


def test_the_letters_say_what_came_of_it_and_nothing_of_health(
    house: cast.House, session: MassageSession, mailoutbox: Any
) -> None:
    asked = ask_to_move(house, session, cast.at(14, days=3))
    outbox.send_due(now=SOON)
    late_changes.decline(asked=asked, actor=None, by="therapist", now=SOON)
    outbox.send_due(now=SOON)

    told = {mail.to[0]: mail.subject for mail in mailoutbox if "Booked" not in mail.subject}
    assert told["ana@stillwater.example"] == "Somebody asks for a change at Stillwater Massage"
    assert told["nadia@example.com"] == "It stays: Tuesday 2 June, 10:00"
