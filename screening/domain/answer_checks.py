"""Check the entries that hang on single answers: waits, messages and the answers that depend on age."""

from collections import Counter
from collections.abc import Iterator, Mapping

from screening.domain.enums import Level, Outcome
from screening.domain.rule_checks import outcome_at, unknown
from screening.domain.rule_types import ANY_ANSWER, Deferral, Extra, Row

# {PHONE} belongs to the fixed text alone; in a message nobody would fill it in.
MESSAGE_PLACES = ("{EMERGENCY}", "{URGENT}")


def problems_of_answers(rows: Mapping[str, Row], extra: Extra) -> Iterator[str]:
    """Yield every disagreement between the rows and the waits, triggers and age rules."""
    yield from _waits(rows, extra.deferrals, Outcome.DEFER, "deferrals")
    yield from _waits(rows, extra.refuse_rescreens, Outcome.REFUSE, "refuse_rescreens")
    waiting = {(wait.code, wait.answer) for wait in extra.deferrals}
    for row in rows.values():
        for option in row.options:
            if option.outcome is Outcome.DEFER and (row.code, option.answer) not in waiting:
                yield f"deferrals lacks a wait for {row.code!r}, {option.answer!r}."
    yield from _triggers(rows, extra)
    yield from _messages(extra)
    yield from _age_rules(rows, extra)


def _waits(rows: Mapping[str, Row], waits: tuple[Deferral, ...], wanted: Outcome, name: str) -> Iterator[str]:
    for (code, answer), times in Counter((wait.code, wait.answer) for wait in waits).items():
        outcome = outcome_at(rows, code, answer)
        if times > 1:
            yield f"{name} has {code!r}, {answer!r} twice."
        if outcome is None:
            yield f"{name} names {code!r}, {answer!r}, which is no answer of the table."
        elif outcome is not wanted:
            yield f"{name} names {code!r}, {answer!r}, which is {outcome} instead of {wanted}."


def _triggers(rows: Mapping[str, Row], extra: Extra) -> Iterator[str]:
    triggers = extra.message_triggers
    for (code, answer), times in Counter((trigger.code, trigger.answer) for trigger in triggers).items():
        if times > 1:
            yield f"message_triggers has {code!r}, {answer!r} twice."
    for trigger in triggers:
        where = f"The message trigger {trigger.code!r}, {trigger.answer!r}"
        if trigger.code not in rows:
            yield f"{where} names an unknown row."
            continue
        row = rows[trigger.code]
        outcome = row.default_outcome if trigger.answer == ANY_ANSWER else row.outcome_of(trigger.answer)
        message = extra.messages.get(trigger.message)
        if outcome is None:
            yield f"{where} names no answer of the table."
        if message is None:
            yield f"{where} names an unknown message {trigger.message!r}."
        # Somebody who is told to seek help now must not be offered a session in the same breath.
        elif message.level is Level.EMERGENCY and outcome is not Outcome.REFUSE:
            yield f"{where} shows an emergency message, but the answer does not refuse."
        if outcome is Outcome.CLEAR:
            yield f"{where} shows a message, but the answer is clear."


def _messages(extra: Extra) -> Iterator[str]:
    for message in extra.messages.values():
        text = message.text
        for place in MESSAGE_PLACES:
            text = text.replace(place, "")
        if "{" in text or "}" in text:
            yield f"Message {message.id!r} has a placeholder other than {' and '.join(MESSAGE_PLACES)}."
    if "{PHONE}" not in extra.refuse_without_message.text:
        yield "The text of refuse_without_message lacks {PHONE}."


def _age_rules(rows: Mapping[str, Row], extra: Extra) -> Iterator[str]:
    for id_, times in Counter(rule.id for rule in extra.age_rules).items():
        if times > 1:
            yield f"age_rules has the rule {id_!r} twice."
    for rule in extra.age_rules:
        where = f"Age rule {rule.id!r}"
        if rule.ticks_row:
            yield from unknown([rule.ticks_row], rows, where + " ticks an unknown row {!r}.")
        if rule.adds_row and rule.adds_row in rows:
            yield f"{where} adds a row {rule.adds_row!r} that the table already has."
        if rule.code and rule.answer and outcome_at(rows, rule.code, rule.answer) is None:
            yield f"{where} names {rule.code!r}, {rule.answer!r}, which is no answer of the table."
        if rule.from_age >= rule.below_age:
            yield f"{where} covers no age."
