"""Whether an example client is in the golden format at all, whatever rules it is tried under (guide, section 11)."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from screening.domain.answers import CASE_KEYS, LETTER_KEYS, OLDEST
from screening.domain.reading import Reader
from screening.rulework.cases import FLAGS, LISTS, NUMBERS, WORDS

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
LONGEST_TEXT: Final = 4000
MOST_CASES: Final = 500
# As many as there is room for in the form: what found none would be lost with the next save.
MOST_LETTERS: Final = 10
MOST_NUMBER: Final = 100_000


def problems_of_cases(cases: list[Any]) -> Iterator[str]:
    """Yield what keeps a list of example clients from being kept; what they expect is the bench's business."""
    if len(cases) > MOST_CASES:
        yield f"There are {len(cases)} example clients; more than {MOST_CASES} are too many."
        return
    ids: list[str] = []
    for number, case in enumerate(cases, start=1):
        where = f"Example client number {number}"
        reader = Reader()
        raw = reader.mapping(case, where)
        if raw or not reader.problems:
            ids.append(_case(raw, where, reader))
        yield from reader.problems
    for id_, times in Counter(ids).items():
        if times > 1 and id_:
            yield f"Two example clients have the id {id_!r}."


def _case(raw: Mapping[str, object], where: str, reader: Reader) -> str:
    reader.known_keys(raw, CASE_KEYS, where)
    id_ = reader.text(reader.entry(raw, "id", where), f"id of {where}")
    title = reader.text(reader.entry(raw, "title", where), f"title of {where}")
    if not isinstance(raw.get("why", ""), str):
        reader.complain(f"why of {where} must be text.")
    # It stands in addresses.
    if id_ and not _ID.fullmatch(id_):
        reader.complain(f"id of {where} is made of at most 40 letters, digits, dots, hyphens and underscores.")
    if len(title) > LONGEST_TEXT or len(str(raw.get("why", ""))) > LONGEST_TEXT:
        reader.complain(f"title or why of {where} is longer than {LONGEST_TEXT} letters.")
    given = reader.entry(raw, "input", where)
    _input(reader.mapping(given, f"input of {where}"), where, reader)
    expected = reader.entry(raw, "expected", where)
    _expected(reader.mapping(expected, f"expected of {where}"), where, reader)
    return id_


def _input(given: Mapping[str, object], where: str, reader: Reader) -> None:
    reader.whole(given.get("age", 0), f"age of {where}", least=0, most=OLDEST)
    for code, answer in reader.mapping(given.get("ticks", {}), f"ticks of {where}").items():
        if answer is not None:
            reader.text(answer, f"ticks of {where}, {code!r}")
    for code, areas in reader.mapping(given.get("body_map", {}), f"body_map of {where}").items():
        reader.words(areas, f"body_map of {where}, {code!r}", repeats=True)
    for code, days in reader.mapping(given.get("answer_age_days", {}), f"answer_age_days of {where}").items():
        reader.whole(days, f"answer_age_days of {where}, {code!r}", least=0, most=MOST_NUMBER)
    for key in ("guardian_consent", "reason_back_pain"):
        reader.flag(given.get(key, False), f"{key} of {where}")
    letters = reader.items(given.get("letters", ()), f"letters of {where}")
    if len(letters) > MOST_LETTERS:
        reader.complain(f"{where} has {len(letters)} letters; more than {MOST_LETTERS} are too many.")
    for number, letter in enumerate(letters, start=1):
        _letter(letter, f"letter {number} of {where}", reader)


def _letter(raw: object, where: str, reader: Reader) -> None:
    letter = reader.mapping(raw, where)
    reader.known_keys(letter, LETTER_KEYS, where)
    reader.words(reader.entry(letter, "codes", where), f"codes of {where}", repeats=True)
    days_left = reader.entry(letter, "days_left", where)
    reader.whole(days_left, f"days_left of {where}", least=-MOST_NUMBER, most=MOST_NUMBER)
    if letter.get("pressure") is not None:
        reader.text(letter["pressure"], f"pressure of {where}")
    for key in ("allow_areas", "allow_techniques"):
        reader.words(letter.get(key, ()), f"{key} of {where}", repeats=True)


def _expected(expected: Mapping[str, object], where: str, reader: Reader) -> None:
    for key, value in expected.items():
        name = f"expected {key} of {where}"
        if key in LISTS:
            reader.words(value, name, repeats=True)
        elif key in FLAGS:
            reader.flag(value, name)
        elif key in NUMBERS:
            reader.whole(value, name, least=0, most=MOST_NUMBER)
        elif key in WORDS:
            reader.text(value, name)
        # Anything else that is expected fails on the bench, where it is seen.
