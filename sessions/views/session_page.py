"""The parts of one session's page: what is safe, what to ask, what can be done, what was done."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from massage_booking.accounts.models import Client
from massage_booking.core import money, visitors, wording
from massage_booking.core.intervals import instant_of
from massage_booking.core.walltime import midnight
from screening import selectors as screening
from screening import wishes
from screening.models import GuardianConsent, Letter
from screening.rulebook import is_signed_off
from screening.vault import Reader, VaultClosed, decision_field, open_sealed
from screening.words import UNSIGNED
from sessions import limits
from sessions.domain import policy, tightening
from sessions.domain.status import Act, Status
from sessions.models import MassageSession, PaidHow, SessionEvent, SymptomReport
from sessions.selectors import asking, reviewing
from sessions.selectors.day import is_final
from sessions.services.on_the_day import MOST_LATE

# act -> words in the list of what was done; what is not named is not shown.
HISTORY: Final[dict[str, str]] = {
    "confirm": "Booked",
    "request": "Asked for",
    "approve": "Approved",
    "decline": "Declined",
    "move": "Moved",
    "reassign": "Given to somebody else, or another place",
    "kept": "Kept although it lies outside",
    "change_length": "Length changed",
    "change_therapist": "Given to a colleague",
    "change_service": "Changed at the table",
    "change_asked": "A late change asked for",
    "change_withdrawn": "No longer asked for",
    "change_declined": "The late change declined",
    "change_lapsed": "The late change not answered in time",
    "late": "Late",
    "arrive": "Arrived",
    "undo_arrive": "Arrival taken back",
    "start": "Started",
    "complete": "Done",
    "undo_complete": "Not over after all",
    "cancel": "Cancelled",
    "no_show": "Marked as no-show",
    "undo_no_show": "No-show taken back",
    "undo": "The last change taken back",
    "asked_again": "Asked again",
    "judged_again": "Judged anew",
    "held_back": "Held back",
    "stands_again": "Stands again",
    "given_back": "Given back, free of charge",
    "day_answered": "Answered the questions of the day",
    "fee_waived": "No fee",
    "reviewed": "Looked at",
    "signed_off": "Signed off",
    "stopped_early": "Stopped early",
    "reported": "Told us how it felt",
    "report_closed": "Report closed",
    "overridden": "Against the usual times",
    "paid": "Paid",
    "taken_back": "Payment taken back",
    "fee_let_go": "Fee let go",
    "fee_asked_for": "Fee asked for all the same",
}
# Acts that carry a reason that staff wrote, and those that carry an amount.
REASONED: Final = frozenset({"overridden", "fee_let_go"})
MONEY: Final = frozenset({"paid", "taken_back"})
BY: Final[dict[str, str]] = {"client": "by the client", "system": "by itself"}
# So late people say they will be, more often than not.
USUALLY_LATE: Final = 10
START: Final = "Start"
SIGN_AND_START: Final = "Sign off and start"
# act in the table -> (act in the address, word, look); in the order of the day.
TAPS: Final[tuple[tuple[Act, str, str, str], ...]] = (
    (Act.APPROVE, "approve", "Approve", "btn-primary"),
    (Act.DECLINE, "decline", "Decline", "btn-danger"),
    (Act.ARRIVE, "arrive", "Arrived", "btn-outline-primary"),
    (Act.START, "start", START, "btn-primary"),
    (Act.COMPLETE, "complete", "Done", "btn-primary"),
    (Act.NO_SHOW, "no-show", "No-show", "btn-danger"),
    (Act.UNDO_COMPLETE, "undo-complete", "Not over yet", "btn-link"),
    (Act.UNDO_NO_SHOW, "undo-no-show", "They came after all", "btn-outline-primary"),
)
OF_THERAPIST: Final = frozenset({Act.APPROVE, Act.DECLINE, Act.START, Act.COMPLETE, Act.UNDO_COMPLETE})


@dataclass(frozen=True)
class Tap:
    """A button of the day. `pressed` marks what is so already and can be taken back."""

    act: str
    word: str
    look: str
    pressed: bool = False


@dataclass(frozen=True)
class Asking:
    """What stands before the start. `may_settle`: asking aloud today is enough; else `why_not` is a code.

    `own` counts answers of this client that have grown old: which they are is shown only when asked for.
    """

    may_settle: bool
    why_not: str
    questions: list[str]
    closing: str
    own: int = 0


@dataclass(frozen=True)
class Answers:
    """How old the answers are that the card rests on, and when those about the day of the session were given, if so.

    `day_is_open`: it is time for them, and they are missing.
    """

    given_at: datetime | None
    days: int
    confirmed_at: datetime | None
    day_asked_on: date | None
    day_answered_at: datetime | None
    day_is_open: bool


def card_for(request: HttpRequest, session: MassageSession, *, own: bool, now: datetime) -> dict[str, Any] | None:
    """Return the safety card. The session's own therapist reads the notes of the rules too, and that is recorded.

    No condition is named here: the reasons are a page of their own.
    """
    card = limits.card(session)
    if card is None:
        return None
    title = _title(session, own=own, now=now)
    if own and request.method == "GET" and not is_final(session) and session.decision and session.client:
        reader = Reader.of(request.user, "therapist", address=visitors.address_of(request))  # type: ignore[arg-type]
        try:
            opened = open_sealed(
                session.decision.sealed,
                client=session.client,
                field=decision_field(session.decision),
                what="what is safe",
                reader=reader,
                purpose=purpose_of(session),
                now=now,
            )
            wished = _wishes_of(session.client, reader=reader, now=now)
        except VaultClosed:
            return {**card, "title": title, "about": session.client.name, "closed": True}
        own_words = {"positions": opened["position"], "watch_for": opened["therapist"], "ask_again": opened["reask"]}
        unsigned = "" if is_signed_off(session.decision.rules_id) else UNSIGNED
        told = {"title": title, "about": session.client.name, "opened_at": now, "unsigned_note": unsigned}
        return {**card, **own_words, **wished, **told}
    return {**card, "title": title}


def _title(session: MassageSession, *, own: bool, now: datetime) -> str:
    if not own:
        return "Limits for this session"
    if is_final(session):
        return "What was safe"
    is_today = wording.local(session.starts_at).date() == wording.local(now).date()
    return "What is safe today" if is_today else "What is safe"


def purpose_of(session: MassageSession) -> str:
    """Return what a reading is for, as the client will see it in the record."""
    return f"before a session of {wording.full_date(session.starts_at)}"


def asking_for(
    session: MassageSession, safety: dict[str, Any] | None, *, own: bool, now: datetime, zone: ZoneInfo
) -> Asking | None:
    """Return what must be asked before hands go on; None when nothing must. Questions are for the therapist alone."""
    known = getattr(session, "questions_due", None)
    if is_final(session) or not (asking.is_due(session) if known is None else known):
        return None
    why = asking.obstacle(session, now=now, zone=zone)
    if not own or why in ("answers_needed", "does_not_fit", "awaits_letter"):
        return Asking(False, why, [], "")
    due = (safety or {}).get("ask_again", [])
    return Asking(not why, why, asking.questions(due=[]), asking.closing_question(), len(due))


def taps_for(
    session: MassageSession,
    *,
    own: bool,
    now: datetime,
    zone: ZoneInfo,
    asks_first: bool = False,
    signs_first: bool = False,
) -> list[Tap]:
    """Return the buttons that make sense now. What is too early is left out; the page says from when."""
    taps = []
    awaits_letter = session.clearance_until is not None
    for act, address, word, look in TAPS:
        if act in OF_THERAPIST and not own:
            continue
        if act is Act.APPROVE and awaits_letter:
            continue
        if act is Act.START and session.held_back_at is not None:
            continue
        if act is Act.ARRIVE and session.state is Status.ARRIVED:
            taps.append(Tap("undo-arrive", word, look, pressed=True))
        elif not policy.act_refusals(session.state, act, starts_at=session.starts_at, now=now, zone=zone):
            waits = act is Act.START and asks_first
            named = SIGN_AND_START if act is Act.START and signs_first else word
            taps.append(Tap(address, named, "btn-outline-primary" if waits else look))
    return taps


def late_of(session: MassageSession, *, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """Return how a client's lateness can be noted: how many minutes stand in the form at first."""
    if policy.act_refusals(session.state, Act.LATE, starts_at=session.starts_at, now=now, zone=zone):
        return {}
    past = int((now - session.starts_at).total_seconds() // 60)
    proposed = session.late_minutes or (past if 0 < past <= MOST_LATE else USUALLY_LATE)
    return {"may_be_late": True, "late_minutes": proposed, "most_late": MOST_LATE}


def opens_at(session: MassageSession, *, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return from when the buttons of the day are there; None when they are, or when none will be."""
    begins = instant_of(midnight(session.starts_at.astimezone(zone).date(), zone))
    return begins if session.state is Status.BOOKED and now < begins else None


def history_of(session: MassageSession) -> list[tuple[datetime, str, str]]:
    """Return (when, what, by whom), oldest first. One query."""
    events = SessionEvent.objects.filter(session=session, act__in=HISTORY).select_related("actor")
    return [(event.at, f"{HISTORY[event.act]}{_more(event)}", _by(event)) for event in events]


def _more(event: SessionEvent) -> str:
    """Return what staff wrote about an act, or how much money it was about."""
    detail = event.detail
    if event.act in MONEY:
        return f": {money.write(detail['amount'], detail['currency'])}, {PaidHow(detail['how']).label.lower()}"
    return f": {detail['reason']}" if event.act in REASONED and detail.get("reason") else ""


def _by(event: SessionEvent) -> str:
    if event.by in BY:
        return BY[event.by]
    return f"by {event.actor}" if event.actor else ""


def out_of_limits(session: MassageSession) -> list[str]:
    """List what of the booking the tightened limits rule out: technique, length."""
    found = limits.effective(session)
    if found is None or found.is_closed or not found.is_tightened or is_final(session):
        return []
    technique = session.service.technique.screened_as
    return tightening.against(found.limits, technique=technique, minutes=session.minutes)


def reports_of(user: Any, session: MassageSession) -> list[SymptomReport]:
    """Return the reports about a session that its therapist may open. One query."""
    return list(reviewing.reports_of(user).filter(session=session).defer("sealed", "sealed_closing"))


def letter_for(user: Any, session: MassageSession) -> Letter | None:
    """Return the document that waits for this therapist's word, where the session waits for one. At most one query."""
    if session.clearance_until is None:
        return None
    return reviewing.waiting_letters(user).filter(client=session.client_id).first()


def answers_of(session: MassageSession, *, now: datetime, zone: ZoneInfo) -> Answers | None:
    """Return the age of the answers behind the card."""
    screening_row = session.decision.screening if session.decision else None
    if screening_row is None or screening_row.completed_at is None:
        return None
    # Counted in dates: what was answered late last night is of yesterday.
    days = (wording.local(now).date() - wording.local(screening_row.completed_at).date()).days
    asked_on = session.decision.day_asked_on if session.decision else None
    answered_at = session.day_answered_at
    answered_on = answered_at.astimezone(zone).date() if answered_at else None
    return Answers(
        given_at=screening_row.completed_at,
        days=days,
        confirmed_at=screening_row.unchanged_at,
        day_asked_on=asked_on if asking.is_of_the_day(asked_on, session, zone) else None,
        day_answered_at=answered_at if asking.is_of_the_day(answered_on, session, zone) else None,
        day_is_open=not is_final(session)
        and asking.opens_at(session, zone) <= now
        and not asking.day_is_answered(session, zone),
    )


def _wishes_of(client: Client, *, reader: Reader, now: datetime) -> dict[str, Any]:
    """Return what the client wishes for: areas to leave alone, and the rest a line each. A reading, recorded."""
    found = wishes.for_card(client, reader=reader, now=now)
    return {"leave_alone": list(found.avoid), "wishes": wishes.lines(replace(found, avoid=()))}


def guardian_of(session: MassageSession) -> GuardianConsent | None:
    """Return who signed for a client who is young on the day of the session."""
    client = session.client
    if client is None:
        return None
    age = screening.age_of(client, wording.local(session.starts_at).date())
    is_young = age is not None and age < screening.ADULT_AGE
    return screening.guardian_consent_in_force(client) if is_young else None
