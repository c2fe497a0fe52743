"""What newer answers do to sessions that are booked: held back, standing again, asked about, given back."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from massage_booking.core.errors import Refused
from massage_booking.outbox import services as outbox
from massage_booking.outbox.models import Message
from screening import services as screening
from screening.document import GivenRow
from screening.domain.triggers import Trigger
from screening.models import BookingStop, Decision
from sessions.models import MassageSession
from sessions.selectors import offer, safe_dates
from sessions.services import changes, health
from tests import cast

pytestmark = pytest.mark.django_db

BONES = {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")}
FEVER = {"fever_infection": GivenRow(answer="Feverish, heavy cold or cough, sick or unwell", event_on=date(2026, 6, 1))}
STILL_ILL = {"fever_infection": GivenRow(answer="Feverish, heavy cold or cough, sick or unwell", still_running=True)}
HEART_ATTACK = {
    "cardiovascular_disease": GivenRow(
        answer="Heart attack, stroke, mini-stroke, stent or heart surgery in the last 3 months",
        event_on=date(2026, 6, 1),
    )
}
HURT = {"recent_injury": GivenRow(answer="Not sure")}
WELL = {
    "recent_injury": GivenRow(answer="A minor knock, bruise or graze away from the back and neck", sites=frozenset())
}


@pytest.fixture(autouse=True)
def at_eight(monday: Any) -> Any:
    """Stop the clock for every test here."""
    return monday


def fresh(session: MassageSession) -> MassageSession:
    return MassageSession.objects.select_related("decision", "service__technique", "therapist", "client__account").get(
        pk=session.pk
    )


def owed(kind: str) -> list[str]:
    return list(Message.objects.filter(kind=kind).values_list("status", flat=True))


def acts(session: MassageSession) -> list[str]:
    return list(session.events.values_list("act", flat=True))


def test_what_no_longer_fits_keeps_its_time_and_cannot_be_started(house: cast.House) -> None:
    session = cast.book(house, service=house.deep, starts_at=cast.at(10, days=3))

    cast.answer(house.nadia, BONES)

    held = fresh(session)
    assert (held.status, held.starts_at, held.held_back_at) == ("booked", session.starts_at, cast.NOW)
    assert (held.needs_review, acts(held)) == (True, ["confirm", "judged_again", "held_back"])
    assert held.decision != session.decision and Decision.objects.filter(pk=session.decision_id).exists()
    with pytest.raises(Refused) as refusal:
        changes.start(session=held, actor=None, by="therapist", now=held.starts_at)
    assert refusal.value.code == "does_not_fit"


def test_every_session_ahead_is_judged_and_those_that_fit_go_on(house: cast.House) -> None:
    deep = cast.book(house, service=house.deep, starts_at=cast.at(10, days=3))
    light = cast.book(house, starts_at=cast.at(10, days=10))
    done = cast.book(house, starts_at=cast.at(14))
    MassageSession.objects.filter(pk=done.pk).update(status="done")

    cast.answer(house.nadia, BONES)

    assert [fresh(one).held_back_at is not None for one in (deep, light, done)] == [True, False, False]


def test_the_answers_are_opened_once_however_many_sessions_there_are(
    house: cast.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for days in (3, 8, 15):
        cast.book(house, starts_at=cast.at(10, days=days))
    from screening import vault

    opened: list[Any] = []
    real = vault.for_rules
    monkeypatch.setattr(vault, "for_rules", lambda one: opened.append(one) or real(one))

    assert health.judge_again(client=house.nadia, now=cast.NOW) == 0
    assert len(opened) == 1


def test_the_client_is_asked_to_look_once_and_not_at_once(house: cast.House) -> None:
    cast.book(house, service=house.deep, starts_at=cast.at(10, days=3))
    cast.answer(house.nadia, BONES)
    cast.answer(house.nadia, {**BONES, **HURT}, now=cast.NOW + timedelta(minutes=1))

    assert Message.objects.get(kind="needs_change").due_at == cast.NOW + timedelta(minutes=10)


def test_answers_that_allow_it_again_let_it_stand_and_say_so_only_to_who_was_told(house: cast.House) -> None:
    first = cast.book(house, service=house.deep, starts_at=cast.at(10, days=3))
    cast.answer(house.nadia, BONES)
    cast.answer(house.nadia)
    assert (fresh(first).held_back_at, fresh(first).needs_review, owed("needs_change")) == (None, False, ["void"])
    assert owed("stands_again") == []

    later = cast.NOW + timedelta(hours=1)
    cast.answer(house.nadia, BONES, now=later)
    Message.objects.filter(kind="needs_change").update(status="sent")
    cast.answer(house.nadia, now=later)

    assert (fresh(first).held_back_at, owed("stands_again")) == (None, ["queued"])


def test_an_answer_that_must_be_given_again_holds_nothing_back_but_no_hands_go_on(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10))

    screening.end_answers(client=house.nadia, codes=["nerve_damage"], trigger=Trigger.INCIDENT, now=cast.NOW)

    asked = fresh(session)
    assert (asked.held_back_at, asked.re_ask_due) == (None, True)
    with pytest.raises(Refused) as aloud:
        changes.asked_again(session=asked, unchanged=True, actor=None, by="therapist", now=cast.NOW)
    assert aloud.value.code == "answers_needed"


def test_a_stop_holds_back_everything_until_it_is_lifted(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    stop = BookingStop.objects.create(client=house.nadia, made_at=cast.NOW)
    health.judge_again(client=house.nadia, now=cast.NOW)
    assert fresh(session).held_back_at == cast.NOW
    with pytest.raises(Refused):
        changes.start(session=fresh(session), actor=None, by="therapist", now=session.starts_at)

    BookingStop.objects.filter(pk=stop.pk).update(lifted_at=cast.NOW)
    health.judge_again(client=house.nadia, now=cast.NOW)

    assert fresh(session).held_back_at is None


def stop_nadia(house: cast.House) -> BookingStop:
    stop = BookingStop.objects.create(client=house.nadia, made_at=cast.NOW)
    health.judge_again(client=house.nadia, now=cast.NOW)
    return stop


def lift(stop: BookingStop, *, now: datetime) -> None:
    BookingStop.objects.filter(pk=stop.pk).update(lifted_at=now)
    health.judge_again(client=stop.client, now=now)


def test_whom_a_stop_holds_back_nobody_asks_to_choose_another_time(house: cast.House, mailoutbox: list[Any]) -> None:
    cast.book(house, starts_at=cast.at(10, days=3))
    stop = stop_nadia(house)
    assert (owed("needs_change"), owed("we_call")) == ([], ["queued"])
    later = cast.NOW + timedelta(minutes=11)
    outbox.send_due(now=later)

    (letter,) = [letter for letter in mailoutbox if letter.subject.startswith("About your session")]
    assert "we will call you" in letter.body and "chosen" not in letter.body
    lift(stop, now=later)
    assert owed("stands_again") == ["queued"]


def test_a_stop_that_is_lifted_at_once_is_not_written_about(house: cast.House, mailoutbox: list[Any]) -> None:
    cast.book(house, starts_at=cast.at(10, days=3))
    lift(stop_nadia(house), now=cast.NOW)
    outbox.send_due(now=cast.NOW + timedelta(minutes=11))

    assert (owed("we_call"), owed("stands_again")) == (["void"], [])


def test_what_still_does_not_fit_after_a_stop_is_to_be_chosen_anew(house: cast.House, mailoutbox: list[Any]) -> None:
    cast.book(house, service=house.deep, starts_at=cast.at(10, days=3))
    cast.answer(house.nadia, BONES)
    stop = stop_nadia(house)
    assert (owed("needs_change"), owed("we_call")) == (["void"], ["queued"])

    lift(stop, now=cast.NOW + timedelta(minutes=1))
    assert (owed("needs_change"), owed("we_call")) == (["queued"], ["void"])
    health.judge_again(client=house.nadia, now=cast.NOW + timedelta(minutes=2))
    outbox.send_due(now=cast.NOW + timedelta(minutes=30))

    subjects = [letter.subject for letter in mailoutbox if "your session" in letter.subject]
    assert subjects == ["Please look at your session: Thursday 4 June, 10:00"]


def test_the_reminder_of_what_a_stop_holds_back_says_that_we_call(
    house: cast.House, monday: Any, mailoutbox: list[Any]
) -> None:
    cast.book(house, starts_at=cast.at(10, days=3))
    stop_nadia(house)
    Message.objects.exclude(kind="reminder").delete()
    monday.move_to(cast.at(10, days=2))

    outbox.send_due(now=cast.at(10, days=2))

    assert [letter.subject for letter in mailoutbox] == ["About your session: Thursday 4 June, 10:00"]


def test_a_stop_stands_before_a_start_even_where_nobody_judged(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10))
    BookingStop.objects.create(client=house.nadia, made_at=cast.NOW)

    with pytest.raises(Refused) as refusal:
        changes.start(session=session, actor=None, by="therapist", now=session.starts_at)

    assert refusal.value.code == "stopped"


def test_consent_taken_back_erases_what_was_drawn_from_the_answers(house: cast.House) -> None:
    session = cast.book(house, service=house.deep, starts_at=cast.at(10, days=3))
    cast.answer(house.nadia, BONES)

    screening.withdraw_consent(client=house.nadia, now=cast.NOW)

    left = fresh(session)
    assert (left.held_back_at, left.decision, left.re_ask_due) == (None, None, True)


# --- The way on ---------------------------------------------------------------


def test_a_wait_names_the_first_safe_dates_with_the_same_therapist(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=1))
    cast.answer(house.nadia, FEVER)

    way = safe_dates.way_on(session=fresh(session), now=cast.NOW)

    assert way is not None and way.earliest is not None
    assert way.earliest.day == date(2026, 6, 3)
    assert [one.starts_at for one in way.openings] == [cast.at(10, days=days) for days in (2, 3, 4)]
    assert {one.therapist for one in way.openings} == {house.ana}


def test_a_start_in_exactly_48_hours_asks_about_today_whatever_was_judged_before(house: cast.House) -> None:
    cast.answer(house.nadia, today_too=False)
    in_48_hours = cast.NOW + timedelta(hours=48)
    judge = offer.assessor(client=house.nadia, now=cast.NOW)

    found = [judge(in_48_hours + timedelta(minutes=late)) for late in (5, 0, 5)]

    assert [each is not None and each.todays_rows_needed for each in found] == [False, True, False]


def test_while_symptoms_run_there_is_no_date_but_how_long_after(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=1))
    cast.answer(house.nadia, STILL_ILL)

    way = safe_dates.way_on(session=fresh(session), now=cast.NOW)

    assert way is not None and way.earliest is not None
    assert (way.earliest.day, way.openings) == (None, [])
    assert way.earliest.sentence.startswith("Two days after you are well: 48 hours with no fever")


def test_a_longer_wait_beside_symptoms_that_run_is_named_with_its_date(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=1))
    cast.answer(house.nadia, {**STILL_ILL, **HEART_ATTACK})

    way = safe_dates.way_on(session=fresh(session), now=cast.NOW)

    assert way is not None and way.earliest is not None
    assert way.earliest.opening == "Two days after you are well, but not before Tuesday 1 September"
    assert "3 months have passed" in way.earliest.sentence


def test_a_technique_that_is_out_leaves_another_at_the_same_time(house: cast.House) -> None:
    session = cast.book(house, service=house.deep, starts_at=cast.at(10, days=3))
    cast.answer(house.nadia, BONES)

    way = safe_dates.way_on(session=fresh(session), now=cast.NOW)

    assert way is not None
    assert (way.openings, [service.slug for service in way.others]) == ([], ["swedish-45", "swedish-60"])
    assert "Thin bones" in way.own_why and "bones" not in way.why


def test_what_carries_a_message_gets_no_date_before_it_is_answered_again(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=4))
    cast.answer(house.nadia, {"severe_pain": GivenRow(answer="Severe, new and not assessed")})

    way = safe_dates.way_on(session=fresh(session), now=cast.NOW)

    assert way is not None
    assert (way.earliest, way.openings, way.must_answer) == (None, [], True)


# --- A time that is held until a wait ends --------------------------------------


def test_a_time_held_for_a_wait_is_asked_about_on_its_last_morning(house: cast.House) -> None:
    cast.answer(house.nadia, HURT)
    session = cast.book(house, starts_at=cast.at(10, days=8))

    assert fresh(session).decision.held_until_answered == date(2026, 6, 4)  # type: ignore[union-attr]
    assert Message.objects.get(kind="answer_again").due_at == cast.at(9, days=3)


def test_a_good_answer_lets_it_go_on(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, HURT)
    session = cast.book(house, starts_at=cast.at(10, days=8))
    monday.move_to(cast.at(10, days=3))

    cast.answer(house.nadia, WELL, now=cast.at(10, days=3))

    gone_on = fresh(session)
    assert (gone_on.status, gone_on.held_back_at, gone_on.re_ask_due) == ("booked", None, False)


def test_a_bad_answer_gives_the_time_back_free_of_charge(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, HURT)
    session = cast.book(house, starts_at=cast.at(10, days=4))
    monday.move_to(cast.at(10, days=3))

    cast.answer(house.nadia, HURT, now=cast.at(10, days=3))

    back = fresh(session)
    assert (back.status, back.fee_waived, "given_back" in acts(back)) == ("cancelled", True, True)
    assert (owed("released"), owed("answer_again")) == (["queued"], ["void"])
    assert cast.book(house, client=house.ben, starts_at=cast.at(10, days=4), now=cast.at(10, days=3)).status == "booked"


def test_a_time_that_can_wait_for_the_new_answer_too_is_held_on(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, HURT)
    session = cast.book(house, starts_at=cast.at(10, days=14))
    monday.move_to(cast.at(10, days=3))

    cast.answer(house.nadia, HURT, now=cast.at(10, days=3))

    held = fresh(session)
    assert (held.status, held.decision.held_until_answered) == ("booked", date(2026, 6, 7))  # type: ignore[union-attr]
    assert Message.objects.filter(kind="answer_again").count() == 2


def test_unanswered_it_cannot_be_started_and_other_news_do_not_give_it_back(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, HURT)
    session = cast.book(house, starts_at=cast.at(10, days=4))
    monday.move_to(cast.at(8, days=4))
    health.judge_again(client=house.nadia, now=cast.at(8, days=4))

    waiting = fresh(session)
    assert (waiting.status, waiting.held_back_at, waiting.re_ask_due) == ("booked", None, True)
    assert waiting.decision.held_until_answered == date(2026, 6, 4)  # type: ignore[union-attr]
    with pytest.raises(Refused) as refusal:
        changes.start(session=waiting, actor=None, by="therapist", now=session.starts_at)
    assert refusal.value.code == "re_ask_due"


def test_the_letters_go_out_and_say_nothing_of_health(house: cast.House, monday: Any, mailoutbox: list[Any]) -> None:
    cast.answer(house.nadia, HURT)
    cast.book(house, starts_at=cast.at(10, days=4))
    cast.book(house, service=house.deep, starts_at=cast.at(14, days=21))
    cast.answer(house.nadia, {**HURT, **BONES})
    monday.move_to(cast.at(9, days=3))
    outbox.send_due(now=cast.at(9, days=3))
    cast.answer(house.nadia, {**HURT}, now=cast.at(9, days=3))
    outbox.send_due(now=cast.at(9, days=3))

    subjects = [letter.subject for letter in mailoutbox]
    assert sorted(subject for subject in subjects if not subject.startswith(("Booked", "Tomorrow"))) == [
        "A short question before Friday 5 June, 10:00",
        "Given back: Friday 5 June, 10:00",
        "It stands: Monday 22 June, 14:00",
        "Please look at your session: Monday 22 June, 14:00",
    ]
    text = " ".join(letter.body + str(letter.alternatives) for letter in mailoutbox).lower()
    assert [word for word in ("injur", "bone", "health", "deep", "fever", "wait", "doctor") if word in text] == []
    (back,) = [letter for letter in mailoutbox if letter.subject.startswith("Given back")]
    assert "from Sunday 7 June" in " ".join(back.body.split())


def test_the_reminder_of_what_is_held_back_asks_to_look_at_it(
    house: cast.House, monday: Any, mailoutbox: list[Any]
) -> None:
    cast.book(house, service=house.deep, starts_at=cast.at(10, days=3))
    cast.answer(house.nadia, BONES)
    Message.objects.exclude(kind="reminder").delete()
    monday.move_to(cast.at(10, days=2))

    outbox.send_due(now=cast.at(10, days=2))

    assert [letter.subject for letter in mailoutbox] == ["Please look at your session: Thursday 4 June, 10:00"]


def test_what_no_day_makes_safe_becomes_something_gentler_after_the_wait(house: cast.House) -> None:
    session = cast.book(house, service=house.deep, starts_at=cast.at(10, days=1))
    cast.answer(house.nadia, {**FEVER, **BONES})

    way = safe_dates.way_on(session=fresh(session), now=cast.NOW)

    assert way is not None and way.earliest is not None
    assert (way.instead, way.others, way.earliest.day) == (house.swedish, [], date(2026, 6, 3))
    assert [one.starts_at for one in way.openings] == [cast.at(10, days=days) for days in (2, 3, 4)]
