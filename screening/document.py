"""What one screening holds, as it is sealed: ticked rows with answers and dates, and which groups were gone through.

Plain values in, plain values out; the database and the vault are elsewhere. Every row knows the revision that last
changed it, so that a form from an older page can be merged row by row and no answer is lost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from screening.domain.dated import DatedAnswer, DatedAnswers, DatedLetter
from screening.domain.form import first_group, today_group
from screening.domain.rules import Rules
from screening.domain.triggers import Trigger

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class GivenRow:
    """One ticked row as a form gives it. `answer` is None while none was chosen, `sites` while nothing was marked."""

    answer: str | None = None
    event_on: date | None = None
    date_unsure: bool = False
    still_running: bool = False
    due_or_birth_on: date | None = None
    sites: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class StoredRow:
    """One ticked row with the day of its answer and the revision that last changed it."""

    given: GivenRow
    answered_on: date
    changed: int = 0


@dataclass(frozen=True, slots=True)
class Given:
    """What one form says about whole groups: a row of theirs that is not in `rows` is not ticked.

    With `asked` the form was about those rows of its groups only; the others stay as they are. `back_pain` (is it why
    they come?) is None where it was not asked.
    """

    groups: tuple[str, ...]
    rows: Mapping[str, GivenRow] = field(default_factory=dict)
    none: frozenset[str] = frozenset()
    back_pain: bool | None = None
    asked: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """All answers of one screening.

    `none` holds the groups of which none is true; `seen` the day on which a group was last gone through whole;
    `removed` the revision that took a tick away; `aside` rows that a newer rule version no longer has, kept as given.
    `asked` is the day on which a row was last gone through, ticked or not; `pending` rows that must be asked again at
    once, with the trigger; `statements` the day of a doctor's statement that a row's symptoms are over.
    """

    rows: Mapping[str, StoredRow] = field(default_factory=dict)
    none: frozenset[str] = frozenset()
    seen: Mapping[str, date] = field(default_factory=dict)
    removed: Mapping[str, int] = field(default_factory=dict)
    back_pain: bool | None = None
    aside: Mapping[str, Any] = field(default_factory=dict)
    asked: Mapping[str, date] = field(default_factory=dict)
    pending: Mapping[str, Trigger] = field(default_factory=dict)
    statements: Mapping[str, date] = field(default_factory=dict)


# --- To and from JSON -------------------------------------------------------


def to_json(document: Document) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "rows": {code: row_to_json(row) for code, row in document.rows.items()},
        "none": sorted(document.none),
        "seen": {group: day.isoformat() for group, day in document.seen.items()},
        "removed": dict(document.removed),
        "back_pain": document.back_pain,
        "aside": dict(document.aside),
        "asked": {code: day.isoformat() for code, day in document.asked.items()},
        "pending": {code: trigger.value for code, trigger in document.pending.items()},
        "statements": {code: day.isoformat() for code, day in document.statements.items()},
    }


def from_json(value: Mapping[str, Any]) -> Document:
    return Document(
        rows={code: _row_from_json(row) for code, row in value["rows"].items()},
        none=frozenset(value["none"]),
        seen={group: date.fromisoformat(day) for group, day in value["seen"].items()},
        removed=dict(value["removed"]),
        back_pain=value["back_pain"],
        aside=dict(value["aside"]),
        # Forms sealed before these were kept lack them.
        asked={code: date.fromisoformat(day) for code, day in value.get("asked", {}).items()},
        pending={code: Trigger(trigger) for code, trigger in value.get("pending", {}).items()},
        statements={code: date.fromisoformat(day) for code, day in value.get("statements", {}).items()},
    )


def row_to_json(row: StoredRow) -> dict[str, Any]:
    """Return one row as it is sealed."""
    given = row.given
    return {
        "answer": given.answer,
        "answered_on": row.answered_on.isoformat(),
        "event_on": given.event_on.isoformat() if given.event_on else None,
        "date_unsure": given.date_unsure,
        "still_running": given.still_running,
        "due_or_birth_on": given.due_or_birth_on.isoformat() if given.due_or_birth_on else None,
        "sites": None if given.sites is None else sorted(given.sites),
        "changed": row.changed,
    }


def _row_from_json(value: Mapping[str, Any]) -> StoredRow:
    given = GivenRow(
        answer=value["answer"],
        event_on=_day(value["event_on"]),
        date_unsure=value["date_unsure"],
        still_running=value["still_running"],
        due_or_birth_on=_day(value["due_or_birth_on"]),
        sites=None if value["sites"] is None else frozenset(value["sites"]),
    )
    return StoredRow(given=given, answered_on=date.fromisoformat(value["answered_on"]), changed=value["changed"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


# --- What it says -----------------------------------------------------------


def group_codes(rules: Rules, group_id: str) -> tuple[str, ...]:
    """List a group's rows, those shown only under another included."""
    listed = next(group.codes for group in rules.screen.groups if group.id == group_id)
    under = rules.screen.shown_only_with
    return (*listed, *(child for child, parent in under.items() if parent in listed))


def is_done(rules: Rules, document: Document, group_id: str) -> bool:
    """Tell whether a group was gone through: "none of these", or at least one tick, as a whole."""
    if group_id not in document.seen:
        return False
    return group_id in document.none or any(code in document.rows for code in group_codes(rules, group_id))


def form_groups(rules: Rules) -> tuple[str, ...]:
    """List the groups that every form must have: all but the card about today."""
    today = today_group(rules).id
    return tuple(group.id for group in rules.screen.groups if group.id != today)


def undone_groups(rules: Rules, document: Document) -> tuple[str, ...]:
    return tuple(group for group in form_groups(rules) if not is_done(rules, document, group))


def form_on(rules: Rules, document: Document) -> date | None:
    """Return the day of the last whole form: that of the group gone through longest ago."""
    days = [document.seen.get(group) for group in form_groups(rules)]
    known = [day for day in days if day is not None]
    return min(known) if len(known) == len(days) else None


def dated(
    rules: Rules,
    document: Document,
    *,
    date_of_birth: date,
    guardian_consent: bool,
    last_visit_on: date | None = None,
    letters: tuple[DatedLetter, ...] = (),
    stopped: bool = False,
) -> DatedAnswers:
    """Return the answers as the rules read them. Rows that this rule version does not have stay out."""
    return DatedAnswers(
        date_of_birth=date_of_birth,
        answers={
            code: _dated_row(row, document.statements.get(code))
            for code, row in document.rows.items()
            if code in rules.rows
        },
        letters=letters,
        guardian_consent=guardian_consent,
        reason_back_pain=bool(document.back_pain),
        today_asked_on=today_asked_on(rules, document),
        form_on=form_on(rules, document),
        last_visit_on=last_visit_on,
        pending={code: trigger for code, trigger in document.pending.items() if code in rules.rows},
        stopped=stopped,
    )


def today_asked_on(rules: Rules, document: Document) -> date | None:
    """Return the day on which the questions about today were last all gone through, as a card or row by row."""
    group = today_group(rules)
    days = [document.asked.get(code) for code in group.codes]
    known = [day for day in days if day is not None]
    row_by_row = min(known) if len(known) == len(days) else None
    as_card = document.seen.get(group.id)
    return max((day for day in (row_by_row, as_card) if day is not None), default=None)


def _dated_row(row: StoredRow, statement_on: date | None) -> DatedAnswer:
    given = row.given
    return DatedAnswer(
        answer=given.answer,
        answered_on=row.answered_on,
        event_on=given.event_on,
        still_running=given.still_running,
        due_or_birth_on=given.due_or_birth_on,
        sites=given.sites,
        # A statement older than the answer was about something else.
        statement_on=statement_on if statement_on and statement_on >= row.answered_on else None,
    )


# --- To be asked again ------------------------------------------------------


def pending_with(document: Document, codes: Iterable[str], trigger: Trigger) -> Document:
    """Return the document with rows that must be asked again at once, ticked or not."""
    return replace(document, pending={**document.pending, **dict.fromkeys(codes, trigger)})


def as_start(rules: Rules, document: Document, today: date) -> Document:
    """Return the document as a new form begins: every group is to be gone through again.

    What was said about right now on another day is gone; all other answers stay filled in.
    """
    first = first_group(rules).id
    seen = {group: day for group, day in document.seen.items() if day == today}
    if first in seen:
        return replace(document, seen=seen)
    codes = group_codes(rules, first)
    rows = {code: row for code, row in document.rows.items() if code not in codes}
    return replace(document, rows=rows, none=document.none - {first}, seen=seen)
