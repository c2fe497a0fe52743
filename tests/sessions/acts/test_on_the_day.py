"""Late, arrived, started, over: what is noted with each act, and wrong ticks taken back."""

from datetime import timedelta
from typing import Any

import pytest

from massage_booking.core.errors import Refused, Taken
from sessions.models import MassageSession
from sessions.services import changes, reports
from tests import cast

pytestmark = pytest.mark.django_db

STARTS = cast.at(10)


def by(session: MassageSession, minutes: int = 0, **more: Any) -> dict[str, Any]:
    return {"session": session, "actor": None, "by": "therapist", "now": STARTS + timedelta(minutes=minutes), **more}


def test_the_instants_of_a_session_are_kept(house: cast.House) -> None:
    session = cast.book(house, starts_at=STARTS)

    changes.arrive(**by(session, -5))
    changes.start(**by(session, 2))
    changes.complete(**by(session, 61))

    session.refresh_from_db()
    assert (session.arrived_at, session.started_at, session.finished_at, session.stopped_early) == (
        STARTS - timedelta(minutes=5),
        STARTS + timedelta(minutes=2),
        STARTS + timedelta(minutes=61),
        False,
    )


def test_what_stopped_early_keeps_its_time(house: cast.House) -> None:
    session = cast.book(house, starts_at=STARTS)
    changes.start(**by(session))

    changes.stop_early(**by(session, 20))

    session.refresh_from_db()
    assert (session.status, session.stopped_early, session.finished_at) == (
        "done",
        True,
        STARTS + timedelta(minutes=20),
    )
    assert (session.ends_at, session.blocked_until) == (cast.at(11), cast.at(11, 15))
    with pytest.raises(Taken):
        cast.book(house, client=house.ben, starts_at=cast.at(10, 30), notice=timedelta(0), by="desk", via="phone")


def test_stopping_early_with_a_report_is_one_act(house: cast.House) -> None:
    session = cast.book(house, starts_at=STARTS)
    changes.start(**by(session))

    reports.report(kinds=[], words="had to leave", stopped_early=True, **by(session, 20))

    assert list(session.events.values_list("act", flat=True)) == ["confirm", "start", "stopped_early", "reported"]


def test_a_client_who_calls_is_noted_as_late(house: cast.House) -> None:
    session = cast.book(house, starts_at=STARTS)

    changes.late(minutes=10, **by(session, -30))
    changes.late(minutes=15, **by(session, -20))
    changes.late(minutes=15, **by(session, -20))

    session.refresh_from_db()
    assert (session.status, session.late_minutes) == ("booked", 15)
    assert session.events.filter(act="late").count() == 2


@pytest.mark.parametrize("minutes", [-5, 0, 121, 10_000])
def test_nobody_is_late_by_nothing_or_by_half_a_day(house: cast.House, minutes: int) -> None:
    session = cast.book(house, starts_at=STARTS)

    with pytest.raises(Refused) as refusal:
        changes.late(minutes=minutes, **by(session))

    assert refusal.value.code == "late_minutes"


def test_nobody_is_late_the_day_before(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=1))

    with pytest.raises(Refused) as refusal:
        changes.late(minutes=10, **by(session))

    assert refusal.value.code == "too_early_for_act"


def test_a_wrong_no_show_is_taken_back(house: cast.House) -> None:
    session = cast.book(house, starts_at=STARTS)
    changes.no_show(**by(session, 15))

    changes.undo_no_show(**by(session, 20))

    session.refresh_from_db()
    assert session.status == "booked"


def test_a_no_show_stands_where_somebody_else_lies_there_now(house: cast.House) -> None:
    session = cast.book(house, starts_at=STARTS)
    changes.no_show(**by(session, 5))
    cast.book(
        house, client=house.ben, starts_at=cast.at(10, 15), notice=timedelta(0), now=STARTS + timedelta(minutes=6)
    )

    with pytest.raises(Taken) as refusal:
        changes.undo_no_show(**by(session, 20))

    session.refresh_from_db()
    assert (session.status, refusal.value.code) == ("no_show", "time_is_gone")


def test_a_no_show_stands_after_a_day(house: cast.House) -> None:
    session = cast.book(house, starts_at=STARTS)
    changes.no_show(**by(session, 15))

    changes.undo_no_show(**by(session, 24 * 60))
    changes.no_show(**by(session, 24 * 60))
    with pytest.raises(Refused) as refusal:
        changes.undo_no_show(**by(session, 24 * 60 + 1))

    assert refusal.value.code == "too_late_for_act"


def test_a_wrong_end_is_taken_back(house: cast.House) -> None:
    session = cast.book(house, starts_at=STARTS)
    changes.start(**by(session))
    changes.complete(**by(session, 10))

    changes.undo_complete(**by(session, 11))

    session.refresh_from_db()
    assert (session.status, session.finished_at) == ("started", None)


def test_an_end_that_was_told_of_stands(house: cast.House) -> None:
    session = cast.book(house, starts_at=STARTS)
    changes.start(**by(session))
    reports.report(kinds=[], words="", stopped_early=True, **by(session, 20))

    with pytest.raises(Refused) as refusal:
        changes.undo_complete(**by(session, 21))

    assert refusal.value.code == "told_already"


def test_nothing_is_approved_after_its_start(house: cast.House) -> None:
    session = cast.book(house, starts_at=STARTS, needs_review=True)

    with pytest.raises(Refused) as refusal:
        changes.approve(**by(session))

    assert refusal.value.code == "in_past"
