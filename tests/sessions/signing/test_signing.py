"""Signing off: who, what it tightens, what it refuses, and what starts only with a name under it."""

from typing import Any

import pytest

from massage_booking.core.errors import Refused
from massage_booking.outbox.models import Message
from screening import selectors as screening
from screening import services as screening_services
from screening.document import GivenRow
from screening.vault import Reader
from sessions import limits
from sessions.domain.tightening import Wish
from sessions.models import MassageSession, SessionEvent, SignOff
from sessions.selectors import signing as signed
from sessions.services import changes, health, signing
from tests import cast

pytestmark = pytest.mark.django_db

# Achy joints: medium at most.
SETTLED = {"arthritis": GivenRow(answer="No, it is settled or just achy", sites=frozenset())}
# Thin bones: light at most.
THIN = {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")}


@pytest.fixture
def session(house: cast.House, monday: Any) -> MassageSession:
    cast.answer(house.nadia, SETTLED)
    return cast.book(house, starts_at=cast.at(10))


def fresh(session: MassageSession) -> MassageSession:
    people = MassageSession.objects.select_related("client", "decision", "service__technique", "therapist")
    return people.get(pk=session.pk)


def sign(session: MassageSession, wish: Wish | None = None, **more: Any) -> SignOff:
    values = {"note": "Tired today.", "now": cast.NOW, **more}
    return signing.sign_off(session=fresh(session), wish=wish or Wish(), actor=session.therapist.user, **values)


def decline(session: MassageSession, note: str = "Not mine to give today.") -> MassageSession:
    return signing.decline(
        session=fresh(session), actor=session.therapist.user, by="therapist", now=cast.NOW, note=note
    )


def begin(session: MassageSession) -> MassageSession:
    return signing.start(session=fresh(session), actor=session.therapist.user, by="therapist", now=cast.NOW)


def test_a_sign_off_tightens_what_every_list_shows(session: MassageSession) -> None:
    assert limits.line(fresh(session)) == "Medium"

    sign(session, Wish("light", frozenset({"neck"}), frozenset({"chair"}), 45))

    assert limits.line(fresh(session)) == "Light, not neck, at most 45 min"
    card = limits.card(fresh(session))
    assert card is not None
    assert (card["pressure"], card["areas"], card["max_minutes"], card["tightened"]) == ("light", ["neck"], 45, True)
    assert {"deep_tissue", "trigger_point", "sports", "thai", "chair"} <= set(card["techniques"])


def test_the_newest_sign_off_counts_and_may_take_back_an_earlier_one(session: MassageSession) -> None:
    sign(session, Wish("light"))
    sign(session)

    assert limits.line(fresh(session)) == "Medium"


def test_nothing_is_loosened_below_the_rules(session: MassageSession) -> None:
    for wish, code in ((Wish("firm"), "looser_pressure"), (Wish(avoid_areas=frozenset({"x"})), "unknown_limit")):
        with pytest.raises(Refused) as refused:
            sign(session, wish)
        assert refused.value.code == code
    assert not SignOff.objects.exists()


def test_a_newer_decision_keeps_what_was_tightened_but_wants_a_new_name(
    house: cast.House, session: MassageSession
) -> None:
    sign(session, Wish(avoid_areas=frozenset({"neck"})))
    assert not signed.is_due(fresh(session))

    cast.answer(house.nadia, THIN)

    assert limits.line(fresh(session)) == "Light, side-lying or seated, not neck"
    assert signed.is_due(fresh(session))


def test_what_was_read_must_still_be_what_counts(house: cast.House, session: MassageSession) -> None:
    read = fresh(session).decision
    assert read is not None
    cast.answer(house.nadia, THIN)

    with pytest.raises(Refused) as refused:
        sign(session, decision_id=read.public_id)

    assert refused.value.code == "changed_meanwhile"


def test_without_answers_and_with_answers_that_close_there_is_nothing_to_sign(
    house: cast.House, session: MassageSession
) -> None:
    MassageSession.objects.filter(pk=session.pk).update(held_back_at=cast.NOW)
    with pytest.raises(Refused) as refused:
        sign(session)
    assert refused.value.code == "does_not_fit"
    MassageSession.objects.filter(pk=session.pk).update(held_back_at=None, decision=None)
    with pytest.raises(Refused) as refused:
        sign(session)
    assert refused.value.code == "answers_needed"


def test_limits_that_rule_out_what_is_booked_keep_it_from_starting(house: cast.House, session: MassageSession) -> None:
    sign(session, Wish(max_minutes=45))

    with pytest.raises(Refused) as refused:
        begin(session)

    assert refused.value.code == "tightened_out"
    assert fresh(session).status == "booked"
    sign(session, Wish(max_minutes=60))
    assert begin(session).status == "started"


def test_starting_signs_in_the_same_act_and_keeps_what_was_tightened(
    house: cast.House, session: MassageSession
) -> None:
    sign(session, Wish(avoid_areas=frozenset({"neck"})))
    health.judge_again(client=house.nadia, now=cast.NOW)
    assert signed.is_due(fresh(session))

    begin(session)

    newest = SignOff.objects.first()
    assert newest is not None
    assert (newest.decision, newest.therapist, newest.avoid_areas) == (
        fresh(session).decision, house.ana, ["neck"],
    )  # fmt: skip
    assert list(SessionEvent.objects.filter(session=session).values_list("act", flat=True))[-2:] == [
        "start", "signed_off",
    ]  # fmt: skip


def test_a_clear_client_who_was_here_before_needs_no_name(house: cast.House, monday: Any) -> None:
    first = cast.book(house, starts_at=cast.at(10))
    MassageSession.objects.filter(pk=first.pk).update(status="done")
    second = cast.book(house, starts_at=cast.at(14))

    assert signed.is_due(fresh(first))
    assert not signed.is_due(fresh(second))
    signing.start(session=fresh(second), actor=None, by="therapist", now=cast.NOW)
    assert not SignOff.objects.exists()


def test_nothing_starts_while_bookings_are_stopped(house: cast.House, session: MassageSession) -> None:
    screening_services.stop_bookings(client=house.nadia, now=cast.NOW)

    with pytest.raises(Refused) as refused:
        begin(session)

    assert refused.value.code == "stopped"
    assert screening.is_stopped(house.nadia)


def test_a_note_is_sealed_and_reading_it_is_recorded(session: MassageSession) -> None:
    sign(session, note="Ask about the left knee first.")
    sign(session, note="")
    row = SignOff.objects.last()
    assert row is not None
    assert b"knee" not in bytes(row.sealed_note or b"")

    reader = Reader(name="Ana Quiroga", role="therapist")
    found = signed.history(fresh(session), reader=reader, purpose="before a session", now=cast.NOW)

    assert [entry.note for entry in found] == ["", "Ask about the left knee first."]
    assert [one.what for one in screening.readings_of([session.client])] == ["a therapist's note"]  # type: ignore[list-item]


def test_a_session_declined_by_its_therapist_costs_nothing_and_its_client_is_told_kindly(
    session: MassageSession,
) -> None:
    gone = decline(session)

    assert (gone.status, gone.fee_waived, gone.cancelled_late) == ("cancelled", True, False)
    owed = dict(Message.objects.filter(subject_id=session.pk).values_list("kind", "status"))
    assert owed["declined"] == "queued"
    assert "cancelled" not in owed
    assert "queued" not in [status for kind, status in owed.items() if kind != "declined"]


def test_why_a_session_was_declined_is_sealed_with_it(session: MassageSession) -> None:
    sign(session, Wish("light"))

    with pytest.raises(Refused) as refused:
        decline(session, note="  ")
    assert refused.value.code == "note_needed"
    assert fresh(session).status == "booked"
    decline(session, note="I was at school with him.")

    row = SignOff.objects.first()
    assert row is not None
    assert b"school" not in bytes(row.sealed_note or b"")
    reader = Reader(name="Ana Quiroga", role="therapist")
    found = signed.history(fresh(session), reader=reader, purpose="before a session", now=cast.NOW)
    assert [(entry.note, entry.declined) for entry in found] == [
        ("I was at school with him.", True), ("Tired today.", False),
    ]  # fmt: skip


def test_whatever_changes_a_limit_says_why(session: MassageSession) -> None:
    sign(session, note="")
    with pytest.raises(Refused) as refused:
        sign(session, Wish("light"), note=" ")
    assert refused.value.code == "note_needed"

    sign(session, Wish("light"), note="Bruises easily.")
    sign(session, Wish("light"), note="")
    with pytest.raises(Refused) as refused:
        sign(session, note="")

    assert refused.value.code == "note_needed"
    assert limits.line(fresh(session)) == "Light"


def test_a_name_written_days_before_tightens_but_the_day_wants_its_own(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, SETTLED)
    later = cast.book(house, starts_at=cast.at(10, days=1))
    sign(later, Wish("light"))

    assert signed.is_due(fresh(later))
    assert limits.line(fresh(later)) == "Light"
    sign(later, Wish("light"), note="", now=cast.at(9, days=1))
    assert not signed.is_due(fresh(later))


def test_what_became_known_since_the_page_was_read_keeps_it_from_starting(
    house: cast.House, session: MassageSession
) -> None:
    read = fresh(session)
    MassageSession.objects.filter(pk=session.pk).update(held_back_at=cast.NOW)

    with pytest.raises(Refused) as refused:
        signing.start(session=read, actor=None, by="therapist", now=cast.NOW)

    assert refused.value.code == "does_not_fit"
    assert fresh(session).status == "booked"


def test_declining_what_has_begun_is_refused(session: MassageSession) -> None:
    begin(session)

    with pytest.raises(Refused) as refused:
        decline(session)

    assert refused.value.code == "wrong_status"
    assert changes.complete(session=fresh(session), actor=None, by="therapist", now=cast.NOW).status == "done"


def test_with_the_answers_goes_what_was_drawn_from_them(house: cast.House, session: MassageSession) -> None:
    sign(session, Wish("light"), note="Ask about the left knee first.")

    screening_services.withdraw_consent(client=house.nadia, now=cast.NOW)

    row = SignOff.objects.get()
    assert (row.decision, row.sealed_note, row.max_pressure, row.avoid_techniques) == (None, None, "", [])
    assert limits.line(fresh(session)) == "Answers due"
