"""Answers that were given under one version of the rules, read under another. Nothing that was said is lost."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from screening.document import (
    Document,
    StoredRow,
    form_groups,
    form_on,
    group_codes,
    row_to_json,
)
from screening.domain.rules import Rules
from screening.domain.triggers import Trigger

# Row -> the group of the older rules in which it stood.
Homes = Mapping[str, str]


def homes_of(old: Rules) -> Homes:
    """Return where each row stands on a version's screen."""
    return {code: group.id for group in old.screen.groups for code in group_codes(old, group.id)}


def _came_from(rules: Rules, homes: Homes) -> dict[str, tuple[str, ...]]:
    """Return the groups that the rows of each group come from; a group of new rows alone comes from nowhere."""
    return {
        group.id: tuple(dict.fromkeys(homes[code] for code in group_codes(rules, group.id) if code in homes))
        for group in rules.screen.groups
    }


def moved_to(
    rules: Rules,
    document: Document,
    *,
    changed: Iterable[str] = (),
    added: Iterable[str] = (),
    homes: Homes | None = None,
) -> Document:
    """Return the document under other rules: rows they do not have are set aside, answers they do not know are open.

    A ticked row among those that the new rules `changed` must be asked again, and rows that they `added` must be asked
    of whoever has gone through their group. The card about today asks its own each time. Rows that only stand elsewhere
    on the screen (`homes`) are asked again where nobody has gone through the group that they come from.
    """
    kept, aside = _rows(rules, document)
    seen = _seen(rules, document, homes)
    strayed = [] if homes is None else _strayed(rules, document, seen, homes)
    asked_whole = [code for group in form_groups(rules) if group in seen for code in group_codes(rules, group)]
    # What stands under another row is asked with that one.
    unasked = [
        code
        for code in (*added, *strayed)
        if code in asked_whole and rules.screen.shown_only_with.get(code, code) in (code, *document.rows)
    ]
    changed = [*(code for code in changed if code in document.rows), *unasked]
    pending = {**document.pending, **dict.fromkeys(changed, Trigger.RULES)}
    return replace(
        document,
        rows=kept,
        none=_none(rules, document, kept, seen, homes),
        seen=seen,
        aside=aside,
        pending={code: trigger for code, trigger in pending.items() if code in rules.rows},
    )


def _rows(rules: Rules, document: Document) -> tuple[dict[str, StoredRow], dict[str, object]]:
    kept: dict[str, StoredRow] = {}
    aside: dict[str, object] = dict(document.aside)
    for code, row in document.rows.items():
        if code not in rules.rows:
            aside[code] = row_to_json(row)
            continue
        known = row.given.answer is None or rules.rows[code].outcome_of(row.given.answer) is not None
        if not known:
            aside[code] = row_to_json(row)
        kept[code] = row if known else replace(row, given=replace(row.given, answer=None))
    return kept, aside


def _seen(rules: Rules, document: Document, homes: Homes | None) -> dict[str, date]:
    """Return when each group was gone through: as long ago as any group that its rows come from."""
    groups = [group.id for group in rules.screen.groups]
    if homes is None:
        return {group: day for group, day in document.seen.items() if group in groups}
    found: dict[str, date] = {}
    came_from = _came_from(rules, homes)
    for group in groups:
        days = [document.seen[home] for home in came_from[group] if home in document.seen]
        if days:
            found[group] = min(days)
    # A group of new rows alone is gone through by answering those, once the rest was.
    new = [group for group in form_groups(rules) if not came_from[group]]
    whole = form_on(rules, replace(document, seen={**found, **dict.fromkeys(new, date.max)}))
    if whole is not None and whole != date.max:
        found |= dict.fromkeys(new, whole)
    return found


def _strayed(rules: Rules, document: Document, seen: Mapping[str, date], homes: Homes) -> list[str]:
    """List rows of groups that were gone through which come from a group that was not."""
    return [
        code
        for group in seen
        for code in group_codes(rules, group)
        if code in homes and homes[code] not in document.seen
        if code not in document.rows and code not in document.asked
    ]


def _none(
    rules: Rules,
    document: Document,
    rows: Mapping[str, StoredRow],
    seen: Mapping[str, date],
    homes: Homes | None,
) -> frozenset[str]:
    """Return the groups of which none is true: said so, or gone through and its ticks are gone or stand elsewhere."""
    groups = {group.id for group in rules.screen.groups}
    said = {group for group in document.none if group in groups}
    if homes is None:
        return frozenset(said)
    stand_still = all(origin == (group,) for group, origin in _came_from(rules, homes).items())
    if stand_still and rows.keys() == document.rows.keys():
        return frozenset(said)
    return frozenset(group for group in said | set(seen) if not rows.keys() & set(group_codes(rules, group)))
