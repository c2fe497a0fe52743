"""What is answered, corrected or edited around a session that is booked, or just about to be."""

from datetime import date
from typing import Any

import pytest
import time_machine

from massage_booking.core.errors import Refused
from screening import services as screening
from screening.document import GivenRow
from sessions.models import MassageSession
from sessions.services import booking, changes, holds
from tests import cast
from tests.sessions.routes import ways
from tests.sessions.routes.blocks import BLOCKS, DAY, begin, case_of, on_the_day, young
from tests.sessions.routes.ways import Case

pytestmark = pytest.mark.django_db


# --- Two windows at once ---------------------------------------------------------


@pytest.mark.parametrize("why", BLOCKS)
def test_what_is_answered_between_the_look_and_the_press_counts(house: cast.House, why: str) -> None:
    """The page has judged already when another window answers; what is written is judged by the newest all the same."""
    elsewhere = cast.book(house, service=house.deep, starts_at=cast.at(10, days=4))
    assessment = cast.assess(house.nadia, DAY)
    held = holds.hold(
        service=house.deep, therapist=house.ana, starts_at=DAY, browser="b", address="a", signed_in=True, now=cast.NOW
    )
    BLOCKS[why](house, house.nadia)
    overtaken = "stopped" if why == "stopped" else "answers_changed"

    with pytest.raises(Refused, match=overtaken):
        booking.confirm_hold(session=held, client=house.nadia, assessment=assessment, actor=None, now=cast.NOW)
    held.delete()
    with pytest.raises(Refused, match=overtaken):
        cast.book(house, service=house.deep, starts_at=DAY, assessment=assessment)
    elsewhere.refresh_from_db()
    with pytest.raises(Refused, match=overtaken):
        changes.move(
            session=elsewhere, starts_at=DAY, therapist=house.ana, assessment=assessment, actor=None, by="desk",
            now=cast.NOW,
        )  # fmt: skip
    assert on_the_day() == []


def test_a_session_that_is_held_back_while_start_is_pressed_does_not_begin(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(14, days=1))
    pressed = MassageSession.objects.select_related("decision", "client", "service__technique").get(pk=session.pk)
    MassageSession.objects.filter(pk=session.pk).update(held_back_at=cast.NOW)

    with pytest.raises(Refused, match="does_not_fit"):
        changes.start(session=pressed, actor=None, by="therapist", now=cast.at(14, days=1))


# --- What staff change --------------------------------------------------------------


def test_the_admin_cannot_make_a_session_another_one(house: cast.House) -> None:
    session = cast.book(house, starts_at=DAY)
    known = MassageSession.objects.filter(pk=session.pk).values()[0]
    sent = {
        "service": house.deep.pk, "client": house.ben.pk, "status": "started", "re_ask_due": "", "needs_review": "",
        "decision": "", "held_back_at": "", "revision": 7,
    }  # fmt: skip

    ways.moved_by_the_admin(case_of(house), session, more=sent)

    session.refresh_from_db()
    assert session.revision == known["revision"], "nothing that may be changed was changed"
    changed = MassageSession.objects.filter(pk=session.pk).values()[0]
    assert changed == known


def test_a_cancelled_session_comes_back_by_no_way(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=4))
    changes.cancel(session=session, actor=None, by="desk", now=cast.NOW)

    for way in ways.MOVING:
        session.refresh_from_db()
        way(case_of(house), session)
    for act in ("approve", "arrive", "undo-arrive", "start", "complete"):
        ways.acted(case_of(house), session, act)

    session.refresh_from_db()
    assert session.status == "cancelled"


@pytest.mark.parametrize("changed", [{"minutes": 90}, {"technique": "deep_tissue"}])
def test_what_a_booked_service_is_stays(house: cast.House, changed: dict[str, Any]) -> None:
    cast.book(house, starts_at=DAY)
    technique = cast.make_technique(changed.get("technique", "swedish"))
    more = {"price": "70", "turnover_minutes": 15, "is_active": "on"}
    sent = {"technique": technique.pk, "minutes": changed.get("minutes", 60), **more}

    answer = ways.edited(case_of(house), house.swedish, sent)

    assert "Sessions are booked with this already" in answer.content.decode()
    house.swedish.refresh_from_db()
    assert (house.swedish.technique.screened_as, house.swedish.minutes) == ("swedish", 60)
    # Its price is another matter, and so is a service that nobody has booked.
    ways.edited(case_of(house), house.swedish, {**more, "technique": house.swedish.technique_id, "minutes": 60})
    ways.edited(case_of(house), house.swedish45, {**sent, "minutes": 40})
    house.swedish.refresh_from_db()
    house.swedish45.refresh_from_db()
    assert (int(house.swedish.price), house.swedish45.minutes) == (70, 40)


def test_a_technique_that_goes_by_stronger_rules_is_judged_by_them(house: cast.House) -> None:
    cast.answer(house.nadia, {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")})
    session = cast.book(house, starts_at=DAY)
    assert session.held_back_at is None
    technique = house.swedish.technique
    services_of_it = {"services-TOTAL_FORMS": "0", "services-INITIAL_FORMS": "0"}
    sent = {"name": technique.name, "slug": technique.slug, "summary": "Firm.", "position": 0, "place_kind": "table"}

    ways.edited(case_of(house), technique, {**sent, **services_of_it, "screened_as": "deep_tissue"})

    session.refresh_from_db()
    assert session.held_back_at is not None


@pytest.mark.parametrize("by", ["the account", "the admin"])
def test_another_birthday_is_judged_at_once(house: cast.House, by: str) -> None:
    session = cast.book(house, starts_at=DAY)

    ways.born_anew(case_of(house), date(2013, 1, 1), by_admin=by == "the admin")

    session.refresh_from_db()
    assert session.held_back_at is not None
    assert session.decision is not None and session.decision.max_minutes == 30


def test_whoever_is_made_older_is_looked_at(house: cast.House) -> None:
    client = young(house, date(2010, 1, 1), consent=True)
    session = cast.book(house, client=client, starts_at=DAY)

    ways.born_anew(Case(house, client, house.swedish, DAY), date(2000, 1, 1))

    session.refresh_from_db()
    assert session.needs_review


def test_a_certificate_that_is_gone_stops_the_session(house: cast.House) -> None:
    technique = house.deep.technique
    technique.needs_certificate = True
    technique.save()
    training = cast.make_training(house.ana, technique)
    asked_for = cast.book(house, service=house.deep, starts_at=DAY, needs_review=True)
    session = cast.book(house, service=house.deep, starts_at=cast.at(14, days=8))
    training.expires_on = date(2026, 6, 8)
    training.save()

    ways.approved(case_of(house), asked_for)
    with time_machine.travel(cast.at(13, days=8), tick=False):
        begin(session)

    assert {one.status for one in MassageSession.objects.all()} == {"requested", "booked"}


def test_a_stop_outlives_the_answers(house: cast.House) -> None:
    """Whoever takes the answers back, or gave none, is still called before anything is booked or moved."""
    session = cast.book(house, starts_at=cast.at(10, days=4))
    BLOCKS["stopped"](house, house.nadia)
    screening.withdraw_consent(client=house.nadia, now=cast.NOW)
    case = Case(house, house.nadia, house.swedish, DAY)

    for way in ways.BOOKING:
        way(case)
        assert on_the_day() == [], way.__name__
        MassageSession.objects.exclude(pk=session.pk).delete()
    for move in ways.MOVING:
        session.refresh_from_db()
        move(case, session)
        assert on_the_day() == [], move.__name__
