"""Going against hours, notice, grid and horizon with a reason; and what no reason moves."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from massage_booking.accounts.models import User
from massage_booking.core.errors import Refused, Taken
from massage_booking.studio.models import Place, Studio
from screening.document import GivenRow
from sessions.models import MassageSession, SessionEvent
from sessions.selectors import offer
from sessions.services import booking, changes, holds
from tests import cast
from therapists.models import OutsideBusy, OutsideCalendar, RepeatingTimeOff, Therapist, TimeOff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

WHY = "The bride arrives late"
SETTLED = {"arthritis": GivenRow(answer="No, it is settled or just achy", sites=frozenset())}


def anyway(
    house: cast.House,
    starts_at: datetime,
    *,
    therapist: Therapist | None = None,
    actor: User | None = None,
    by: str = "desk",
    override: str = WHY,
    **more: Any,
) -> MassageSession:
    if offer.assess(client=house.nadia, starts_at=starts_at, now=cast.NOW) is None:
        cast.answer(house.nadia)
    values: dict[str, Any] = {
        "client": house.nadia, "service": house.swedish, "therapist": therapist or house.ana, "via": "phone",
        "assessment": offer.assess(client=house.nadia, starts_at=starts_at, now=cast.NOW), "now": cast.NOW,
        "actor": actor or house.desk, "by": by, "starts_at": starts_at, "override": override,
    }  # fmt: skip
    return booking.book(**{**values, **more})


def code_of(work: Any) -> str:
    with pytest.raises((Refused, Taken)) as refusal:
        work()
    return refusal.value.code


@pytest.mark.parametrize(
    ("what", "starts_at"),
    [
        ("before hours", cast.at(6, days=1)),
        ("after hours", cast.at(20, days=1)),
        ("over the end of work", cast.at(16, 30, days=1)),
        ("on a day off", cast.at(10, days=6)),
        ("off the grid", cast.at(10, 7, days=1)),
        ("at once", cast.at(9)),
        ("beyond the horizon", cast.at(10, days=200)),
        ("begun ten minutes ago", cast.NOW - timedelta(minutes=10)),
        ("nothing stands against it", cast.at(10, days=1)),
    ],
)
def test_a_reason_sets_the_times_of_the_studio_aside(house: cast.House, what: str, starts_at: datetime) -> None:
    session = anyway(house, starts_at)

    assert (session.starts_at, session.status, session.override_reason) == (starts_at, "booked", WHY), what
    event = SessionEvent.objects.get(session=session, act="overridden")
    assert (event.actor, event.by, event.detail) == (house.desk, "desk", {"reason": WHY})


def test_without_the_reason_none_of_it_is_open(house: cast.House) -> None:
    for starts_at in (cast.at(6, days=1), cast.at(10, 7, days=1), cast.at(10, days=6)):
        refusal = code_of(lambda starts_at=starts_at: anyway(house, starts_at, override=""))
        assert refusal in ("therapist_off", "off_grid")
    assert not MassageSession.objects.exists()


def test_time_off_counts_as_hours(house: cast.House) -> None:
    day = cast.at(0, days=1)
    TimeOff.objects.create(therapist=house.ana, starts_at=day, ends_at=day + timedelta(days=1))
    RepeatingTimeOff.objects.create(therapist=house.ana, weekday=1, first=cast.TODAY)
    elsewhere = OutsideCalendar.objects.create(therapist=house.ana, name="Private", created_at=cast.NOW)
    OutsideBusy.objects.create(
        calendar=elsewhere, therapist=house.ana, starts_at=cast.at(9, days=1), ends_at=cast.at(12, days=1)
    )

    assert anyway(house, cast.at(10, days=1)).override_reason == WHY


@pytest.mark.parametrize("minutes", [-59, -1, 0, 7, 59, 74])
def test_never_against_a_session_of_the_therapist(house: cast.House, minutes: int) -> None:
    cast.book(house, client=house.ben, starts_at=cast.at(10, days=1))

    refusal = code_of(lambda: anyway(house, cast.at(10, days=1) + timedelta(minutes=minutes)))

    assert refusal == "therapist_busy"
    assert MassageSession.objects.count() == 1


def test_as_soon_as_turnover_is_over_it_may(house: cast.House) -> None:
    cast.book(house, client=house.ben, starts_at=cast.at(10, days=1))

    assert anyway(house, cast.at(11, 15, days=1)).status == "booked"


def test_never_against_a_hold(house: cast.House) -> None:
    held = {"browser": "somebody", "address": "there", "signed_in": False, "now": cast.NOW}
    holds.hold(service=house.swedish, therapist=house.ana, starts_at=cast.at(10, days=1), **held)  # type: ignore[arg-type]

    assert code_of(lambda: anyway(house, cast.at(10, 30, days=1))) == "therapist_busy"


def test_never_against_another_session_of_the_client(house: cast.House) -> None:
    cast.book(house, therapist=house.uma, starts_at=cast.at(10, days=1))

    assert code_of(lambda: anyway(house, cast.at(10, 55, days=1))) == "client_busy"
    assert anyway(house, cast.at(11, days=1)).starts_at == cast.at(11, days=1)


def test_never_without_a_place(house: cast.House) -> None:
    Place.objects.filter(kind="table").exclude(pk=house.tables[0].pk).update(is_active=False)
    cast.book(house, client=house.ben, therapist=house.uma, starts_at=cast.at(10, days=1))

    assert code_of(lambda: anyway(house, cast.at(11, 10, days=1))) == "no_place"


def test_never_with_somebody_who_does_not_give_it_or_lacks_the_certificate(house: cast.House) -> None:
    assert code_of(lambda: anyway(house, cast.at(10, days=1), therapist=house.uma, service=house.deep)) == "just_taken"
    house.swedish.technique.needs_certificate = True
    house.swedish.technique.save()
    cast.make_training(house.ana, house.swedish.technique, expires_on=cast.at(0, days=1).date())

    assert anyway(house, cast.at(20)).status == "booked"
    assert code_of(lambda: anyway(house, cast.at(20, days=3))) == "not_trained"


def test_never_against_what_the_answers_allow(house: cast.House) -> None:
    cast.answer(house.nadia, SETTLED)

    assert code_of(lambda: anyway(house, cast.at(20, days=3), service=house.deep)) == "screening"


@pytest.mark.parametrize(
    ("starts_at", "code"),
    [
        (cast.NOW - timedelta(minutes=16), "in_past"),
        (cast.NOW - timedelta(days=400), "in_past"),
        (cast.NOW + timedelta(days=732), "too_far"),
        (cast.at(10, days=1) + timedelta(seconds=1), "off_grid"),
    ],
)
def test_some_bounds_stay(house: cast.House, starts_at: datetime, code: str) -> None:
    cast.answer(house.nadia)
    assessment = cast.assess(house.nadia, cast.at(10, days=1))

    assert code_of(lambda: anyway(house, starts_at, assessment=assessment)) == code


@pytest.mark.parametrize("reason", [" ", "  x ", "ab", "y" * 201])
def test_the_reason_is_a_few_words(house: cast.House, reason: str) -> None:
    assert code_of(lambda: anyway(house, cast.at(20, days=1), override=reason)) == "reason_needed"


def test_only_staff_may_and_a_therapist_for_themselves_alone(house: cast.House) -> None:
    tries: list[tuple[User | None, str, Therapist]] = [
        (house.nadias_account, "client", house.ana),
        (house.nadias_account, "desk", house.ana),
        (house.ana.user, "desk", house.ana),
        (house.ana.user, "therapist", house.uma),
        (house.desk, "therapist", house.ana),
        (house.desk, "client", house.ana),
    ]
    for actor, by, therapist in tries:
        work = lambda actor=actor, by=by, who=therapist: anyway(  # noqa: E731
            house, cast.at(20, days=1), actor=actor, by=by, therapist=who
        )
        assert code_of(work) == "override_not_yours", (actor, by, therapist)
    assert not MassageSession.objects.exists()

    assert anyway(house, cast.at(20, days=1), actor=house.ana.user, by="therapist").status == "booked"
    assert anyway(house, cast.at(22, days=1), actor=house.admin).status == "booked"


def test_a_session_is_moved_against_the_times_and_back_within_them(house: cast.House) -> None:
    session = cast.book(house)
    said = {"assessment": cast.assess(house.nadia, cast.at(20, days=2)), "actor": house.desk, "by": "desk"}

    moved = changes.move(
        session=session, starts_at=cast.at(20, 3, days=2), therapist=house.ana, now=cast.NOW, override=WHY, **said
    )
    assert (moved.starts_at, moved.override_reason, moved.revision) == (cast.at(20, 3, days=2), WHY, 1)

    back = changes.move(session=moved, starts_at=cast.at(10, days=2), therapist=house.ana, now=cast.NOW, **said)
    assert (back.starts_at, back.override_reason) == (cast.at(10, days=2), "")
    assert [event.act for event in session.events.all()] == ["confirm", "move", "overridden", "move"]


def test_a_client_cannot_move_against_the_times(house: cast.House) -> None:
    session = cast.book(house)
    said = {"assessment": cast.assess(house.nadia, cast.at(20, days=2)), "now": cast.NOW}

    assert (
        code_of(
            lambda: changes.move(
                session=session,
                starts_at=cast.at(20, days=2),
                therapist=house.ana,
                actor=house.nadias_account,
                by="client",
                override=WHY,
                **said,
            )
        )
        == "override_not_yours"
    )


def test_a_refusal_offers_the_nearest_three_also_far_ahead(house: cast.House) -> None:
    Studio.objects.update(horizon_days=10)
    anyway(house, cast.at(10, days=400))

    with pytest.raises(Taken) as refusal:
        anyway(house, cast.at(10, 30, days=400), client=house.ben, assessment=None)

    assert len(refusal.value.params["nearest"]) == 3


def test_hours_of_another_house_do_not_lend_their_tables(house: cast.House) -> None:
    """Ana works in Weir Lane: a table elsewhere is no use to her, day off or not."""
    far = type(house.location).objects.create(name="Harbour")
    room = type(house.tables[0].room).objects.create(location=far, name="Room 9")
    Place.objects.create(room=room, name="Table")
    Place.objects.filter(kind="table", room__location=house.location).update(is_active=False)

    assert code_of(lambda: anyway(house, cast.at(20, days=1))) == "no_place"
    assert code_of(lambda: anyway(house, cast.at(10, days=6))) == "no_place"


def test_in_the_night_when_clocks_go_back_each_showing_is_a_time_of_its_own(house: cast.House) -> None:
    first = datetime.fromisoformat("2026-10-25T00:30:00+00:00")
    second = first + timedelta(minutes=75)

    assert anyway(house, first).starts_at == first
    assert anyway(house, second, client=house.ben, assessment=None).starts_at == second
    assert time(1, 30) == first.astimezone(house.studio.tz).time()
