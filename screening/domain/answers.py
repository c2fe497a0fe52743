"""What is known about a client on the day of a session: the evaluator's input, and its reader from the golden format.

Format: guide, section 11, "The format of golden_cases.json".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from screening.domain.enums import Pressure
from screening.domain.reading import Reader
from screening.domain.rules import Rules

AGE_WHEN_ABSENT = 30
OLDEST = 150
INPUT_KEYS = ("age", "ticks", "body_map", "answer_age_days", "letters", "guardian_consent", "reason_back_pain")
LETTER_KEYS = ("codes", "days_left", "pressure", "allow_areas", "allow_techniques")
CASE_KEYS = ("id", "title", "input", "expected", "why")


class UnknownRowError(ValueError):
    """A row code that the rules do not have."""

    def __init__(self, code: str) -> None:
        super().__init__(f"The rules have no row {code!r}.")
        self.code = code


class InputError(ValueError):
    """A client in the golden format that cannot be read; `problems` says each fault in a sentence."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Letter:
    """A doctor's letter as it stands on the day of the session; `days_left` of 0 or less is expired."""

    codes: frozenset[str]
    days_left: int
    pressure: Pressure | None = None
    allow_areas: frozenset[str] = frozenset()
    allow_techniques: frozenset[str] = frozenset()
    avoid_areas: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ClientAnswers:
    """Answers, letters and consent, with ages and ages of answers already counted to one day.

    `ticks` maps the ticked rows to their answer (None: the row has no question, or none was given yet). `body_map`
    maps rows to marked areas; an empty set means "not on a listed area", a missing row that nothing was marked.
    `out_of_date` names rows whose answer something other than its age has ended (section 5, triggers).
    """

    age: int
    ticks: Mapping[str, str | None] = field(default_factory=dict)
    body_map: Mapping[str, frozenset[str]] = field(default_factory=dict)
    answer_age_days: Mapping[str, int] = field(default_factory=dict)
    letters: tuple[Letter, ...] = ()
    guardian_consent: bool = False
    reason_back_pain: bool = False
    out_of_date: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ParsedClient:
    """One client of a golden file, with what had to be said about the input in `warnings`."""

    id: str
    answers: ClientAnswers
    warnings: tuple[str, ...]


def parse_client(rules: Rules, raw: object, where: str = "The client") -> ParsedClient:
    """Read one object of the golden format. Raises InputError, whose sentences name an unknown row."""
    reader = Reader()
    case = reader.mapping(raw, where)
    id_ = reader.text(reader.entry(case, "id", where), f"id of {where}") if case or not reader.problems else ""
    where = f"Client {id_!r}" if id_ else where
    given = reader.mapping(reader.entry(case, "input", where), f"input of {where}") if case else {}
    answers = _answers(rules, given, where, reader)
    if reader.problems:
        raise InputError(reader.problems)
    ignored = [f"The key {key!r} is not part of the format and was ignored." for key in case if key not in CASE_KEYS]
    ignored += [
        f"The input key {key!r} is not part of the format and was ignored." for key in given if key not in INPUT_KEYS
    ]
    return ParsedClient(id=id_, answers=answers, warnings=(*sorted(ignored), *warnings_of(rules, answers)))


def warnings_of(rules: Rules, answers: ClientAnswers) -> tuple[str, ...]:
    """Say which answers count as not given and which marks are not used, in the order of the table."""
    found = []
    for row in rules.rows.values():
        if row.code in answers.ticks:
            answer = answers.ticks[row.code]
            if row.code in rules.set_by_age:
                found.append(
                    f"{row.code}: follows from the age and is not ticked by hand; the tick counts all the same."
                )
            elif answer is not None and not row.has_question:
                found.append(f"{row.code}: has no question; the answer {answer!r} was ignored.")
            elif answer is not None and row.outcome_of(answer) is None:
                found.append(f"{row.code}: {answer!r} is not one of its answers and counts as not answered.")
        if row.code in answers.body_map and row.code not in rules.site_specific:
            found.append(f"{row.code}: is not site-specific; its body map was ignored.")
    return tuple(found)


def _answers(rules: Rules, given: Mapping[str, object], where: str, reader: Reader) -> ClientAnswers:
    def part(key: str) -> str:
        return f"{key} of {where}"

    def by_row(key: str) -> Mapping[str, object]:
        found = reader.mapping(given.get(key, {}), part(key))
        for code in found:
            if code not in rules.rows:
                reader.complain(f"{part(key)} names an unknown row {code!r}.")
        return found

    ticks: dict[str, str | None] = {}
    for code, answer in by_row("ticks").items():
        if answer is not None and not isinstance(answer, str):
            reader.complain(f"{part('ticks')}: the answer of {code!r} must be text or null.")
        else:
            ticks[code] = answer
    areas = rules.extra.areas
    return ClientAnswers(
        age=reader.whole(given.get("age", AGE_WHEN_ABSENT), part("age"), least=0, most=OLDEST),
        ticks=ticks,
        body_map={
            code: frozenset(reader.words(marks, f"{part('body_map')} for {code!r}", known=areas, repeats=True))
            for code, marks in by_row("body_map").items()
        },
        answer_age_days={
            code: reader.whole(days, f"{part('answer_age_days')} for {code!r}", least=0)
            for code, days in by_row("answer_age_days").items()
        },
        letters=tuple(
            _letter(rules, letter, f"letter {number} of {where}", reader)
            for number, letter in enumerate(reader.items(given.get("letters", ()), part("letters")), start=1)
        ),
        guardian_consent=reader.flag(given.get("guardian_consent", False), part("guardian_consent")),
        reason_back_pain=reader.flag(given.get("reason_back_pain", False), part("reason_back_pain")),
    )


def _letter(rules: Rules, raw: object, where: str, reader: Reader) -> Letter:
    entry = reader.mapping(raw, where)
    # A misspelt key of a letter could hide a limit that the doctor set, so it is a fault and not a warning.
    reader.known_keys(entry, LETTER_KEYS, where)
    codes = reader.words(reader.entry(entry, "codes", where), f"codes of {where}", repeats=True)
    for code in codes:
        if code not in rules.letter_codes:
            reader.complain(f"codes of {where} names an unknown row {code!r}.")
    pressure = entry.get("pressure")
    techniques, areas = rules.extra.techniques, rules.extra.areas
    allow_areas = reader.words(entry.get("allow_areas", ()), f"allow_areas of {where}", known=areas, repeats=True)
    allow_techniques = reader.words(
        entry.get("allow_techniques", ()), f"allow_techniques of {where}", known=techniques, repeats=True
    )
    return Letter(
        codes=frozenset(codes),
        days_left=reader.whole(reader.entry(entry, "days_left", where), f"days_left of {where}"),
        pressure=None if pressure is None else Pressure(reader.word(pressure, f"pressure of {where}", tuple(Pressure))),
        allow_areas=frozenset(allow_areas),
        allow_techniques=frozenset(allow_techniques),
    )
