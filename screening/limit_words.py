"""The limits of a verdict for the client's page: each with its reason in words."""

from dataclasses import dataclass

from screening import words
from screening.domain.rules import Rules
from screening.domain.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Limits:
    """What a session must keep to, each with its reason in words."""

    pressure: str
    pressure_means: str
    pressure_why: str
    areas: tuple[str, ...]
    areas_why: list[tuple[str, str]]
    positions: list[str]
    techniques_why: list[tuple[str, str]]
    left: list[tuple[str, bool]]
    max_minutes: int | None
    presence: str


def limits_of(rules: Rules, verdict: Verdict, chosen: str) -> Limits:
    """Lay out what a session must keep to; `chosen` is the technique that is wanted, which stands first."""
    presence = ""
    if verdict.guardian_in_room:
        presence = "A parent or guardian stays in the room."
    elif verdict.guardian_on_premises:
        presence = "A parent or guardian is on the premises, and in the room if either of you asks."
    pressure = verdict.max_pressure.value
    return Limits(
        pressure=pressure,
        pressure_means=words.PRESSURE_MEANS.get(pressure, ""),
        pressure_why=words.pressure_because(rules, verdict) if pressure != "firm" else "",
        areas=verdict.avoid_areas,
        areas_why=words.areas_because(rules, verdict),
        positions=[note.text for note in verdict.position_notes],
        techniques_why=words.techniques_because(rules, verdict),
        left=words.techniques_left(verdict, chosen),
        max_minutes=verdict.max_minutes,
        presence=presence,
    )
