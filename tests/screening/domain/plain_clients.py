"""Clients in the golden format as raw JSON values, drawn at random from the files and from nothing else."""

from collections.abc import Sequence
from random import Random
from typing import Any

from tests.screening.domain.plain_evaluator import EXTRA, ROWS, options

CODES = tuple(ROWS)
LETTER_CODES = (*CODES, "age_under_16_back_pain")
# Birthdays that change the rules, and the days on either side of them.
AGES = (0, 7, 8, 15, 16, 17, 18, 19, 20, 54, 55, 90)


def raw_client(dice: Random, number: int) -> dict[str, Any]:
    """Draw one client; every key may be absent, answers may be no answers, and marks may be of no use."""
    codes = dice.sample(CODES, dice.choice((0, 1, 1, 2, 2, 3, 4, 6)))
    given: dict[str, Any] = {
        "age": dice.choice((*AGES, dice.randint(0, 100))),
        "ticks": {code: _answer(dice, code) for code in codes},
        "body_map": {code: _some(dice, EXTRA["areas"], 3) for code in (*codes, "migraine") if dice.random() < 0.7},
        "answer_age_days": {code: _days(dice, code) for code in (*codes, "migraine") if dice.random() < 0.3},
        "letters": [_letter(dice, codes) for _ in range(dice.choice((0, 1, 1, 2, 3)))],
        "guardian_consent": dice.random() < 0.5,
        "reason_back_pain": dice.random() < 0.3,
    }
    absent = [key for key in given if dice.random() < 0.15]
    return {"id": str(number), "input": {key: value for key, value in given.items() if key not in absent}}


def _answer(dice: Random, code: str) -> str | None:
    answers = list(options(code)) or [None]
    return dice.choice((*answers, *answers, *answers, None, "An answer that no row has"))


def _days(dice: Random, code: str) -> int:
    """Draw the age of an answer: often the last day on which it counts, or the first on which it does not."""
    valid = int(ROWS[code]["valid_for_days"])
    return dice.choice((0, 1, valid, valid + 1, 400))


def _letter(dice: Random, codes: Sequence[str]) -> dict[str, Any]:
    letter: dict[str, Any] = {
        "codes": [*_some(dice, codes, 3), dice.choice(LETTER_CODES)],
        "days_left": dice.choice((-1, 0, 1, 100)),
    }
    if dice.random() < 0.5:
        letter["pressure"] = dice.choice(("light", "medium", "firm", "firm", "none", None))
    if dice.random() < 0.5:
        letter["allow_areas"] = _some(dice, EXTRA["areas"], 4)
    if dice.random() < 0.5:
        letter["allow_techniques"] = _some(dice, EXTRA["techniques"], 6)
    return letter


def _some(dice: Random, words: Sequence[str], most: int) -> list[str]:
    """Draw some words, now and then one of them twice: lists are sets."""
    found = dice.sample(words, dice.randint(0, min(most, len(words))))
    return [*found, *found[:1]] if dice.random() < 0.1 else found
