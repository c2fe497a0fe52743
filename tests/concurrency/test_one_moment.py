"""Two acts at one moment: a yes to two requests, a yes while a hold runs out. One wins, the other hears why."""

import os
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from massage_booking.core.db import in_transaction
from massage_booking.core.errors import DomainError, Refused, Taken
from massage_booking.outbox.models import Message
from sessions.models import MassageSession, SessionEvent
from sessions.services import booking, changes, holds, on_the_day, upkeep
from tests import cast
from tests.concurrency import figures
from tests.concurrency.racing import race
from tests.concurrency.test_double_booking import overlapping_pairs

pytestmark = pytest.mark.django_db(transaction=True)

CI_RACES, DRILL_RACES = 10, int(os.environ.get("DRILL_RACES", "200"))
TEN = cast.at(10, days=8)


@pytest.fixture(autouse=True)
def answered(house: cast.House, monday: Any) -> None:
    """Stop the clock; Nadia and Ben have answered."""
    for client in (house.nadia, house.ben):
        cast.answer(client)


def asked(house: cast.House, client: Any, **more: Any) -> MassageSession:
    return cast.book(house, client=client, starts_at=TEN, needs_review=True, **more)


# --- Requests -------------------------------------------------------------------------


def test_two_requests_for_one_time_cannot_be(house: cast.House) -> None:
    """A request keeps its time like a booking: of two who ask at once one does, and the other is offered three."""
    results = race(2, lambda number: asked(house, (house.nadia, house.ben)[number]))

    won = [result for result in results if isinstance(result, MassageSession)]
    [lost] = [result for result in results if isinstance(result, Taken)]
    assert [(session.status, len(lost.params["nearest"])) for session in won] == [("requested", 3)]
    assert overlapping_pairs() == 0


def test_nor_can_one_be_written_past_the_services(house: cast.House) -> None:
    first, other = asked(house, house.nadia), asked(house, house.ben, therapist=house.uma)

    with pytest.raises(IntegrityError), transaction.atomic():
        MassageSession.objects.filter(pk=other.pk).update(therapist=first.therapist)


def answers_at_once(session: MassageSession, acts: list[Any]) -> list[Any]:
    def act(number: int) -> Any:
        fresh = MassageSession.objects.select_related("client__account", "decision", "service__technique").get(
            pk=session.pk
        )
        return acts[number](session=fresh, actor=None, by="therapist", now=cast.NOW)

    return race(len(acts), act)


def test_twenty_yeses_are_one_booking_and_one_letter(house: cast.House) -> None:
    session = asked(house, house.nadia)

    results = answers_at_once(session, [changes.approve] * 20)

    won = [result for result in results if isinstance(result, MassageSession)]
    refused = [result for result in results if isinstance(result, Refused)]
    assert (len(won), len(refused)) == (1, 19), results
    assert {refusal.code for refusal in refused} <= {"changed_meanwhile", "wrong_status"}
    assert SessionEvent.objects.filter(act="approve").count() == 1
    assert Message.objects.filter(kind="booked").count() == Message.objects.filter(kind="reminder").count() == 1


def test_a_yes_and_a_no_at_once_are_one_of_them(house: cast.House) -> None:
    for number in range(CI_RACES):
        session = cast.book(house, starts_at=TEN + timedelta(days=number % 3), needs_review=True)

        results = answers_at_once(session, [changes.approve, changes.decline])

        session.refresh_from_db()
        won = [result for result in results if isinstance(result, MassageSession)]
        assert len(won) == 1 and session.status in ("booked", "cancelled"), results
        reminders = Message.objects.filter(kind="reminder", subject_id=session.pk).exclude(status="void").count()
        assert reminders == (session.status == "booked")
        MassageSession.objects.all().delete()


def test_a_yes_to_a_time_that_was_moved_meanwhile_is_refused(house: cast.House) -> None:
    """The therapist has seen another time; and nobody would be reminded of the new one."""
    session = asked(house, house.nadia)
    seen = MassageSession.objects.select_related("client__account", "decision", "service__technique").get(pk=session.pk)
    later = TEN + timedelta(days=1)
    changes.move(
        session=session, starts_at=later, therapist=house.ana, assessment=cast.assess(house.nadia, later), actor=None,
        by="desk", now=cast.NOW,
    )  # fmt: skip

    with pytest.raises(Refused, match="changed_meanwhile"):
        changes.approve(session=seen, actor=None, by="therapist", now=cast.NOW)

    assert not Message.objects.filter(kind__in=["booked", "reminder"]).exists()
    fresh = MassageSession.objects.select_related("client__account", "decision", "service__technique").get(
        pk=session.pk
    )
    changes.approve(session=fresh, actor=None, by="therapist", now=cast.NOW)
    [reminder] = Message.objects.filter(kind="reminder")
    assert (reminder.revision, reminder.due_at) == (1, later - timedelta(hours=house.studio.reminder_hours))


def test_without_naming_what_it_expects_a_yes_would_be_said_twice(
    house: cast.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: each act names the status that it found."""
    session = asked(house, house.nadia)
    monkeypatch.setattr(on_the_day.policy, "act_refusals", lambda *args, **more: [])
    stale = MassageSession.objects.select_related("client__account", "decision", "service__technique").get(
        pk=session.pk
    )
    changes.approve(session=session, actor=None, by="therapist", now=cast.NOW)

    with pytest.raises(Refused, match="changed_meanwhile"):
        changes.approve(session=stale, actor=None, by="therapist", now=cast.NOW)
    MassageSession.objects.filter(pk=session.pk).update(status="requested")
    changes.approve(session=stale, actor=None, by="therapist", now=cast.NOW)

    assert SessionEvent.objects.filter(act="approve").count() == 2


# --- A hold that runs out ----------------------------------------------------------------


def runs_out(house: cast.House, number: int) -> str:
    """Let Nadia confirm while her hold runs out, is cleared away, and Ben wants its time; return who has it."""
    starts_at = TEN + timedelta(days=number % 3)
    held = holds.hold(
        service=house.swedish, therapist=house.ana, starts_at=starts_at, browser="nadia", address="", signed_in=True,
        now=cast.NOW,
    )  # fmt: skip
    assert held.held_until is not None
    late = held.held_until
    hers, his = (cast.assess(client, starts_at, now=late) for client in (house.nadia, house.ben))

    def act(which: int) -> Any:
        if which == 0:
            return booking.confirm_hold(session=held, client=house.nadia, assessment=hers, actor=None, now=late)
        if which == 1:
            return booking.book(
                client=house.ben, service=house.swedish, therapist=house.ana, starts_at=starts_at, assessment=his,
                via="web", actor=None, by="client", now=late,
            )  # fmt: skip
        return in_transaction(lambda: upkeep._clear_holds(late))

    hers_, his_, cleared = race(3, act)

    assert isinstance(cleared, int), cleared
    [row] = MassageSession.objects.all()
    won = [result for result in (hers_, his_) if isinstance(result, MassageSession)]
    lost = [result for result in (hers_, his_) if isinstance(result, DomainError)]
    assert (len(won), len(lost)) == (1, 1), (hers_, his_)
    assert (won[0].pk, row.status) == (row.pk, "booked")
    assert isinstance(lost[0], Taken) and len(lost[0].params["nearest"]) == 3
    assert SessionEvent.objects.filter(session=row, act="confirm").count() == 1
    assert Message.objects.filter(kind="reminder", subject_id=row.pk).count() == 1
    whose = row.client.name if row.client else ""
    Message.objects.all().delete()
    MassageSession.objects.all().delete()
    return whose


def test_while_a_hold_runs_out_exactly_one_gets_the_time(house: cast.House) -> None:
    assert {runs_out(house, number) for number in range(CI_RACES)} <= {"Nadia Rahman", "Ben Kelly"}


@pytest.mark.drill
def test_while_two_hundred_holds_run_out_exactly_one_gets_each_time(house: cast.House) -> None:
    whose = [runs_out(house, number) for number in range(DRILL_RACES)]

    figures.note("T08", races=DRILL_RACES, hers=whose.count("Nadia Rahman"), his=whose.count("Ben Kelly"))


def test_without_lock_look_and_guard_both_are_told_yes(house: cast.House, unguarded: Any) -> None:
    """The control: then a confirmation and a booking at one moment both stand."""
    for number in range(10):
        try:
            runs_out(house, number)
        except (AssertionError, ValueError):
            return
        finally:
            MassageSession.objects.all().delete()
    pytest.fail("The race never showed: a green suite would prove nothing.")
