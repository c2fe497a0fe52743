"""Booking: what is kept, what is refused and why, and that the same form never books twice."""

from datetime import timedelta
from typing import Any

import pytest

from massage_booking.core.errors import Refused, Taken
from massage_booking.outbox.models import Message
from screening.document import GivenRow
from sessions.models import FormKey, MassageSession, SessionEvent
from sessions.services import booking, changes, holds
from tests import cast

pytestmark = pytest.mark.django_db


def owed() -> list[tuple[str, str, Any]]:
    return list(Message.objects.order_by("kind").values_list("kind", "status", "due_at"))


def hold(house: cast.House, **changes_: Any) -> MassageSession:
    values: dict[str, Any] = {
        "service": house.swedish,
        "therapist": house.ana,
        "starts_at": cast.at(10, days=1),
        "browser": "b",
        "address": "a",
        "signed_in": False,
        "now": cast.NOW,
    }
    return holds.hold(**{**values, **changes_})


def test_a_booking_copies_price_and_turnover_and_owes_two_mails(house: cast.House) -> None:
    session = cast.book(house)

    house.swedish.price = house.swedish.price + 10
    house.swedish.save()
    session.refresh_from_db()
    assert (session.status, session.price, session.currency) == ("booked", 68, "EUR")
    assert session.blocked_until - session.ends_at == timedelta(minutes=15)
    assert session.place in house.tables
    assert session.decision is not None and session.decision.outcome == "clear"
    assert owed() == [("booked", "queued", cast.NOW), ("reminder", "queued", cast.at(10))]
    assert list(SessionEvent.objects.values_list("act", "by")) == [("confirm", "client")]


def test_a_session_within_24_hours_is_not_reminded_of(house: cast.House) -> None:
    cast.book(house, starts_at=cast.at(16), now=cast.NOW)

    assert [kind for kind, _, _ in owed()] == ["booked"]


def test_a_place_in_the_smallest_room_is_taken_first(house: cast.House) -> None:
    chair = cast.make_service("chair", 30)
    chair.technique.place_kind = "chair"
    chair.technique.save()
    house.ana.services.add(chair)

    assert cast.book(house, service=chair).place == house.chair
    # Room 1 holds a table and a chair, room 2 two tables: both count two places, so the lower number wins.
    assert cast.book(house, client=house.ben, therapist=house.uma).place == house.tables[0]


def test_a_taken_time_names_the_nearest_three(house: cast.House) -> None:
    cast.book(house)

    with pytest.raises(Taken) as refusal:
        cast.book(house, client=house.ben)

    assert refusal.value.code == "just_taken"
    assert [opening.starts_at for opening in refusal.value.params["nearest"]] == [
        cast.at(11, 15, days=1),
        cast.at(11, 30, days=1),
        cast.at(11, 45, days=1),
    ]


def test_a_client_cannot_be_in_two_rooms(house: cast.House) -> None:
    cast.book(house)

    with pytest.raises(Taken) as refusal:
        cast.book(house, therapist=house.uma)

    assert refusal.value.code in {"client_busy", "just_taken"}


@pytest.mark.parametrize(
    "starts_at",
    [
        pytest.param(cast.at(10, days=-1), id="past"),
        pytest.param(cast.at(9), id="within the notice"),
        pytest.param(cast.at(10, 7, days=1), id="off the grid"),
        pytest.param(cast.at(10, days=200), id="beyond the horizon"),
        pytest.param(cast.at(3, days=1), id="at night"),
        pytest.param(cast.at(16, 30, days=1), id="ends after closing"),
        pytest.param(cast.at(10, days=5), id="Saturday"),
    ],
)
def test_what_is_no_opening_is_refused(house: cast.House, starts_at: Any) -> None:
    cast.answer(house.nadia)
    with pytest.raises(Taken):
        hold(house, starts_at=starts_at)
    assert MassageSession.objects.count() == 0


def test_a_technique_ruled_out_cannot_be_booked(house: cast.House) -> None:
    cast.answer(house.nadia, {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")})

    with pytest.raises(Refused) as refusal:
        cast.book(house, service=house.deep)

    assert refusal.value.code == "screening"
    session = cast.book(house)
    assert session.decision is not None
    assert (session.decision.max_pressure, session.decision.outcome) == ("light", "modify")


def test_a_hold_cannot_become_what_the_answers_rule_out(house: cast.House) -> None:
    cast.answer(house.nadia, {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")})
    held = hold(house, service=house.deep)

    with pytest.raises(Refused):
        booking.confirm_hold(
            session=held,
            client=house.nadia,
            assessment=cast.assess(house.nadia, held.starts_at),
            actor=None,
            now=cast.NOW,
        )


def test_answers_that_will_be_stale_make_it_re_ask_due(house: cast.House) -> None:
    cast.answer(house.nadia, {"recent_back_pain": GivenRow(answer="Easing or steady, and I can move about")})

    session = cast.book(house, starts_at=cast.at(10, days=21))

    assert session.re_ask_due
    with pytest.raises(Refused) as refusal:
        changes.start(session=session, actor=None, by="therapist", now=session.starts_at)
    assert refusal.value.code == "re_ask_due"


def test_the_same_form_twice_books_once(house: cast.House) -> None:
    first = cast.book(house, form_key="k", form_digest="d")
    second = cast.book(house, form_key="k", form_digest="d")

    assert first == second
    assert (MassageSession.objects.count(), FormKey.objects.count(), Message.objects.count()) == (1, 1, 2)


def test_the_same_form_with_other_content_is_refused(house: cast.House) -> None:
    cast.book(house, form_key="k", form_digest="d")

    with pytest.raises(Refused) as refusal:
        cast.book(house, starts_at=cast.at(14, days=1), form_key="k", form_digest="other")

    assert refusal.value.code == "form_reused"
    assert MassageSession.objects.count() == 1


def test_a_hold_blocks_others_and_becomes_the_booking(house: cast.House) -> None:
    held = hold(house)
    with pytest.raises(Taken):
        hold(house, browser="another", address="elsewhere")

    cast.answer(house.nadia)
    session = booking.confirm_hold(
        session=held, client=house.nadia, assessment=cast.assess(house.nadia, held.starts_at), actor=None, now=cast.NOW
    )

    assert session.pk == held.pk
    assert (session.status, session.held_by, session.held_until) == ("booked", "", None)


def test_an_expired_hold_gives_way(house: cast.House) -> None:
    hold(house)
    later = cast.NOW + timedelta(minutes=10)

    session = cast.book(house, client=house.ben, now=later)

    assert list(MassageSession.objects.all()) == [session]


def test_an_expired_hold_still_books_when_nobody_came(house: cast.House) -> None:
    held = hold(house)
    cast.answer(house.nadia)
    later = cast.NOW + timedelta(minutes=25)

    session = booking.confirm_hold(
        session=held, client=house.nadia, assessment=cast.assess(house.nadia, held.starts_at), actor=None, now=later
    )

    assert session.status == "booked"


def test_a_lost_hold_is_told_with_the_nearest_three(house: cast.House) -> None:
    held = hold(house)
    later = cast.NOW + timedelta(minutes=11)
    cast.book(house, client=house.ben, now=later)
    cast.answer(house.nadia)

    with pytest.raises(Taken) as refusal:
        booking.confirm_hold(
            session=held, client=house.nadia, assessment=cast.assess(house.nadia, held.starts_at), actor=None, now=later
        )

    assert len(refusal.value.params["nearest"]) == 3


def test_another_click_moves_the_hold(house: cast.House) -> None:
    hold(house)
    hold(house, starts_at=cast.at(10, 30, days=1))

    assert [session.starts_at for session in MassageSession.objects.all()] == [cast.at(10, 30, days=1)]


def test_a_click_that_loses_keeps_the_hold_one_had(house: cast.House) -> None:
    cast.book(house, client=house.ben, starts_at=cast.at(14, days=1))
    mine = hold(house)
    with pytest.raises(Taken):
        hold(house, starts_at=cast.at(14, days=1))

    assert MassageSession.objects.filter(pk=mine.pk).exists()


def test_one_address_cannot_hold_the_whole_day(house: cast.House) -> None:
    for number in range(house.studio.holds_per_address):
        hold(house, browser=f"bot-{number}", starts_at=cast.at(9, days=number + 1) + timedelta(days=2 * (number // 4)))
    with pytest.raises(Refused) as refusal:
        hold(house, browser="bot-last", starts_at=cast.at(12, days=1))

    assert refusal.value.code == "too_many_holds"
    hold(house, browser="at home", address="elsewhere", starts_at=cast.at(12, days=1))


def test_steps_extend_a_hold_up_to_its_limit(house: cast.House) -> None:
    held = hold(house)
    for minutes in (5, 12, 20, 28):
        holds.extend(session=held, now=cast.NOW + timedelta(minutes=minutes))

    held.refresh_from_db()
    assert held.held_until == cast.NOW + timedelta(minutes=30)


def test_a_certificate_that_lapses_takes_its_times_away(house: cast.House) -> None:
    house.deep.technique.needs_certificate = True
    house.deep.technique.save()
    cast.answer(house.nadia)
    with pytest.raises(Taken):
        cast.book(house, service=house.deep)
    cast.make_training(house.ana, house.deep.technique, expires_on=cast.at(12, days=1).date())

    assert cast.book(house, service=house.deep).status == "booked"
    with pytest.raises(Taken):
        cast.book(house, service=house.deep, starts_at=cast.at(10, days=2))


def test_anyone_goes_to_the_least_loaded_then_to_whom_one_knows(house: cast.House) -> None:
    cast.book(house, client=house.ben, starts_at=cast.at(9, days=1), therapist=house.ana)

    session = cast.book(house, therapist=None, starts_at=cast.at(14, days=1))

    assert (session.therapist, session.chosen_because) == (house.uma, "least_loaded")
    MassageSession.objects.filter(pk=session.pk).update(status="done")
    again = cast.book(house, therapist=None, starts_at=cast.at(14, days=8), now=cast.at(18, days=1))
    assert (again.therapist, again.chosen_because) == (house.uma, "last_seen")
