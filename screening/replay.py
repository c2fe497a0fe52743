"""Every decision can be made again from what was sealed with it: the same answers, days and rules, the same result."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any, Final

from screening import sealed_inputs, vault, words
from screening.assessment import Assessment, judged, sealed_reasons, stricter
from screening.domain.booking_ahead import book_ahead
from screening.domain.rules import Rules
from screening.models import Decision, RuleVersion, Screening
from screening.rulebook import is_unchanged, parsed_rules
from screening.sealed_inputs import Inputs

# What of a decision comes out of the engine, as its plain columns name it.
COLUMNS: Final = (
    "for_date", "outcome", "status", "max_pressure", "avoid_areas", "avoid_techniques", "offered_techniques",
    "positions", "max_minutes", "guardian_in_room", "guardian_on_premises", "may_book", "re_ask_due",
    "held_until_answered", "day_asked_on", "trainings_needed",
)  # fmt: skip
INPUTS: Final = "inputs"
# Fields that the booking layer set otherwise than the engine, with what the engine said then.
ADJUSTED: Final = "adjusted"
REASONS: Final = "reasons"


@dataclass(frozen=True, slots=True)
class Replayed:
    """Whether a decision came out as it was made. `differences` are names of fields, never their values.

    `kept` is False for a decision from before its inputs were sealed with it: nobody can say.
    """

    same: bool
    differences: tuple[str, ...] = ()
    kept: bool = True


def columns_of(assessment: Assessment) -> dict[str, Any]:
    """Return a judgement as the plain columns of a decision have it."""
    positions = [word for ahead in assessment.aheads for word in words.position_words(ahead.verdict)]
    return {
        "for_date": assessment.for_date,
        "outcome": assessment.outcome,
        "status": assessment.status,
        "max_pressure": assessment.max_pressure,
        "avoid_areas": list(assessment.avoid_areas),
        "avoid_techniques": list(assessment.avoid_techniques),
        "offered_techniques": list(assessment.offered_techniques),
        "positions": list(dict.fromkeys(positions)),
        "max_minutes": assessment.max_minutes,
        "guardian_in_room": assessment.guardian_in_room,
        "guardian_on_premises": assessment.guardian_on_premises,
        "may_book": assessment.may_book,
        "re_ask_due": assessment.re_ask_due,
        "held_until_answered": assessment.held_until_answered,
        "day_asked_on": assessment.day_asked_on,
        "trainings_needed": list(assessment.trainings_needed),
    }


def sealed_with(assessment: Assessment) -> dict[str, Any]:
    """Return what makes a judgement repeatable, to be sealed beside its reasons."""
    inputs = Inputs(assessment.dateds, assessment.today, assessment.for_date, assessment.hours_until)
    engine = columns_of(_judge(inputs, assessment.rules, assessment.parsed, assessment.screening))
    said = columns_of(assessment)
    adjusted = {name: _as_json(engine[name]) for name in COLUMNS if engine[name] != said[name]}
    return {INPUTS: sealed_inputs.to_json(inputs), ADJUSTED: adjusted}


def replay(decision: Decision) -> Replayed:
    """Make a decision again with the rules of its version. Raises vault.VaultClosed."""
    opened = vault.for_rules_of_decision(decision)
    if INPUTS not in opened:
        return Replayed(same=False, kept=False)
    version = decision.rules
    if not is_unchanged(version):
        return Replayed(same=False, differences=("rules",))
    try:
        inputs = sealed_inputs.from_json(opened[INPUTS])
    except (ValueError, TypeError, KeyError):
        return Replayed(same=False, differences=(INPUTS,))
    again = _judge(inputs, version, parsed_rules(version), decision.screening)
    found = columns_of(again)
    # What the booking layer set by itself is compared with what the engine said beneath it.
    stored = {name: getattr(decision, name) for name in COLUMNS} | _from_json(opened.get(ADJUSTED, {}))
    differences = [name for name in COLUMNS if found[name] != stored[name] and not _is_older(name, stored[name])]
    reasons = sealed_reasons(again)
    if any(opened.get(key) != value for key, value in reasons.items() if key not in ("rules", "reask")):
        differences.append(REASONS)
    return Replayed(same=not differences, differences=tuple(differences))


def _judge(inputs: Inputs, version: RuleVersion, rules: Rules, screening: Screening | None) -> Assessment:
    def one(dated: Any) -> Assessment:
        ahead = book_ahead(rules, dated, today=inputs.today, session_on=inputs.for_date, hours_until=inputs.hours_until)
        return judged(
            screening=screening or Screening(),
            rules=version,
            parsed=rules,
            for_date=inputs.for_date,
            answered_on={code: answer.answered_on for code, answer in dated.answers.items()},
            ahead=ahead,
            dated=dated,
            today=inputs.today,
            hours_until=inputs.hours_until,
            day_asked_on=dated.today_asked_on,
        )

    return reduce(stricter, [one(dated) for dated in inputs.dateds])


def _is_older(name: str, stored: Any) -> bool:
    """Say whether a decision is from before a column was kept: it said nothing about it."""
    return name == "trainings_needed" and stored is None


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _from_json(values: Mapping[str, Any]) -> dict[str, Any]:
    dates = ("for_date", "held_until_answered", "day_asked_on")
    return {name: date.fromisoformat(value) if name in dates and value else value for name, value in values.items()}
