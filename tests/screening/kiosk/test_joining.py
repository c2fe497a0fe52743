"""Two records of one person: of two things that were said, the stricter counts."""

from dataclasses import replace
from datetime import date

import pytest

from screening.document import Document, GivenRow, StoredRow
from screening.domain.rules import Rules, load_packaged_rules
from screening.domain.triggers import Trigger
from screening.joining import joined

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
STRICT, SOFT = "Yes", "No, I am between attacks"  # answers of migraine: wait, and adapt


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_packaged_rules()


def row(answer: str | None = None, on: date = JUNE, **more: object) -> StoredRow:
    return StoredRow(given=GivenRow(answer=answer, **more), answered_on=on, changed=1)  # type: ignore[arg-type]


def said(document: Document) -> dict[str, tuple[str | None, date]]:
    return {code: (row.given.answer, row.answered_on) for code, row in document.rows.items()}


def test_what_either_ticked_is_ticked(rules: Rules) -> None:
    one, two = Document(rows={"heartburn": row("Not sure")}), Document(rows={"migraine": row(STRICT, MAY)})

    assert said(joined(rules, one, two)) == {"heartburn": ("Not sure", JUNE), "migraine": (STRICT, MAY)}


@pytest.mark.parametrize("turned", [False, True], ids=["kept is stricter", "gone is stricter"])
def test_the_stricter_answer_stays_with_the_older_date(rules: Rules, turned: bool) -> None:
    strict, soft = Document(rows={"migraine": row(STRICT, JUNE)}), Document(rows={"migraine": row(SOFT, MAY)})
    both = (soft, strict) if turned else (strict, soft)

    assert said(joined(rules, *both)) == {"migraine": (STRICT, MAY)}


def test_none_of_these_counts_only_where_both_said_so(rules: Rules) -> None:
    one = Document(none=frozenset({"heart", "skin"}), seen={"heart": JUNE, "skin": MAY, "back": JUNE})
    two = Document(none=frozenset({"heart"}), seen={"heart": MAY, "skin": JUNE}, rows={"settled_skin": row("Not sure")})

    both = joined(rules, one, two)

    assert (both.none, both.seen) == (frozenset({"heart"}), {"heart": MAY, "skin": MAY})


def test_whatever_must_be_asked_again_in_either_must_be_asked_again(rules: Rules) -> None:
    one, two = Document(pending={"migraine": Trigger.RULES}), Document(pending={"heartburn": Trigger.MEDICINE})

    assert joined(rules, one, two).pending == {"migraine": Trigger.RULES, "heartburn": Trigger.MEDICINE}


def test_the_same_answer_keeps_the_later_event_and_every_place(rules: Rules) -> None:
    answer = "Small cut, graze, sunburn or healing tattoo or piercing that can be covered and left alone"
    one = Document(rows={"contagious_skin_wounds": row(answer, MAY, sites=frozenset({"hands"}), event_on=MAY)})
    two = Document(rows={"contagious_skin_wounds": row(answer, JUNE, sites=frozenset({"feet"}), event_on=JUNE)})

    given = joined(rules, one, two).rows["contagious_skin_wounds"].given

    assert (given.sites, given.event_on) == (frozenset({"hands", "feet"}), JUNE)


def test_a_doctors_statement_counts_only_where_it_speaks_of_both(rules: Rules) -> None:
    spoken = Document(rows={"migraine": row(STRICT, MAY)}, statements={"migraine": JUNE})

    assert joined(rules, spoken, Document()).statements == {"migraine": JUNE}
    assert joined(rules, spoken, Document(rows={"migraine": row(STRICT, JUNE)})).statements == {}


def test_a_statement_older_than_the_answer_it_stands_with_gains_nothing_by_joining(rules: Rules) -> None:
    stale = Document(rows={"migraine": row(STRICT, JUNE)}, statements={"migraine": date(2026, 5, 20)})
    older = Document(rows={"migraine": row(SOFT, MAY)})

    assert joined(rules, stale, older).statements == {}


def test_joining_never_makes_a_row_softer(rules: Rules) -> None:
    for code, rule in rules.rows.items():
        answers = [None, *(option.answer for option in rule.options)]
        for first in answers:
            for second in answers:
                one, two = Document(rows={code: row(first)}), Document(rows={code: row(second)})
                found = joined(rules, one, two).rows[code].given.answer
                ranks = [rules.effect_of(code, answer).rank for answer in (first, second, found)]
                assert ranks[2] == max(ranks), (code, first, second)


def test_two_of_the_same_are_the_same(rules: Rules) -> None:
    document = Document(rows={"migraine": row(STRICT)}, none=frozenset({"heart"}), seen={"heart": JUNE}, back_pain=True)

    assert joined(rules, document, replace(document)) == document
