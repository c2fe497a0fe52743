"""Stored answers in words, for the client they are about."""

from dataclasses import dataclass
from datetime import date

from massage_booking.core.wording import area_names, long_date
from screening import words
from screening.document import Document
from screening.domain.rules import Rules


@dataclass(frozen=True, slots=True)
class Answer:
    """One stored answer in words."""

    code: str
    condition: str
    answer: str
    where: str
    when: str
    answered_on: date


def answers_in_words(rules: Rules, document: Document) -> list[Answer]:
    """List what is kept of a client, in the order of the rules."""
    found = []
    for code in rules.rows:
        row = document.rows.get(code)
        if row is None:
            continue
        given = row.given
        day = given.event_on or given.due_or_birth_on
        nowhere = "" if given.sites is None else "Not on a listed area"
        found.append(
            Answer(
                code=code,
                condition=words.label_of(rules, code),
                answer=given.answer or "Ticked",
                where=area_names(given.sites) if given.sites else nowhere,
                when=long_date(day) if day else "",
                answered_on=row.answered_on,
            )
        )
    return found
