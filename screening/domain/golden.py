"""Write a verdict in the golden format: plain JSON values, lists sorted (guide, section 11)."""

from collections.abc import Sequence

from screening.domain.verdict import Verdict


def verdict_as_golden(verdict: Verdict) -> dict[str, object]:
    """Return every field that `expected` may compare, and max_minutes and guardian_on_premises."""
    return {
        "headline": verdict.headline.value,
        "status": verdict.status.value,
        "max_pressure": verdict.max_pressure.value,
        "avoid_areas": sorted(verdict.avoid_areas),
        "avoid_techniques": sorted(verdict.avoid_techniques),
        "offered_techniques": sorted(verdict.offered_techniques),
        "missing_clearance": sorted(verdict.missing_clearance),
        "expired": sorted(verdict.expired),
        "wait_days": verdict.wait_days,
        "messages": sorted(verdict.messages),
        "guardian_consent_required": verdict.guardian_consent_required,
        "guardian_in_room": verdict.guardian_in_room,
        "guardian_on_premises": verdict.guardian_on_premises,
        "max_minutes": verdict.max_minutes,
    }


def case_as_golden(id_: str, verdict: Verdict, warnings: Sequence[str]) -> dict[str, object]:
    """Return one element of what the evaluate_screening command prints."""
    return {"id": id_, **verdict_as_golden(verdict), "warnings": list(warnings)}
