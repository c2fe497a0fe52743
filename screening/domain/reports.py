"""What somebody may report of how they feel after a session, and what follows from each (guide, section 8).

The table of the guide stands here as data. It counts for every rule version whose files say nothing else under
`after_session`. Where one of its lines holds two reports with different messages, each is a kind of its own: a skin
reaction with and without swelling, a sore leg and trouble breathing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from screening.domain.reading import Reader


class Kind(StrEnum):
    """One report, in the order of the guide."""

    MILD = "mild"
    LASTING = "lasting"
    SKIN = "skin"
    SKIN_SWELLING = "skin_swelling"
    NERVES = "nerves"
    HEAD_NECK = "head_neck"
    LEG = "leg"
    BREATH = "breath"
    DARK_URINE = "dark_urine"


@dataclass(frozen=True, slots=True)
class NextStep:
    """What follows from a report, or from several together.

    `messages` are shown to the client at once; `messages_for_therapist` are those that the therapist may give when they
    call. `asks` names the rows asked again. With `stops_booking` nothing may be booked or begun, sessions ahead
    included, until somebody has looked at it; `needs_review` asks for that look before the next booking. `calls` says
    that the therapist calls within one working day, `stops_product` that the product of that session is not used again.
    """

    messages: tuple[str, ...] = ()
    messages_for_therapist: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    stops_booking: bool = False
    needs_review: bool = True
    calls: bool = False
    stops_product: bool = False

    @property
    def still_bookable(self) -> bool:
        """Tell whether the next session can be booked before anything else has happened."""
        return not (self.stops_booking or self.needs_review or self.asks)


@dataclass(frozen=True, slots=True)
class Report:
    """One kind of report as it is offered to the client, and what follows from it."""

    kind: Kind
    words: str
    then: NextStep


_SKIN: Final = ("allergies", "settled_skin")
_LEG: Final = ("dvt_calf_swelling", "pulmonary_embolism")

STANDARD: Final[tuple[Report, ...]] = (
    Report(
        Kind.MILD,
        "Mild soreness or tiredness, for less than two days",
        NextStep(needs_review=False),
    ),
    Report(
        Kind.LASTING,
        "Soreness for more than two days, bruises, a new ache, or a headache that will not settle",
        NextStep(
            messages_for_therapist=("U1", "U2"),
            asks=("recent_back_pain", "blood_thinners", "steroids_immune", "migraine"),
            calls=True,
        ),
    ),
    Report(Kind.SKIN, "A skin reaction", NextStep(asks=_SKIN, stops_product=True)),
    Report(
        Kind.SKIN_SWELLING,
        "A skin reaction with a swollen face or throat, or trouble breathing",
        NextStep(messages=("E5",), asks=_SKIN, stops_booking=True, stops_product=True),
    ),
    Report(
        Kind.NERVES,
        "Numbness, weakness, worse pain in an arm or leg, or a change in bladder or bowels",
        NextStep(
            messages=("E2",),
            asks=("saddle_numbness_bladder", "nerve_damage", "spine_joint_condition"),
            stops_booking=True,
        ),
    ),
    Report(
        Kind.HEAD_NECK,
        "Dizziness, a change in sight or speech, a severe headache, or new severe neck pain",
        NextStep(messages=("E1",), asks=("emergency_symptoms_now", "neck_injury"), stops_booking=True),
    ),
    Report(Kind.LEG, "A swollen leg or pain in the calf", NextStep(messages=("U4",), asks=_LEG, stops_booking=True)),
    Report(
        Kind.BREATH,
        "Short of breath, or pain in the chest",
        NextStep(messages=("E1",), asks=_LEG, stops_booking=True),
    ),
    Report(
        Kind.DARK_URINE,
        "Dark urine with severe muscle pain",
        NextStep(messages=("U1",), asks=("severe_pain", "kidney_liver")),
    ),
)
BY_KIND: Final[Mapping[Kind, Report]] = {report.kind: report for report in STANDARD}


# --- Out of rules_extra.json -------------------------------------------------

_TEXTS: Final = ("report", "words")
_LISTS: Final = ("messages", "messages_for_therapist", "asks")
_FLAGS: Final = ("stops_booking", "needs_review", "calls", "stops_product")
REPORT_KEYS: Final = (*_TEXTS, *_LISTS, *_FLAGS)


def parse_reports(value: object, reader: Reader) -> tuple[Report, ...]:
    """Read the table of a rule version that has its own; every kind of report is there, once."""
    found = []
    for number, entry in enumerate(reader.items(value, "after_session"), start=1):
        where = f"after_session entry {number}"
        found.append(_report(reader.mapping(entry, where), where, reader))
    kinds = [report.kind for report in found]
    for kind in Kind:
        if kinds.count(kind) != 1:
            reader.complain(f"after_session must name the report {kind.value!r} once.")
    return tuple(found)


def _report(entry: Mapping[str, object], where: str, reader: Reader) -> Report:
    reader.known_keys(entry, REPORT_KEYS, where)
    kind = reader.word(reader.entry(entry, "report", where), f"report of {where}", tuple(Kind))
    lists = {key: reader.words(reader.entry(entry, key, where), f"{key} of {where}") for key in _LISTS}
    flags = {key: reader.flag(reader.entry(entry, key, where), f"{key} of {where}") for key in _FLAGS}
    return Report(
        kind=Kind(kind),
        words=reader.text(reader.entry(entry, "words", where), f"words of {where}"),
        then=NextStep(
            messages=lists["messages"],
            messages_for_therapist=lists["messages_for_therapist"],
            asks=lists["asks"],
            stops_booking=flags["stops_booking"],
            needs_review=flags["needs_review"],
            calls=flags["calls"],
            stops_product=flags["stops_product"],
        ),
    )
