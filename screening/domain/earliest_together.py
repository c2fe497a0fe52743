"""The earliest day for what may be one person with two sets of answers: whatever either rules out is out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from screening.domain.dated import DatedAnswers
from screening.domain.earliest import BY_THE_DAY, HORIZON_DAYS, WEIGHTS, Because, Earliest, Why, earliest
from screening.domain.rules import Rules
from screening.domain.waits import Wait, not_until, running_days


def earliest_together(
    rules: Rules,
    several: Sequence[DatedAnswers],
    *,
    technique: str,
    minutes: int,
    today: date,
    horizon_days: int = HORIZON_DAYS,
) -> Earliest:
    """Return the first day that all sets of answers allow, with what any of them asks for by then."""
    obstacles: list[Because] = []
    waits: tuple[Wait, ...] = ()
    day = today
    while True:
        each = [
            earliest(
                rules,
                dated,
                technique=technique,
                minutes=minutes,
                today=today,
                horizon_days=horizon_days,
                not_before=day,
            )
            for dated in several
        ]
        if len(each) == 1:
            return each[0]
        waits = waits or tuple(dict.fromkeys(wait for found in each for wait in found.waits))
        obstacles += [reason for found in each for reason in found.reasons if reason.why not in BY_THE_DAY]
        known = [found.day for found in each if found.day is not None]
        if len(known) < len(each):
            return _joined(rules, each, obstacles, waits, today, None)
        if max(known) == day:
            break
        # What the later day brings to the other set may move it once more.
        day = max(known)
    # Together they may leave nothing, where each alone left something (guide, section 2, rule 8).
    if rules.back_areas <= {area for found in each for area in found.avoid_areas}:
        return _joined(rules, each, [*obstacles, Because(Why.NOTHING_LEFT)], waits, today, None)
    return _joined(rules, each, obstacles, waits, today, day)


def _joined(
    rules: Rules,
    each: Sequence[Earliest],
    obstacles: Sequence[Because],
    waits: tuple[Wait, ...],
    today: date,
    day: date | None,
) -> Earliest:
    by_the_day = [reason for found in each for reason in found.reasons if reason.why in BY_THE_DAY]
    reasons = [*obstacles, *(reason for reason in by_the_day if reason.why is not Why.NOW or day is not None)]
    reasons.sort(key=lambda reason: WEIGHTS[reason.why])
    reask = {code for found in each for code in found.reask_codes}
    bring = dict.fromkeys(code for found in each for code in found.bring_codes)
    areas = {area for found in each for area in found.avoid_areas}
    return replace(
        each[0],
        day=day,
        reasons=tuple(dict.fromkeys(reasons)),
        waits=waits,
        running_days=running_days(waits),
        not_until=not_until(waits, today),
        reask_codes=tuple(code for code in rules.rows if code in reask),
        bring_codes=tuple(bring),
        needs_guardian=any(found.needs_guardian for found in each),
        whole_form=any(found.whole_form for found in each),
        avoid_areas=tuple(area for area in rules.extra.areas if area in areas),
    )
