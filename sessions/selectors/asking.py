"""What is asked before hands go on: the questions of the day for everybody, and those of this client that are due."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from massage_booking.core.intervals import instant_of
from massage_booking.core.walltime import midnight
from massage_booking.studio import selectors as studio_selectors
from screening import selectors as screening
from screening.domain.form import arrival_codes
from screening.words import label_of
from sessions.domain.status import Status
from sessions.models import MassageSession, SessionEvent

# Asked aloud this long before the start at most: it is the questions of the day.
OF_THE_DAY = timedelta(hours=24)
# Answers about today are good for the day they were given on and the next one.
DAYS_BEFORE: Final = timedelta(days=1)


def opens_at(session: MassageSession, zone: ZoneInfo) -> datetime:
    """Return from when the questions of the day can be answered: the beginning of the day before."""
    return instant_of(midnight(session.starts_at.astimezone(zone).date() - DAYS_BEFORE, zone))


def may_answer(session: MassageSession, *, now: datetime, zone: ZoneInfo) -> bool:
    """Say whether the questions of the day can be answered now."""
    ahead = session.state in (Status.REQUESTED, Status.BOOKED, Status.ARRIVED)
    return ahead and opens_at(session, zone) <= now < session.starts_at


def is_of_the_day(day: date | None, session: MassageSession, zone: ZoneInfo) -> bool:
    """Say whether answers about the day that were given on a date are about the day of the session."""
    if day is None:
        return False
    starts_on = session.starts_at.astimezone(zone).date()
    return starts_on - DAYS_BEFORE <= day <= starts_on


def day_is_answered(session: MassageSession, zone: ZoneInfo) -> bool:
    """Say whether the client answered the questions of the day, when booking or from the reminder.

    That answers were only judged anew since does not count: what counts is the day on which they were given.
    """
    answered_at = session.day_answered_at
    if is_of_the_day(answered_at.astimezone(zone).date() if answered_at else None, session, zone):
        return True
    return is_of_the_day(session.decision.day_asked_on if session.decision else None, session, zone)


def _asked_aloud(sessions: Iterable[MassageSession]) -> set[int]:
    """Return the sessions of which somebody noted that the questions were asked aloud, and nothing has changed."""
    starts = {session.pk: session.starts_at for session in sessions}
    if not starts:
        return set()
    events = SessionEvent.objects.filter(session__in=starts, act="asked_again", detail__unchanged=True)
    found = events.values_list("session_id", "at")
    return {key for key, at in found if at >= starts[key] - OF_THE_DAY}


def due_among(sessions: Iterable[MassageSession], zone: ZoneInfo) -> set[int]:
    """Return the keys of the sessions of which questions must be asked before hands go on. At most one query."""
    due, open_ = set(), []
    for session in sessions:
        if session.re_ask_due or session.held_back_at is not None or session.decision is None:
            due.add(session.pk)
        elif not day_is_answered(session, zone):
            open_.append(session)
    return due | ({session.pk for session in open_} - _asked_aloud(open_))


def is_due(session: MassageSession) -> bool:
    """Say whether questions must be asked before hands go on.

    Answers that will be too old are marked when a session is booked. The questions about today are nobody's to answer
    weeks ahead: unless they were answered on the day or the day before, they are asked of everybody at arrival.
    """
    return session.pk in due_among([session], studio_selectors.require().tz)


def _told_of_a_change(session: MassageSession) -> bool:
    """Say whether somebody noted, since the answers were judged last, that something has changed."""
    assert session.decision is not None
    changed = session.events.filter(act="asked_again", detail__unchanged=False, at__gte=session.decision.made_at)
    return changed.exists()


def obstacle(session: MassageSession, *, now: datetime, zone: ZoneInfo) -> str:
    """Return why asking aloud cannot settle what is due, as a code; nothing when it can, today."""
    decision = session.decision
    if session.held_back_at is not None:
        return "does_not_fit"
    if session.clearance_until is not None:
        return "awaits_letter"
    if decision is None or decision.held_until_answered is not None or _told_of_a_change(session):
        return "answers_needed"
    if not decision.may_book:
        # Of somebody known, what stands against it holds it back: then some rows wait for a new answer.
        return "answers_needed" if session.client and session.client.is_claimed else "does_not_fit"
    fits = session.service.technique.screened_as in decision.offered_techniques
    if not fits or (decision.max_minutes is not None and session.minutes > decision.max_minutes):
        return "does_not_fit"
    return "" if now.astimezone(zone).date() == session.starts_at.astimezone(zone).date() else "ask_on_the_day"


def codes_of_the_day() -> tuple[str, ...]:
    """Return the rows that something new today may touch: those of the day, and those of the closing question."""
    _, rules = screening.published_rules()
    return tuple(dict.fromkeys([*rules.extra.arrival_check_codes, *rules.extra.arrival_question.reasks]))


def questions(*, due: Iterable[str]) -> list[str]:
    """Return the rows to ask about, in words. `due` are row codes out of the vault: for the therapist alone."""
    _, rules = screening.published_rules()
    wanted = list(due)
    codes = dict.fromkeys([*wanted, *arrival_codes(rules, wanted)])
    return [label_of(rules, code) for code in codes]


def closing_question() -> str:
    """Return the open question that ends the round."""
    _, rules = screening.published_rules()
    return rules.extra.arrival_question.text
