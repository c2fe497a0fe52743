"""Answering for several sessions at once: what is written, what is left, and that nothing is done by half."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from massage_booking.accounts.models import Client
from massage_booking.core.errors import Refused
from massage_booking.outbox.models import Message
from sessions.models import (
    ChangeRequest,
    MassageSession,
    Rearranged,
    Rearrangement,
    SessionEvent,
    WaitlistEntry,
    WaitlistOffer,
)
from sessions.selectors import openings
from sessions.services import changes, holds, waitlist
from tests import cast
from tests.sessions.rearranging.acting import (
    away_today,
    cancel,
    colleague,
    keep,
    later,
    other_time,
    rearrange,
    standing,
)
from therapists.models import TimeOff

pytestmark = pytest.mark.django_db

Book = Callable[..., MassageSession]


def events(session: MassageSession) -> list[str]:
    return list(SessionEvent.objects.filter(session=session).exclude(act="confirm").values_list("act", flat=True))


def test_a_colleague_another_time_and_a_cancellation_in_one_act(house: cast.House, booked: Book, carl: Client) -> None:
    stays, moves, ends = booked(10), booked(12, client=house.ben), booked(14, client=carl, via="phone", assessment=None)

    outcome = rearrange(
        house, colleague(stays, house.uma), other_time(moves, cast.at(9, days=1), house.ana), cancel(ends)
    )

    assert outcome.lost == {}
    assert [standing(one) for one in (stays, moves, ends)] == [
        ("booked", "Uma", cast.at(10)),
        ("booked", "Ana", cast.at(9, days=1)),
        ("cancelled", "Ana", cast.at(14)),
    ]
    assert [events(one) for one in (stays, moves, ends)] == [["reassign"], ["move"], ["cancel"]]
    assert list(outcome.made.sessions.values_list("session", "answer", "was_at", "is_news")) == [
        (stays.pk, "colleague", cast.at(10), True),
        (moves.pk, "time", cast.at(12), True),
        (ends.pk, "cancel", cast.at(14), True),
    ]
    assert (outcome.made.words, outcome.made.made_by) == ("Ana is not in today.", house.desk)


def test_the_days_become_time_off_without_a_word_of_why(house: cast.House, booked: Book) -> None:
    booked(10)

    rearrange(house)
    rearrange(house, form_key="the-same-days-once-more")

    assert list(TimeOff.objects.values_list("therapist", "starts_at", "ends_at", "note")) == [
        (house.ana.pk, cast.at(0), cast.at(0, days=1), "")
    ]


def test_a_cancellation_is_free_and_counts_against_nobody(house: cast.House, booked: Book) -> None:
    session = booked(10)

    rearrange(house, cancel(session))

    session.refresh_from_db()
    assert (session.cancelled_late, session.fee, session.fee_waived, session.cancelled_at) == (
        False, None, False, cast.NOW,
    )  # fmt: skip


def test_the_place_stays_where_it_is_free_and_price_and_decision_stay(house: cast.House, booked: Book) -> None:
    session = booked(10)
    MassageSession.objects.filter(pk=session.pk).update(place=house.tables[2], price=12)
    session.refresh_from_db()
    before = (session.decision_id, session.re_ask_due)

    rearrange(house, colleague(session, house.uma))

    session.refresh_from_db()
    assert (session.place, session.price, session.decision_id, session.re_ask_due) == (house.tables[2], 12, *before)
    assert session.revision == 1


def test_a_table_that_is_taken_by_then_gives_way_to_another(house: cast.House, booked: Book) -> None:
    session = booked(10)
    assert session.place == house.tables[0]
    house.tables[0].is_active = False
    house.tables[0].save()

    rearrange(house, colleague(session, house.uma))

    session.refresh_from_db()
    assert session.place == house.tables[1]


def test_somebody_who_is_here_already_is_given_to_a_colleague_and_stays_arrived(
    house: cast.House, booked: Book
) -> None:
    session = booked(10)
    changes.arrive(session=session, actor=None, by="desk", now=cast.NOW)

    rearrange(house, colleague(session, house.uma))

    assert standing(session) == ("arrived", "Uma", cast.at(10))


def test_somebody_who_is_here_and_comes_another_day_is_not_here_then(house: cast.House, booked: Book) -> None:
    session = booked(10)
    changes.arrive(session=session, actor=None, by="desk", now=cast.NOW)

    rearrange(house, other_time(session, cast.at(9, days=1), house.ana))

    assert standing(session) == ("booked", "Ana", cast.at(9, days=1))
    assert events(session) == ["arrive", "undo_arrive", "move"]


def test_a_request_stays_a_request_and_what_waits_for_a_letter_goes_on_waiting(house: cast.House, booked: Book) -> None:
    asked, waits = booked(10, needs_review=True), booked(12, client=house.ben)
    until = cast.at(9)
    MassageSession.objects.filter(pk=waits.pk).update(status="requested", clearance_until=until)
    waits.refresh_from_db()

    rearrange(house, colleague(asked, house.uma), colleague(waits, house.uma))

    waits.refresh_from_db()
    assert [standing(one) for one in (asked, waits)] == [
        ("requested", "Uma", cast.at(10)),
        ("requested", "Uma", cast.at(12)),
    ]
    assert waits.clearance_until == until


def test_what_was_taken_meanwhile_is_left_and_told_and_the_rest_is_done(house: cast.House, booked: Book) -> None:
    first, second = booked(10), booked(12, client=house.ben)
    cast.book(house, client=cast.make_client("Eve Hart"), therapist=house.uma, starts_at=cast.at(10))

    outcome = rearrange(house, colleague(first, house.uma), colleague(second, house.uma))

    assert {key: error.code for key, error in outcome.lost.items()} == {first.pk: "just_taken"}
    assert [standing(one) for one in (first, second)] == [
        ("booked", "Ana", cast.at(10)),
        ("booked", "Uma", cast.at(12)),
    ]
    assert list(Rearranged.objects.values_list("session", flat=True)) == [second.pk]


def test_two_that_were_both_given_the_same_hour_by_hand_are_not_both_done(house: cast.House, booked: Book) -> None:
    first, second = booked(10), booked(12, client=house.ben)
    nine = cast.at(9, days=1)

    outcome = rearrange(house, other_time(first, nine, house.ana), other_time(second, nine, house.ana))

    assert {key: error.code for key, error in outcome.lost.items()} == {second.pk: "just_taken"}
    assert standing(first) == ("booked", "Ana", nine)
    assert standing(second) == ("booked", "Ana", cast.at(12))


@pytest.mark.parametrize("change", ["moved", "cancelled"])
def test_what_has_changed_since_it_was_shown_is_left_alone(house: cast.House, booked: Book, change: str) -> None:
    session = booked(10)
    shown = cancel(session)
    if change == "moved":
        changes.move(
            session=session, starts_at=cast.at(15), therapist=house.ana, actor=None, by="desk", now=cast.NOW,
            assessment=cast.assess(house.nadia, cast.at(15)),
        )  # fmt: skip
    else:
        changes.cancel(session=session, actor=None, by="desk", now=cast.NOW)
    before = standing(session)

    outcome = rearrange(house, shown)

    assert [error.code for error in outcome.lost.values()] == ["changed_meanwhile"]
    assert standing(session) == before


def test_nobody_is_given_to_whom_is_away_nor_put_into_the_days_off(house: cast.House, booked: Book) -> None:
    session = booked(10)

    outcome = rearrange(house, other_time(session, cast.at(15), house.ana))

    assert [error.code for error in outcome.lost.values()] == ["just_taken"]
    assert standing(session) == ("booked", "Ana", cast.at(10))


@pytest.mark.parametrize(
    "starts_at",
    [cast.at(7, days=1), cast.at(9, 7, days=1), cast.at(10, days=-1), cast.at(9, days=90)],
    ids=["before hours", "off the grid", "over", "far ahead"],
)
def test_a_time_that_is_none_is_refused(house: cast.House, booked: Book, starts_at: object) -> None:
    session = booked(10)

    outcome = rearrange(house, other_time(session, starts_at, house.ana))  # type: ignore[arg-type]

    assert [error.code for error in outcome.lost.values()] == ["just_taken"]
    assert standing(session) == ("booked", "Ana", cast.at(10))


def test_the_same_form_twice_is_one_act(house: cast.House, booked: Book) -> None:
    session = booked(10)
    choice = colleague(session, house.uma)

    first, second = rearrange(house, choice), rearrange(house, choice)

    assert (first.made, first.lost) == (second.made, second.lost)
    assert (Rearrangement.objects.count(), events(session)) == (1, ["reassign"])
    with pytest.raises(Refused, match="form_reused"):
        rearrange(house, cancel(session), form_digest="something else")


def test_left_for_a_call_changes_nothing_but_is_kept_in_mind(house: cast.House, booked: Book) -> None:
    session = booked(10)

    outcome = rearrange(house, later(session))

    assert standing(session) == ("booked", "Ana", cast.at(10))
    assert list(outcome.made.sessions.values_list("answer", "is_news")) == [("later", False)]
    assert not Message.objects.filter(kind="rearranged").exists()


def test_keeping_leaves_a_session_as_it_is(house: cast.House, booked: Book) -> None:
    session = booked(10)

    rearrange(house, keep(session, "what it answers"), away=None)

    session.refresh_from_db()
    assert (session.kept_at, session.kept_for, session.revision) == (cast.NOW, "what it answers", 0)
    assert events(session) == ["kept"]


def test_another_day_is_judged_by_what_the_answers_mean_for_it(house: cast.House, booked: Book) -> None:
    session = booked(10)
    before = session.decision_id

    rearrange(house, other_time(session, cast.at(9, days=1), house.ana))

    session.refresh_from_db()
    assert session.decision_id != before


def test_freed_times_and_what_is_held_in_the_days_are_nobodys(house: cast.House, booked: Book) -> None:
    """Neither the waitlist nor a browser gets a time with somebody who is not in."""
    session = booked(12)
    held = holds.hold(
        service=house.swedish, therapist=house.ana, starts_at=cast.at(15), browser="b", address="a", signed_in=True,
        now=cast.NOW,
    )  # fmt: skip
    cast.answer(house.ben)
    entry = WaitlistEntry.objects.create(
        client=house.ben, service=house.swedish, therapist=house.ana, first=cast.TODAY, last=cast.TODAY, weekdays=[0],
        made_at=cast.NOW,
    )  # fmt: skip
    waitlist.offer_free(now=cast.NOW + timedelta(hours=1))
    kept = entry.offers.get()
    assert kept.answer == "open"

    rearrange(house, cancel(session), now=cast.NOW + timedelta(hours=1))
    waitlist.offer_free(now=cast.NOW + timedelta(hours=1))

    assert not MassageSession.objects.filter(pk__in=[held.pk, kept.session_id or 0]).exists()
    assert list(WaitlistOffer.objects.values_list("answer", flat=True)) == ["withdrawn"]
    entry.refresh_from_db()
    assert entry.state == "waiting"
    found = openings.openings(service=house.swedish, first=cast.TODAY, last=cast.TODAY, now=cast.NOW)
    assert {one.therapist for one in found} == {house.uma}


def test_a_late_change_that_was_asked_for_is_overtaken(house: cast.House, booked: Book) -> None:
    session = booked(10)
    held = holds.hold(
        service=house.swedish, therapist=house.uma, starts_at=cast.at(12), browser="c", address="a", signed_in=True,
        now=cast.NOW,
    )  # fmt: skip
    asked = ChangeRequest.objects.create(
        session=session, kind="move", starts_at=cast.at(12), held=held, asked_at=cast.NOW
    )

    rearrange(house, colleague(session, house.uma))

    asked.refresh_from_db()
    assert (asked.answer, asked.held) == ("lapsed", None)
    assert not MassageSession.objects.filter(pk=held.pk).exists()


def test_a_client_may_change_what_the_studio_chose_to_the_last_and_it_costs_nothing(
    house: cast.House, booked: Book
) -> None:
    session = booked(10)
    with pytest.raises(Refused, match="too_late_to_change"):
        changes.cancel(session=session, actor=None, by="client", now=cast.NOW)
    rearrange(house, colleague(session, house.uma))
    session.refresh_from_db()

    changes.cancel(session=session, actor=None, by="client", now=cast.NOW)

    session.refresh_from_db()
    assert (session.status, session.cancelled_late, session.fee_waived) == ("cancelled", False, False)


def test_what_the_client_chose_themselves_after_that_is_bound_again(house: cast.House, booked: Book) -> None:
    session = booked(10)
    rearrange(house, colleague(session, house.uma))
    session.refresh_from_db()
    moved = changes.move(
        session=session, starts_at=cast.at(15), therapist=house.uma, actor=None, by="client", now=cast.NOW,
        assessment=cast.assess(house.nadia, cast.at(15)),
    )  # fmt: skip

    with pytest.raises(Refused, match="too_late_to_change"):
        changes.cancel(session=moved, actor=None, by="client", now=cast.NOW)


def test_several_days_at_once(house: cast.House, booked: Book) -> None:
    today, tomorrow = booked(10), booked(10, days=1, client=house.ben)
    away = away_today(house, last=date(2026, 6, 3))

    rearrange(house, colleague(today, house.uma), colleague(tomorrow, house.uma), away=away)

    assert [standing(one)[1] for one in (today, tomorrow)] == ["Uma", "Uma"]
    assert TimeOff.objects.get().ends_at == cast.at(0, days=3)
