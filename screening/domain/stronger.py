"""Is a session stronger or longer than the last one, so that health is asked about again? (section 5, trigger 8)"""

from screening.domain.enums import Pressure
from screening.domain.rules import Rules


def is_stronger(
    rules: Rules, technique: str, minutes: int, last_technique: str | None, last_minutes: int | None
) -> bool:
    """Tell whether a technique needs more pressure than the last one, or a session lasts longer.

    For a first session there is nothing to compare with; one of unknown technique or length is compared by the other.
    """
    if last_minutes is not None and minutes > last_minutes:
        return True
    return last_technique is not None and _strength(rules, technique) > _strength(rules, last_technique)


def _strength(rules: Rules, technique: str) -> Pressure:
    # What needs no least pressure can be done at any, down to light.
    return rules.extra.technique_min_pressure.get(technique, Pressure.LIGHT)
