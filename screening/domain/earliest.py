"""From which day can this client have this service, and what must be asked or brought by then? (sections 2 to 6)

The evaluator lets no wait end by itself. Here a wait that ends opens the date, on the promise that its row is asked
again by then: the best answer that the row still has is taken to follow, or one that needs a letter where the wait says
so. Every other answer is taken to stay as it is, also one that must be confirmed. A letter or a guardian's consent that
is missing is named and moves no date; what a letter might open beyond that is not guessed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from screening.domain.afterwards import Ending, answered_by, endings_of
from screening.domain.booking_ahead import whole_form_is_due
from screening.domain.dated import DatedAnswers, as_of, birthday, letter_ends_on
from screening.domain.days import shift
from screening.domain.eligibility import TOO_LONG, fits
from screening.domain.enums import LimitKind, Outcome, ReasonKind
from screening.domain.evaluate import evaluate
from screening.domain.rules import Rules
from screening.domain.stages import BIRTH_CODE, PREGNANCY_CODE, after_birth_from, boundaries
from screening.domain.verdict import Reason, RowVerdict, Verdict
from screening.domain.waits import Wait, not_until, running_days, waits_of

HORIZON_DAYS: Final = 400


class Why(StrEnum):
    """What stands against a day, weightiest first; the last three are what is so on the day itself."""

    STOPPED = "stopped"  # until somebody has looked at a report
    REFUSED = "refused"  # by a row that time does not change
    UNANSWERED = "unanswered"  # a row without its answer, which may refuse or defer
    ANSWER_FIRST = "answer_first"  # a wait with a message: no day until the row was answered again
    RUNNING = "running"  # symptoms have not ended
    REFUSED_UNTIL = "refused_until"
    TOO_YOUNG = "too_young"
    WAIT = "wait"
    NOTHING_LEFT = "nothing_left"
    TECHNIQUE = "technique"
    TOO_LONG = "too_long"
    NOW = "now"
    CLEARANCE = "clearance"
    GUARDIAN = "guardian"


WEIGHTS: Final = {why: weight for weight, why in enumerate(Why)}
# What is so on the day itself.
BY_THE_DAY: Final = frozenset({Why.NOW, Why.CLEARANCE, Why.GUARDIAN})
# No day changes these.
_TIMELESS: Final = frozenset({Why.STOPPED, Why.REFUSED, Why.UNANSWERED, Why.ANSWER_FIRST, Why.RUNNING})
Obstacle = tuple[Why, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Because:
    """One reason with the rows it comes from (age rules by their id), and the day from which it no longer stands.

    `until` is None for what has no known end, and for what is so on the day itself.
    """

    why: Why
    codes: tuple[str, ...] = ()
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Earliest:
    """The first day that allows a service, None when none is known, and what must happen by then.

    `reasons` are what stands before that day and what must be brought to it. `waits` are those of today. While symptoms
    run, `running_days` are the days to wait once they are over, but not until `not_until`, where a longer wait ends.
    `reask_codes` must be asked again by the day: rows whose wait ends, out-of-date and unfinished ones, and those that
    something has ended; without a day those of today.
    `bring_codes` need a letter by then. `whole_form` asks for the whole form by then. `avoid_areas` are what that day
    leaves out.
    """

    day: date | None
    reasons: tuple[Because, ...]
    waits: tuple[Wait, ...] = ()
    running_days: int | None = None
    not_until: date | None = None
    reask_codes: tuple[str, ...] = ()
    bring_codes: tuple[str, ...] = ()
    needs_guardian: bool = False
    whole_form: bool = False
    avoid_areas: tuple[str, ...] = ()

    @property
    def codes_why(self) -> tuple[Why, ...]:
        """List the reasons without their rows, each once."""
        return tuple(dict.fromkeys(reason.why for reason in self.reasons))


def earliest(
    rules: Rules,
    dated: DatedAnswers,
    *,
    technique: str,
    minutes: int,
    today: date,
    horizon_days: int = HORIZON_DAYS,
    not_before: date | None = None,
) -> Earliest:
    """Return the first day from today, or from `not_before`, that allows a technique and a length in minutes.

    Only days on which something changes are judged: the first, ends of waits and letters, birthdays, stages.
    """
    first = max(today, not_before or today)
    endings = endings_of(rules, dated)
    standing: dict[Obstacle, date | None] = {}
    opening: Verdict | None = None
    found: tuple[date, Verdict] | None = None
    for day in _days(rules, dated, endings, first, shift(today, horizon_days)):
        verdict = evaluate(rules, as_of(rules, answered_by(rules, dated, endings, day), day))
        opening = opening or verdict
        against = list(_against(rules, dated, endings, verdict, technique, minutes))
        standing.update({gone: day for gone, until in standing.items() if until is None and gone not in against})
        standing.update(dict.fromkeys(against))
        if not against:
            found = (day, verdict)
        if not against or any(why in _TIMELESS for why, _ in against):
            break
    return _answer(rules, dated, endings, standing, opening, found, first, today)


def _days(rules: Rules, dated: DatedAnswers, endings: Mapping[str, Ending], first: date, last: date) -> Iterator[date]:
    """Yield the days on which the verdict may change, in order; the later ones are looked for only when needed."""
    yield first
    days = {ending.on for ending in endings.values()}
    days |= {birthday(dated.date_of_birth, age) for age in rules.age_bounds}
    for code, starts in ((PREGNANCY_CODE, boundaries), (BIRTH_CODE, lambda born_on: (after_birth_from(born_on),))):
        given = dated.answers.get(code)
        if given is not None and given.due_or_birth_on is not None:
            days.update(starts(given.due_or_birth_on))
    for letter in dated.letters:
        # The end of a letter that only allows something cannot open a day.
        if letter.pressure is not None or letter.avoid_areas:
            days |= {letter_ends_on(rules, dated, letter, code) for code in letter.codes - letter.lapsed}
    yield from sorted(day for day in days if first < day <= last)


def _against(
    rules: Rules,
    dated: DatedAnswers,
    endings: Mapping[str, Ending],
    verdict: Verdict,
    technique: str,
    minutes: int,
) -> Iterator[Obstacle]:
    """Yield what stands against a service on the day of a verdict."""
    if dated.stopped:
        yield Why.STOPPED, ()
    for row in verdict.rows:
        if row.outcome is Outcome.REFUSE:
            yield _refused(rules, dated, endings, row, verdict), (row.code,)
        elif row.outcome is Outcome.DEFER:
            yield _deferred(endings, row), (row.code,)
    if verdict.nothing_left:
        live = tuple(row.code for row in verdict.rows if row.outcome.is_live)
        yield Why.NOTHING_LEFT, live
    for refusal in fits(verdict, technique, minutes):
        reasons = refusal.params.get("reasons", ())
        codes = _codes(verdict, reasons) if isinstance(reasons, tuple) else ()
        yield (Why.TOO_LONG if refusal.code == TOO_LONG else Why.TECHNIQUE), codes


def _refused(
    rules: Rules, dated: DatedAnswers, endings: Mapping[str, Ending], row: RowVerdict, verdict: Verdict
) -> Why:
    if row.code in rules.set_by_age and row.code not in dated.answers:
        return Why.TOO_YOUNG
    if row.code in verdict.unanswered:
        return Why.UNANSWERED
    return Why.REFUSED_UNTIL if row.code in endings else Why.REFUSED


def _deferred(endings: Mapping[str, Ending], row: RowVerdict) -> Why:
    if row.wait is None:
        return Why.UNANSWERED
    if row.message:
        return Why.ANSWER_FIRST
    return Why.WAIT if row.code in endings else Why.RUNNING


def _codes(verdict: Verdict, reasons: Sequence[Reason]) -> tuple[str, ...]:
    """List the rows and rules behind a limit; a technique that only the final pressure rules out has those of that."""
    found = [reason for reason in reasons if reason.kind is not ReasonKind.FINAL_PRESSURE]
    found = found or list(verdict.why(LimitKind.PRESSURE))
    return tuple(dict.fromkeys(reason.code for reason in found if reason.code))


def _answer(
    rules: Rules,
    dated: DatedAnswers,
    endings: Mapping[str, Ending],
    standing: Mapping[Obstacle, date | None],
    opening: Verdict | None,
    found: tuple[date, Verdict] | None,
    first: date,
    today: date,
) -> Earliest:
    assert opening is not None  # the first day is always judged
    day, verdict = found or (first, opening)
    waits = waits_of(rules, dated, opening)
    again = {code for code, ending in endings.items() if ending.on <= day}
    again |= {code for why, codes in standing if why is Why.ANSWER_FIRST for code in codes}
    needs_guardian = verdict.guardian_consent_required and not dated.guardian_consent
    reasons = [
        Because(why, codes, endings[codes[0]].on if why in (Why.WAIT, Why.REFUSED_UNTIL) else until)
        for (why, codes), until in standing.items()
    ]
    reasons.sort(key=lambda reason: WEIGHTS[reason.why])
    if found and day == today:
        reasons.append(Because(Why.NOW))
    if verdict.missing_clearance:
        reasons.append(Because(Why.CLEARANCE, verdict.missing_clearance))
    if needs_guardian:
        reasons.append(Because(Why.GUARDIAN))
    return Earliest(
        day=day if found else None,
        reasons=tuple(reasons),
        waits=waits,
        running_days=running_days(waits),
        not_until=not_until(waits, today),
        reask_codes=_reask(rules, dated, day, {*again, *verdict.incomplete}),
        bring_codes=verdict.missing_clearance,
        needs_guardian=needs_guardian,
        whole_form=whole_form_is_due(dated, day),
        avoid_areas=verdict.internal.avoid_areas,
    )


def _reask(rules: Rules, dated: DatedAnswers, day: date, more: set[str]) -> tuple[str, ...]:
    """List the rows to be asked again by a day: `more`, and what time or something that happened has ended."""
    seen = as_of(rules, dated, day)
    old = {code for code, days in seen.answer_age_days.items() if days > rules.rows[code].valid_for_days}
    wanted = more | old | seen.out_of_date | dated.pending.keys()
    return tuple(code for code in rules.rows if code in wanted)
