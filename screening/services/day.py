"""The answers of the day: put into what is kept, and what they ask for at once."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from massage_booking.accounts.models import Client
from massage_booking.core.errors import Refused
from screening import document as documents
from screening import help_now, merging, selectors, signals
from screening.day_form import DayForm, is_about_the_day
from screening.document import Document
from screening.domain.rules import Rules
from screening.domain.triggers import Trigger
from screening.models import Screening
from screening.services.answers import amend
from screening.services.decisions import record_advice
from screening.services.letters import lapse


@dataclass(frozen=True, slots=True)
class DayOutcome:
    """What answers of the day led to.

    `screening` is None where nothing was ever answered before: then the whole form is needed. `messages` are the ids of
    the texts to show now (`result.help_of`), `is_emergency` asks for the page that shows nothing else. With
    `something_else` the client says that something is new which no question names: a person has to look.
    """

    screening: Screening | None
    messages: tuple[str, ...]
    is_emergency: bool
    something_else: bool


def save_day_answers(*, client: Client, form: DayForm, now: datetime, today: date, zone: ZoneInfo) -> DayOutcome:
    """Keep the answers of the day beside all others, which stay; every session ahead is judged again.

    Of a form that is not valid only what is ticked is kept, and only where it asks for help at once
    (`form.asks_for_help`). Raises Refused("not_valid") otherwise.
    """
    if not form.is_valid and not form.asks_for_help(client.date_of_birth):
        raise Refused("not_valid")

    def change(document: Document, rules: Rules) -> Document:
        revision = 1 + max(one.revision for one in selectors.forms_of(client) if one is not None)
        return with_day_answers(rules, document, form, revision=revision, today=today)

    if form.is_valid and form.new_codes:
        lapse(client=client, codes=form.new_codes, day=today, now=now)
    screening = amend(client=client, change=change, now=now)
    outcome = _outcome(client, form, screening, today)
    if outcome.messages:
        record_advice(client=client, zone=zone, now=now)
    if outcome.is_emergency:
        signals.emergency_shown.send(sender=Screening, client=client, request=None)
    return outcome


def with_day_answers(rules: Rules, document: Document, form: DayForm, *, revision: int, today: date) -> Document:
    """Return the document with the answers of the day."""
    whole = form.is_valid
    # The rows started blank. One that is about more than the day is not taken back by not being ticked again.
    kept = {
        row.code
        for row in form.rows
        if not row.ticked and row.code in document.rows and not is_about_the_day(rules, row.code)
    }
    given = form.given(only=form.asked - kept if whole else [row.code for row in form.rows if row.ticked])
    merged = merging.merge(
        rules, document, given, based_on=revision, revision=revision, today=today, whole=whole
    ).document
    if not form.something_else:
        return merged
    # Nobody knows which of them it touches: those that this client has are asked again.
    touched = [row.code for row in form.new_rows if row.code in merged.rows and row.code not in form.new_codes]
    return documents.pending_with(merged, touched, Trigger.TODAY)


def _outcome(client: Client, form: DayForm, screening: Screening | None, today: date) -> DayOutcome:
    rules = form.rules
    if screening is None:
        document = with_day_answers(rules, Document(), form, revision=1, today=today)
    else:
        document = selectors.document_of(screening, rules)
    born = client.date_of_birth
    messages = help_now.messages_of(rules, document, form.asked, date_of_birth=born, day=today)
    stops = form.asks_for_help(born)
    return DayOutcome(screening, messages, stops, form.something_else)
