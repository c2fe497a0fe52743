"""Check what follows from reports after a session (guide, section 8)."""

from collections import Counter
from collections.abc import Iterator

from screening.domain.enums import Level
from screening.domain.reports import STANDARD, Report
from screening.domain.rules import Rules


def problems_of_reports(rules: Rules) -> Iterator[str]:
    """Yield what is wrong with the reports of a version."""
    reports = rules.extra.after_session
    for report in reports:
        yield from _report(rules, report)
    for words, times in Counter(report.words.strip().casefold() for report in reports).items():
        if times > 1:
            yield f"Two reports after a session have the same words: {words!r}."


def _report(rules: Rules, report: Report) -> Iterator[str]:
    where, then = f"After a session, {report.words!r}", report.then
    for id_ in (*then.messages, *then.messages_for_therapist):
        if id_ not in rules.messages:
            yield f"{where} names an unknown message {id_!r}."
    # The guide's own table goes with every version; of its rows those count that the version has.
    askable = rules.rows.keys() - rules.set_by_age
    if rules.extra.after_session is not STANDARD:
        for code in then.asks:
            if code not in askable:
                yield f"{where} asks {code!r} again, which nobody is asked."
    shown = [rules.messages[id_] for id_ in then.messages if id_ in rules.messages]
    if any(message.level is Level.EMERGENCY for message in shown) and not then.stops_booking:
        yield f"{where} shows an emergency message, so nothing may be booked until somebody has looked."
    if then.stops_booking and not then.needs_review:
        yield f"{where} stops every booking, so a therapist must look before it goes on."
