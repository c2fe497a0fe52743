"""The words of the workbench's selects."""

from typing import Final

from massage_booking.core.vocabulary import AREA_LABELS, PRESSURE_LABELS, TECHNIQUE_LABELS
from screening.domain.enums import AfterWait, CountFrom, Level, Outcome, Pressure

Choices = list[tuple[str, str]]

OUTCOMES: Final[Choices] = [
    (Outcome.CLEAR.value, "clear: no effect"),
    (Outcome.MODIFY.value, "modify: can be booked, with limits"),
    (Outcome.CLEARANCE.value, "clearance: a doctor’s letter first"),
    (Outcome.DEFER.value, "defer: not now"),
    (Outcome.REFUSE.value, "refuse: not online"),
]
PRESSURES: Final[Choices] = [
    (Pressure.FIRM.value, "firm: no cap"),
    (Pressure.MEDIUM.value, "medium"),
    (Pressure.LIGHT.value, "light"),
    (Pressure.NONE.value, "none: never bookable"),
]
CAPS: Final[Choices] = [(word.value, PRESSURE_LABELS[word.value]) for word in (Pressure.LIGHT, Pressure.MEDIUM)]
LIMIT_PRESSURES: Final[Choices] = [
    ("", "as the condition"),
    *((word.value, PRESSURE_LABELS[word.value]) for word in (Pressure.LIGHT, Pressure.MEDIUM, Pressure.FIRM)),
]
AREAS: Final[Choices] = [(code, label) for code, label in AREA_LABELS.items()]
TECHNIQUES: Final[Choices] = [(code, label) for code, label in TECHNIQUE_LABELS.items()]
COUNTED: Final[Choices] = [
    (CountFrom.ANSWER.value, "the day of the answer"),
    (CountFrom.EVENT.value, "the event"),
    (CountFrom.SYMPTOM_END.value, "the day symptoms ended"),
]
AFTER: Final[Choices] = [
    (AfterWait.ASK_AGAIN.value, "the question is asked again"),
    (AfterWait.CLEARANCE.value, "a doctor’s letter is needed"),
]
LEVELS: Final[Choices] = [
    (Level.EMERGENCY.value, "emergency: now"),
    (Level.URGENT.value, "urgent: today"),
    (Level.SOON.value, "soon: in the next days"),
]
CONFIDENCES: Final[Choices] = [("high", "high"), ("medium", "medium"), ("low", "low")]
# What a client may do, as statuses have it.
STATUSES: Final[dict[str, str]] = {
    "bookable": "bookable",
    "bookable_with_restrictions": "bookable with limits",
    "rescreen_required": "must be asked again",
    "awaiting_clearance": "awaits a letter",
    "awaiting_guardian_consent": "awaits a guardian’s consent",
    "wait": "must wait",
    "not_bookable": "not bookable online",
}
FIELDS: Final[dict[str, str]] = {
    "headline": "outcome",
    "status": "status",
    "max_pressure": "pressure at most",
    "avoid_areas": "areas left alone",
    "avoid_techniques": "techniques ruled out",
    "offered_techniques": "techniques offered",
    "missing_clearance": "letters missing for",
    "expired": "answers too old",
    "wait_days": "days to wait",
    "messages": "messages shown",
    "guardian_consent_required": "guardian’s consent needed",
    "guardian_in_room": "guardian in the room",
    "guardian_on_premises": "guardian on the premises",
    "max_minutes": "minutes at most",
}
