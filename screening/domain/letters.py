"""What doctors' letters cover and change (guide, section 2, rule 10, and the format of section 11)."""

from collections.abc import Sequence
from dataclasses import replace

from screening.domain.answers import Letter
from screening.domain.enums import LimitKind, Outcome, ReasonKind
from screening.domain.tables import Effect, RowLimits, limits_with_reasons
from screening.domain.verdict import Reason


def letters_for(code: str, letters: Sequence[Letter]) -> list[Letter]:
    """List the letters that cover a row and have not expired, in their given order."""
    return [letter for letter in letters if letter.days_left > 0 and code in letter.codes]


def limits_after_letters(effect: Effect, covering: Sequence[Letter]) -> RowLimits:
    """Return a live row's limits after its letters.

    They lift something only while the row came to clearance: the last letter that names a pressure sets the row's cap,
    even a lower one; allowed areas and techniques add up. What any letter wants left alone stays so while it lasts,
    whatever another one opens and however mild the row has become.
    """
    if not covering:
        return effect.limits
    limits = _lifted(effect, covering) if effect.outcome is Outcome.CLEARANCE else effect.limits
    avoided = sorted({area for letter in covering for area in letter.avoid_areas})
    if not avoided:
        return limits
    reasons = [Reason(LimitKind.AREA, area, ReasonKind.LETTER, effect.code, effect.answer) for area in avoided]
    return replace(limits, areas=limits.areas.union(avoided), reasons=(*limits.reasons, *reasons))


def _lifted(effect: Effect, covering: Sequence[Letter]) -> RowLimits:
    limits = effect.limits
    pressure, kind = limits.pressure, ReasonKind.ROW
    areas, techniques = limits.areas, limits.techniques
    for letter in covering:
        if letter.pressure is not None:
            pressure = letter.pressure
            kind = ReasonKind.ROW if pressure == limits.pressure else ReasonKind.LETTER
        areas -= letter.allow_areas
        techniques -= letter.allow_techniques
    if pressure == limits.pressure and areas == limits.areas and techniques == limits.techniques:
        return limits
    return limits_with_reasons(effect.code, effect.answer, pressure, areas, techniques, kind)
