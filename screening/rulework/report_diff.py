"""What changed about reports after a session, in sentences."""

from collections.abc import Iterator
from typing import Final

from screening.domain.reports import NextStep
from screening.domain.rules import Rules
from screening.rulework.row_diff import Change, listed_change, name_of, wording

_FLAGS: Final = (
    ("stops_booking", "stops every booking until somebody has looked"),
    ("needs_review", "asks for a therapist’s look before the next booking"),
    ("calls", "asks the therapist to call within one working day"),
    ("stops_product", "says that the product is not used again"),
)


def report_changes(old: Rules, new: Rules) -> Iterator[Change]:
    """Yield what is different about what follows from each report."""
    before = {report.kind: report for report in old.extra.after_session}
    for report in new.extra.after_session:
        was = before[report.kind]
        yield from wording("A report", was.words, report.words)
        yield from _then(old, new, f"“{report.words}”", was.then, report.then)


def _then(old: Rules, new: Rules, where: str, was: NextStep, now: NextStep) -> Iterator[Change]:
    yield from listed_change(f"{where}, messages", was.messages, now.messages)
    yield from listed_change(
        f"{where}, messages for the therapist", was.messages_for_therapist, now.messages_for_therapist
    )
    asks = [[name_of(rules, code) for code in then.asks] for rules, then in ((old, was), (new, now))]
    yield from listed_change(f"{where}, asked again", *asks)
    for name, words in _FLAGS:
        if getattr(was, name) != getattr(now, name):
            yield Change(f"{where} {'now' if getattr(now, name) else 'no longer'} {words}.")
