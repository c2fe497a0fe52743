"""What is safe, in a few words: from the plain columns of a decision alone, never an answer or a condition."""

from typing import Any

from massage_booking.core import wording
from massage_booking.core.vocabulary import AREA_LABELS, PRESSURE_LABELS
from screening import selectors as screening
from sessions.models import MassageSession

UNKNOWN = "Answers due"
NONE = "No limits"
ASK_AGAIN = "ask again first"
# Outcomes that leave nothing to be done with hands; a session may still wait for one of them to end.
CLOSED = ("defer", "refuse")


def _parts(decision: Any) -> list[str]:
    """Return each limit in words, the weightiest first."""
    parts = [PRESSURE_LABELS[decision.max_pressure]] if decision.max_pressure in ("light", "medium") else []
    if decision.positions:
        parts.append(wording.listed(decision.positions, last=" or "))
    if decision.avoid_areas:
        areas = wording.in_order(decision.avoid_areas, AREA_LABELS)
        parts.append(f"not {', '.join(AREA_LABELS.get(code, code) for code in areas)}")
    if decision.max_minutes:
        parts.append(f"at most {decision.max_minutes} min")
    if decision.guardian_in_room:
        parts.append("guardian in the room")
    elif decision.guardian_on_premises:
        parts.append("guardian in the house")
    if not parts and decision.avoid_techniques:
        names = wording.technique_names(decision.avoid_techniques)
        parts.append(f"not {names[:1].lower()}{names[1:]}")
    return parts


def line(session: MassageSession) -> str:
    """Return the limits as a calendar shows them: “Medium, side-lying, not hands, legs”. Empty for a hold."""
    if session.client_id is None:
        return ""
    decision = session.decision
    if decision is None:
        return UNKNOWN
    closed = decision.outcome in CLOSED
    parts = [] if closed else _parts(decision)
    if closed and not session.re_ask_due:
        parts = ["not to go ahead"]
    words = ", ".join(parts) or ("" if session.re_ask_due else NONE)
    if session.re_ask_due:
        words = f"{words}; {ASK_AGAIN}" if words else ASK_AGAIN
    return words[:1].upper() + words[1:]


def card(session: MassageSession) -> dict[str, Any] | None:
    """Return what includes/safety_card.html shows without opening the vault; None while nothing was decided."""
    decision = session.decision
    if decision is None:
        return None
    limits = screening.plain_limits(decision)
    words = wording.listed(limits["position_words"], last=" or ")
    return {**limits, "positions": [f"{words[:1].upper()}{words[1:]}."] if words else [], "watch_for": []}
