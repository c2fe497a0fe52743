"""How single rows and their outcomes combine (guide, section 2)."""

import pytest

from screening.domain.answers import UnknownRowError
from screening.domain.enums import Outcome, Pressure, Status
from screening.domain.evaluate import evaluate
from tests.screening.domain.clients import FITTING_NOTHING, RULES, client, letter, verdict_of

EVERY_ANSWER = [(row.code, option) for row in RULES.rows.values() for option in row.options]
STATUS_ALONE = {
    Outcome.MODIFY: Status.BOOKABLE_WITH_RESTRICTIONS,
    Outcome.CLEARANCE: Status.AWAITING_CLEARANCE,
    Outcome.DEFER: Status.WAIT,
    Outcome.REFUSE: Status.NOT_BOOKABLE,
    Outcome.CLEAR: Status.BOOKABLE,
}


@pytest.mark.parametrize(("code", "option"), EVERY_ANSWER, ids=lambda value: getattr(value, "answer", value))
def test_one_answer_alone_gives_its_own_outcome(code, option) -> None:
    verdict = verdict_of({code: option.answer}, body_map={code: []})

    assert verdict.headline is option.outcome
    assert verdict.status is STATUS_ALONE[option.outcome]
    assert verdict.missing_clearance == ((code,) if option.outcome is Outcome.CLEARANCE else ())


@pytest.mark.parametrize("code", [code for code, row in RULES.rows.items() if row.has_question])
def test_a_row_without_its_answer_counts_by_its_default_and_is_incomplete(code: str) -> None:
    for answer in (None, FITTING_NOTHING):
        verdict = verdict_of({code: answer}, body_map={code: []})

        assert verdict.headline is RULES.rows[code].default_outcome
        assert verdict.unanswered == (code,)
        assert verdict.incomplete == (code,)
        if verdict.headline < Outcome.DEFER:
            assert verdict.status is Status.RESCREEN_REQUIRED
            assert verdict.internal.max_pressure is RULES.rows[code].max_pressure


def test_nothing_ticked_is_clear_and_firm() -> None:
    verdict = verdict_of()

    assert (verdict.headline, verdict.status, verdict.max_pressure) == (
        Outcome.CLEAR,
        Status.BOOKABLE,
        Pressure.FIRM,
    )
    assert verdict.reasons == ()


def test_the_highest_outcome_is_the_headline() -> None:
    assert verdict_of({"heartburn": "Yes", "migraine": "Yes", "diabetes": "Not sure"}).headline is Outcome.DEFER


def test_a_clear_row_adds_no_limits() -> None:
    verdict = verdict_of({"thyroid_disorder": "Yes, stable and no swelling"})

    assert (verdict.avoid_areas, verdict.avoid_techniques, verdict.therapist_notes) == ((), (), ())
    assert verdict.status is Status.BOOKABLE


def test_the_lowest_pressure_wins_and_areas_and_techniques_add_up() -> None:
    verdict = verdict_of(
        {
            "osteoporosis": "No, thin bones but no fractures",
            "varicose_veins": "No, just visible or achy",
            "heartburn": "Yes",
            "thyroid_disorder": "Stable, with a swelling that has been checked",
        }
    )

    assert verdict.max_pressure is Pressure.LIGHT
    assert verdict.avoid_areas == ("neck", "abdomen", "legs", "feet")
    assert set(verdict.avoid_techniques) == {"deep_tissue", "trigger_point", "sports", "thai", "hot_stone", "lymphatic"}
    assert set(verdict.offered_techniques) == {"swedish", "myofascial", "chair"}


def test_a_modify_row_without_limits_is_still_a_restriction() -> None:
    verdict = verdict_of({"allergies": "Mild skin irritation only"})

    assert (verdict.max_pressure, verdict.avoid_areas, verdict.avoid_techniques) == (Pressure.FIRM, (), ())
    assert verdict.status is Status.BOOKABLE_WITH_RESTRICTIONS


def test_notes_and_advice_stand_highest_rank_first_and_then_in_the_order_of_the_table() -> None:
    verdict = verdict_of(
        {
            "heartburn": "Yes",
            "cardiovascular_disease": "An aneurysm that has been repaired",
            "arthritis": "Not sure",
            "stomach_ulcer": "No, healed or settled",
        }
    )

    codes = ["cardiovascular_disease", "arthritis", "heartburn"]
    assert [note.code for note in verdict.position_notes] == codes
    assert [note.code for note in verdict.therapist_notes] == codes
    assert [note.code for note in verdict.client_advice] == codes
    assert verdict.therapist_notes[0].text == RULES.rows["cardiovascular_disease"].therapist_note


def test_defer_publishes_no_limits_but_keeps_those_of_the_live_rows_inside() -> None:
    verdict = verdict_of({"migraine": "Yes", "heartburn": "Yes"})

    assert (verdict.max_pressure, verdict.avoid_areas, verdict.offered_techniques) == (Pressure.NONE, (), ())
    assert verdict.therapist_notes == ()
    assert verdict.internal.avoid_areas == ("abdomen",)
    # Restrictions come only from live rows, so the wait for a migraine brings none of its own.
    assert "hot_stone" in verdict.internal.offered_techniques


def test_defer_asks_for_the_letters_in_the_meantime_and_refuse_does_not() -> None:
    ticks = {"migraine": "Yes", "epilepsy": "Within the last 12 months"}
    assert verdict_of(ticks).missing_clearance == ("epilepsy",)

    ticks["lung_disease"] = "Struggling for breath now"
    assert verdict_of(ticks).missing_clearance == ()


def test_the_longest_wait_counts_and_only_while_the_headline_is_defer() -> None:
    ticks = {"migraine": "Yes", "lung_disease": "A flare-up or chest infection in the last 2 weeks"}
    assert verdict_of(ticks).wait_days == 14

    ticks["saddle_numbness_bladder"] = "New or changed"
    assert verdict_of(ticks).wait_days == 0
    assert verdict_of({"heartburn": "Yes"}).wait_days == 0


def test_a_row_that_defers_only_because_it_is_unanswered_has_no_wait_yet() -> None:
    verdict = verdict_of({"recent_fracture": None})

    assert (verdict.headline, verdict.wait_days) == (Outcome.DEFER, 0)


@pytest.mark.parametrize(
    ("wait", "outcome"), [(wait, Outcome.DEFER) for wait in RULES.extra.deferrals], ids=lambda value: str(value)[:60]
)
def test_every_wait_of_the_data_is_the_wait_of_its_answer(wait, outcome) -> None:
    verdict = verdict_of({wait.code: wait.answer})

    assert (verdict.headline, verdict.status) == (outcome, Status.WAIT)
    assert verdict.wait_days == wait.rescreen_after_days


@pytest.mark.parametrize("rescreen", RULES.extra.refuse_rescreens, ids=lambda wait: wait.code)
def test_a_refusal_that_ends_with_time_is_a_refusal_without_a_wait(rescreen) -> None:
    verdict = verdict_of({rescreen.code: rescreen.answer})

    assert (verdict.headline, verdict.wait_days) == (Outcome.REFUSE, 0)


class TestStatus:
    """First match wins (rule 12)."""

    def test_a_wait_comes_before_an_old_answer(self) -> None:
        verdict = verdict_of({"migraine": "Yes"}, answer_age_days={"migraine": 91})

        assert (verdict.status, verdict.expired) == (Status.WAIT, ("migraine",))

    def test_an_old_answer_comes_before_a_guardians_consent(self) -> None:
        verdict = verdict_of({"heartburn": "Yes"}, answer_age_days={"heartburn": 181}, age=17)

        assert verdict.status is Status.RESCREEN_REQUIRED

    def test_a_guardians_consent_comes_before_a_letter(self) -> None:
        ticks = {"epilepsy": "Within the last 12 months"}

        assert verdict_of(ticks, age=17).status is Status.AWAITING_GUARDIAN_CONSENT
        assert verdict_of(ticks, age=17, guardian_consent=True).status is Status.AWAITING_CLEARANCE
        covered = verdict_of(ticks, age=17, guardian_consent=True, letters=(letter("epilepsy"),))
        assert covered.status is Status.BOOKABLE_WITH_RESTRICTIONS

    def test_clear_with_an_age_cap_is_bookable_with_restrictions(self) -> None:
        verdict = verdict_of(age=17, guardian_consent=True)

        assert (verdict.headline, verdict.status) == (Outcome.CLEAR, Status.BOOKABLE_WITH_RESTRICTIONS)


class TestAgeOfAnswers:
    @pytest.mark.parametrize("row", RULES.rows.values(), ids=lambda row: row.code)
    def test_an_answer_is_good_for_its_days_and_no_longer(self, row) -> None:
        answer = row.options[0].answer if row.options else None
        on_the_last_day = verdict_of({row.code: answer}, answer_age_days={row.code: row.valid_for_days})
        a_day_later = verdict_of({row.code: answer}, answer_age_days={row.code: row.valid_for_days + 1})

        assert (on_the_last_day.expired, a_day_later.expired) == ((), (row.code,))

    def test_an_old_answer_is_named_whatever_its_outcome(self) -> None:
        ticks = {"stomach_ulcer": "No, healed or settled", "lung_disease": "Struggling for breath now"}

        verdict = verdict_of(ticks, answer_age_days={"stomach_ulcer": 91, "lung_disease": 91})

        assert verdict.expired == ("stomach_ulcer", "lung_disease")

    def test_the_age_of_a_row_that_is_not_ticked_means_nothing(self) -> None:
        assert verdict_of(answer_age_days={"migraine": 400}).status is Status.BOOKABLE

    def test_an_answer_that_something_else_has_ended_counts_as_old(self) -> None:
        verdict = verdict_of({"heartburn": "No"}, out_of_date=frozenset({"heartburn", "migraine"}))

        assert (verdict.expired, verdict.status) == (("heartburn",), Status.RESCREEN_REQUIRED)


class TestNothingLeft:
    """Upper, mid and lower back all avoided, or no technique left, is a refusal (rule 8)."""

    BACK = ("upper_back", "mid_back", "lower_back")
    WOUND = "Athlete's foot, nail infection, wart or verruca, kept covered"

    def test_a_whole_back_that_is_out_refuses(self) -> None:
        verdict = verdict_of({"contagious_skin_wounds": self.WOUND}, body_map={"contagious_skin_wounds": self.BACK})

        assert (verdict.headline, verdict.status) == (Outcome.REFUSE, Status.NOT_BOOKABLE)
        assert verdict.nothing_left
        assert (verdict.avoid_areas, verdict.offered_techniques, verdict.missing_clearance) == ((), (), ())
        assert verdict.internal.avoid_areas == self.BACK

    def test_a_part_of_the_back_that_is_left_does_not(self) -> None:
        verdict = verdict_of({"contagious_skin_wounds": self.WOUND}, body_map={"contagious_skin_wounds": self.BACK[:2]})

        assert (verdict.headline, verdict.nothing_left) == (Outcome.MODIFY, False)

    def test_rows_take_the_back_out_together(self) -> None:
        ticks = {
            "saddle_numbness_bladder": "Old, unchanged and already checked",
            "contagious_skin_wounds": self.WOUND,
        }

        verdict = verdict_of(ticks, body_map={"contagious_skin_wounds": self.BACK[:2]})

        assert verdict.headline is Outcome.REFUSE

    def test_it_holds_beside_a_wait(self) -> None:
        ticks = {"contagious_skin_wounds": self.WOUND, "migraine": "Yes"}

        verdict = verdict_of(ticks, body_map={"contagious_skin_wounds": self.BACK})

        assert (verdict.headline, verdict.wait_days) == (Outcome.REFUSE, 0)

    def test_a_letter_that_allows_no_pressure_leaves_nothing(self) -> None:
        answers = client(
            {"epilepsy": "Within the last 12 months"}, letters=(letter("epilepsy", pressure=Pressure.NONE),)
        )

        verdict = evaluate(RULES, answers)

        assert (verdict.headline, verdict.nothing_left) == (Outcome.REFUSE, True)


def test_an_unknown_row_is_an_error_that_names_it() -> None:
    with pytest.raises(UnknownRowError, match="hay_fever"):
        verdict_of({"hay_fever": None})
