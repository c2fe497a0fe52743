"""A client's answers with the days they were given on, and what they come to on the day of a session.

The evaluator sees ages only; here is where dates are counted (guide, sections 4 to 6).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from screening.domain.answers import ClientAnswers, Letter
from screening.domain.days import shift
from screening.domain.enums import Outcome, Pressure
from screening.domain.rules import Rules
from screening.domain.stages import (
    BIRTH_CODE,
    PREGNANCY_CODE,
    after_birth,
    next_boundary,
    passed_boundary,
    stage_answer,
)
from screening.domain.triggers import Trigger


@dataclass(frozen=True, slots=True)
class DatedAnswer:
    """One ticked row. `answer` is None for rows without a question, or not answered yet.

    `event_on` is the day that the row's wait counts from, the event or the end of symptoms; None means "not sure" and
    counts from the answer. `still_running` says that the symptoms had not ended when last asked, so that no end can be
    counted; `statement_on` is the day of a doctor's statement that they are over. `due_or_birth_on` goes with pregnancy
    (due date) and postpartum (birth). `sites` are the marked areas, the empty set for "not on a listed area", None
    while nothing was marked.
    """

    answer: str | None
    answered_on: date
    event_on: date | None = None
    still_running: bool = False
    due_or_birth_on: date | None = None
    sites: frozenset[str] | None = None
    statement_on: date | None = None


@dataclass(frozen=True, slots=True)
class DatedLetter:
    """A doctor's letter. It ends for each row by that row's lifetime, and by `expires_on` where the letter says so.

    `lapsed` names rows that it covered until a re-screening trigger touched them. `avoid_areas` are to be left out
    whatever else the rules allow.
    """

    codes: frozenset[str]
    signed_on: date
    expires_on: date | None = None
    pressure: Pressure | None = None
    allow_areas: frozenset[str] = frozenset()
    allow_techniques: frozenset[str] = frozenset()
    avoid_areas: frozenset[str] = frozenset()
    lapsed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DatedAnswers:
    """Everything known about a client. Letters stand in the order in which they were accepted.

    `today_asked_on` is the day on which the card about today was last gone through, ticked or not; `form_on` and
    `last_visit_on` are the days of the last whole form and of the last visit. `pending` names rows, ticked or not, that
    must be asked again at once, with the trigger that says so; while `stopped`, nothing may be booked or begun.
    """

    date_of_birth: date
    answers: Mapping[str, DatedAnswer] = field(default_factory=dict)
    letters: tuple[DatedLetter, ...] = ()
    guardian_consent: bool = False
    reason_back_pain: bool = False
    today_asked_on: date | None = None
    form_on: date | None = None
    last_visit_on: date | None = None
    pending: Mapping[str, Trigger] = field(default_factory=dict)
    stopped: bool = False


def age_on(date_of_birth: date, day: date) -> int:
    """Return the age in whole years; somebody born on 29 February turns a year older on 1 March in other years."""
    had_birthday = (day.month, day.day) >= (date_of_birth.month, date_of_birth.day)
    return max(0, day.year - date_of_birth.year - (not had_birthday))


def birthday(date_of_birth: date, age: int) -> date:
    """Return the first day on which somebody is of an age, the last day of the calendar where that lies beyond it."""
    year = date_of_birth.year + age
    if year > date.max.year:
        return date.max
    try:
        return date_of_birth.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def as_of(rules: Rules, dated: DatedAnswers, session_on: date, *, counted_to: date | None = None) -> ClientAnswers:
    """Return what the evaluator sees of a client on the day of a session.

    Age, letters and stages are those of `session_on`. The ages of answers, and whether something has ended one, are
    counted to `counted_to`, which is the session's day unless said otherwise.
    """
    counted_to = session_on if counted_to is None else counted_to
    given = {code: answer for code, answer in dated.answers.items() if not _is_over(rules, code, answer, session_on)}
    ticks = {code: _answer_on(rules, code, answer, session_on) for code, answer in given.items()}
    turned_on = _last_birthday(rules, dated.date_of_birth, counted_to)
    return ClientAnswers(
        age=age_on(dated.date_of_birth, session_on),
        ticks=ticks,
        body_map={code: answer.sites for code, answer in given.items() if answer.sites is not None},
        answer_age_days={code: max(0, (counted_to - answer.answered_on).days) for code, answer in given.items()},
        letters=tuple(_letters(rules, dated, session_on)),
        guardian_consent=dated.guardian_consent,
        reason_back_pain=dated.reason_back_pain,
        out_of_date=frozenset(
            [
                code
                for code, answer in given.items()
                if code in dated.pending
                or answer.answered_on < turned_on
                or _stage_ended(code, answer, counted_to)
                or _letter_ended(rules, dated, code, ticks[code], counted_to)
            ]
        ),
    )


def _answer_on(rules: Rules, code: str, answer: DatedAnswer, day: date) -> str | None:
    if code == PREGNANCY_CODE and answer.due_or_birth_on is not None:
        return stage_answer(rules, answer.answer, answer.answered_on, answer.due_or_birth_on, day)
    return answer.answer


def _is_over(rules: Rules, code: str, answer: DatedAnswer, day: date) -> bool:
    """Tell whether the weeks after a birth have run out by themselves (section 4)."""
    if code != BIRTH_CODE or answer.due_or_birth_on is None:
        return False
    return after_birth(rules, answer.answer, answer.due_or_birth_on, day)


def _last_birthday(rules: Rules, date_of_birth: date, day: date) -> date:
    """Return the last birthday up to a day that changed the rules, which ended older answers (section 5, trigger 7)."""
    birthdays = [birthday(date_of_birth, age) for age in rules.age_bounds]
    return max((each for each in birthdays if each <= day), default=date.min)


def _stage_ended(code: str, answer: DatedAnswer, day: date) -> bool:
    """Tell whether a boundary of pregnancy has ended an answer (section 5, trigger 4)."""
    if code != PREGNANCY_CODE or answer.due_or_birth_on is None:
        return False
    return passed_boundary(answer.due_or_birth_on, answer.answered_on, day)


def _letter_ended(rules: Rules, dated: DatedAnswers, code: str, answer: str | None, day: date) -> bool:
    """Tell whether the last letter for a row that needs one has ended since the row was answered (trigger 6)."""
    if not dated.letters or rules.effect_of(code, answer).outcome is not Outcome.CLEARANCE:
        return False
    ends = [letter_ends_on(rules, dated, each, code) for each in dated.letters if code in each.codes - each.lapsed]
    return bool(ends) and dated.answers[code].answered_on < max(ends) <= day


def _letters(rules: Rules, dated: DatedAnswers, session_on: date) -> Iterator[Letter]:
    """Split each letter by row, because one letter may end on a different day for each row that it covers."""
    for letter in dated.letters:
        for code in sorted(letter.codes - letter.lapsed):
            yield Letter(
                codes=frozenset({code}),
                days_left=(letter_ends_on(rules, dated, letter, code) - session_on).days,
                pressure=letter.pressure,
                allow_areas=letter.allow_areas,
                allow_techniques=letter.allow_techniques,
                avoid_areas=letter.avoid_areas,
            )


def letter_ends_on(rules: Rules, dated: DatedAnswers, letter: DatedLetter, code: str) -> date:
    """Return the first day on which a letter no longer covers a row (section 2, after rule 13)."""
    lifetimes = rules.extra.clearance_valid_days
    ends = [shift(letter.signed_on, lifetimes.get(code, lifetimes["default"]))]
    if letter.expires_on is not None:
        ends.append(letter.expires_on)
    pregnancy = dated.answers.get(PREGNANCY_CODE)
    if code == PREGNANCY_CODE and pregnancy is not None and pregnancy.due_or_birth_on is not None:
        boundary = next_boundary(pregnancy.due_or_birth_on, letter.signed_on)
        if boundary is not None:
            ends.append(boundary)
    return min(ends)
