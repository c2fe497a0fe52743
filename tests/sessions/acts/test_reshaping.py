"""Longer, shorter, something else, a colleague's: from the same start, through the same guards."""

from datetime import UTC, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from massage_booking.core.errors import Refused, Taken
from massage_booking.outbox.models import Message
from screening.document import GivenRow
from sessions.models import MassageSession, SignOff
from sessions.selectors import reshaping as selectors
from sessions.services import changes, reshaping
from tests import cast
from therapists.models import Service, TimeOff, WeeklyHours

pytestmark = pytest.mark.django_db

STILL_ILL = {"fever_infection": GivenRow(answer="Feverish, heavy cold or cough, sick or unwell", still_running=True)}
THIN_BONES = {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")}


@pytest.fixture
def long(house: cast.House) -> Service:
    """Swedish, 90 minutes, given by Ana and Uma."""
    service = cast.make_service("swedish", 90, price=Decimal("98.00"), turnover_minutes=20)
    service.therapists.set([house.ana, house.uma])
    return service


def by(session: MassageSession, **more: Any) -> dict[str, Any]:
    return {"session": session, "actor": None, "by": "desk", "now": cast.NOW, **more}


def facts(session: MassageSession) -> tuple[Any, ...]:
    session.refresh_from_db()
    return session.minutes, session.blocked_until, session.price, session.revision


def owed() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("kind", "status"))


# --- Length -------------------------------------------------------------------


def test_a_longer_session_takes_its_time_price_and_turnover_anew(house: cast.House, long: Service) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))

    longer = reshaping.change_length(service=long, **by(session))

    assert facts(longer) == (90, cast.at(11, 50, days=3), Decimal("98.00"), 1)
    assert (longer.service, longer.starts_at, longer.therapist) == (long, cast.at(10, days=3), house.ana)
    assert owed() == [("booked", "void"), ("reminder", "void"), ("changed", "queued"), ("reminder", "queued")]


def test_a_shorter_session_gives_the_rest_of_its_time_back(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))

    reshaping.change_length(service=house.swedish45, **by(session))

    assert facts(session)[:3] == (45, cast.at(11, days=3), Decimal("55.00"))
    assert cast.book(house, client=house.ben, starts_at=cast.at(11, days=3)).status == "booked"


def test_nobody_lies_longer_into_the_next_session(house: cast.House, long: Service) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    cast.book(house, client=house.ben, starts_at=cast.at(11, 15, days=3))

    with pytest.raises(Taken) as refusal:
        reshaping.change_length(service=long, **by(session))

    assert (refusal.value.code, refusal.value.params["lengths"]) == ("therapist_busy", [house.swedish45])
    assert facts(session) == (60, cast.at(11, 15, days=3), Decimal("68.00"), 0)


def test_a_longer_session_needs_a_table_to_itself(house: cast.House, long: Service) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    for number, place in enumerate(house.tables):
        colleague = cast.make_therapist(f"Colleague {number}", location=house.location, services=[house.swedish])
        client = cast.make_client(f"Client {number}")
        if place.pk == session.place_id:
            other = cast.book(house, client=client, therapist=colleague, starts_at=cast.at(13, days=3))
            MassageSession.objects.filter(pk=other.pk).update(
                place=place, starts_at=cast.at(11, 15, days=3), ends_at=cast.at(12, 15, days=3),
                blocked_until=cast.at(12, 30, days=3),
            )  # fmt: skip
        else:
            other = cast.book(house, client=client, therapist=colleague, starts_at=cast.at(13, days=3))
            MassageSession.objects.filter(pk=other.pk).update(
                place=place, starts_at=cast.at(11, days=3), ends_at=cast.at(12, days=3),
                blocked_until=cast.at(12, 15, days=3),
            )  # fmt: skip

    with pytest.raises(Taken) as refusal:
        reshaping.change_length(service=long, **by(session))

    assert refusal.value.code == "no_place"


def test_the_client_cannot_be_in_two_places(house: cast.House, long: Service) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    cast.book(house, therapist=house.uma, starts_at=cast.at(11, 15, days=3))

    with pytest.raises(Taken) as refusal:
        reshaping.change_length(service=long, **by(session))

    assert refusal.value.code == "client_busy"


def test_the_desk_keeps_to_hours_and_a_therapist_may_work_on(house: cast.House, long: Service) -> None:
    session = cast.book(house, starts_at=cast.at(16, days=3))

    with pytest.raises(Refused) as refusal:
        reshaping.change_length(service=long, **by(session))
    longer = reshaping.change_length(service=long, **by(session, by="therapist"))

    assert (refusal.value.code, refusal.value.params["lengths"]) == ("outside_hours", [house.swedish45])
    assert longer.minutes == 90


def test_a_session_outside_hours_can_still_be_shortened(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    TimeOff.objects.create(therapist=house.ana, starts_at=cast.at(9, days=3), ends_at=cast.at(17, days=3))

    assert reshaping.change_length(service=house.swedish45, **by(session)).minutes == 45


def test_nothing_is_longer_than_a_therapist_has_signed(house: cast.House, long: Service) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    SignOff.objects.create(session=session, therapist=house.ana, decision=session.decision, at=cast.NOW, max_minutes=60)

    with pytest.raises(Refused) as refusal:
        reshaping.change_length(service=long, **by(session))

    assert (refusal.value.code, refusal.value.params["lengths"]) == ("tightened_out", [house.swedish45])


def test_what_newer_answers_rule_out_is_not_made_longer(house: cast.House, long: Service) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    cast.answer(house.nadia, STILL_ILL)
    session.refresh_from_db()

    with pytest.raises(Refused) as refusal:
        reshaping.change_length(service=long, **by(session))

    assert refusal.value.code == "screening"


def test_a_session_under_hands_can_be_lengthened_in_silence(house: cast.House, long: Service) -> None:
    session = cast.book(house, starts_at=cast.at(10))
    changes.start(**by(session, now=cast.at(10)))
    before = owed()

    longer = reshaping.change_length(service=long, **by(session, now=cast.at(10, 30), by="therapist"))

    assert (longer.status, longer.minutes, longer.ends_at) == ("started", 90, cast.at(11, 30))
    assert owed() == before
    longer.refresh_from_db()
    assert not longer.re_ask_due


def test_a_length_of_something_else_is_none(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))

    for service in (house.deep, house.swedish):
        with pytest.raises(Refused) as refusal:
            reshaping.change_length(service=service, **by(session))
        assert refusal.value.code == "not_a_length"


def test_a_length_that_is_offered_no_more_is_none(house: cast.House, long: Service) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    Service.objects.filter(pk=long.pk).update(is_active=False)

    with pytest.raises(Refused) as refusal:
        reshaping.change_length(service=long, **by(session))

    assert refusal.value.code == "not_a_length"


def test_the_same_form_twice_is_one_change(house: cast.House, long: Service) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))

    for _ in range(2):
        reshaping.change_length(service=long, **by(session, form_key="k", form_digest="d"))

    assert facts(session)[3] == 1
    assert session.events.filter(act="change_length").count() == 1


def test_whoever_read_an_older_page_changes_nothing(house: cast.House, long: Service) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    MassageSession.objects.filter(pk=session.pk).update(revision=4)

    with pytest.raises(Refused) as refusal:
        reshaping.change_length(service=long, **by(session))

    assert refusal.value.code == "changed_meanwhile"


def test_the_page_lists_every_length_with_why_not(house: cast.House, long: Service) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    cast.book(house, client=house.ben, starts_at=cast.at(11, 15, days=3))

    found = selectors.lengths(session, by="desk", now=cast.NOW)

    assert [(option.service.minutes, option.why_not) for option in found] == [(45, ""), (90, "therapist_busy")]


# --- Service ------------------------------------------------------------------


def test_something_else_is_agreed_at_the_table(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10))
    Service.objects.filter(pk=house.deep.pk).update(price=Decimal("75.00"), turnover_minutes=20)
    changes.arrive(**by(session))

    changed = reshaping.change_service(service=Service.objects.get(pk=house.deep.pk), **by(session, by="therapist"))

    assert (changed.service, changed.price, changed.blocked_until) == (house.deep, Decimal("75.00"), cast.at(11, 20))
    assert (changed.status, changed.revision) == ("arrived", 1)


def test_something_else_needs_a_valid_certificate(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10))
    changes.arrive(**by(session))
    technique = house.deep.technique
    technique.needs_certificate = True
    technique.save()

    with pytest.raises(Refused) as none:
        reshaping.change_service(service=house.deep, **by(session))
    training = cast.make_training(house.ana, technique, expires_on=cast.TODAY - timedelta(days=1))
    with pytest.raises(Refused) as lapsed:
        reshaping.change_service(service=house.deep, **by(session))
    training.expires_on = cast.TODAY
    training.save()

    assert (none.value.code, lapsed.value.code) == ("not_trained", "not_trained")
    assert reshaping.change_service(service=house.deep, **by(session)).service == house.deep


def test_something_else_is_judged_by_the_answers(house: cast.House) -> None:
    cast.answer(house.nadia, THIN_BONES)
    session = cast.book(house, starts_at=cast.at(10))
    changes.arrive(**by(session))

    with pytest.raises(Refused) as refusal:
        reshaping.change_service(service=house.deep, **by(session))

    assert (refusal.value.code, refusal.value.params["services"]) == ("screening", [])


def test_something_else_keeps_to_what_a_therapist_has_signed(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10))
    changes.arrive(**by(session))
    SignOff.objects.create(
        session=session, therapist=house.ana, decision=session.decision, at=cast.NOW, avoid_techniques=["deep_tissue"]
    )

    with pytest.raises(Refused) as refusal:
        reshaping.change_service(service=house.deep, **by(session))

    assert refusal.value.code == "tightened_out"


def test_something_else_on_a_chair_moves_to_the_chair(house: cast.House) -> None:
    seated = cast.make_service("chair", 30)
    seated.technique.place_kind = "chair"
    seated.technique.save()
    seated.therapists.set([house.ana])
    session = cast.book(house, starts_at=cast.at(10))
    changes.arrive(**by(session))

    changed = reshaping.change_service(service=seated, **by(session))

    assert (changed.place, changed.minutes) == (house.chair, 30)


# --- Therapist ----------------------------------------------------------------


def test_a_colleague_takes_a_session_at_the_same_time(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    place = session.place_id

    given = reshaping.change_therapist(therapist=house.uma, **by(session))

    assert (given.therapist, given.starts_at, given.place_id, given.price) == (
        house.uma,
        cast.at(10, days=3),
        place,
        Decimal("68.00"),
    )
    assert ("changed", "queued") in owed()
    assert cast.book(house, client=house.ben, starts_at=cast.at(10, days=3)).therapist == house.ana


def test_colleagues_are_listed_with_the_reason_or_why_not(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    off = cast.make_therapist("Kit Off", location=house.location, services=[house.swedish], weekdays=(0,))
    busy = cast.make_therapist("Lee Busy", location=house.location, services=[house.swedish])
    cast.book(house, client=house.ben, therapist=busy, starts_at=cast.at(10, days=3))

    found = selectors.colleagues(session, now=cast.NOW)

    assert [(option.therapist, option.why_not, option.because) for option in found] == [
        (house.uma, "", "only_one"),
        (off, "outside_hours", ""),
        (busy, "therapist_busy", ""),
    ]


def test_a_busy_colleague_is_refused_with_others_and_the_nearest_three(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    lee = cast.make_therapist("Lee Busy", location=house.location, services=[house.swedish])
    cast.book(house, client=house.ben, therapist=lee, starts_at=cast.at(10, days=3))

    with pytest.raises(Taken) as refusal:
        reshaping.change_therapist(therapist=lee, **by(session))

    assert refusal.value.params["therapists"] == [house.uma]
    assert len(refusal.value.params["nearest"]) == 3


def test_somebody_who_does_not_give_it_is_no_colleague(house: cast.House) -> None:
    session = cast.book(house, service=house.deep, starts_at=cast.at(10, days=3))

    with pytest.raises(Refused) as refusal:
        reshaping.change_therapist(therapist=house.uma, **by(session))

    assert refusal.value.code == "not_a_colleague"


def test_a_colleague_can_take_over_whoever_waits_already(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10))
    changes.arrive(**by(session))

    given = reshaping.change_therapist(therapist=house.uma, **by(session, now=cast.at(10, 5)))

    assert (given.therapist, given.status) == (house.uma, "arrived")


def test_a_table_in_another_house_does_for_a_colleague_there(house: cast.House) -> None:
    """Who works elsewhere that day gives it there."""
    from massage_booking.studio.models import Location, Place, Room

    there = Location.objects.create(name="Quay")
    table = Place.objects.create(room=Room.objects.create(location=there, name="Room 9"), name="Table")
    WeeklyHours.objects.filter(therapist=house.uma).update(location=there)
    session = cast.book(house, starts_at=cast.at(10, days=3))

    assert reshaping.change_therapist(therapist=house.uma, **by(session)).place == table


def test_the_questions_do_not_grow_with_colleagues(house: cast.House, django_assert_num_queries: Any) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    session = MassageSession.objects.select_related("service__technique", "client", "place__room").get(pk=session.pk)
    with django_assert_num_queries(_queries := 12):
        selectors.colleagues(session, now=cast.NOW)
    for name in ("Kit One", "Kit Two"):
        cast.make_therapist(name, location=house.location, services=[house.swedish], opens=time(9))
    with django_assert_num_queries(_queries):
        selectors.colleagues(session, now=cast.NOW)


def test_all_times_are_instants(house: cast.House, long: Service) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))

    longer = reshaping.change_length(service=long, **by(session))

    assert longer.blocked_until.tzinfo is UTC or longer.blocked_until.utcoffset() == timedelta(0)
