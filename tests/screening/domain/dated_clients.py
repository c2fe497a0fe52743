"""Clients with dates for tests: thousands at random, and what a day would bring them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from screening.domain.booking_ahead import BookingAhead, book_ahead
from screening.domain.dated import DatedAnswer, DatedAnswers, DatedLetter, as_of
from screening.domain.enums import AfterWait, Outcome, Pressure
from screening.domain.evaluate import evaluate
from screening.domain.rule_types import Deferral
from screening.domain.triggers import Trigger
from tests.screening.domain.clients import CODES, RULES, answers_of, some_of

TODAY = date(2026, 3, 10)
WAITING = {(wait.code, wait.answer): wait for wait in (*RULES.extra.deferrals, *RULES.extra.refuse_rescreens)}
MESSAGES = {(trigger.code, trigger.answer) for trigger in RULES.extra.message_triggers}
LENGTHS = (30, 45, 60, 90)
# Drawn more often than others: what time changes. Answers that close every day would leave little to see.
_TIMED = tuple(pair for pair in WAITING if pair not in MESSAGES)
_OPEN = {
    code: tuple(answer for answer in answers_of(code) if RULES.effect_of(code, answer).outcome is not Outcome.REFUSE)
    for code in CODES
}
_AGES = (7, 8, 15, 16, 17, 18, 19, *(30,) * 7)


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def random_dated_client(dice: Random) -> DatedAnswers:
    """Make a client with up to five ticks; waits, birthdays, stages and letters that end soon are common."""
    codes = dice.sample(CODES, dice.choice((0, 1, 1, 2, 3)))
    answers = {code: _random_answer(dice, code, _some_answer(dice, code)) for code in codes}
    for code, answer in dice.sample(_TIMED, dice.choice((0, 1, 1, 2))):
        answers[code] = _random_answer(dice, code, answer)
    born = TODAY.replace(year=TODAY.year - dice.choice(_AGES))
    return DatedAnswers(
        date_of_birth=born + timedelta(days=dice.choice((-300, -1, 0, 1, 5, 60, 300))),
        answers=answers,
        letters=tuple(_random_letter(dice, tuple(answers)) for _ in range(dice.choice((0, 0, 1, 2)))),
        guardian_consent=dice.random() < 0.5,
        reason_back_pain=dice.random() < 0.3,
        today_asked_on=dice.choice((None, TODAY, days(-3))),
        form_on=dice.choice((None, TODAY, days(-170), days(-200))),
        pending=dict.fromkeys(dice.sample(CODES, dice.choice((0, 0, 0, 2))), Trigger.MEDICINE),
        stopped=dice.random() < 0.02,
    )


def _some_answer(dice: Random, code: str) -> str | None:
    return dice.choice(_OPEN[code] if _OPEN[code] and dice.random() < 0.9 else answers_of(code))


def _random_answer(dice: Random, code: str, answer: str | None) -> DatedAnswer:
    answered_on = days(-dice.choice((0, 0, 1, 5, 20, 100)))
    return DatedAnswer(
        answer=None if dice.random() < 0.03 else answer,
        answered_on=answered_on,
        event_on=dice.choice((None, answered_on, answered_on - timedelta(days=dice.randint(0, 200)))),
        still_running=dice.random() < 0.1,
        due_or_birth_on=dice.choice((None, days(dice.randint(-90, 280))))
        if code in ("pregnancy", "postpartum")
        else None,
        sites=some_of(dice, RULES.extra.areas, 2) if dice.random() < 0.9 else None,
        statement_on=answered_on if dice.random() < 0.1 else None,
    )


def _random_letter(dice: Random, codes: Sequence[str]) -> DatedLetter:
    return DatedLetter(
        codes=some_of(dice, codes, len(codes)) | {dice.choice((*CODES, "age_under_16_back_pain"))},
        signed_on=days(-dice.choice((0, 10, 60, 150, 300))),
        expires_on=dice.choice((None, None, days(3))),
        pressure=dice.choice((None, None, Pressure.LIGHT, Pressure.FIRM)),
        allow_areas=some_of(dice, RULES.extra.areas, 3),
        allow_techniques=some_of(dice, RULES.extra.techniques, 3),
        avoid_areas=some_of(dice, RULES.extra.areas, 1),
        lapsed=some_of(dice, codes, 1) if dice.random() < 0.2 else frozenset(),
    )


def on_the_day(known: DatedAnswers, day: date) -> BookingAhead:
    """Judge a session on a day, with everything asked again that morning and every missing letter brought.

    A row whose wait has run out by then gets the best answer it can have, every other one is confirmed as it is.
    """
    ticks = as_of(RULES, known, day).ticks
    answers = {code: _asked_again(code, known.answers[code], ticks[code], day) for code in ticks}
    asked = replace(
        known,
        answers={code: given for code, given in answers.items() if given is not None},
        pending={},
        today_asked_on=day,
        form_on=day,
        guardian_consent=True,
    )
    missing = evaluate(RULES, as_of(RULES, asked, day)).missing_clearance
    brought = DatedLetter(frozenset(missing), signed_on=day)
    return book_ahead(
        RULES, replace(asked, letters=(*known.letters, brought)), today=day, session_on=day, hours_until=1
    )


def _asked_again(code: str, given: DatedAnswer, answer: str | None, day: date) -> DatedAnswer | None:
    sites = given.sites or frozenset()
    wait = WAITING.get((code, given.answer or ""))
    ends_on = None if wait is None else _end_of(wait, given)
    if wait is None or ends_on is None or ends_on > day or (code, given.answer) in MESSAGES:
        outcome = RULES.rows[code].outcome_of(answer)
        if outcome is None and RULES.rows[code].has_question:
            # Some answer must be chosen: one that counts as the tick did until then.
            answer = _as_default(code)
        return replace(given, answer=answer, answered_on=day, sites=sites)
    if wait.after_wait is AfterWait.CLEARANCE:
        answer = next(option.answer for option in RULES.rows[code].options if option.outcome is Outcome.CLEARANCE)
    elif RULES.rows[code].valid_for_days == 1:
        return None
    else:
        answer = MILDEST[code]
    again = DatedAnswer(answer, day, sites=sites, due_or_birth_on=given.due_or_birth_on)
    return again if code in as_of(RULES, DatedAnswers(TODAY, {code: again}), day).ticks else None


def _as_default(code: str) -> str:
    row = RULES.rows[code]
    with_own_limits = {limit.answer for limit in RULES.extra.answer_limits if limit.code == code}
    alike = (option.answer for option in row.options if option.outcome is row.default_outcome)
    return next(answer for answer in alike if answer not in with_own_limits)


def _end_of(wait: Deferral, given: DatedAnswer) -> date | None:
    """Count a wait once more, straight from section 6."""
    start: date | None = given.answered_on
    if wait.count_from == "event":
        start = given.event_on or given.due_or_birth_on or given.answered_on
    if wait.count_from == "symptom_end":
        start = None if given.still_running else given.event_on or given.answered_on
    end = None if start is None else start + timedelta(days=wait.rescreen_after_days)
    may_end_early = wait.count_from != "event" and wait.code not in ("alcohol_drugs_today", "fever_infection")
    if given.statement_on is not None and may_end_early:
        return given.statement_on if end is None else min(end, given.statement_on)
    return end


# The answer of each row that asks to wait a while which leaves most open, chosen by hand from the table.
MILDEST = {
    "arthritis": "No, it is settled or just achy",
    "diabetes": "Yes, well controlled and normal feeling",
    "high_blood_pressure": "Yes, usually below 140/90, with or without tablets",
    "kidney_stones": "No, past stones only",
    "migraine": "No, I am between attacks",
    "rheumatoid_arthritis": "No flare-up and no neck problems",
    "varicose_veins": "No, just visible or achy",
    "recent_injury": "Over 6 weeks ago and healed",
    "blood_thinners": "Only one of low-dose aspirin or clopidogrel, and I do not bruise easily",
    "recent_fracture": "Any other bone, more than 12 weeks ago and healed",
    "recent_surgery_non_spine": "Minor skin, eye, dental or camera procedure, fully healed",
    "allergies": "Mild skin irritation only",
    "weight_loss_back_pain": (
        "Only sweats or broken sleep with a known cause, such as the menopause, and no weight loss"
    ),
    "settled_skin": "Calm or a little sore, not weeping or infected",
    "recent_back_pain": "Easing or steady, and I can move about",
    "lung_disease": "Well controlled, no flare-up in the last 2 weeks",
    "postpartum": "Well, after a vaginal birth",
}
