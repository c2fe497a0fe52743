"""Plans and nudges: accepted with one tap, nudged when it slips, and then quiet."""

from datetime import timedelta
from typing import Any

import pytest

from massage_booking.outbox.models import Message
from sessions.models import MassageSession, Plan
from sessions.selectors import rhythm
from sessions.services import nudges, plans
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(house: cast.House) -> Plan:
    """Nadia came on Tuesday at ten with Ana, and keeps that rhythm."""
    session = cast.book(house)
    MassageSession.objects.filter(pk=session.pk).update(status="done")
    return plans.accept(session=session, now=cast.at(11, days=1))


def nudged_on(day: int, hour: int = 10) -> int:
    return nudges.plan_nudges(now=cast.at(hour, days=day))


def nudge_mails() -> list[Any]:
    return list(Message.objects.filter(kind="nudge").order_by("pk").values_list("recipient", "due_at"))


def test_a_plan_likes_what_the_session_was(house: cast.House, plan: Plan) -> None:
    assert (plan.interval_days, plan.therapist, plan.weekday, plan.service) == (14, house.ana, 1, house.swedish)
    assert f"{plan.time_of_day:%H:%M}" == "10:00"


def test_a_nudge_goes_out_five_days_before_the_next_is_due(plan: Plan) -> None:
    assert [nudged_on(day) for day in (8, 9, 10, 11)] == [0, 0, 1, 0]
    assert nudge_mails() == [("nadia@example.com", cast.at(10, days=10))]


def test_nobody_with_a_session_booked_is_nudged(house: cast.House, plan: Plan) -> None:
    cast.book(house, starts_at=cast.at(10, days=15), now=cast.at(9, days=2))

    assert nudged_on(11) == 0


def test_three_nudges_without_an_answer_are_enough(plan: Plan) -> None:
    assert sum(nudged_on(day) for day in range(8, 60)) == 3


def test_a_nudge_waits_for_the_end_of_the_quiet_hours(plan: Plan) -> None:
    nudged_on(10, hour=22)

    assert [due_at for _, due_at in nudge_mails()] == [cast.at(8, days=11)]


def test_a_pause_is_kept(house: cast.House, plan: Plan) -> None:
    plans.change(client=house.nadia, interval_days=14, paused_until=cast.at(9, days=30).date(), now=cast.at(9, days=3))

    assert sum(nudged_on(day) for day in range(8, 25)) == 0


def test_an_ended_plan_is_quiet(house: cast.House, plan: Plan) -> None:
    plans.end(client=house.nadia, now=cast.at(9, days=3))

    assert nudged_on(12) == 0
    assert rhythm.standing_of(client=house.nadia, now=cast.at(9, days=4)) is None


def test_two_planners_at_once_nudge_once(plan: Plan) -> None:
    stale = Plan.objects.get(pk=plan.pk)
    nudged_on(10)

    standing = nudges._nudge(
        stale, ([cast.at(10, days=1).date()], []), studio=cast.make_studio(), now=cast.at(10, days=10)
    )

    assert standing is False
    assert len(nudge_mails()) == 1


def test_the_ledger_counts_from_the_last_session(house: cast.House, plan: Plan) -> None:
    standing = rhythm.standing_of(client=house.nadia, now=cast.at(12, days=11))

    assert standing is not None
    assert (standing.ledger.state, standing.ledger.due_on) == (
        "due_soon",
        (cast.at(10, days=1) + timedelta(days=14)).date(),
    )
    assert (standing.this_month.sessions, standing.this_month.wanted) == (1, 2)
