"""Which rows a client must be asked again, and which answers are still to be confirmed. Reads for the rules alone."""

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from screening import document as documents
from screening import selectors
from screening.document import Document, GivenRow
from screening.domain import booking_ahead
from screening.domain.form import first_group, today_group
from screening.domain.rules import Rules
from screening.domain.triggers import ENDS_LETTERS, Trigger

if TYPE_CHECKING:
    from screening.flow import Visit

# What the client said has changed: it has been said, so nobody is asked whether anything has.
SAID: Final = frozenset({Trigger.DIAGNOSIS, Trigger.MEDICINE, Trigger.INCIDENT, Trigger.PREGNANCY, Trigger.TODAY})
# An answer that was confirmed on this day or the one before is not put to the client once more.
CONFIRMED_FOR: Final = timedelta(days=1)


def kept_document(here: "Visit") -> Document:
    """Return the completed answers under the published rules, empty where there are none. Raises vault.VaultClosed."""
    _, complete = selectors.forms_of(here.client)
    return Document() if complete is None else selectors.document_of(complete, here.rules)


def codes_due(here: "Visit") -> frozenset[str]:
    """Return the rows that must be asked before anything can be booked: ended, out of date, open, or after a wait.

    Whether a row is due depends on the session that is being booked. Empty while no answers are complete.
    """
    assessment = selectors.assess(
        client=here.client,
        starts_at=here.wanted.starts_at,
        zone=here.zone,
        now=here.now,
        last_visit_on=here.wanted.last_visit_on,
    )
    if assessment is None:
        return frozenset()
    found = frozenset({*assessment.ahead.ask_now_codes, *assessment.verdict.incomplete})
    return (found | _warning_signs(here, found)) & _on_screen(here.rules)


def _warning_signs(here: "Visit", due: frozenset[str]) -> frozenset[str]:
    """Return the rows of the first page where a change of health makes them due as well, once a day."""
    first = frozenset(first_group(here.rules).codes)
    if not due:
        return frozenset()
    if due & first:
        # Both lists are one page with one “None of these”.
        return first
    document = kept_document(here)
    changed = any(document.pending.get(code) in ENDS_LETTERS for code in due)
    asked_today = all(document.asked.get(code) == here.today for code in first)
    return first if changed and not asked_today else frozenset()


def whole_form_is_due(here: "Visit") -> bool:
    """Tell whether everything must be gone through again."""
    document = kept_document(here)
    if here.client.date_of_birth is None or documents.undone_groups(here.rules, document):
        return True
    dated = documents.dated(
        here.rules,
        document,
        date_of_birth=here.client.date_of_birth,
        guardian_consent=False,
        last_visit_on=here.wanted.last_visit_on,
    )
    return booking_ahead.whole_form_is_due(dated, here.today)


def part_to_ask(here: "Visit", codes: frozenset[str]) -> tuple[frozenset[str], int, int]:
    """Return the rows of the next page, its number and how many there are: the warning signs come first, alone."""
    first = frozenset(first_group(here.rules).codes)
    if not codes & first:
        document = kept_document(here)
        follows = all(document.asked.get(code) == here.today for code in first)
        return codes, (2 if follows else 1), (2 if follows else 1)
    return codes & first, 1, 2 if codes - first else 1


def said_changed(here: "Visit") -> bool:
    """Tell whether the client has said that something changed and has not been asked about it yet."""
    return any(trigger in SAID for trigger in kept_document(here).pending.values())


def must_say_what(here: "Visit") -> bool:
    """Tell whether the client has said that something changed and nothing of what it is."""
    pending = kept_document(here).pending
    only_signs = set(pending) == set(first_group(here.rules).codes)
    return only_signs and set(pending.values()) == {Trigger.DIAGNOSIS}


def codes_to_confirm(here: "Visit", document: Document) -> list[str]:
    """List ticked rows that a client who says “nothing has changed” looks at, one by one, in the order of the rules.

    Not those that must be answered anew in any case, nor those that are asked on the day.
    """
    latest = here.today - CONFIRMED_FOR
    out = {*today_group(here.rules).codes, *here.rules.set_by_age, *codes_due(here)}
    return [
        code
        for code in here.rules.rows
        if code in document.rows and code not in out and document.rows[code].answered_on < latest
    ]


def as_asked(rules: Rules, document: Document, codes: frozenset[str], today: date) -> Document:
    """Return the document as the page that asks rows again shows it.

    An answer that is only old stays chosen; where something has ended it, a new one must be chosen.
    """
    rows = dict(document.rows)
    for code in codes & rows.keys():
        row = rows[code]
        is_old = (today - row.answered_on).days > rules.rows[code].valid_for_days
        if code in document.pending or not is_old:
            rows[code] = replace(row, given=_open(row.given))
    none = frozenset(
        group.id for group in rules.screen.groups if group.id in document.none and not codes & set(group.codes)
    )
    return replace(document, rows=rows, none=none)


def _open(given: GivenRow) -> GivenRow:
    """Return a tick whose question is open again; where it is and when it is due do not change by that."""
    return GivenRow(due_or_birth_on=given.due_or_birth_on, sites=given.sites)


def _on_screen(rules: Rules) -> frozenset[str]:
    under = rules.screen.shown_only_with
    return frozenset({*(code for group in rules.screen.groups for code in group.codes), *under})
