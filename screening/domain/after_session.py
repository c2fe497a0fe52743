"""What follows from how somebody feels after a session, under the rules at hand (guide, section 8)."""

from collections.abc import Collection

from screening.domain.evaluate import messages_to_show
from screening.domain.reports import Kind, NextStep, Report
from screening.domain.rules import Rules


def report_of(rules: Rules, kind: Kind) -> Report:
    return next(report for report in rules.extra.after_session if report.kind is kind)


def next_step(rules: Rules, kinds: Collection[Kind]) -> NextStep:
    """Join what follows from all that was reported; beside an emergency message no other is shown.

    Rows and messages that the rules do not have stay out.
    """
    steps = [report.then for report in rules.extra.after_session if report.kind in kinds]
    asked = {code for step in steps for code in step.asks}
    return NextStep(
        messages=messages_to_show(rules, {id_ for step in steps for id_ in step.messages}),
        messages_for_therapist=_known(rules, [id_ for step in steps for id_ in step.messages_for_therapist]),
        asks=tuple(code for code in rules.rows if code in asked),
        stops_booking=any(step.stops_booking for step in steps),
        needs_review=any(step.needs_review for step in steps),
        calls=any(step.calls for step in steps),
        stops_product=any(step.stops_product for step in steps),
    )


def _known(rules: Rules, ids: list[str]) -> tuple[str, ...]:
    return tuple(id_ for id_ in ids if id_ in rules.messages)
