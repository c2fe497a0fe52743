"""What do these answers mean as given? (guide, sections 1 to 4)

A pure function of the rules and the answers: it knows ages of answers, never today's date, and no wait ends here by
itself. Whether a session may be booked ahead all the same is asked of booking_ahead.
"""

from collections.abc import Collection, Iterable, Sequence

from screening.domain.answers import ClientAnswers, UnknownRowError
from screening.domain.combine import Combined, combine
from screening.domain.enums import Level, LimitKind, Outcome, Pressure, ReasonKind, Status
from screening.domain.letters import letters_for
from screening.domain.rule_types import Message
from screening.domain.rules import Rules
from screening.domain.tables import AgeEffect, Effect
from screening.domain.verdict import NO_LIMITS_SHOWN, Limits, Reason, RowVerdict, Verdict


def evaluate(rules: Rules, answers: ClientAnswers) -> Verdict:
    """Combine all ticked rows into one verdict. Raises UnknownRowError for a row that the rules do not have."""
    age = rules.age_effect(answers.age)
    effects = ticked_effects(rules, answers, age)
    counting = [effect for effect in effects if effect.rank]
    combined = combine(rules, [effect for effect in counting if effect.live], answers, age)
    headline = _headline(counting, combined)
    rows = tuple([_row_verdict(effect, answers) for effect in effects])
    uncovered = tuple([row.code for row in rows if row.outcome is Outcome.CLEARANCE and not row.covered])
    unanswered = tuple([effect.code for effect in effects if not effect.answered])
    expired = _expired(effects, answers)
    lacks_consent = age.guardian_consent_required and not answers.guardian_consent
    return Verdict(
        rules_version=rules.extra.version,
        headline=headline,
        status=_status(
            headline,
            has_gaps=bool(unanswered or combined.unmarked or expired),
            lacks_consent=lacks_consent,
            uncovered=bool(uncovered),
            limits=combined.limits,
        ),
        limits=NO_LIMITS_SHOWN if headline.rank >= Outcome.DEFER.rank else combined.limits,
        internal=combined.limits,
        rows=rows,
        missing_clearance=() if headline is Outcome.REFUSE else uncovered,
        expired=expired,
        unanswered=unanswered,
        unmarked=combined.unmarked,
        wait_days=_wait_days(counting) if headline is Outcome.DEFER else 0,
        messages=_messages(counting),
        nothing_left=combined.nothing_left,
        guardian_consent_required=age.guardian_consent_required,
        guardian_in_room=age.guardian_in_room,
        guardian_on_premises=age.guardian_on_premises,
        max_minutes=age.max_minutes,
        client_advice=tuple(
            [effect.client_advice for effect in sorted(counting, key=_rank, reverse=True) if effect.client_advice]
        ),
        reasons=_reasons(counting, combined),
    )


def ticked_effects(rules: Rules, answers: ClientAnswers, age: AgeEffect) -> list[Effect]:
    """Resolve every row that is ticked, or set by the age, in the order of the table (rules 2 and 3)."""
    try:
        found = [rules.effect_of(code, answer) for code, answer in answers.ticks.items()]
    except KeyError as error:
        code, _ = error.args[0]
        raise UnknownRowError(code) from None
    found += [effect for effect in age.ticks if effect.code not in answers.ticks]
    if answers.reason_back_pain:
        found += age.ticks_with_back_pain
    found.sort(key=_order)
    return found


def _order(effect: Effect) -> int:
    return effect.order


def _rank(effect: Effect) -> int:
    return effect.rank


def _headline(effects: Sequence[Effect], combined: Combined) -> Outcome:
    # Rule 8 holds beside any other outcome: were a wait to hide that nothing is left, one more tick would soften it.
    if combined.nothing_left:
        return Outcome.REFUSE
    return max(effects, key=_rank).outcome if effects else Outcome.CLEAR


def _expired(effects: Sequence[Effect], answers: ClientAnswers) -> tuple[str, ...]:
    """List ticked rows whose answer is too old, whatever their outcome (section 1, valid_for_days)."""
    ages = answers.answer_age_days
    return tuple(
        [
            effect.code
            for effect in effects
            if effect.code in answers.ticks
            and effect.valid_for_days is not None
            and (ages.get(effect.code, 0) > effect.valid_for_days or effect.code in answers.out_of_date)
        ]
    )


def _row_verdict(effect: Effect, answers: ClientAnswers) -> RowVerdict:
    if answers.letters and effect.outcome is Outcome.CLEARANCE and letters_for(effect.code, answers.letters):
        return effect.covered
    return effect.verdict


def _wait_days(effects: Sequence[Effect]) -> int:
    """Return the longest wait; a deferring row that is not answered yet has none (rule 11)."""
    return max((effect.wait.rescreen_after_days for effect in effects if effect.wait), default=0)


def _messages(effects: Sequence[Effect]) -> tuple[str, ...]:
    found = [effect.message for effect in effects if effect.message]
    return _soonest_first(found) if found else ()


def messages_to_show(rules: Rules, ids: Collection[str]) -> tuple[str, ...]:
    """Put messages in the order in which they are shown; those that the rules do not have stay out."""
    return _soonest_first(rules.messages[id_] for id_ in ids if id_ in rules.messages)


def _soonest_first(messages: Iterable[Message]) -> tuple[str, ...]:
    """List the messages to show, soonest first; beside an emergency nothing else is said (section 7)."""
    found = sorted({(message.level.rank, message.id) for message in messages})
    emergency = [id_ for rank, id_ in found if rank == Level.EMERGENCY.rank]
    return tuple(emergency or [id_ for _, id_ in found])


def _status(headline: Outcome, *, has_gaps: bool, lacks_consent: bool, uncovered: bool, limits: Limits) -> Status:
    """Decide the status, first match wins (rule 12)."""
    if headline is Outcome.REFUSE:
        return Status.NOT_BOOKABLE
    if headline is Outcome.DEFER:
        return Status.WAIT
    if has_gaps:
        return Status.RESCREEN_REQUIRED
    if lacks_consent:
        return Status.AWAITING_GUARDIAN_CONSENT
    if uncovered:
        return Status.AWAITING_CLEARANCE
    free = limits.max_pressure is Pressure.FIRM and not limits.avoid_areas and not limits.avoid_techniques
    if headline is Outcome.CLEAR and free:
        return Status.BOOKABLE
    return Status.BOOKABLE_WITH_RESTRICTIONS


def _reasons(effects: Sequence[Effect], combined: Combined) -> tuple[Reason, ...]:
    """Put the reasons for the outcome before those for the limits, each in the order of the table."""
    outcomes = [effect.outcome_reason for effect in effects]
    if combined.nothing_left:
        outcomes.append(Reason(LimitKind.OUTCOME, Outcome.REFUSE.value, ReasonKind.NOTHING_LEFT))
    return (*outcomes, *combined.reasons)
