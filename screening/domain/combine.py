"""Join the limits of all live rows, the body map, letters and the age (guide, section 2, rules 5 to 8)."""

from collections.abc import Sequence
from dataclasses import dataclass

from screening.domain.answers import ClientAnswers
from screening.domain.enums import LimitKind, Pressure, ReasonKind
from screening.domain.letters import letters_for, limits_after_letters
from screening.domain.rules import Rules
from screening.domain.tables import AgeEffect, Effect
from screening.domain.verdict import Limits, Reason

PRENATAL = "prenatal"


@dataclass(frozen=True, slots=True)
class Combined:
    """Joined limits, whether they leave nothing to offer, rows without a body map mark, and all reasons."""

    limits: Limits
    nothing_left: bool
    unmarked: tuple[str, ...]
    reasons: list[Reason]


def combine(rules: Rules, live: Sequence[Effect], answers: ClientAnswers, age: AgeEffect) -> Combined:
    """Join the live rows, which stand in the order of the table.

    Answer limits are already in the effects; then come letters on their own rows, body map, age and final pressure.
    """
    pressure = age.pressure_cap
    areas: set[str] = set()
    techniques: set[str] = set()
    unmarked: list[str] = []
    reasons: list[Reason] = []
    for effect in live:
        limits = effect.limits
        if answers.letters:
            limits = limits_after_letters(effect, letters_for(effect.code, answers.letters))
        if limits.pressure.rank < pressure.rank:
            pressure = limits.pressure
        areas |= limits.areas
        techniques |= limits.techniques
        reasons += limits.reasons
        if effect.site_needed:
            marks = answers.body_map.get(effect.code)
            if marks is None:
                unmarked.append(effect.code)
            elif marks:
                areas |= marks
                reasons += [_mark(effect, area) for area in sorted(marks)]
    ruled_out = rules.pressure_rules_out[pressure]
    techniques |= ruled_out.techniques
    reasons += age.reasons
    reasons += ruled_out.reasons
    limits_joined = _limits(rules, pressure, areas, techniques, live)
    return Combined(
        limits=limits_joined,
        nothing_left=not limits_joined.offered_techniques or rules.back_areas <= areas,
        unmarked=tuple(unmarked),
        reasons=reasons,
    )


def _limits(rules: Rules, pressure: Pressure, areas: set[str], techniques: set[str], live: Sequence[Effect]) -> Limits:
    """Put the joined limits in the order of the rules, and the notes highest rank first (rules 5 and 7)."""
    known = rules.extra.techniques
    # Prenatal is offered only while pregnancy itself can be booked.
    withheld = (
        techniques if any(effect.code == rules.extra.prenatal_only_if for effect in live) else techniques | {PRENATAL}
    )
    # The sort is stable, so that rows of one rank keep the order of the table.
    ranked = sorted(live, key=_rank, reverse=True)
    return Limits(
        max_pressure=pressure,
        avoid_areas=tuple([area for area in rules.extra.areas if area in areas]) if areas else (),
        avoid_techniques=tuple([word for word in known if word in techniques]) if techniques else (),
        offered_techniques=tuple([word for word in known if word not in withheld]),
        position_notes=tuple([effect.position_note for effect in ranked if effect.position_note]),
        therapist_notes=tuple([effect.therapist_note for effect in ranked if effect.therapist_note]),
    )


def _rank(effect: Effect) -> int:
    return effect.rank


def _mark(effect: Effect, area: str) -> Reason:
    return Reason(LimitKind.AREA, area, ReasonKind.BODY_MAP, effect.code, effect.answer)
