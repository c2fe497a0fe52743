"""Clients for tests: one by hand in a line, or thousands at random."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from screening.domain.answers import ClientAnswers, Letter
from screening.domain.enums import Pressure
from screening.domain.evaluate import evaluate
from screening.domain.rules import load_packaged_rules
from screening.domain.verdict import Verdict

RULES = load_packaged_rules()
# child_under_8 follows from the age and is never ticked.
CODES = tuple(code for code in RULES.rows if code not in RULES.set_by_age)
FITTING_NOTHING = "an answer that no row has"


def client(ticks: Mapping[str, str | None] | None = None, **known: Any) -> ClientAnswers:
    """Return a client of 30 with fresh answers; sites may be plain lists."""
    body_map = {code: frozenset(areas) for code, areas in known.pop("body_map", {}).items()}
    return ClientAnswers(age=known.pop("age", 30), ticks=ticks or {}, body_map=body_map, **known)


def verdict_of(ticks: Mapping[str, str | None] | None = None, **known: Any) -> Verdict:
    return evaluate(RULES, client(ticks, **known))


def letter(
    *codes: str,
    days_left: int = 30,
    pressure: Pressure | None = None,
    areas: Sequence[str] = (),
    techniques: Sequence[str] = (),
    avoid: Sequence[str] = (),
) -> Letter:
    return Letter(frozenset(codes), days_left, pressure, frozenset(areas), frozenset(techniques), frozenset(avoid))


def answers_of(code: str) -> tuple[str | None, ...]:
    """List what a row can be answered with, None where it has no question."""
    return tuple(option.answer for option in RULES.rows[code].options) or (None,)


def with_tick(before: ClientAnswers, code: str, answer: str | None) -> ClientAnswers:
    return replace(before, ticks={**before.ticks, code: answer})


def random_client(dice: Random) -> ClientAnswers:
    """Make a client with up to six ticks, and with marks, old answers and letters for some of them."""
    codes = dice.sample(CODES, dice.choice((0, 1, 1, 2, 2, 3, 4, 6)))
    sites = RULES.extra.site_specific_codes
    return ClientAnswers(
        age=dice.choice((dice.randint(0, 20), dice.randint(0, 90))),
        ticks={code: random_answer(dice, code) for code in codes},
        body_map={code: some_of(dice, RULES.extra.areas, 4) for code in codes if code in sites and dice.random() < 0.8},
        answer_age_days={code: dice.choice((1, 2, 20, 400)) for code in codes if dice.random() < 0.2},
        letters=tuple(random_letter(dice, codes) for _ in range(dice.choice((0, 0, 1, 2)))),
        guardian_consent=dice.random() < 0.5,
        reason_back_pain=dice.random() < 0.5,
    )


def random_answer(dice: Random, code: str) -> str | None:
    """Draw one of a row's answers, now and then none or one that it does not have."""
    return dice.choice((*answers_of(code), *answers_of(code), None, FITTING_NOTHING))


def random_letter(dice: Random, codes: Sequence[str]) -> Letter:
    return Letter(
        codes=frozenset((*some_of(dice, codes, len(codes)), dice.choice((*CODES, "age_under_16_back_pain")))),
        days_left=dice.choice((-1, 0, 1, 50)),
        pressure=dice.choice((None, None, *Pressure)),
        allow_areas=some_of(dice, RULES.extra.areas, 4),
        allow_techniques=some_of(dice, RULES.extra.techniques, 4),
        avoid_areas=some_of(dice, RULES.extra.areas, 1),
    )


def some_of(dice: Random, words: Sequence[str], most: int) -> frozenset[str]:
    return frozenset(dice.sample(words, dice.randint(0, min(most, len(words)))))
