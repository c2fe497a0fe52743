"""How somebody felt after a session: what follows at once, who is told, and what closing does."""

from datetime import timedelta
from typing import Any

import pytest

from massage_booking.core.errors import Refused
from massage_booking.outbox import services as outbox
from massage_booking.outbox.models import Message
from screening import document as documents
from screening import selectors as screening
from screening import vault
from screening.domain.booking_ahead import Block
from screening.domain.reports import Kind
from screening.models import BookingStop
from sessions.models import FormKey, MassageSession, SessionEvent, SymptomReport
from sessions.selectors import aftercare, reviewing
from sessions.services import changes, reports, signing
from tests import cast

pytestmark = pytest.mark.django_db

THURSDAY = cast.at(9, days=3)


@pytest.fixture
def done(house: cast.House, monday: Any) -> MassageSession:
    """Nadia's session of Monday is over, and another one is booked for the week after."""
    session = cast.book(house, starts_at=cast.at(10))
    MassageSession.objects.filter(pk=session.pk).update(status="started")
    session.refresh_from_db()
    reports.finish(session=session, actor=None, by="therapist", now=session.ends_at)
    monday.move_to(cast.at(13))
    cast.book(house, starts_at=cast.at(10, days=7))
    monday.move_to(THURSDAY)
    return session


def tell(session: MassageSession, *kinds: Kind, words: str = "", **more: Any) -> SymptomReport:
    return reports.report(
        session=MassageSession.objects.select_related("client__account", "therapist__user").get(pk=session.pk),
        kinds=kinds, words=words, actor=None, by=more.pop("by", "client"), now=THURSDAY, **more,
    )  # fmt: skip


def close(report: SymptomReport, advice: str = "See a doctor", outcome: str = "Checked, all fine") -> SymptomReport:
    return reports.close(report=report, advice=advice, outcome=outcome, actor=None, now=THURSDAY)


def ahead(session: MassageSession) -> MassageSession:
    return MassageSession.objects.exclude(pk=session.pk).get()


def blocks(house: cast.House) -> set[Block]:
    return set(cast.assess(house.nadia, cast.at(10, days=9), now=THURSDAY).blocks)


def pending(house: cast.House) -> set[str]:
    _, complete = screening.forms_of(house.nadia)
    assert complete is not None
    return set(documents.from_json(vault.for_rules(complete)).pending)


def kinds_owed() -> list[str]:
    return sorted(Message.objects.filter(status="queued").values_list("kind", flat=True))


def test_a_day_after_the_end_its_client_is_asked(house: cast.House, done: MassageSession) -> None:
    message = Message.objects.get(kind="aftercare")

    assert message.due_at == done.ends_at + timedelta(hours=24)
    assert message.recipient == "nadia@example.com"


def test_whoever_is_not_ticked_off_at_the_end_is_asked_all_the_same(house: cast.House, monday: Any) -> None:
    session = cast.book(house, starts_at=cast.at(10))
    MassageSession.objects.filter(pk=session.pk).update(day_answered_at=cast.NOW)
    session.refresh_from_db()
    signing.start(session=session, actor=house.ana.user, by="therapist", now=cast.at(10))
    assert [row.due_at for row in Message.objects.filter(kind="aftercare")] == [session.ends_at + timedelta(hours=24)]

    monday.move_to(cast.at(11, 5, days=1))
    outbox.send_due(now=cast.at(11, 5, days=1))

    assert [row.status for row in Message.objects.filter(kind="aftercare")] == ["sent"]


def test_mild_soreness_is_told_and_stops_nothing(house: cast.House, done: MassageSession) -> None:
    report = tell(done, Kind.MILD)

    assert (report.stops_booking, report.call_by) == (False, None)
    assert blocks(house) == set()
    assert "report_waiting" in kinds_owed()
    assert "aftercare" not in kinds_owed()


def test_all_well_wants_nobodys_look(house: cast.House, done: MassageSession) -> None:
    report = tell(done)

    assert report.closed_at == THURSDAY
    assert "report_waiting" not in kinds_owed()
    assert aftercare.feeling_of(house.nadia, now=THURSDAY) is None


def test_lasting_soreness_asks_rows_again_and_the_therapist_calls(house: cast.House, done: MassageSession) -> None:
    report = tell(done, Kind.LASTING)

    # Thursday: by Friday, when the last therapist ends.
    assert report.call_by == cast.at(17, days=4)
    assert pending(house) == {"recent_back_pain", "blood_thinners", "steroids_immune", "migraine"}
    assert blocks(house) == {Block.OUT_OF_DATE}
    assert not BookingStop.objects.exists()


@pytest.mark.parametrize(
    ("kind", "messages", "rows"),
    [
        (Kind.NERVES, ("E2",), {"saddle_numbness_bladder", "nerve_damage", "spine_joint_condition"}),
        (Kind.HEAD_NECK, ("E1",), {"emergency_symptoms_now", "neck_injury"}),
        (Kind.LEG, ("U4",), {"dvt_calf_swelling", "pulmonary_embolism"}),
        (Kind.BREATH, ("E1",), {"dvt_calf_swelling", "pulmonary_embolism"}),
        (Kind.SKIN_SWELLING, ("E5",), {"allergies", "settled_skin"}),
    ],
)
def test_a_report_that_blocks_stops_every_booking_and_holds_back_what_is_booked(
    house: cast.House, done: MassageSession, kind: Kind, messages: tuple[str, ...], rows: set[str]
) -> None:
    _, rules = screening.published_rules()

    report = tell(done, kind, words="since this morning")

    assert reports.messages_of(rules, [kind]) == messages
    assert report.stops_booking
    assert screening.is_stopped(house.nadia)
    assert Block.STOPPED in blocks(house)
    assert pending(house) == rows
    assert ahead(done).held_back_at is not None
    assert ahead(done).needs_review
    with pytest.raises(Refused):
        cast.book(house, starts_at=cast.at(10, days=10), now=THURSDAY)


def test_dark_urine_sends_to_a_doctor_and_asks_again(house: cast.House, done: MassageSession) -> None:
    _, rules = screening.published_rules()

    tell(done, Kind.DARK_URINE)

    assert reports.messages_of(rules, [Kind.DARK_URINE]) == ("U1",)
    assert pending(house) == {"severe_pain", "kidney_liver"}


def test_what_was_told_is_sealed(done: MassageSession) -> None:
    report = tell(done, Kind.NERVES, words="my left foot is numb")

    assert b"numb" not in bytes(report.sealed or b"")
    assert "numb" not in str(list(SessionEvent.objects.values_list("act", "detail")))
    assert "numb" not in str(list(Message.objects.values()))


def test_closing_lets_bookings_go_on_but_the_rows_are_still_asked(house: cast.House, done: MassageSession) -> None:
    report = tell(done, Kind.LEG)

    closed = close(report)

    assert closed.closed_at == THURSDAY
    assert not screening.is_stopped(house.nadia)
    assert blocks(house) == {Block.OUT_OF_DATE}
    stop = BookingStop.objects.get()
    assert stop.lifted_at == THURSDAY
    cast.answer(house.nadia, now=THURSDAY)
    assert blocks(house) == set()
    assert ahead(done).held_back_at is None


def test_closing_needs_the_advice_and_the_outcome_where_a_call_was_due(house: cast.House, done: MassageSession) -> None:
    report = tell(done, Kind.LEG)

    with pytest.raises(Refused) as refused:
        close(report, outcome=" ")

    assert refused.value.code == "closing_words"
    assert screening.is_stopped(house.nadia)
    mild = tell(done, Kind.MILD)
    assert close(mild, "", "").closed_at == THURSDAY
    assert screening.is_stopped(house.nadia)


def test_two_reports_that_block_are_both_closed_before_anything_goes_on(
    house: cast.House, done: MassageSession
) -> None:
    first, second = tell(done, Kind.LEG), tell(done, Kind.NERVES)
    assert BookingStop.objects.count() == 1

    close(first)
    assert screening.is_stopped(house.nadia)
    close(second)
    assert not screening.is_stopped(house.nadia)


def test_the_same_form_twice_is_one_report(done: MassageSession) -> None:
    once = tell(done, Kind.LEG, form_key="k", form_digest="d")
    again = tell(done, Kind.LEG, form_key="k", form_digest="d")

    assert once.pk == again.pk
    assert FormKey.objects.filter(key="k").count() == 1
    assert Message.objects.filter(kind="report_waiting").count() == 1


def test_what_is_not_over_is_not_reported_on(done: MassageSession) -> None:
    with pytest.raises(Refused) as refused:
        tell(ahead(done), Kind.MILD)
    assert refused.value.code == "not_over"


def test_a_session_stopped_early_ends_and_asks_the_questions_of_the_day_anew(
    house: cast.House, done: MassageSession
) -> None:
    session = ahead(done)
    MassageSession.objects.filter(pk=session.pk).update(status="started")

    report = tell(session, by="therapist", stopped_early=True)

    session.refresh_from_db()
    assert session.status == "done"
    assert "dvt_calf_swelling" in pending(house)
    assert (report.seen_at, report.closed_at) == (THURSDAY, None)
    assert "report_waiting" not in kinds_owed()


def test_a_report_is_kept_although_the_answers_cannot_be_opened(house: cast.House, done: MassageSession) -> None:
    house.nadia.vault_key.delete()

    report = tell(done, Kind.NERVES)

    assert screening.is_stopped(house.nadia)
    assert SymptomReport.objects.filter(pk=report.pk).exists()
    assert ahead(done).re_ask_due


def test_a_report_about_a_therapist_who_left_waits_for_those_who_are_here(
    house: cast.House, done: MassageSession
) -> None:
    tell(done, Kind.LEG)
    assert not reviewing.open_reports(house.uma.user).exists()

    house.ana.is_active = False
    house.ana.save()

    assert reviewing.open_reports(house.uma.user).count() == 1


# --- Before the next booking ---------------------------------------------------------


@pytest.mark.parametrize(("kind", "waits"), [(Kind.MILD, False), (Kind.LASTING, True), (Kind.DARK_URINE, True)])
def test_what_asks_for_a_call_is_closed_before_the_next_booking_is_certain(
    done: MassageSession, house: cast.House, kind: Kind, waits: bool
) -> None:
    report = tell(done, kind)
    # Whatever was to be asked again is answered.
    cast.answer(house.nadia, now=THURSDAY)

    new = cast.book(house, starts_at=cast.at(14, days=9), now=THURSDAY)

    assert (new.status, new.needs_review) == (("requested", True) if waits else ("booked", False))
    if waits:
        with pytest.raises(Refused, match="report_open"):
            changes.approve(session=new, actor=None, by="therapist", now=THURSDAY)
        close(report)
        assert changes.approve(session=new, actor=None, by="therapist", now=THURSDAY).status == "booked"


@pytest.mark.parametrize("status", ["booked", "arrived", "started"])
def test_nobody_waits_for_a_tick_to_tell_of_pain(house: cast.House, monday: Any, status: str) -> None:
    session = cast.book(house, starts_at=cast.at(10))
    MassageSession.objects.filter(pk=session.pk).update(status=status)
    session.refresh_from_db()

    assert not aftercare.is_open(session, now=cast.at(10, 30))
    assert aftercare.is_open(session, now=cast.at(11))
    assert tell(session, Kind.NERVES).stops_booking


def test_whoever_treats_the_client_next_may_open_and_close_it(done: MassageSession, house: cast.House) -> None:
    report = tell(done, Kind.LASTING)
    other = cast.make_client("Cara Byrne", account=None)
    cast.book(house, client=other, therapist=house.uma, starts_at=cast.at(14, days=8), now=THURSDAY)
    assert list(reviewing.open_reports(house.uma.user)) == []

    MassageSession.objects.filter(pk=ahead_of(house)).update(therapist=house.uma)

    assert list(reviewing.open_reports(house.uma.user)) == [report]
    assert list(reviewing.open_reports(house.ana.user)) == [report]


def ahead_of(house: cast.House) -> int:
    return MassageSession.objects.get(client=house.nadia, status="booked").pk


def test_a_mild_one_stays_with_its_own_therapist(done: MassageSession, house: cast.House) -> None:
    tell(done, Kind.MILD)
    MassageSession.objects.filter(pk=ahead_of(house)).update(therapist=house.uma)

    assert list(reviewing.open_reports(house.uma.user)) == []
