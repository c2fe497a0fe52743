"""“Has anything changed?”: a yes counts from the moment it is said, a no row by row."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from massage_booking.accounts.models import Client
from screening import document as documents
from screening.document import Document
from screening.domain.form import first_group
from screening.domain.rules import Rules
from screening.domain.triggers import ENDS_LETTERS, Trigger
from screening.models import Screening
from screening.selectors import published_rules
from screening.services.answers import amend, end_answers, nothing_changed, still_true
from screening.services.letters import lapse


def something_changed(*, client: Client, now: datetime) -> Screening | None:
    """Note that something has changed before it is said what: nothing is booked until the warning signs were asked.

    No letter lapses by that, because nobody knows yet which row it touches.
    """
    _, rules = published_rules()
    return ask_again(client=client, codes=first_group(rules).codes, now=now)


def nothing_after_all(*, client: Client, now: datetime) -> Screening | None:
    """Note that a yes was taken back: the warning signs are asked, because it was said, and nothing else."""
    _, rules = published_rules()
    wanted = first_group(rules).codes

    def change(document: Document, rules: Rules) -> Document:
        return documents.pending_with(document, wanted, Trigger.TODAY)

    return amend(client=client, change=change, now=now)


def ask_again(*, client: Client, codes: Iterable[str], now: datetime) -> Screening | None:
    """Have rows asked again at once; letters stay in force until it is known what changed."""
    wanted = tuple(codes)

    def change(document: Document, rules: Rules) -> Document:
        return documents.pending_with(document, wanted, Trigger.DIAGNOSIS)

    return amend(client=client, change=change, now=now)


def end_for(
    *, client: Client, codes_by_trigger: Mapping[Trigger, Iterable[str]], today: date, now: datetime
) -> Screening | None:
    """Have the rows that several changes touch asked again at once; letters that cover them lapse.

    The warning signs are asked after every change: that alone does not touch a letter for them.
    """
    _, rules = published_rules()
    signs = frozenset(first_group(rules).codes)
    wanted = {code: trigger for trigger, codes in codes_by_trigger.items() for code in codes}
    touched = {code for code, trigger in wanted.items() if trigger in ENDS_LETTERS} - signs

    def change(document: Document, rules: Rules) -> Document:
        for code, trigger in wanted.items():
            document = documents.pending_with(document, [code], trigger)
        return document

    if touched:
        lapse(client=client, codes=touched, day=today, now=now)
    return amend(client=client, change=change, now=now)


def confirm(*, client: Client, still: Iterable[str], changed: Iterable[str], today: date, now: datetime) -> None:
    """Keep what a client said about each ticked row: re-dated, or to be asked again at once."""
    confirmed, ended = frozenset(still), frozenset(changed)
    if confirmed:
        still_true(client=client, codes=confirmed, today=today, now=now)
    if ended:
        end_answers(client=client, codes=ended, trigger=Trigger.DIAGNOSIS, now=now)
    else:
        nothing_changed(client=client, now=now)
