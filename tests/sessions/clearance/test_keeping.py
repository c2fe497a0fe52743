"""A time is kept for a letter, booked when it is accepted, given back when it does not come."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from massage_booking.core.errors import Refused
from massage_booking.outbox.models import Message
from screening.document import GivenRow
from sessions.models import ApartSide, MassageSession, SessionEvent
from sessions.selectors import clearance as selectors
from sessions.services import changes, clearance, upkeep, wishes
from tests import cast
from tests.screening.letters.sent import BONES, THINNERS, accept, refuse, send

pytestmark = pytest.mark.django_db
KEPT = cast.NOW + timedelta(days=5)


@pytest.fixture(autouse=True)
def at_eight(monday: Any) -> Any:
    return monday


def keep(house: cast.House, starts_at: datetime | None = None, **more: Any) -> MassageSession:
    return cast.book(house, starts_at=starts_at or cast.at(10, days=14), **more)


def fresh(session: MassageSession) -> MassageSession:
    return MassageSession.objects.get(pk=session.pk)


def owed(kind: str, status: str = "queued") -> int:
    return Message.objects.filter(kind=kind, status=status).count()


def test_a_time_is_kept_where_only_a_letter_is_missing(house: cast.House) -> None:
    cast.answer(house.nadia, BONES)

    session = keep(house)

    assert (session.status, session.clearance_until) == ("requested", KEPT)
    assert (owed("document_missing"), owed("document_reminder"), owed("booked")) == (1, 1, 0)


@pytest.mark.parametrize(
    ("rows", "starts_at", "code"),
    [
        (BONES, cast.at(9, days=2), "too_soon_for_letter"),
        ({**BONES, "pulmonary_embolism": GivenRow(answer="Not sure")}, cast.at(10, days=14), "screening"),
        (
            {**BONES, "migraine": GivenRow(answer="Yes", still_running=True)},
            cast.at(10, days=14),
            "screening",
        ),
    ],
    ids=["too soon", "refused", "waits"],
)
def test_nothing_else_may_stand_against_it(
    house: cast.House, rows: dict[str, GivenRow], starts_at: datetime, code: str
) -> None:
    cast.answer(house.nadia, rows)

    with pytest.raises(Refused, match=code):
        keep(house, starts_at)
    assert not MassageSession.objects.exists()


def test_a_letter_books_nothing_with_somebody_who_is_not_for_the_client_any_more(house: cast.House) -> None:
    cast.answer(house.nadia, BONES)
    session = keep(house)
    wishes.keep_apart(client=house.nadia, therapist=house.ana, side=ApartSide.THERAPIST, actor=None, now=cast.NOW)

    accept(send(house.nadia), house)

    session.refresh_from_db()
    assert (session.status, session.clearance_until, owed("booked")) == ("requested", None, 0)


def test_a_guardian_has_to_agree_first(house: cast.House) -> None:
    child = cast.make_client("Tom Kelly", account=house.bens_account, born=cast.date(2010, 5, 1), relation="child")
    cast.answer(child, BONES)

    with pytest.raises(Refused, match="screening"):
        keep(house, client=child)


def test_a_technique_that_is_out_stays_out(house: cast.House) -> None:
    cast.answer(house.nadia, BONES)

    with pytest.raises(Refused, match="screening"):
        keep(house, service=house.deep)


def test_one_time_waits_at_a_time(house: cast.House) -> None:
    cast.answer(house.nadia, BONES)
    keep(house)

    with pytest.raises(Refused, match="letter_waits_already"):
        keep(house, cast.at(10, days=15))


def test_an_accepted_letter_books_the_session_by_itself(house: cast.House) -> None:
    cast.answer(house.nadia, BONES)
    session = keep(house)

    accept(send(house.nadia), house)

    found = fresh(session)
    assert (found.status, found.clearance_until, found.needs_review, found.held_back_at) == (
        "booked",
        None,
        False,
        None,
    )
    assert (owed("booked"), owed("document_reminder"), owed("document_answered")) == (1, 0, 0)
    assert SessionEvent.objects.filter(session=session, act="approve", by="system").count() == 1


def test_a_letter_for_one_of_two_rows_books_nothing_and_is_answered(house: cast.House) -> None:
    cast.answer(house.nadia, {**BONES, **THINNERS})
    session = keep(house)

    accept(send(house.nadia), house, "osteoporosis")

    assert (fresh(session).status, fresh(session).clearance_until) == ("requested", KEPT)
    assert owed("document_answered") == 1


def test_answers_that_need_no_letter_any_more_book_it_too(house: cast.House) -> None:
    cast.answer(house.nadia, BONES)
    session = keep(house)

    cast.answer(house.nadia)

    assert fresh(session).status == "booked"


def test_at_its_end_the_time_is_given_back_without_a_fee(house: cast.House, at_eight: Any) -> None:
    cast.answer(house.nadia, BONES)
    session = keep(house)
    assert clearance.release_overdue(now=KEPT - timedelta(minutes=1)) == 0

    at_eight.move_to(KEPT)
    assert upkeep.clear_expired(now=KEPT)["times_kept_for_a_document"] == 1
    assert clearance.release_overdue(now=KEPT) == 0

    found = fresh(session)
    assert (found.status, found.cancelled_late, found.fee_waived) == ("cancelled", False, False)
    assert (owed("time_given_back"), owed("document_missing"), owed("document_reminder")) == (1, 0, 0)
    assert keep(house, session.starts_at, client=house.ben).status == "booked"


def test_while_a_letter_waits_to_be_read_the_time_is_kept_as_long_as_it_can_be(house: cast.House) -> None:
    cast.answer(house.nadia, BONES)
    session = keep(house)
    letter = send(house.nadia)

    assert clearance.release_overdue(now=KEPT) == 0
    latest = session.starts_at - timedelta(hours=48)
    assert fresh(session).clearance_until == latest

    assert clearance.release_overdue(now=latest) == 1
    assert fresh(session).status == "cancelled"
    accept(letter, house, now=latest)
    assert fresh(session).status == "cancelled"


def test_a_refused_letter_keeps_the_time_until_its_end(house: cast.House) -> None:
    cast.answer(house.nadia, BONES)
    session = keep(house)

    refuse(send(house.nadia), house)

    assert (fresh(session).status, fresh(session).clearance_until) == ("requested", KEPT)
    assert owed("document_answered") == 1


def test_nobody_approves_past_the_letter(house: cast.House) -> None:
    cast.answer(house.nadia, BONES)
    session = keep(house)

    with pytest.raises(Refused):
        changes.approve(session=fresh(session), actor=house.ana.user, by="therapist", now=cast.NOW)


def test_moving_counts_anew(house: cast.House, at_eight: Any) -> None:
    cast.answer(house.nadia, BONES)
    session = keep(house)
    later = cast.NOW + timedelta(days=2)
    at_eight.move_to(later)

    moved = move(house, session, cast.at(11, days=16), now=later)

    assert (moved.status, moved.clearance_until) == ("requested", later + timedelta(days=5))
    assert (owed("document_missing"), owed("document_missing", "void"), owed("moved")) == (1, 1, 0)
    with pytest.raises(Refused, match="too_soon_for_letter"):
        move(house, moved, cast.at(9, days=4), now=later)


def move(house: cast.House, session: MassageSession, starts_at: datetime, *, now: datetime) -> MassageSession:
    return changes.move(
        session=session,
        starts_at=starts_at,
        therapist=house.ana,
        assessment=cast.assess(house.nadia, starts_at, now=now),
        actor=None,
        by="client",
        now=now,
        form_key="",
        form_digest="",
    )


def test_on_a_day_that_needs_no_letter_a_moved_session_is_booked(house: cast.House) -> None:
    due = cast.TODAY + timedelta(days=280 - 11 * 7)
    cast.make_further_training(house.ana, "pregnancy")
    cast.answer(house.nadia, {"pregnancy": GivenRow(answer="Up to 12 weeks", due_or_birth_on=due)})
    house.swedish.technique.screened_as = "prenatal"
    house.swedish.technique.save()
    session = keep(house, cast.at(10, days=7))
    assert session.status == "requested"

    moved = move(house, session, cast.at(10, days=21), now=cast.NOW)

    assert (moved.status, moved.clearance_until) == ("booked", None)
    assert moved.re_ask_due


def test_the_therapist_hears_of_a_letter_and_only_those_who_treat_read_it(house: cast.House) -> None:
    cast.answer(house.nadia, BONES)
    letter = send(house.nadia)
    assert list(selectors.letters_waiting(house.uma.user)) == [letter]
    assert owed("document_to_review") == 0

    keep(house)
    second = send(house.nadia)

    assert list(selectors.letters_waiting(house.ana.user)) == [letter, second]
    assert not selectors.letters_waiting(house.uma.user)
    assert not selectors.letters_waiting(house.desk)
    assert list(Message.objects.filter(kind="document_to_review").values_list("recipient", flat=True)) == [
        house.ana.user.email
    ]


def test_a_client_hears_once_that_a_letter_is_about_to_end(house: cast.House, at_eight: Any) -> None:
    cast.answer(house.nadia, BONES)
    accept(send(house.nadia), house, expires_on=cast.TODAY + timedelta(days=30))
    cast.book(house, starts_at=cast.at(10, days=21))
    assert clearance.warn_of_ending(now=cast.NOW) == 0

    soon = cast.NOW + timedelta(days=18)
    at_eight.move_to(soon)
    assert [clearance.warn_of_ending(now=soon), clearance.warn_of_ending(now=soon)] == [1, 0]
    assert owed("document_ends") == 1


def test_what_staff_are_told_names_no_condition(house: cast.House) -> None:
    cast.answer(house.nadia, BONES)

    with timezone.override(house.studio.tz):
        assert selectors.words(keep(house)) == "waits for a document until Sat 6 Jun, 8:00"
