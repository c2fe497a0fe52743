"""Putting a form into what is kept, row by row, so that no answer is lost between two windows."""

from dataclasses import dataclass, replace
from datetime import date

from screening.document import Document, Given, GivenRow, StoredRow, group_codes
from screening.domain.rules import Rules


@dataclass(frozen=True, slots=True)
class Merged:
    """The document after a form; `look_again` names rows on which two windows disagreed."""

    document: Document
    look_again: tuple[str, ...]


def merge(
    rules: Rules, document: Document, given: Given, *, based_on: int, revision: int, today: date, whole: bool
) -> Merged:
    """Put a form into the document as `revision`.

    `based_on` is the revision that the form's page showed. A row that another window changed since is never
    overwritten by something softer: a tick stays, and of two answers the stricter counts until somebody looks again.
    `whole` says that the person sent the page as finished, which re-dates its answers; a saving on the way does not.
    """
    rows, removed, look_again = dict(document.rows), dict(document.removed), []
    about = [code for group in given.groups for code in group_codes(rules, group)]
    if given.asked is not None:
        about = [code for code in about if code in given.asked]
    for group in given.groups:
        for code in group_codes(rules, group):
            if code not in about:
                continue
            stored, new = rows.get(code), given.rows.get(code)
            elsewhere = max(stored.changed if stored else 0, removed.get(code, 0)) > based_on
            kept = _reconciled(rules, code, stored, new) if elsewhere else new
            if elsewhere and (kept != new or (stored is None and new is not None)):
                look_again.append(code)
            if kept is None:
                if rows.pop(code, None):
                    removed[code] = revision
                continue
            rows[code] = _stored(stored, kept, revision=revision, today=today, whole=whole)
    ticked = {group for group in given.groups if any(code in rows for code in group_codes(rules, group))}
    meanwhile = frozenset(document.none & set(given.groups)) if based_on < revision - 1 else frozenset()
    none = (document.none - set(given.groups)) | ((given.none | meanwhile) - ticked)
    if given.asked is not None:
        # A form about some rows of a group says nothing about the others: what was none stays none.
        none |= {group for group in given.groups if group in document.seen} - ticked
    seen, asked = dict(document.seen), dict(document.asked)
    pending, statements = dict(document.pending), dict(document.statements)
    if whole:
        complete = {group for group in given.groups if set(group_codes(rules, group)) <= set(about)}
        seen.update(dict.fromkeys((group for group in given.groups if group in complete & (ticked | none)), today))
        asked.update(dict.fromkeys(about, today))
        for code in about:
            pending.pop(code, None)
            statements.pop(code, None)
    merged = Document(
        rows=rows,
        none=none,
        seen=seen,
        removed=removed,
        back_pain=document.back_pain if given.back_pain is None else given.back_pain,
        aside=document.aside,
        asked=asked,
        pending=pending,
        statements=statements,
    )
    return Merged(merged, tuple(look_again))


def _stored(stored: StoredRow | None, given: GivenRow, *, revision: int, today: date, whole: bool) -> StoredRow:
    if stored is None or stored.given != given:
        return StoredRow(given=given, answered_on=today, changed=revision)
    return replace(stored, answered_on=today) if whole else stored


def _reconciled(rules: Rules, code: str, stored: StoredRow | None, new: GivenRow | None) -> GivenRow | None:
    """Choose between what another window saved and what this one says."""
    if stored is None or new is None:
        return new if stored is None else stored.given
    if stored.given == new or new.answer is None:
        return stored.given
    if stored.given.answer is None:
        return new
    theirs, ours = (rules.effect_of(code, answer).rank for answer in (stored.given.answer, new.answer))
    if theirs > ours:
        return stored.given
    # The same answer, or one as strict: this window is the later one; places marked in either stay marked.
    if theirs == ours and stored.given.sites and new.sites is not None:
        return replace(new, sites=new.sites | stored.given.sites)
    return new
