"""What a screening means on a date: the evaluator's answer."""

from dataclasses import dataclass

from screening.domain.enums import LimitKind, Outcome, Pressure, ReasonKind, Status
from screening.domain.rule_types import Deferral


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one limit stands: what it limits, the value it asks for, and the row, mark or rule that it comes from.

    `subject` is an outcome, a pressure, an area, a technique or a number of minutes, as `limit` says. `code` is the
    row; the id of the rule where `kind` is AGE_RULE, or the row that it adds; the final cap where it is
    FINAL_PRESSURE. `answer` is the client's, None where there is none.
    """

    limit: LimitKind
    subject: str
    kind: ReasonKind
    code: str | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A text of the rules with the row it comes from."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """What one row came to. `covered` is True where a letter that has not expired covers a clearance row.

    `answer` is None while the row's question is unanswered; `wait` is the wait of a deferring answer, if it has one.
    """

    code: str
    answer: str | None
    outcome: Outcome
    message: str | None
    wait: Deferral | None
    covered: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """What a session must keep to. Areas and techniques stand in the order of the rules, notes highest rank first."""

    max_pressure: Pressure
    avoid_areas: tuple[str, ...]
    avoid_techniques: tuple[str, ...]
    offered_techniques: tuple[str, ...]
    position_notes: tuple[Note, ...]
    therapist_notes: tuple[Note, ...]


# Shown while nothing may be booked (guide, section 2, rule 9).
NO_LIMITS_SHOWN = Limits(Pressure.NONE, (), (), (), (), ())


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one screening on one day, its limits, and the reason for each.

    `limits` is what may be shown and booked: emptied for defer and refuse. `internal` is what the live rows ask for
    before that. `rows` are all ticked and age-set rows in the order of the table. Messages are ordered by level and
    already reduced to emergency ones where there is one. `wait_days` is the longest wait while the headline is defer,
    else 0.
    """

    rules_version: str
    headline: Outcome
    status: Status
    limits: Limits
    internal: Limits
    rows: tuple[RowVerdict, ...]
    missing_clearance: tuple[str, ...]
    expired: tuple[str, ...]
    unanswered: tuple[str, ...]
    unmarked: tuple[str, ...]
    wait_days: int
    messages: tuple[str, ...]
    nothing_left: bool
    guardian_consent_required: bool
    guardian_in_room: bool
    guardian_on_premises: bool
    max_minutes: int | None
    client_advice: tuple[Note, ...]
    reasons: tuple[Reason, ...]

    @property
    def max_pressure(self) -> Pressure:
        return self.limits.max_pressure

    @property
    def avoid_areas(self) -> tuple[str, ...]:
        return self.limits.avoid_areas

    @property
    def avoid_techniques(self) -> tuple[str, ...]:
        return self.limits.avoid_techniques

    @property
    def offered_techniques(self) -> tuple[str, ...]:
        return self.limits.offered_techniques

    @property
    def position_notes(self) -> tuple[Note, ...]:
        return self.limits.position_notes

    @property
    def therapist_notes(self) -> tuple[Note, ...]:
        return self.limits.therapist_notes

    @property
    def incomplete(self) -> tuple[str, ...]:
        """Rows without an answer or without their body map mark, in the order of the table."""
        missing = {*self.unanswered, *self.unmarked}
        return tuple(row.code for row in self.rows if row.code in missing)

    def rows_that(self, outcome: Outcome) -> tuple[RowVerdict, ...]:
        """List the rows that came to `outcome`."""
        return tuple(row for row in self.rows if row.outcome is outcome)

    def why(self, limit: LimitKind, subject: str | None = None) -> tuple[Reason, ...]:
        """List the reasons for one limit, such as (AREA, "legs") or (PRESSURE,), the rows' own before derived ones.

        That the final pressure rules a technique out is named only where no row rules it out by itself. For pressure
        without a subject, only what sets the final cap is listed.
        """
        if limit is LimitKind.PRESSURE and subject is None:
            subject = self.internal.max_pressure.value
        found = [reason for reason in self.reasons if reason.limit is limit and subject in (None, reason.subject)]
        direct = [reason for reason in found if reason.kind is not ReasonKind.FINAL_PRESSURE]
        return tuple(direct or found)
