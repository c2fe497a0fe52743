"""What must hold for any client whatever (guide, section 2), each judged on thousands of random ones."""

from copy import copy
from dataclasses import replace
from random import Random

from screening.domain.enums import Outcome
from screening.domain.evaluate import evaluate
from screening.domain.rule_types import NOT_SURE
from tests.screening.domain.clients import (
    CODES,
    FITTING_NOTHING,
    RULES,
    answers_of,
    random_client,
    random_letter,
    with_tick,
)
from tests.screening.domain.properties import for_thousands


@for_thousands
def test_one_more_tick_never_loosens_anything(dice: Random) -> None:
    answers = random_client(dice)
    code = dice.choice([code for code in CODES if code not in answers.ticks])
    before = evaluate(RULES, answers)
    after = evaluate(RULES, with_tick(answers, code, dice.choice((*answers_of(code), FITTING_NOTHING, None))))
    told = f"{answers} and {code}"

    # Pregnancy adds the prenatal service, which can only matter where nothing else was left.
    if not (code == "pregnancy" and before.nothing_left):
        assert after.headline >= before.headline, told
    assert after.internal.max_pressure <= before.internal.max_pressure, told
    assert set(after.internal.avoid_areas) >= set(before.internal.avoid_areas), told
    assert set(after.internal.avoid_techniques) >= set(before.internal.avoid_techniques), told
    added = set(after.internal.offered_techniques) - set(before.internal.offered_techniques)
    assert added <= ({"prenatal"} if code == "pregnancy" else set()), told


@for_thousands
def test_not_sure_is_never_softer_than_no_answer(dice: Random) -> None:
    answers = random_client(dice)
    code = dice.choice([code for code in CODES if NOT_SURE in answers_of(code)])
    # A letter may lift limits of a row that "Not sure" raises to clearance; that is the letter's doing.
    answers = replace(answers, letters=())
    unanswered = evaluate(RULES, with_tick(answers, code, None))
    not_sure = evaluate(RULES, with_tick(answers, code, NOT_SURE))

    row = {row.code: row.outcome for row in not_sure.rows}[code]
    assert row >= RULES.rows[code].default_outcome, f"{answers} and {code}"
    # A row that came to defer or refuse instead takes its limits away from a session that cannot be booked.
    if row.is_live:
        assert not_sure.headline >= unanswered.headline
        assert not_sure.internal.max_pressure <= unanswered.internal.max_pressure
        assert set(not_sure.internal.avoid_areas) >= set(unanswered.internal.avoid_areas)
        assert set(not_sure.internal.avoid_techniques) >= set(unanswered.internal.avoid_techniques)


@for_thousands
def test_the_order_of_answers_never_matters(dice: Random) -> None:
    answers = random_client(dice)
    ticks, body_map = list(answers.ticks.items()), list(answers.body_map.items())
    dice.shuffle(ticks)
    dice.shuffle(body_map)

    assert evaluate(RULES, replace(answers, ticks=dict(ticks), body_map=dict(body_map))) == evaluate(RULES, answers)


@for_thousands
def test_a_letter_never_lifts_a_wait_or_a_refusal(dice: Random) -> None:
    answers = random_client(dice)
    without = evaluate(RULES, replace(answers, letters=()))
    letters = tuple(random_letter(dice, CODES) for _ in range(3))
    with_letters = evaluate(RULES, replace(answers, letters=letters))

    outcomes = [row.outcome for row in without.rows]
    assert [row.outcome for row in with_letters.rows] == outcomes
    assert with_letters.headline >= max(outcomes, default=Outcome.CLEAR)
    assert with_letters.messages == without.messages


@for_thousands
def test_a_verdict_is_a_pure_function_of_the_answers(dice: Random) -> None:
    same_dice = copy(dice)
    answers, again = random_client(dice), random_client(same_dice)

    assert evaluate(RULES, answers) == evaluate(RULES, again) == evaluate(RULES, answers)
    assert answers == again


@for_thousands
def test_every_limit_has_a_reason_and_every_reason_a_limit(dice: Random) -> None:
    answers = random_client(dice)
    verdict = evaluate(RULES, answers)
    internal = verdict.internal
    explained = {kind: {reason.subject for reason in verdict.reasons if reason.limit == kind} for kind in KINDS}

    assert explained["area"] == set(internal.avoid_areas)
    assert explained["technique"] == set(internal.avoid_techniques)
    assert (explained["pressure"] == set()) == (internal.max_pressure == "firm")
    assert (explained["outcome"] == set()) == (verdict.headline == "clear")
    assert explained["length"] == ({str(verdict.max_minutes)} if verdict.max_minutes else set())


KINDS = ("area", "technique", "pressure", "outcome", "length")
