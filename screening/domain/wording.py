"""Which texts a client sees for a verdict (guide, section 7).

Wording comes from the rules where they have it; the sentences for clear, modify, clearance and defer stand here as the
guide gives them. Dates and numbers are put in place of their names only, so that braces in a value do no harm.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from screening.domain.enums import Level, Outcome
from screening.domain.rules import Rules
from screening.domain.verdict import RowVerdict, Verdict

CLEAR_TEXT = "You are all set. Tell your therapist if anything changes before your visit."
MODIFY_TEXT = "Good news, you can book. Because of what you told us, your therapist will adapt the session."
CLEARANCE_TEXT = "We would like your doctor, nurse or midwife to agree first."
CLEARANCE_HELD_TEXT = "Here is a short form for them; your place is held for {N} days."
DEFER_TEXT = "Today is not the right day."
DEFER_DATE_TEXT = "You can choose a date from {DATE}, and we will check in again then."
DEFER_RUNNING_TEXT = "You can choose a date from {DAYS} after you are well, and we will check in again then."
DEFER_RUNNING_DATE_TEXT = (
    "You can choose a date from {DAYS} after you are well, but not before {DATE}, and we will check in again then."
)
ASK_AGAIN_TEXT = "You can ask again from {DATE}."
PLACES = re.compile(r"\{(EMERGENCY|URGENT|PHONE)\}")


@dataclass(frozen=True, slots=True)
class Contacts:
    """The studio's numbers: {EMERGENCY}, {URGENT} and {PHONE} in the texts."""

    emergency: str
    urgent: str
    phone: str


@dataclass(frozen=True, slots=True)
class Dates:
    """What the session layer knows: from when a wait or refusal may be asked again, and how long a place is held.

    `running_days` is set instead of `wait_ends_on` while symptoms still run: the days to wait once they have ended, and
    `not_until` beside it where another wait lasts longer.
    """

    wait_ends_on: date | None = None
    running_days: int | None = None
    not_until: date | None = None
    ask_again_on: date | None = None
    held_days: int | None = None


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message with its places filled in."""

    id: str
    level: Level
    text: str


@dataclass(frozen=True, slots=True)
class Wording:
    """What the page says, in this order: messages, sentences, advice.

    With `nothing_else` the page shows the messages alone: no limits, no times, no "are you sure?". `is_emergency` asks
    for the page that carries nothing but the emergency messages.
    """

    messages: tuple[ShownMessage, ...]
    sentences: tuple[str, ...]
    advice: tuple[str, ...]
    nothing_else: bool

    @property
    def is_emergency(self) -> bool:
        return any(message.level is Level.EMERGENCY for message in self.messages)


NO_DATES = Dates()


def words_for(
    rules: Rules,
    verdict: Verdict,
    contacts: Contacts,
    *,
    format_date: Callable[[date], str],
    dates: Dates = NO_DATES,
) -> Wording:
    """Choose the texts for a verdict made with the same rules."""
    messages = tuple(_shown(rules, id_, contacts) for id_ in verdict.messages)
    if verdict.headline is Outcome.REFUSE:
        return _refused(rules, verdict, contacts, messages, format_date, dates)
    sentences = {
        Outcome.CLEAR: [CLEAR_TEXT],
        Outcome.MODIFY: [MODIFY_TEXT],
        Outcome.CLEARANCE: _clearance(dates),
        Outcome.DEFER: _deferred(verdict, format_date, dates),
    }[verdict.headline]
    return Wording(
        messages=messages,
        sentences=tuple(sentences),
        advice=tuple(note.text for note in verdict.client_advice),
        nothing_else=False,
    )


def fill(text: str, contacts: Contacts) -> str:
    """Put the studio's numbers into a text of the rules."""
    places = {"EMERGENCY": contacts.emergency, "URGENT": contacts.urgent, "PHONE": contacts.phone}
    return PLACES.sub(lambda place: places[place[1]], text)


def _shown(rules: Rules, id_: str, contacts: Contacts) -> ShownMessage:
    message = rules.messages[id_]
    return ShownMessage(id=message.id, level=message.level, text=fill(message.text, contacts))


def _clearance(dates: Dates) -> list[str]:
    # Without a place that is held there is nothing to promise.
    if dates.held_days is None:
        return [CLEARANCE_TEXT]
    days = "1 day" if dates.held_days == 1 else f"{dates.held_days} days"
    return [CLEARANCE_TEXT, CLEARANCE_HELD_TEXT.replace("{N} days", days)]


def _deferred(verdict: Verdict, format_date: Callable[[date], str], dates: Dates) -> list[str]:
    """Name the date from which to choose, unless a deferring answer carries a message: then it is asked again first."""
    if any(row.message for row in verdict.rows_that(Outcome.DEFER)):
        return [DEFER_TEXT]
    if dates.running_days is not None:
        days = "1 day" if dates.running_days == 1 else f"{dates.running_days} days"
        if dates.not_until is None:
            return [DEFER_TEXT, DEFER_RUNNING_TEXT.replace("{DAYS}", days)]
        text = DEFER_RUNNING_DATE_TEXT.replace("{DAYS}", days).replace("{DATE}", format_date(dates.not_until))
        return [DEFER_TEXT, text]
    if dates.wait_ends_on is not None:
        return [DEFER_TEXT, DEFER_DATE_TEXT.replace("{DATE}", format_date(dates.wait_ends_on))]
    return [DEFER_TEXT]


def _refused(
    rules: Rules,
    verdict: Verdict,
    contacts: Contacts,
    messages: tuple[ShownMessage, ...],
    format_date: Callable[[date], str],
    dates: Dates,
) -> Wording:
    refusing = verdict.rows_that(Outcome.REFUSE)
    if any(row.message for row in refusing):
        return Wording(messages=messages, sentences=(), advice=(), nothing_else=True)
    own = [row.code for row in refusing if row.code in rules.extra.refuse_without_message.own_advice_codes]
    advice = tuple(rules.rows[code].client_advice for code in own)
    # The fixed text stands in place of the advice of every other refusing row, and for rule 8, which has no row.
    if len(own) == len(refusing) and not verdict.nothing_left:
        return Wording(messages=messages, sentences=(), advice=advice, nothing_else=False)
    sentences = [fill(rules.extra.refuse_without_message.text, contacts)]
    if dates.ask_again_on is not None and _ends_with_time(rules, refusing) and not verdict.nothing_left:
        sentences.append(ASK_AGAIN_TEXT.replace("{DATE}", format_date(dates.ask_again_on)))
    return Wording(messages=messages, sentences=tuple(sentences), advice=advice, nothing_else=False)


def _ends_with_time(rules: Rules, refusing: tuple[RowVerdict, ...]) -> bool:
    # A date would be a false promise while another row goes on refusing.
    return all((row.code, row.answer) in rules.refuse_rescreens for row in refusing)
