"""What to ask aloud on the day: the questions of everybody, and those of this client that are due."""

from collections.abc import Iterable

from screening import selectors as screening
from screening.domain.form import arrival_codes
from screening.words import label_of


def questions(*, due: Iterable[str]) -> list[str]:
    """Return the rows to ask about, in words. `due` are row codes out of the vault: for the therapist alone."""
    _, rules = screening.published_rules()
    wanted = list(due)
    codes = dict.fromkeys([*wanted, *arrival_codes(rules, wanted)])
    return [label_of(rules, code) for code in codes]


def closing_question() -> str:
    """Return the open question that ends the round."""
    _, rules = screening.published_rules()
    return rules.extra.arrival_question.text
