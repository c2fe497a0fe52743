"""What must hold for any client whatever (guide, section 2), each judged on thousands of random ones."""

from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from screening.domain.answers import ClientAnswers
from screening.domain.enums import Outcome
from screening.domain.evaluate import evaluate
from screening.domain.golden import verdict_as_golden
from screening.domain.rule_types import NOT_SURE
from tests.screening.domain.clients import (
    CLIENTS_IN_BATCH,
    CODES,
    FITTING_NOTHING,
    RULES,
    SEEDS,
    answers_of,
    random_clients,
    random_letter,
    with_tick,
)
from tests.screening.domain.plain_evaluator import plain_evaluate

# 6,000 clients for each property; shrinking a seed would not make a client simpler.
thousands_of_clients = settings(
    max_examples=6000 // CLIENTS_IN_BATCH,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)


@thousands_of_clients
@given(SEEDS)
def test_one_more_tick_never_loosens_anything(seed: int) -> None:
    dice = Random(seed)
    for answers in random_clients(seed):
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


@thousands_of_clients
@given(SEEDS)
def test_not_sure_is_never_softer_than_no_answer(seed: int) -> None:
    dice = Random(seed)
    for answers in random_clients(seed):
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


@thousands_of_clients
@given(SEEDS)
def test_the_order_of_answers_never_matters(seed: int) -> None:
    dice = Random(seed)
    for answers in random_clients(seed):
        ticks, body_map = list(answers.ticks.items()), list(answers.body_map.items())
        dice.shuffle(ticks)
        dice.shuffle(body_map)

        assert evaluate(RULES, replace(answers, ticks=dict(ticks), body_map=dict(body_map))) == evaluate(RULES, answers)


@thousands_of_clients
@given(SEEDS)
def test_a_letter_never_lifts_a_wait_or_a_refusal(seed: int) -> None:
    dice = Random(seed)
    for answers in random_clients(seed):
        without = evaluate(RULES, replace(answers, letters=()))
        letters = tuple(random_letter(dice, CODES) for _ in range(3))
        with_letters = evaluate(RULES, replace(answers, letters=letters))

        outcomes = [row.outcome for row in without.rows]
        assert [row.outcome for row in with_letters.rows] == outcomes
        assert with_letters.headline >= max(outcomes, default=Outcome.CLEAR)
        assert with_letters.messages == without.messages


@thousands_of_clients
@given(SEEDS)
def test_a_verdict_is_a_pure_function_of_the_answers(seed: int) -> None:
    for answers, again in zip(random_clients(seed), random_clients(seed), strict=True):
        assert evaluate(RULES, answers) == evaluate(RULES, again)
        assert answers == again


@thousands_of_clients
@given(SEEDS)
def test_every_limit_has_a_reason_and_every_reason_a_limit(seed: int) -> None:
    for answers in random_clients(seed):
        verdict = evaluate(RULES, answers)
        internal = verdict.internal
        explained = {kind: {reason.subject for reason in verdict.reasons if reason.limit == kind} for kind in KINDS}

        assert explained["area"] == set(internal.avoid_areas)
        assert explained["technique"] == set(internal.avoid_techniques)
        assert (explained["pressure"] == set()) == (internal.max_pressure == "firm")
        assert (explained["outcome"] == set()) == (verdict.headline == "clear")
        assert explained["length"] == ({str(verdict.max_minutes)} if verdict.max_minutes else set())


KINDS = ("area", "technique", "pressure", "outcome", "length")


@thousands_of_clients
@given(SEEDS)
def test_a_second_reading_of_the_guide_agrees(seed: int) -> None:
    for answers in random_clients(seed):
        found = verdict_as_golden(evaluate(RULES, answers))

        sets = {key: set(value) if isinstance(value, list) else value for key, value in found.items()}
        assert sets == plain_evaluate(golden_input(answers)), answers


def golden_input(answers: ClientAnswers) -> dict[str, Any]:
    return {
        "age": answers.age,
        "ticks": dict(answers.ticks),
        "body_map": {code: sorted(areas) for code, areas in answers.body_map.items()},
        "answer_age_days": dict(answers.answer_age_days),
        "letters": [
            {
                "codes": sorted(letter.codes),
                "days_left": letter.days_left,
                "pressure": letter.pressure.value if letter.pressure else None,
                "allow_areas": sorted(letter.allow_areas),
                "allow_techniques": sorted(letter.allow_techniques),
            }
            for letter in answers.letters
        ],
        "guardian_consent": answers.guardian_consent,
        "reason_back_pain": answers.reason_back_pain,
    }
