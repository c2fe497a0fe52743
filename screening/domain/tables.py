"""Look-up tables made once for each rule version, so that a verdict is a few dictionary reads.

An Effect is everything that one answer of one row brings; an AgeEffect everything that an age brings by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from screening.domain.enums import LimitKind, Outcome, Pressure, ReasonKind
from screening.domain.rule_types import ANY_ANSWER, AgeRule, AnswerLimit, Deferral, Extra, Message, Row
from screening.domain.verdict import Note, Reason, RowVerdict


@dataclass(frozen=True, slots=True)
class RowLimits:
    """What one live row asks of a session."""

    pressure: Pressure
    areas: frozenset[str]
    techniques: frozenset[str]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """One row with one answer, or not yet answered, ready to be combined (guide, section 2, rules 3 and 5).

    `verdict` is what the row comes to, `covered` the same with a letter. `answered` is False while a row that has a
    question has none of its answers; `valid_for_days` is None for rows that an age rule adds, which cannot grow old.
    """

    code: str
    answer: str | None
    order: int
    outcome: Outcome
    rank: int
    verdict: RowVerdict
    covered: RowVerdict
    live: bool
    answered: bool
    site_needed: bool
    limits: RowLimits
    outcome_reason: Reason
    message: Message | None
    wait: Deferral | None
    valid_for_days: int | None
    position_note: Note | None
    therapist_note: Note | None
    client_advice: Note | None


@dataclass(frozen=True, slots=True)
class AgeEffect:
    """What the age on the day of the session brings by itself (guide, section 3)."""

    guardian_consent_required: bool
    guardian_in_room: bool
    guardian_on_premises: bool
    pressure_cap: Pressure
    max_minutes: int | None
    reasons: tuple[Reason, ...]
    ticks: tuple[Effect, ...]
    ticks_with_back_pain: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class RuledOut:
    """Techniques that a final pressure cap leaves no room for."""

    techniques: frozenset[str]
    reasons: tuple[Reason, ...]


EffectKey = tuple[str, str | None]


def effects_of(rows: Sequence[Row], extra: Extra) -> Mapping[EffectKey, Effect]:
    """Make one Effect for each answer and, under (code, None), one for each row without an answer."""
    entries = {(limit.code, limit.answer): limit for limit in extra.answer_limits}
    waits = {(wait.code, wait.answer): wait for wait in extra.deferrals}
    messages = {(trigger.code, trigger.answer): extra.messages[trigger.message] for trigger in extra.message_triggers}
    sites = frozenset(extra.site_specific_codes)
    found: dict[EffectKey, Effect] = {}
    for order, row in enumerate(rows):
        outcomes: dict[str | None, Outcome] = {None: row.default_outcome}
        outcomes.update({option.answer: option.outcome for option in row.options})
        for answer, outcome in outcomes.items():
            key = (row.code, answer or "")
            found[row.code, answer] = _effect(
                row,
                answer,
                outcome,
                order=order,
                limits=_row_limits(row, answer, entries.get(key)),
                message=messages.get(key, messages.get((row.code, ANY_ANSWER))),
                wait=waits.get(key),
                site_needed=outcome.is_live and row.code in sites,
            )
    return found


def _effect(
    row: Row,
    answer: str | None,
    outcome: Outcome,
    *,
    order: int,
    limits: RowLimits,
    message: Message | None,
    wait: Deferral | None,
    site_needed: bool,
) -> Effect:
    verdict = RowVerdict(row.code, answer, outcome, message.id if message else None, wait, covered=False)
    return Effect(
        code=row.code,
        answer=answer,
        order=order,
        outcome=outcome,
        rank=outcome.rank,
        verdict=verdict,
        covered=replace(verdict, covered=True),
        live=outcome.is_live,
        answered=answer is not None or not row.has_question,
        site_needed=site_needed,
        limits=limits,
        outcome_reason=Reason(LimitKind.OUTCOME, outcome.value, ReasonKind.ROW, row.code, answer),
        message=message,
        wait=wait,
        valid_for_days=row.valid_for_days,
        position_note=Note(row.code, row.position_note),
        therapist_note=Note(row.code, row.therapist_note),
        client_advice=Note(row.code, row.client_advice),
    )


def _row_limits(row: Row, answer: str | None, entry: AnswerLimit | None) -> RowLimits:
    """Take the row's limits, each kind replaced where the answer has an entry for it (section 1)."""
    pressure, areas, techniques = row.max_pressure, row.avoid_areas, row.avoid_techniques
    if entry is not None:
        pressure = pressure if entry.pressure is None else entry.pressure
        areas = areas if entry.areas is None else entry.areas
        techniques = techniques if entry.techniques is None else entry.techniques
    return limits_with_reasons(row.code, answer, pressure, frozenset(areas), frozenset(techniques))


def limits_with_reasons(
    code: str,
    answer: str | None,
    pressure: Pressure,
    areas: frozenset[str],
    techniques: frozenset[str],
    pressure_kind: ReasonKind = ReasonKind.ROW,
) -> RowLimits:
    """Give each limit the row and answer it comes from; firm is no limit and has no reason."""
    reasons = []
    if pressure is not Pressure.FIRM:
        reasons.append(Reason(LimitKind.PRESSURE, pressure.value, pressure_kind, code, answer))
    reasons += [Reason(LimitKind.AREA, area, ReasonKind.ROW, code, answer) for area in sorted(areas)]
    reasons += [Reason(LimitKind.TECHNIQUE, word, ReasonKind.ROW, code, answer) for word in sorted(techniques)]
    return RowLimits(pressure=pressure, areas=areas, techniques=techniques, reasons=tuple(reasons))


def ages_of(extra: Extra, effects: Mapping[EffectKey, Effect]) -> tuple[AgeEffect, ...]:
    """Make one AgeEffect for each age, up to the last at which anything changes; older clients share the last."""
    # Rules that name an answer (A5) only say when it is offered; the answer itself brings its outcome.
    rules = [rule for rule in extra.age_rules if rule.code is None]
    oldest = max((rule.below_age for rule in rules), default=0)
    order = 1 + max((effect.order for effect in effects.values()), default=0)
    return tuple(_age_effect(age, rules, effects, order) for age in range(oldest + 1))


def _age_effect(age: int, rules: Sequence[AgeRule], effects: Mapping[EffectKey, Effect], order: int) -> AgeEffect:
    holding = [rule for rule in rules if rule.covers(age)]
    caps = [(rule.pressure_cap, rule) for rule in holding if rule.pressure_cap is not None]
    lengths = [(rule.max_minutes, rule) for rule in holding if rule.max_minutes is not None]
    # Everybody younger than the oldest who needs consent needs it too: a child under 8 has no rule of its own for it.
    consent_below = max((rule.below_age for rule in rules if rule.guardian_consent), default=0)
    reasons = [Reason(LimitKind.PRESSURE, cap.value, ReasonKind.AGE_RULE, rule.id) for cap, rule in caps]
    reasons += [Reason(LimitKind.LENGTH, str(minutes), ReasonKind.AGE_RULE, rule.id) for minutes, rule in lengths]
    return AgeEffect(
        guardian_consent_required=age < consent_below,
        guardian_in_room=any(rule.guardian_in_room for rule in holding),
        guardian_on_premises=any(rule.guardian_on_premises for rule in holding),
        pressure_cap=min((cap for cap, _ in caps), default=Pressure.FIRM),
        max_minutes=min((minutes for minutes, _ in lengths), default=None),
        reasons=tuple(reasons),
        ticks=_brought((rule for rule in holding if not rule.needs_back_pain), effects, order),
        ticks_with_back_pain=_brought((rule for rule in holding if rule.needs_back_pain), effects, order),
    )


def _brought(rules: Iterable[AgeRule], effects: Mapping[EffectKey, Effect], order: int) -> tuple[Effect, ...]:
    """List the rows that age rules tick or add by themselves."""
    found = []
    for rule in rules:
        if rule.ticks_row:
            found.append(effects[rule.ticks_row, None])
        if rule.adds_row:
            found.append(_added(rule, order))
    return tuple(found)


def _added(rule: AgeRule, order: int) -> Effect:
    """Make the effect of a row that only an age rule knows: an outcome, no limits, no question (rule A4)."""
    code, outcome = rule.adds_row or "", rule.adds_outcome or Outcome.CLEARANCE
    verdict = RowVerdict(code, None, outcome, None, None, covered=False)
    return Effect(
        code=code,
        answer=None,
        order=order,
        outcome=outcome,
        rank=outcome.rank,
        verdict=verdict,
        covered=replace(verdict, covered=True),
        live=outcome.is_live,
        answered=True,
        site_needed=False,
        limits=limits_with_reasons(code, None, Pressure.FIRM, frozenset(), frozenset()),
        outcome_reason=Reason(LimitKind.OUTCOME, outcome.value, ReasonKind.AGE_RULE, code),
        message=None,
        wait=None,
        valid_for_days=None,
        position_note=None,
        therapist_note=None,
        client_advice=None,
    )


def ruled_out_at(cap: Pressure, extra: Extra) -> RuledOut:
    """List what a final cap rules out (section 2, rule 5)."""
    techniques = {technique for technique, least in extra.technique_min_pressure.items() if cap < least}
    # No pressure means no hands-on work at all, so nothing can be offered (section 1).
    if cap is Pressure.NONE:
        techniques = set(extra.techniques)
    reasons = [
        Reason(LimitKind.TECHNIQUE, technique, ReasonKind.FINAL_PRESSURE, cap.value) for technique in sorted(techniques)
    ]
    return RuledOut(techniques=frozenset(techniques), reasons=tuple(reasons))
