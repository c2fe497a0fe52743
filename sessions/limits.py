"""What is safe, in a few words: from the plain columns of a decision alone, never an answer or a condition.

What a therapist tightened when signing off counts everywhere: the limits shown are the stricter of both.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from massage_booking.core import wording
from massage_booking.core.vocabulary import AREA_LABELS, PRESSURE_LABELS
from screening import selectors as screening
from screening.models import Decision
from sessions.domain import tightening
from sessions.domain.status import UPCOMING, Status
from sessions.domain.tightening import SafeLimits, Wish
from sessions.models import MassageSession, SignOff
from sessions.selectors import asking

UNKNOWN = "Answers due"
NONE = "No limits"
ASK_AGAIN = "ask again first"
HELD_BACK = "held back"
WITH_LETTER = "With a letter"
# Outcomes that leave nothing to be done with hands; a session may still wait for one of them to end.
CLOSED = ("defer", "refuse")


@dataclass(frozen=True)
class Effective:
    """The limits in force for a session: the decision's, tightened by the newest sign-off."""

    decision: Decision
    limits: SafeLimits
    sign_off: SignOff | None

    @property
    def is_closed(self) -> bool:
        return self.decision.outcome in CLOSED

    @property
    def is_tightened(self) -> bool:
        return self.limits != of_decision(self.decision)


def of_decision(decision: Decision) -> SafeLimits:
    """Return what the rules and letters allow."""
    return SafeLimits(
        max_pressure=decision.max_pressure,
        avoid_areas=frozenset(decision.avoid_areas),
        avoid_techniques=frozenset(decision.avoid_techniques),
        offered=frozenset(decision.offered_techniques),
        max_minutes=decision.max_minutes,
    )


def of_sign_off(sign_off: SignOff) -> Wish:
    """Return how a therapist tightened."""
    return Wish(
        max_pressure=sign_off.max_pressure,
        avoid_areas=frozenset(sign_off.avoid_areas),
        avoid_techniques=frozenset(sign_off.avoid_techniques),
        max_minutes=sign_off.max_minutes,
    )


def newest_sign_off(session: MassageSession) -> SignOff | None:
    """Return the sign-off that counts. No query where they were prefetched."""
    return next(iter(session.sign_offs.all()), None)


def effective(session: MassageSession) -> Effective | None:
    """Return the limits in force; None while nothing was decided. A newer decision keeps what was tightened."""
    decision = session.decision
    if decision is None:
        return None
    sign_off = newest_sign_off(session)
    found = of_decision(decision)
    if sign_off is not None and decision.outcome not in CLOSED:
        found = tightening.met(found, of_sign_off(sign_off))
    return Effective(decision, found, sign_off)


def _parts(found: Effective) -> list[str]:
    """Return each limit in words, the weightiest first."""
    limits, decision = found.limits, found.decision
    parts = []
    # Whoever must be there is no matter of hands: a narrow line cuts what comes last.
    if decision.guardian_in_room:
        parts.append("guardian in the room")
    elif decision.guardian_on_premises:
        parts.append("guardian in the house")
    if limits.max_pressure in ("light", "medium"):
        parts.append(PRESSURE_LABELS[limits.max_pressure])
    if decision.positions:
        parts.append(wording.listed(decision.positions, last=" or "))
    if limits.avoid_areas:
        areas = wording.in_order(limits.avoid_areas, AREA_LABELS)
        parts.append(f"not {', '.join(AREA_LABELS.get(code, code) for code in areas)}")
    if limits.max_minutes:
        parts.append(f"at most {limits.max_minutes} min")
    if not parts and limits.avoid_techniques:
        names = wording.technique_names(limits.avoid_techniques)
        parts.append(f"not {names[:1].lower()}{names[1:]}")
    return parts


def line(session: MassageSession) -> str:
    """Return the limits as a calendar shows them: “Medium, side-lying, not hands, legs”. Empty for a hold."""
    if session.client_id is None:
        return ""
    found = effective(session)
    if found is None:
        return UNKNOWN
    parts = [] if found.is_closed else _parts(found)
    waits = _waits(session)
    if found.is_closed and not waits:
        parts = ["not to go ahead"]
    words = ", ".join(parts) or ("" if waits else NONE)
    if waits:
        words = f"{words}; {waits}" if words else waits
    return words[:1].upper() + words[1:]


def _waits(session: MassageSession) -> str:
    """Return what keeps a session from going on as it stands, in two words; nothing where nothing does."""
    if session.held_back_at is not None:
        return HELD_BACK
    return ASK_AGAIN if session.re_ask_due else ""


def card(session: MassageSession) -> dict[str, Any] | None:
    """Return what includes/safety_card.html shows without opening the vault; None while nothing was decided."""
    found = effective(session)
    if found is None:
        return None
    limits, decision = found.limits, found.decision
    words = wording.listed(decision.positions, last=" or ")
    presence = ""
    if decision.guardian_in_room:
        presence = "A parent or guardian stays in the room."
    elif decision.guardian_on_premises:
        presence = "A parent or guardian is on the premises, and in the room if either asks."
    return {
        **screening.plain_limits(decision),
        "outcome": "modify" if found.is_tightened and decision.outcome == "clear" else decision.shown_outcome,
        # A letter that is here is not “needed” any more.
        "badge": WITH_LETTER if decision.outcome == "clearance" and decision.may_book else "",
        "pressure": limits.max_pressure,
        "areas": sorted(limits.avoid_areas),
        "techniques": sorted(limits.avoid_techniques),
        "max_minutes": limits.max_minutes,
        "tightened": found.is_tightened,
        "presence": presence,
        "positions": [f"{words[:1].upper()}{words[1:]}."] if words else [],
        "watch_for": [],
    }


def status_words(session: MassageSession, *, now: datetime) -> list[str]:
    """Return what a session ahead waits for, in words that the desk may read: never a condition.

    Without a query where the list has asked `asking.due_among` for all its rows at once (`questions_due`).
    """
    return [*(["No fee"] if session.fee_waived else []), *waits_for(session, now=now)]


def waits_for(session: MassageSession, *, now: datetime) -> list[str]:
    """Return what must come before a session ahead, in the same words."""
    words: list[str] = []
    if session.client_id is None or session.state not in (*UPCOMING, Status.ARRIVED):
        return words
    if session.late_minutes and not session.arrived_at:
        words.append(f"{session.late_minutes} min late")
    if getattr(session, "change_is_asked", False):
        words.append("A late change is asked for")
    if session.held_back_at:
        words.append("Held back, cannot start")
    if session.clearance_until:
        words.append(f"Waits for a document until {wording.short_date(session.clearance_until)}")
    if not session.held_back_at and _questions_are_open(session, now=now):
        words.append("Questions open")
    return words


def _questions_are_open(session: MassageSession, *, now: datetime) -> bool:
    """Say whether something is to be answered: what has grown old, or, once the day is near, what is about the day."""
    if session.re_ask_due:
        return True
    # In the zone in force, which is the studio's: its settings are not read for every row.
    if wording.local(now).date() < wording.local(session.starts_at).date() - asking.DAYS_BEFORE:
        return False
    known: bool | None = getattr(session, "questions_due", None)
    return asking.is_due(session) if known is None else known
