"""What a therapist may do to the limits of a session: make them stricter, never looser (guide, section 2, rule 13).

Codes only, as the rules have them. What a lower pressure rules out follows by itself (rule 5); limits that would leave
nothing to do are refused (rule 8): such a session is declined instead.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from massage_booking.core.errors import Refused
from screening.domain.enums import Pressure

LOOSER_PRESSURE = "looser_pressure"
LOOSER_LENGTH = "looser_length"
UNKNOWN_LIMIT = "unknown_limit"
NOTHING_LEFT = "nothing_left"


@dataclass(frozen=True, slots=True)
class SafeLimits:
    """What a session must keep to. `offered` are the techniques that are left; no `max_minutes` is any length."""

    max_pressure: str
    avoid_areas: frozenset[str] = frozenset()
    avoid_techniques: frozenset[str] = frozenset()
    offered: frozenset[str] = frozenset()
    max_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """How a therapist tightens. Areas and techniques come on top; empty leaves each as it is."""

    max_pressure: str = ""
    avoid_areas: frozenset[str] = frozenset()
    avoid_techniques: frozenset[str] = frozenset()
    max_minutes: int | None = None

    @property
    def is_empty(self) -> bool:
        return self == Wish()


@dataclass(frozen=True, slots=True)
class Scale:
    """What the rules know: the areas of the back, all areas, and the least pressure that a technique needs."""

    areas: frozenset[str]
    back: frozenset[str]
    needs: Mapping[str, Pressure] = field(default_factory=dict)

    def ruled_out_by(self, pressure: Pressure) -> frozenset[str]:
        return frozenset(technique for technique, least in self.needs.items() if least > pressure)


def whole(wish: Wish, scale: Scale) -> Wish:
    """Return a wish with the techniques that its pressure rules out."""
    if not wish.max_pressure:
        return wish
    return replace(wish, avoid_techniques=wish.avoid_techniques | scale.ruled_out_by(Pressure(wish.max_pressure)))


def tightened(limits: SafeLimits, wish: Wish, scale: Scale) -> SafeLimits:
    """Return the limits with a wish on top.

    Raises Refused: looser_pressure, looser_length, unknown_limit, nothing_left.
    """
    _refuse_unknown(limits, wish, scale)
    if wish.max_pressure and Pressure(wish.max_pressure) > limits.max_pressure:
        raise Refused(LOOSER_PRESSURE, allowed=limits.max_pressure)
    if wish.max_minutes is not None and limits.max_minutes is not None and wish.max_minutes > limits.max_minutes:
        raise Refused(LOOSER_LENGTH, max_minutes=limits.max_minutes)
    found = met(limits, whole(wish, scale))
    if not found.offered or scale.back <= found.avoid_areas:
        raise Refused(NOTHING_LEFT)
    return found


def met(limits: SafeLimits, wish: Wish) -> SafeLimits:
    """Return the stricter of limits and a whole wish: newer answers may have overtaken what was wished before."""
    pressure = Pressure(limits.max_pressure)
    if wish.max_pressure:
        pressure = min(pressure, Pressure(wish.max_pressure))
    lengths = [minutes for minutes in (limits.max_minutes, wish.max_minutes) if minutes is not None]
    return replace(
        limits,
        max_pressure=pressure.value,
        avoid_areas=limits.avoid_areas | wish.avoid_areas,
        avoid_techniques=limits.avoid_techniques | wish.avoid_techniques,
        offered=limits.offered - wish.avoid_techniques,
        max_minutes=min(lengths, default=None),
    )


def against(limits: SafeLimits, *, technique: str, minutes: int) -> list[str]:
    """List what the limits have against the booked technique and length: technique, length."""
    found = [] if technique in limits.offered else ["technique"]
    return [*found, "length"] if limits.max_minutes is not None and minutes > limits.max_minutes else found


def _refuse_unknown(limits: SafeLimits, wish: Wish, scale: Scale) -> None:
    pressures: Iterable[str] = [pressure.value for pressure in Pressure if pressure is not Pressure.NONE]
    known = not wish.max_pressure or wish.max_pressure in pressures
    known = known and wish.avoid_areas <= scale.areas
    known = known and wish.avoid_techniques <= limits.offered | limits.avoid_techniques
    known = known and (wish.max_minutes is None or wish.max_minutes > 0)
    if not known:
        raise Refused(UNKNOWN_LIMIT)
