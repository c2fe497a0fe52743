"""What a client's answers mean for one session: the engine's judgement in the words that booking needs.

Codes only; sentences are made in `words`. Where a guest typed a known address, two sets of answers are weighed and the
stricter of both counts (`stricter`).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from screening import words
from screening.domain import eligibility
from screening.domain.booking_ahead import Block, BookingAhead
from screening.domain.dated import DatedAnswers
from screening.domain.earliest import Earliest
from screening.domain.earliest_together import earliest_together
from screening.domain.eligibility import Refusal
from screening.domain.enums import Outcome, Pressure, Status
from screening.domain.rules import Rules
from screening.domain.trainings import TRAININGS, trainings_needed
from screening.domain.verdict import Verdict
from screening.models import RuleVersion, Screening


@dataclass(frozen=True, eq=False)
class Assessment:
    """One judgement. `earliest` is the first day after all waits, `held_until_answered` that of one that ends in time.

    `max_pressure`, `avoid_areas` and `avoid_techniques` are what may be shown: none while nothing may be booked.
    `needs_review` asks for a therapist's look before the day. `aheads` holds what the engine said, one for each set of
    answers that was weighed, `dateds` those answers in the same order. `today` is the studio's date and `hours_until`
    the hours to the session as they were when it was judged.
    """

    screening: Screening
    rules: RuleVersion
    parsed: Rules
    for_date: date
    answered_on: Mapping[str, date]
    aheads: tuple[BookingAhead, ...]
    dateds: tuple[DatedAnswers, ...]
    today: date
    hours_until: float
    may_book: bool
    re_ask_due: bool
    held_until_answered: date | None
    todays_rows_needed: bool
    outcome: str
    status: str
    max_pressure: str
    avoid_areas: tuple[str, ...]
    avoid_techniques: tuple[str, ...]
    offered_techniques: tuple[str, ...]
    max_minutes: int | None
    guardian_in_room: bool
    guardian_on_premises: bool
    earliest: date | None
    needs_review: bool = False
    # The day on which the questions about today were last gone through.
    day_asked_on: date | None = None

    @property
    def ahead(self) -> BookingAhead:
        return self.aheads[0]

    @property
    def dated(self) -> DatedAnswers:
        """Return the answers that were weighed (the weightier set)."""
        return self.dateds[0]

    @property
    def verdict(self) -> Verdict:
        """Return the engine's verdict for the day of the session (of the weightier set of answers)."""
        return self.ahead.verdict

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Return everything that stands against booking, weightiest first, each once."""
        found = {block for ahead in self.aheads for block in ahead.blocks}
        # Two sets of answers may leave nothing together, where the engine let each pass.
        if self.outcome == Outcome.REFUSE.value:
            found.add(Block.REFUSED)
        return tuple(block for block in Block if block in found)

    @property
    def trainings_needed(self) -> tuple[str, ...]:
        """Return which further training the therapist must have that day, by any set of answers that was weighed."""
        found = {training for ahead in self.aheads for training in trainings_needed(ahead.verdict.rows)}
        return tuple(training for training in TRAININGS if training in found)

    @property
    def may_choose_time(self) -> bool:
        """Tell whether some later time could be booked with these answers, so that it makes sense to show times."""
        waits = [wait for ahead in self.aheads for wait in ahead.waits]
        # A time can be kept for a letter, too.
        only_waits = set(self.blocks) <= {Block.WAIT, Block.TODAYS_ROWS, Block.CLEARANCE}
        return self.may_book or (only_waits and all(wait.may_hold and wait.ends_on for wait in waits))

    def without(self, blocks: Collection[Block]) -> "Assessment":
        """Return the same judgement as if some of what stands against booking did not."""
        if not set(self.blocks) & set(blocks):
            return self
        gone = set(blocks)
        aheads = [replace(one, blocks=tuple(block for block in one.blocks if block not in gone)) for one in self.aheads]
        left = replace(self, aheads=tuple(aheads))
        return replace(left, may_book=not left.blocks)

    def refusals(self, technique_code: str, minutes: int) -> list[Refusal]:
        """List all that stands against a technique and a length on that day; empty: it may be booked."""
        found = [Refusal(block.value) for block in self.blocks]
        for ahead in self.aheads:
            for refusal in eligibility.fits(ahead.verdict, technique_code, minutes):
                if refusal not in found:
                    found.append(refusal)
        return found

    def earliest_for(self, technique_code: str, minutes: int) -> Earliest:
        """Return from which day the service can be had, and what must be asked again or brought by then.

        Of two sets of answers the later day counts, and what either asks for.
        """
        return earliest_together(self.parsed, self.dateds, technique=technique_code, minutes=minutes, today=self.today)

    def why_not(self, technique_code: str) -> str:
        """Return a sentence on why a technique is not offered, or nothing. It names conditions: for the client only."""
        for ahead in self.aheads:
            refusal = next(iter(eligibility.fits(ahead.verdict, technique_code, 0)), None)
            if refusal:
                return words.why_not(self.parsed, refusal)
        return ""


def judged(
    *,
    screening: Screening,
    rules: RuleVersion,
    parsed: Rules,
    for_date: date,
    answered_on: Mapping[str, date],
    ahead: BookingAhead,
    dated: DatedAnswers,
    today: date,
    hours_until: float,
    day_asked_on: date | None = None,
) -> Assessment:
    """Put the engine's judgement into the words of booking."""
    verdict, limits = ahead.verdict, ahead.verdict.limits
    return Assessment(
        screening=screening,
        rules=rules,
        parsed=parsed,
        for_date=for_date,
        answered_on=answered_on,
        aheads=(ahead,),
        dateds=(dated,),
        today=today,
        hours_until=hours_until,
        may_book=ahead.may_book,
        re_ask_due=ahead.re_ask_due,
        held_until_answered=ahead.held_until,
        todays_rows_needed=ahead.todays_rows_needed,
        outcome=verdict.headline.value,
        status=_status(ahead).value,
        max_pressure=limits.max_pressure.value,
        avoid_areas=limits.avoid_areas,
        avoid_techniques=limits.avoid_techniques,
        # A slot that is held for a wait to end is booked with the technique that the limits will leave.
        offered_techniques=(verdict.internal if ahead.may_book else limits).offered_techniques,
        max_minutes=verdict.max_minutes,
        guardian_in_room=verdict.guardian_in_room,
        guardian_on_premises=verdict.guardian_on_premises,
        earliest=ahead.earliest_on,
        day_asked_on=day_asked_on,
    )


def _status(ahead: BookingAhead) -> Status:
    """Return the status that booking goes by: re-ask due takes that of today's answers."""
    if ahead.may_book and ahead.verdict.status is Status.RESCREEN_REQUIRED:
        return ahead.verdict_today.status
    if ahead.blocks and ahead.verdict.status.is_bookable:
        return Status.RESCREEN_REQUIRED
    return ahead.verdict.status


def stricter(first: Assessment, second: Assessment) -> Assessment:
    """Weigh two sets of answers of what may be one person: whatever either rules out is out.

    `first` is the client who books; the answers with the higher outcome lead, so that their reasons come first. A
    therapist looks before the day.
    """
    lead, other = (first, second) if Outcome(first.outcome) >= Outcome(second.outcome) else (second, first)
    offered = tuple(code for code in lead.offered_techniques if code in other.offered_techniques)
    areas = _joined(lead.avoid_areas, other.avoid_areas, lead.parsed.extra.areas)
    # Together they may leave nothing, where each alone left something (guide, section 2, rule 8).
    if not offered or lead.parsed.back_areas <= set(areas):
        lead = replace(
            lead,
            may_book=False,
            outcome=Outcome.REFUSE.value,
            status=Status.NOT_BOOKABLE.value,
            max_pressure=Pressure.NONE.value,
        )
    return replace(
        lead,
        screening=first.screening,
        aheads=(*lead.aheads, *other.aheads),
        dateds=(*lead.dateds, *other.dateds),
        may_book=lead.may_book and other.may_book,
        re_ask_due=lead.re_ask_due or other.re_ask_due,
        held_until_answered=_last(lead.held_until_answered, other.held_until_answered),
        todays_rows_needed=lead.todays_rows_needed or other.todays_rows_needed,
        status=lead.status if not lead.may_book or other.may_book else other.status,
        max_pressure=min(Pressure(lead.max_pressure), Pressure(other.max_pressure)).value,
        avoid_areas=areas,
        avoid_techniques=_joined(lead.avoid_techniques, other.avoid_techniques, lead.parsed.extra.techniques),
        offered_techniques=offered,
        max_minutes=min(
            (length for length in (lead.max_minutes, other.max_minutes) if length is not None), default=None
        ),
        guardian_in_room=lead.guardian_in_room or other.guardian_in_room,
        guardian_on_premises=lead.guardian_on_premises or other.guardian_on_premises,
        earliest=_last(lead.earliest, other.earliest),
        needs_review=True,
    )


def _joined(first: Iterable[str], second: Iterable[str], order: tuple[str, ...]) -> tuple[str, ...]:
    both = {*first, *second}
    return tuple(code for code in order if code in both)


def _last(*days: date | None) -> date | None:
    return max((day for day in days if day is not None), default=None)


def sealed_reasons(assessment: Assessment) -> dict[str, Any]:
    """Return what of a judgement names conditions, as it is sealed with a decision."""
    verdicts = [ahead.verdict for ahead in assessment.aheads]
    return {
        "rules": assessment.rules.label,
        "rows": [[row.code, row.answer, row.outcome.value] for verdict in verdicts for row in verdict.rows],
        "reasons": [
            [reason.limit.value, reason.subject, reason.kind.value, reason.code, reason.answer]
            for verdict in verdicts
            for reason in verdict.reasons
        ],
        "position": _texts(note.text for verdict in verdicts for note in verdict.internal.position_notes),
        "therapist": _texts(note.text for verdict in verdicts for note in verdict.internal.therapist_notes),
        "advice": _texts(note.text for verdict in verdicts for note in verdict.client_advice),
        "messages": _texts(message for verdict in verdicts for message in verdict.messages),
        "missing_clearance": _texts(code for verdict in verdicts for code in verdict.missing_clearance),
        "reask": _texts(code for ahead in assessment.aheads for code in ahead.reask_codes),
    }


def _texts(found: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(found))
