"""Being ill costs nothing: late changes that honest answers ask for, up to a limit; and a yes to what still fits."""

from datetime import date, timedelta
from typing import Any

import pytest

from massage_booking.core.errors import Refused
from screening import selectors as screening
from screening.document import GivenRow
from sessions.models import MassageSession, SessionEvent
from sessions.services import changes
from tests import cast

pytestmark = pytest.mark.django_db

FEVER = {"fever_infection": GivenRow(answer="Feverish, heavy cold or cough, sick or unwell", event_on=date(2026, 6, 1))}
BONES = {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")}
LATE = cast.at(16)


@pytest.fixture
def held(house: cast.House, monday: Any) -> MassageSession:
    """Nadia's session tomorrow at ten; this afternoon she has a fever and says so."""
    session = cast.book(house)
    monday.move_to(LATE)
    cast.answer(house.nadia, FEVER, now=LATE)
    session.refresh_from_db()
    assert session.held_back_at is not None
    return session


def use_up(session: MassageSession, count: int, at: Any = cast.NOW) -> None:
    SessionEvent.objects.bulk_create(
        [SessionEvent(session=session, at=at, act="fee_waived", by="client") for _ in range(count)]
    )


def cancel(session: MassageSession, by: str = "client") -> MassageSession:
    return changes.cancel(session=session, actor=None, by=by, now=LATE)


def test_whoever_is_ill_cancels_late_and_pays_nothing(held: MassageSession) -> None:
    cancelled = cancel(held)

    assert (cancelled.status, cancelled.cancelled_late, cancelled.fee_waived) == ("cancelled", True, True)
    event = SessionEvent.objects.get(act="fee_waived")
    assert (event.by, event.detail) == ("client", {})


def test_it_moves_late_to_a_safe_date_with_one_press(house: cast.House, held: MassageSession) -> None:
    safe = cast.at(10, days=3)
    moved = changes.move(
        session=held, starts_at=safe, therapist=house.ana, assessment=cast.assess(house.nadia, safe, now=LATE),
        actor=None, by="client", now=LATE,
    )  # fmt: skip

    assert (moved.starts_at, moved.held_back_at, moved.fee_waived, moved.needs_review) == (safe, None, True, False)
    # Its wait ends by then: the time is held for the answer.
    assert (moved.re_ask_due, moved.decision.held_until_answered) == (True, date(2026, 6, 3))  # type: ignore[union-attr]


def test_a_wait_is_a_wait_for_a_move_too(house: cast.House, held: MassageSession) -> None:
    with pytest.raises(Refused) as refusal:
        changes.move(
            session=held, starts_at=cast.at(14, days=1), therapist=house.ana,
            assessment=cast.assess(house.nadia, cast.at(14, days=1), now=LATE), actor=None, by="client", now=LATE,
        )  # fmt: skip

    assert refusal.value.code == "screening"


def test_beyond_the_limit_a_person_is_asked(house: cast.House, held: MassageSession) -> None:
    use_up(held, house.studio.health_waivers)

    with pytest.raises(Refused) as refusal:
        cancel(held)

    assert refusal.value.code == "too_late_to_change"
    by_desk = cancel(held, by="desk")
    assert (by_desk.cancelled_late, by_desk.fee_waived) == (True, False)


def test_what_is_over_a_year_ago_and_what_others_used_does_not_count(house: cast.House, held: MassageSession) -> None:
    use_up(held, house.studio.health_waivers, at=LATE - timedelta(days=365, minutes=1))
    use_up(cast.book(house, client=house.ben, starts_at=cast.at(14, days=2), now=LATE), house.studio.health_waivers)

    assert cancel(held).fee_waived


def test_the_desk_cancels_for_somebody_ill_without_a_fee(held: MassageSession) -> None:
    assert cancel(held, by="desk").fee_waived


def test_in_time_nothing_is_used_up(house: cast.House, monday: Any) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=4), service=house.deep)
    cast.answer(house.nadia, BONES)
    session.refresh_from_db()

    cancelled = cancel(session)

    assert (cancelled.cancelled_late, cancelled.fee_waived) == (False, False)
    assert not SessionEvent.objects.filter(act="fee_waived").exists()


def test_who_is_well_keeps_to_the_free_hours(house: cast.House) -> None:
    session = cast.book(house)

    with pytest.raises(Refused) as refusal:
        cancel(session)

    assert refusal.value.code == "too_late_to_change"


def test_it_becomes_another_service_that_fits_with_its_price(house: cast.House, monday: Any) -> None:
    session = cast.book(house, service=house.deep, starts_at=cast.at(10, days=3))
    cast.answer(house.nadia, BONES)
    session.refresh_from_db()

    changed = changes.move(
        session=session, starts_at=session.starts_at, therapist=house.ana, service=house.swedish45,
        assessment=cast.assess(house.nadia, session.starts_at), actor=None, by="client", now=cast.NOW,
    )  # fmt: skip

    assert (changed.service, changed.price, changed.minutes) == (house.swedish45, 55, 45)
    assert (changed.held_back_at, changed.blocked_until - changed.ends_at) == (None, timedelta(minutes=15))


# --- A yes to a request ---------------------------------------------------------


def approve(session: MassageSession) -> MassageSession:
    session.refresh_from_db()
    return changes.approve(session=session, actor=None, by="therapist", now=cast.NOW)


def test_a_yes_looks_at_the_newest_answers(house: cast.House, monday: Any) -> None:
    session = cast.book(house, service=house.deep, starts_at=cast.at(10, days=3), needs_review=True)
    cast.answer(house.nadia, BONES)
    with pytest.raises(Refused) as refusal:
        approve(session)
    assert refusal.value.code == "does_not_fit"

    # Even where nothing was judged again since, as when time alone has changed it.
    MassageSession.objects.update(held_back_at=None)
    with pytest.raises(Refused) as again:
        approve(session)
    assert (again.value.code, MassageSession.objects.get().status) == ("screening", "requested")


def test_a_yes_needs_answers(house: cast.House, monday: Any) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3), needs_review=True)
    MassageSession.objects.update(decision=None)

    with pytest.raises(Refused) as refusal:
        approve(session)

    assert refusal.value.code == "answers_needed"


# --- The questions of the day ---------------------------------------------------


def test_being_judged_anew_is_not_being_asked(house: cast.House, monday: Any) -> None:
    from sessions.selectors import asking
    from sessions.services import health

    session = cast.book(house, starts_at=cast.at(10, days=7))
    monday.move_to(cast.at(9, days=7))
    health.judge_again(client=house.nadia, now=cast.at(9, days=7))
    session.refresh_from_db()

    assert asking.is_due(session)
    MassageSession.objects.update(day_answered_at=cast.at(20, days=5), re_ask_due=False)
    session.refresh_from_db()
    assert asking.is_due(session), "two days before is too early"
    MassageSession.objects.update(day_answered_at=cast.at(20, days=6))
    session.refresh_from_db()
    assert not asking.is_due(session)


def test_something_has_changed_means_that_the_rows_of_the_day_are_answered_anew(house: cast.House, monday: Any) -> None:
    session = cast.book(house, starts_at=cast.at(10))

    changes.asked_again(session=session, unchanged=False, actor=None, by="therapist", now=cast.NOW)

    assessment = cast.assess(house.nadia, cast.at(10, days=9))
    assert "fever_infection" in assessment.ahead.ask_now_codes and not assessment.may_book
    with pytest.raises(Refused) as refusal:
        changes.asked_again(session=session, unchanged=True, actor=None, by="therapist", now=cast.NOW)
    assert refusal.value.code == "answers_needed"
    cast.answer(house.nadia)
    session.refresh_from_db()
    assert (session.re_ask_due, screening.asked_lately(client=house.nadia, now=cast.NOW)) == (False, True)
    assert changes.start(session=session, actor=None, by="therapist", now=cast.NOW).status == "started"


# --- Stronger than last time ------------------------------------------------------


@pytest.mark.parametrize(("via", "asks"), [("phone", True), ("nudge", True), ("staff", True), ("web", False)])
def test_a_stronger_session_than_the_last_is_asked_about_where_nobody_confirmed(
    house: cast.House, monday: Any, via: str, asks: bool
) -> None:
    last = cast.book(house, starts_at=cast.at(10, days=1))
    MassageSession.objects.filter(pk=last.pk).update(status="done")
    now = cast.at(9, days=10)
    monday.move_to(now)

    stronger = cast.book(house, service=house.deep, starts_at=cast.at(10, days=21), via=via, now=now)
    same = cast.book(house, starts_at=cast.at(14, days=21), via=via, now=now)

    assert (stronger.re_ask_due, same.re_ask_due) == (asks, False)
    if asks:
        cast.answer(house.nadia, now=now)
        stronger.refresh_from_db()
        assert not stronger.re_ask_due
