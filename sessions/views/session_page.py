"""The parts of one session's page: what is safe, what to ask, what can be done, what was done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from massage_booking.core.intervals import instant_of
from massage_booking.core.walltime import midnight
from screening import selectors as screening
from screening.vault import Reader, VaultClosed
from sessions import limits
from sessions.domain import policy
from sessions.domain.status import Act, Status
from sessions.models import MassageSession, SessionEvent
from sessions.selectors import asking
from sessions.selectors.day import is_final

# act -> words in the list of what was done; what is not named is not shown.
HISTORY: Final[dict[str, str]] = {
    "confirm": "Booked",
    "request": "Asked for",
    "approve": "Approved",
    "decline": "Declined",
    "move": "Moved",
    "arrive": "Arrived",
    "undo_arrive": "Arrival taken back",
    "start": "Started",
    "complete": "Done",
    "cancel": "Cancelled",
    "no_show": "Marked as no-show",
    "asked_again": "Asked again",
    "judged_again": "New answers came in",
    "reviewed": "Looked at",
}
BY: Final[dict[str, str]] = {"client": "by the client", "system": "by itself"}
# act in the table -> (act in the address, word, look); in the order of the day.
TAPS: Final[tuple[tuple[Act, str, str, str], ...]] = (
    (Act.APPROVE, "approve", "Approve", "btn-primary"),
    (Act.DECLINE, "decline", "Decline", "btn-danger"),
    (Act.ARRIVE, "arrive", "Arrived", "btn-outline-primary"),
    (Act.START, "start", "Start", "btn-primary"),
    (Act.COMPLETE, "complete", "Done", "btn-primary"),
    (Act.NO_SHOW, "no-show", "No-show", "btn-danger"),
)
OF_THERAPIST: Final = frozenset({Act.APPROVE, Act.DECLINE, Act.START, Act.COMPLETE})


@dataclass(frozen=True)
class Tap:
    """A button of the day. `pressed` marks what is so already and can be taken back."""

    act: str
    word: str
    look: str
    pressed: bool = False


@dataclass(frozen=True)
class Asking:
    """What stands before the start. `may_settle`: asking aloud today is enough; else `why_not` is a code."""

    may_settle: bool
    why_not: str
    questions: list[str]
    closing: str


@dataclass(frozen=True)
class Answers:
    """How old the answers are that the card rests on."""

    given_at: datetime | None
    days: int
    confirmed_at: datetime | None


def card_for(request: HttpRequest, session: MassageSession, *, own: bool, now: datetime) -> dict[str, Any] | None:
    """Return the safety card. The session's own therapist reads more of it, and the reading is recorded."""
    card = limits.card(session)
    if card is None:
        return None
    if own and request.method == "GET" and not is_final(session) and session.decision and session.client:
        session.decision.client = session.client
        try:
            reader = Reader.of(request.user, "therapist")  # type: ignore[arg-type]
            opened = screening.safety_card(session.decision, reader=reader, now=now)
            return {**card, **opened, "about": session.client.name}
        except VaultClosed:
            return {**card, "about": session.client.name, "closed": True}
    title = "Limits for this session" if not own else "What was safe" if is_final(session) else "What is safe"
    return {**card, "title": title}


def asking_for(
    session: MassageSession, safety: dict[str, Any] | None, *, own: bool, now: datetime, zone: ZoneInfo
) -> Asking | None:
    """Return what must be asked before hands go on; None when nothing must. Questions are for the therapist alone."""
    if is_final(session) or not asking.is_due(session):
        return None
    decision = session.decision
    if decision is None or decision.held_until_answered is not None:
        why = "answers_needed"
    elif not decision.may_book or session.service.technique.screened_as not in decision.offered_techniques:
        why = "does_not_fit"
    elif now.astimezone(zone).date() != session.starts_at.astimezone(zone).date():
        why = "ask_on_the_day"
    else:
        why = ""
    if not own or why in ("answers_needed", "does_not_fit"):
        return Asking(False, why, [], "")
    due = (safety or {}).get("ask_again", [])
    return Asking(not why, why, asking.questions(due=due), asking.closing_question())


def taps_for(
    session: MassageSession, *, own: bool, now: datetime, zone: ZoneInfo, asks_first: bool = False
) -> list[Tap]:
    """Return the buttons that make sense now. What is too early is left out; the page says from when."""
    taps = []
    for act, address, word, look in TAPS:
        if act in OF_THERAPIST and not own:
            continue
        if act is Act.ARRIVE and session.state is Status.ARRIVED:
            taps.append(Tap("undo-arrive", word, look, pressed=True))
        elif not policy.act_refusals(session.state, act, starts_at=session.starts_at, now=now, zone=zone):
            waits = act is Act.START and asks_first
            taps.append(Tap(address, word, "btn-outline-primary" if waits else look))
    return taps


def opens_at(session: MassageSession, *, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return from when the buttons of the day are there; None when they are, or when none will be."""
    begins = instant_of(midnight(session.starts_at.astimezone(zone).date(), zone))
    return begins if session.state is Status.BOOKED and now < begins else None


def history_of(session: MassageSession) -> list[tuple[datetime, str, str]]:
    """Return (when, what, by whom), oldest first. One query."""
    events = SessionEvent.objects.filter(session=session, act__in=HISTORY).select_related("actor")
    return [(event.at, HISTORY[event.act], _by(event)) for event in events]


def _by(event: SessionEvent) -> str:
    if event.by in BY:
        return BY[event.by]
    return f"by {event.actor}" if event.actor else ""


def answers_of(session: MassageSession, *, now: datetime) -> Answers | None:
    """Return the age of the answers behind the card."""
    screening_row = session.decision.screening if session.decision else None
    if screening_row is None or screening_row.completed_at is None:
        return None
    days = (now - screening_row.completed_at).days
    return Answers(screening_row.completed_at, days, screening_row.unchanged_at)
