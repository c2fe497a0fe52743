"""Does a verdict leave room for one technique and length? (guide, section 2, rules 5 to 7, and section 3)"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from screening.domain.combine import PRENATAL
from screening.domain.enums import LimitKind
from screening.domain.verdict import Reason, Verdict

RULED_OUT = "technique_ruled_out"
NOT_OFFERED = "technique_not_offered"
UNKNOWN = "technique_unknown"
TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why something cannot be booked: a code for the page's words, and what they need to be exact.

    Codes: the values of Status that are not bookable; technique_ruled_out (params: technique, reasons),
    technique_not_offered (technique), technique_unknown (technique), too_long (minutes, max_minutes, reasons).
    """

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TechniqueAnswer:
    """Whether one technique may be chosen, and if not, why."""

    technique: str
    allowed: bool
    refusal: Refusal | None

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The rows or rules that stand against it; empty where it is allowed or simply not offered."""
        found = self.refusal.params.get("reasons", ()) if self.refusal else ()
        return found if isinstance(found, tuple) else ()


def techniques(verdict: Verdict, all_codes: Iterable[str]) -> tuple[TechniqueAnswer, ...]:
    """Say for each technique whether the limits leave it, in the given order.

    Looks at the limits before they are emptied for defer and refuse: whether anything can be booked at all is the
    status.
    """
    found = []
    for code in all_codes:
        refusal = _against_technique(verdict, code)
        found.append(TechniqueAnswer(technique=code, allowed=refusal is None, refusal=refusal))
    return tuple(found)


def fits(verdict: Verdict, technique: str, minutes: int) -> list[Refusal]:
    """List what the limits have against a technique and a length in minutes, whatever the status."""
    refusal = _against_technique(verdict, technique)
    found = [refusal] if refusal else []
    if verdict.max_minutes is not None and minutes > verdict.max_minutes:
        params = {"minutes": minutes, "max_minutes": verdict.max_minutes, "reasons": verdict.why(LimitKind.LENGTH)}
        found.append(Refusal(TOO_LONG, params))
    return found


def allowed(verdict: Verdict, technique: str, minutes: int) -> list[Refusal]:
    """List everything that stands against booking; empty means that it may be booked on that day's verdict.

    A session booked ahead takes its status from booking_ahead and only its limits from `fits`.
    """
    found = [] if verdict.status.is_bookable else [Refusal(verdict.status.value)]
    return found + fits(verdict, technique, minutes)


def _against_technique(verdict: Verdict, technique: str) -> Refusal | None:
    limits = verdict.internal
    if technique in limits.offered_techniques:
        return None
    if technique in limits.avoid_techniques:
        reasons = verdict.why(LimitKind.TECHNIQUE, technique)
        return Refusal(RULED_OUT, {"technique": technique, "reasons": reasons})
    # Only prenatal can be neither offered nor ruled out; what the rules never judged is not safe by default.
    return Refusal(NOT_OFFERED if technique == PRENATAL else UNKNOWN, {"technique": technique})
