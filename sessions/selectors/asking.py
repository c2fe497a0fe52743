"""What to ask aloud on the day: the questions of everybody, and those of this client that are due."""

from collections.abc import Iterable
from datetime import timedelta

from screening import selectors as screening
from screening.domain.form import arrival_codes
from screening.words import label_of
from sessions.models import MassageSession, SessionEvent

# Asked aloud this long before the start at most: it is the questions of the day.
OF_THE_DAY = timedelta(hours=24)


def is_due(session: MassageSession) -> bool:
    """Say whether questions must be asked before hands go on.

    Answers that will be too old are marked when a session is booked. The questions about today are nobody's to answer
    weeks ahead: without answers from the last 48 hours they are asked of everybody at arrival.
    """
    if session.re_ask_due:
        return True
    if session.decision is None:
        return False
    _, rules = screening.published_rules()
    window = timedelta(hours=rules.extra.booking_ahead.ask_within_hours)
    if session.starts_at - session.decision.made_at <= window:
        return False
    asked = SessionEvent.objects.filter(session=session, act="asked_again", at__gte=session.starts_at - OF_THE_DAY)
    return not any(event.detail.get("unchanged") for event in asked)


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
