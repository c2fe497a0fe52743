"""Do answers ask for help at once, and with which words? Asked of whole forms and of what is half filled in."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from screening import document as documents
from screening import merging
from screening.document import Document, Given
from screening.domain.answers import ClientAnswers
from screening.domain.dated import as_of
from screening.domain.enums import Level
from screening.domain.evaluate import evaluate
from screening.domain.form import stops_form
from screening.domain.rules import Rules

# Help is never left unsaid for want of a date of birth: an adult's rules are read then.
ADULT: Final = timedelta(days=30 * 366)


def is_emergency(rules: Rules, document: Document, *, date_of_birth: date | None, day: date) -> bool:
    """Tell whether answers ask for help at once, whatever is still open."""
    answers = _answers(rules, document, date_of_birth, day)
    if stops(rules, document, date_of_birth=date_of_birth, day=day):
        return True
    return any(rules.messages[id_].level is Level.EMERGENCY for id_ in evaluate(rules, answers).messages)


def stops(rules: Rules, document: Document, *, date_of_birth: date | None, day: date) -> bool:
    """Tell whether what was ticked on the first page ends the form: nothing else is asked then."""
    return stops_form(rules, _answered(rules, _answers(rules, document, date_of_birth, day)))


def given_is_emergency(rules: Rules, given: Given, *, date_of_birth: date | None, day: date) -> bool:
    """Tell whether what was ticked on a page, finished or not, asks for help at once."""
    merged = merging.merge(rules, Document(), given, based_on=0, revision=1, today=day, whole=False)
    return is_emergency(rules, merged.document, date_of_birth=date_of_birth, day=day)


def messages_of(
    rules: Rules, document: Document, codes: frozenset[str], *, date_of_birth: date | None, day: date
) -> tuple[str, ...]:
    """Return the ids of the messages that some rows bring, by level; emergency ones alone where there is one."""
    verdict = evaluate(rules, _answers(rules, document, date_of_birth, day))
    brought = {row.message for row in verdict.rows if row.code in codes}
    return tuple(id_ for id_ in verdict.messages if id_ in brought)


def _answered(rules: Rules, answers: ClientAnswers) -> ClientAnswers:
    """Return the answers without ticks whose question is open: it is asked before anybody is sent away wordless."""
    ticks = {code: answer for code, answer in answers.ticks.items() if answer or not rules.rows[code].has_question}
    return replace(answers, ticks=ticks)


def _answers(rules: Rules, document: Document, date_of_birth: date | None, day: date) -> ClientAnswers:
    born = date_of_birth or day - ADULT
    return as_of(rules, documents.dated(rules, document, date_of_birth=born, guardian_consent=False), day)
