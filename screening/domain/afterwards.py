"""What a row comes to once its wait is over, for as long as nobody has asked again (guide, section 6)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from screening.domain.dated import DatedAnswer, DatedAnswers
from screening.domain.enums import AfterWait, Outcome
from screening.domain.rule_types import Deferral
from screening.domain.rules import Rules
from screening.domain.waits import refusal_ends_on, wait_ends_on


@dataclass(frozen=True, slots=True)
class Ending:
    """The day on which a row that waits, or refuses for a time, may be asked again, and the rule that says so."""

    on: date
    wait: Deferral


def endings_of(rules: Rules, dated: DatedAnswers) -> Mapping[str, Ending]:
    """List the rows whose wait or refusal has a known end.

    An answer with a message has none: no day is named for it until it has been answered again (section 7).
    """
    found: dict[str, Ending] = {}
    for code, given in dated.answers.items():
        effect = rules.effect_of(code, given.answer)
        if effect.rank < Outcome.DEFER.rank or effect.message:
            continue
        if effect.wait is not None:
            day, wait = wait_ends_on(rules, code, given), effect.wait
        elif (code, given.answer) in rules.refuse_rescreens:
            day, wait = refusal_ends_on(rules, code, given), rules.refuse_rescreens[code, given.answer]
        else:
            continue
        if day is not None:
            found[code] = Ending(day, wait)
    return found


def answered_by(rules: Rules, dated: DatedAnswers, endings: Mapping[str, Ending], day: date) -> DatedAnswers:
    """Return the answers as they may stand on a day, with every row asked again whose wait has ended by then."""
    over = {code: ending for code, ending in endings.items() if ending.on <= day}
    if not over:
        return dated
    answers: dict[str, DatedAnswer] = {}
    for code, given in dated.answers.items():
        if code not in over:
            answers[code] = given
        elif not _is_gone(rules, over[code].wait):
            answers[code] = replace(
                given,
                answer=best_answer(rules, over[code].wait),
                answered_on=over[code].on,
                event_on=None,
                still_running=False,
                statement_on=None,
            )
    return replace(dated, answers=answers)


def best_answer(rules: Rules, wait: Deferral) -> str | None:
    """Return the answer that limits least of those that may follow a wait: any, or any that needs a letter."""
    row = rules.rows[wait.code]
    answers = [option.answer for option in row.options]
    if wait.after_wait is AfterWait.CLEARANCE:
        needing = [option.answer for option in row.options if option.outcome is Outcome.CLEARANCE]
        answers = needing or answers
    return min(answers, key=lambda answer: _weight(rules, wait.code, answer), default=None)


def _weight(rules: Rules, code: str, answer: str) -> tuple[int, int, int]:
    effect = rules.effect_of(code, answer)
    if not effect.live:
        return effect.rank, 0, 0
    return effect.rank, -effect.limits.pressure.rank, len(effect.limits.areas) + len(effect.limits.techniques)


def _is_gone(rules: Rules, wait: Deferral) -> bool:
    # Rows that count for a day are about that day: once it is over they need not be ticked any more.
    return wait.after_wait is AfterWait.ASK_AGAIN and rules.rows[wait.code].valid_for_days <= 1
