"""What a therapist chooses from when reviewing a letter: the rows it can cover, and the waits it can end."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from screening import ahead, selectors, vault, words
from screening.assessment import Assessment
from screening.domain.enums import Outcome
from screening.domain.rules import Rules
from screening.domain.verdict import Verdict
from screening.domain.waits import statement_may_end
from screening.models import Letter
from screening.vault import Reader
from sessions.selectors import offer


@dataclass(frozen=True)
class Row:
    """A row by its code, in words. `is_asked`: the form for the doctor names it, or a letter is missing for it.

    `days` is how long a letter covers it at most.
    """

    code: str
    words: str
    is_asked: bool
    days: int = 0


@dataclass(frozen=True)
class Rows:
    """`to_cover` need a letter; `to_end` wait for symptoms that a doctor's statement may declare over."""

    to_cover: list[Row]
    to_end: list[Row]


def rows_for(
    letter: Letter, *, now: datetime, reader: Reader | None = None, purpose: str = "", address: str = ""
) -> Rows:
    """List the rows that a letter can be about. With a `reader` a person reads it, which is recorded."""
    client = letter.client
    _, rules = selectors.published_rules()
    judge = offer.assessor(client=client, now=now, despite_draft=True)
    sessions = ahead.find(client, now)
    starts = [now, *(item.starts_at for item in sessions)]
    found = [assessment for assessment in (judge(start) for start in starts) if assessment is not None]
    asked = _asked_codes(letter)
    if reader is not None:
        vault.record_reading(
            client, reader=reader, what="what a letter must cover", purpose=purpose, now=now, address=address
        )
    missing = {code for each in _verdicts(found) for code in each.missing_clearance}
    covered = {row.code for each in _verdicts(found) for row in each.rows_that(Outcome.CLEARANCE)}
    lifetimes: Mapping[str, int] = rules.extra.clearance_valid_days
    return Rows(
        to_cover=[
            Row(code, words.label_of(rules, code), code in missing | asked, lifetimes.get(code, lifetimes["default"]))
            for code in _in_order(rules, missing | covered | asked)
        ],
        to_end=[Row(code, words.label_of(rules, code), False) for code in _endable(rules, found)],
    )


def _asked_codes(letter: Letter) -> set[str]:
    request = letter.request
    if request is None:
        return set()
    request.client = letter.client
    return set(vault.for_rules_of_request(request)["codes"])


def _verdicts(assessments: Iterable[Assessment]) -> Iterator[Verdict]:
    return (ahead_.verdict for assessment in assessments for ahead_ in assessment.aheads)


def _endable(rules: Rules, assessments: Iterable[Assessment]) -> list[str]:
    """List the rows that wait for symptoms to end, where the rules let a statement end the wait."""
    found = {
        row.code
        for verdict in _verdicts(assessments)
        for row in verdict.rows_that(Outcome.DEFER)
        if row.answer is not None and statement_may_end(rules, row.code, row.answer)
    }
    return _in_order(rules, found)


def _in_order(rules: Rules, codes: Iterable[str]) -> list[str]:
    """Sort rows as the table has them; those that only age rules know come last."""
    place = {code: number for number, code in enumerate(rules.rows)}
    return sorted(codes, key=lambda code: (place.get(code, len(place)), code))
