"""What doctors' letters cover and change (guide, section 2, rule 10, and the format of section 11)."""

from collections.abc import Sequence

from screening.domain.answers import Letter
from screening.domain.enums import ReasonKind
from screening.domain.tables import Effect, RowLimits, limits_with_reasons


def letters_for(code: str, letters: Sequence[Letter]) -> list[Letter]:
    """List the letters that cover a row and have not expired, in their given order."""
    return [letter for letter in letters if letter.days_left > 0 and code in letter.codes]


def limits_after_letters(effect: Effect, covering: Sequence[Letter]) -> RowLimits:
    """Return a clearance row's limits after its letters.

    The last letter that names a pressure sets the row's cap, even a lower one; allowed areas and techniques add up.
    """
    limits = effect.limits
    pressure, kind = limits.pressure, ReasonKind.ROW
    areas, techniques = limits.areas, limits.techniques
    for letter in covering:
        if letter.pressure is not None:
            pressure = letter.pressure
            kind = ReasonKind.ROW if pressure == limits.pressure else ReasonKind.LETTER
        areas -= letter.allow_areas
        techniques -= letter.allow_techniques
    # What any letter wants left alone stays so, whatever another one opens.
    areas |= frozenset(area for letter in covering for area in letter.avoid_areas)
    if pressure == limits.pressure and areas == limits.areas and techniques == limits.techniques:
        return limits
    return limits_with_reasons(effect.code, effect.answer, pressure, areas, techniques, kind)
