from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from screening import selectors, services, vault
from screening.assessment import stricter
from screening.document import GivenRow
from screening.models import AccessRecord
from tests.screening.factories import NOW, make_client
from tests.screening.helpers import agree, answer, given

pytestmark = pytest.mark.django_db

DUBLIN = ZoneInfo("Europe/Dublin")


def assess(client, *, days=5, now=NOW, **more):
    starts_at = None if days is None else now + timedelta(days=days)
    return selectors.assess(client=client, starts_at=starts_at, zone=DUBLIN, now=now, **more)


def said(assessment) -> tuple:
    return (assessment.outcome, assessment.status, assessment.may_book, assessment.re_ask_due)


# --- Who must be asked first ---


def test_who_has_answered_nothing_must_be_asked(guest):
    assert selectors.needs_screening(client=guest, now=NOW)
    assert assess(guest) is None


def test_who_has_answered_need_not_be_asked(guest):
    answer(guest)

    assert not selectors.needs_screening(client=guest, now=NOW)
    assert said(assess(guest)) == ("clear", "bookable", True, False)


def test_a_form_under_way_counts_from_its_first_moment(guest):
    answer(guest)
    services.start_or_resume(client=guest, today=NOW.date(), now=NOW)

    assert selectors.needs_screening(client=guest, now=NOW)
    assert assess(guest) is None


def test_a_form_that_was_stopped_on_its_first_page_must_be_gone_through_again(guest):
    agree(guest)
    services.save_groups(
        client=guest, given=given({"emergency_symptoms_now": None}, groups=("now",)), based_on=0,
        rules_label="draft-2", today=NOW.date(), now=NOW, whole=True,
    )  # fmt: skip
    services.complete(client=guest, now=NOW)

    assert selectors.needs_screening(client=guest, now=NOW)
    assert said(assess(guest)) == ("refuse", "not_bookable", False, False)


@pytest.mark.parametrize(
    ("days", "visited", "due"),
    [(180, None, False), (181, None, True), (200, 30, False), (365, 300, False), (366, 360, True)],
)
def test_the_whole_form_is_due_after_half_a_year_without_a_visit_and_after_a_year_in_any_case(
    guest, days, visited, due
):
    answer(guest)
    last_visit_on = NOW.date() + timedelta(days=visited) if visited else None

    later = NOW + timedelta(days=days)

    assert selectors.needs_screening(client=guest, now=later, last_visit_on=last_visit_on) is due


def test_the_whole_form_is_due_by_the_date_on_the_studios_wall(guest):
    answer(guest)
    last_hour = NOW.replace(hour=23) + timedelta(days=180)

    assert not selectors.needs_screening(client=guest, now=last_hour, zone=ZoneInfo("UTC"))
    assert selectors.needs_screening(client=guest, now=last_hour, zone=ZoneInfo("Australia/Sydney"))


def test_answers_that_cannot_be_opened_must_be_given_again(guest):
    answer(guest)
    vault.erase(guest)

    assert selectors.needs_screening(client=guest, now=NOW)


def test_a_client_without_a_date_of_birth_cannot_be_judged():
    client = make_client(born=None)
    answer(client)

    assert selectors.needs_screening(client=client, now=NOW)
    assert assess(client) is None


# --- What answers mean ---


def test_limits_follow_from_the_answers(guest):
    sites = frozenset({"legs"})
    answer(guest, {"nerve_damage": GivenRow("Long-standing, unchanged and already checked", sites=sites)})

    found = assess(guest)

    assert said(found) == ("modify", "bookable_with_restrictions", True, False)
    assert (found.max_pressure, found.avoid_areas) == ("medium", ("legs", "feet", "hands"))
    assert found.offered_techniques == ("swedish", "sports", "lymphatic", "myofascial", "chair")
    assert [refusal.code for refusal in found.refusals("hot_stone", 60)] == ["technique_ruled_out"]
    assert found.refusals("swedish", 60) == []
    assert found.why_not("hot_stone") == "Because of “Sciatica, trapped nerve or numb areas”."
    assert found.why_not("deep_tissue") == "Because of “Sciatica, trapped nerve or numb areas”."
    assert found.why_not("prenatal") == "Only during pregnancy."
    assert found.why_not("swedish") == ""


def test_answers_that_will_be_too_old_by_then_are_asked_again_later(guest):
    answer(guest, {"rheumatoid_arthritis": "No flare-up and no neck problems"})

    assert said(assess(guest, days=14)) == ("modify", "bookable_with_restrictions", True, False)
    assert said(assess(guest, days=20)) == ("modify", "bookable_with_restrictions", True, True)


def test_answers_that_are_too_old_today_stop_the_booking(guest):
    answer(guest, {"rheumatoid_arthritis": "No flare-up and no neck problems"})

    found = assess(guest, now=NOW + timedelta(days=20))

    assert (found.may_book, [block.value for block in found.blocks]) == (False, ["out_of_date"])
    assert found.may_choose_time is False


def test_a_wait_names_the_first_day_and_lets_a_later_time_be_chosen(guest):
    rows = {"migraine": GivenRow("Yes", event_on=NOW.date())}
    answer(guest, rows)

    without_time, later = assess(guest, days=None), assess(guest, days=5)

    assert (without_time.outcome, without_time.may_book, without_time.earliest) == ("defer", False, date(2026, 11, 24))
    assert without_time.may_choose_time
    assert (later.may_book, later.held_until_answered, later.re_ask_due) == (True, date(2026, 11, 24), True)
    assert later.max_pressure == "none"
    assert "swedish" in later.offered_techniques


def test_while_symptoms_run_no_time_can_be_chosen(guest):
    answer(guest, {"migraine": GivenRow("Yes", still_running=True)})

    found = assess(guest, days=30)

    assert (found.may_book, found.may_choose_time, found.earliest) == (False, False, None)


def test_a_near_session_needs_the_questions_about_today(guest):
    answer(guest)

    assert [block.value for block in assess(guest, days=1).blocks] == ["todays_rows"]
    assert assess(guest, days=1).todays_rows_needed
    assert not assess(guest, days=3).todays_rows_needed

    answer(guest, today=True)
    assert said(assess(guest, days=1)) == ("clear", "bookable", True, False)


@pytest.mark.parametrize(
    ("born", "pressure", "minutes", "in_room", "on_premises"),
    [(date(2012, 1, 1), "light", 30, True, False), (date(2009, 6, 1), "medium", 60, False, True)],
    ids=["14", "17"],
)
def test_minors_need_a_guardian(born, pressure, minutes, in_room, on_premises):
    child = make_client(born=born)
    answer(child)

    assert [block.value for block in assess(child).blocks] == ["guardian_consent"]
    assert selectors.needs_guardian(child, NOW.date())

    services.give_guardian_consent(
        client=child, name="Mara Rahman", relation="parent", child_agrees=True, given_by=None, now=NOW
    )
    found = assess(child)
    assert (found.may_book, found.max_pressure, found.max_minutes) == (True, pressure, minutes)
    assert (found.guardian_in_room, found.guardian_on_premises) == (in_room, on_premises)
    assert [refusal.code for refusal in found.refusals("swedish", 90)] == ["too_long"]


def test_a_child_under_eight_is_refused_whatever_a_guardian_says():
    child = make_client(born=date(2020, 1, 1))
    answer(child)
    services.give_guardian_consent(
        client=child, name="Mara Rahman", relation="parent", child_agrees=True, given_by=None, now=NOW
    )

    assert said(assess(child)) == ("refuse", "not_bookable", False, False)


# --- Reading ---


def test_judging_is_not_a_persons_reading_unless_a_person_reads(guest):
    answer(guest)

    assess(guest)
    assert AccessRecord.objects.count() == 0

    assess(guest, reader=vault.Reader.guest())
    assert AccessRecord.objects.get().purpose == "what it means for a session"


@pytest.mark.parametrize(
    "rows", [{}, {"migraine": "No, I am between attacks", "heartburn": "Yes", "arthritis": "Not sure"}]
)
def test_judging_takes_five_questions_to_the_database(guest, rows, django_assert_num_queries):
    answer(guest, rows)
    assess(guest)

    # Rules, forms, key, letters, stops.
    with django_assert_num_queries(5):
        assess(guest)


# --- Two sets of answers ---


def both(first_rows, second_rows):
    first, second = make_client(), make_client()
    answer(first, first_rows)
    answer(second, second_rows)
    return stricter(assess(first), assess(second)), assess(first), assess(second)


def test_of_two_sets_of_answers_the_stricter_counts():
    sites = frozenset({"legs"})
    merged, first, second = both(
        {"heartburn": "Yes"},
        {"nerve_damage": GivenRow("Long-standing, unchanged and already checked", sites=sites)},
    )

    assert (merged.outcome, merged.max_pressure, merged.may_book, merged.needs_review) == (
        "modify",
        "medium",
        True,
        True,
    )
    assert merged.avoid_areas == ("abdomen", "legs", "feet", "hands")
    assert set(merged.avoid_techniques) == set(first.avoid_techniques) | set(second.avoid_techniques)
    assert set(merged.offered_techniques) == set(first.offered_techniques) & set(second.offered_techniques)
    assert [refusal.code for refusal in merged.refusals("hot_stone", 60)] == ["technique_ruled_out"]
    assert merged.screening == first.screening


def test_whoever_of_two_needs_a_trained_therapist_they_both_do():
    merged, first, second = both(
        {"pregnancy": GivenRow("13 to 36 weeks, no complications", due_or_birth_on=date(2026, 9, 20))},
        {"cancer": GivenRow("Living with cancer, or having treatment now", sites=frozenset({"arms"}))},
    )

    assert (first.trainings_needed, second.trainings_needed) == (("pregnancy",), ("oncology",))
    assert merged.trainings_needed == ("pregnancy", "oncology")


def test_a_refusal_in_either_set_refuses():
    merged, first, _ = both({}, {"pulmonary_embolism": "Within the last 6 months"})

    assert (merged.outcome, merged.status, merged.may_book) == ("refuse", "not_bookable", False)
    assert [block.value for block in merged.blocks] == ["refused"]
    assert merged.screening == first.screening


def test_two_sets_that_leave_nothing_together_refuse():
    back = GivenRow("Long-standing, unchanged and already checked", sites=frozenset({"upper_back", "mid_back"}))
    low = GivenRow("Long-standing, unchanged and already checked", sites=frozenset({"lower_back"}))

    merged, first, second = both({"nerve_damage": back}, {"nerve_damage": low})

    assert (first.may_book, second.may_book) == (True, True)
    assert (merged.outcome, merged.status, merged.may_book) == ("refuse", "not_bookable", False)
    assert [refusal.code for refusal in merged.refusals("swedish", 60)] == ["refused"]


def test_a_decision_made_of_two_sets_belongs_to_the_client_who_books():
    first, second = make_client(), make_client()
    screening = answer(first)
    answer(second, {"heartburn": "Yes"})
    merged = stricter(assess(first), assess(second))

    decision = services.record_decision(client=first, assessment=merged, starts_at=NOW + timedelta(days=5), now=NOW)

    assert (decision.client, decision.screening, decision.outcome) == (first, screening, "modify")


# --- The earliest day ---


def test_the_earliest_day_is_counted_from_the_studios_today(guest):
    flare = GivenRow(answer="A flare-up or chest infection in the last 2 weeks", event_on=NOW.date())
    answer(guest, {"lung_disease": flare})

    assessment = assess(guest, days=None)
    found = assessment.earliest_for("swedish", 60)

    assert (assessment.today, assessment.dated.date_of_birth) == (NOW.date(), guest.date_of_birth)
    assert (found.day, found.reask_codes) == (NOW.date() + timedelta(days=14), ("lung_disease",))


def test_of_two_sets_of_answers_the_later_day_counts(guest):
    other = make_client(name="Nadia R.", born=date(2012, 1, 10))
    answer(guest, {"migraine": GivenRow(answer="Yes", event_on=NOW.date())})
    answer(other)

    together = stricter(assess(guest), assess(other))

    assert len(together.dateds) == len(together.aheads) == 2
    assert together.earliest_for("swedish", 30).day == NOW.date() + timedelta(days=1)
    # The other is 14: sixty minutes must wait for a birthday, which lies beyond what is looked ahead.
    assert together.earliest_for("swedish", 60).day is None
