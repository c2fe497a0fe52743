"""Putting the answers of two records of one person together: of two things that were said, the stricter counts."""

from dataclasses import replace
from datetime import date

from screening.document import Document, GivenRow, StoredRow
from screening.domain.rules import Rules
from screening.domain.triggers import Trigger


def joined(rules: Rules, kept: Document, gone: Document) -> Document:
    """Return one document of two, both under `rules`. What either ticked is ticked.

    Where both ticked a row, the stricter answer stays, with the older of both dates, so that it is asked again the
    sooner. What only one of them went through counts as not gone through.
    """
    codes = dict.fromkeys([*kept.rows, *gone.rows])
    return Document(
        rows={code: _row(rules, code, kept.rows.get(code), gone.rows.get(code)) for code in codes},
        none=frozenset(kept.none & gone.none),
        seen=_older(dict(kept.seen), dict(gone.seen)),
        removed={code: max(kept.removed.get(code, 0), gone.removed.get(code, 0)) for code in _removed(kept, gone)},
        back_pain=_either(kept.back_pain, gone.back_pain),
        aside={**gone.aside, **kept.aside},
        asked=_older(dict(kept.asked), dict(gone.asked)),
        pending=_pending(kept, gone),
        statements=_statements(kept, gone),
    )


def _row(rules: Rules, code: str, kept: StoredRow | None, gone: StoredRow | None) -> StoredRow:
    if kept is None or gone is None:
        found = kept or gone
        assert found is not None
        return found
    lead, other = (gone, kept) if _weight(rules, code, gone) > _weight(rules, code, kept) else (kept, gone)
    given = lead.given
    if given.sites is not None and other.given.sites is not None:
        given = replace(given, sites=given.sites | other.given.sites)
    if given.answer == other.given.answer:
        given = _same_answer(given, other.given)
    return StoredRow(
        given=given,
        answered_on=min(kept.answered_on, gone.answered_on),
        changed=max(kept.changed, gone.changed),
    )


def _weight(rules: Rules, code: str, row: StoredRow) -> tuple[int, bool, int, int, int]:
    """Return what makes one answer stricter than another: rank, message, wait, pressure, how much is ruled out."""
    effect = rules.effect_of(code, row.given.answer)
    wait = effect.wait.rescreen_after_days if effect.wait else 0
    limits = effect.limits
    return (
        effect.rank,
        effect.message is not None,
        wait,
        -limits.pressure.rank,
        len(limits.areas) + len(limits.techniques),
    )


def _same_answer(given: GivenRow, other: GivenRow) -> GivenRow:
    """Return the same answer with the later of two events, from which a wait runs longer."""
    events = [day for day in (given.event_on, other.event_on) if day is not None]
    return replace(
        given,
        event_on=max(events, default=None),
        date_unsure=given.date_unsure or other.date_unsure,
        still_running=given.still_running or other.still_running,
        due_or_birth_on=given.due_or_birth_on or other.due_or_birth_on,
    )


def _older(kept: dict[str, date], gone: dict[str, date]) -> dict[str, date]:
    """Return the older day of what both went through; what only one did is to be gone through again."""
    return {name: min(kept[name], gone[name]) for name in kept.keys() & gone.keys()}


def _removed(kept: Document, gone: Document) -> set[str]:
    return (kept.removed.keys() | gone.removed.keys()) - kept.rows.keys() - gone.rows.keys()


def _either(kept: bool | None, gone: bool | None) -> bool | None:
    if kept or gone:
        return True
    return gone if kept is None else kept


def _pending(kept: Document, gone: Document) -> dict[str, Trigger]:
    """Return the rows to be asked again at once."""
    return {**gone.pending, **kept.pending}


def _statements(kept: Document, gone: Document) -> dict[str, date]:
    """Return the doctors' statements that speak of a row's answer whichever record one reads."""
    found = {}
    for mine, other in ((gone, kept), (kept, gone)):
        for code, day in mine.statements.items():
            row = mine.rows.get(code)
            if row is not None and day >= row.answered_on and (code not in other.rows or code in other.statements):
                found[code] = day
    return found
