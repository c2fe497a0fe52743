"""The rules as data: one frozen dataclass for each kind of entry in the four files.

Every field of the files is kept, also those that no verdict needs, so that a rule version can be exported unchanged.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from screening.domain.enums import AfterWait, CountFrom, Level, Outcome, Pressure
from screening.domain.reports import STANDARD, Report

NOT_SURE = "Not sure"
ANY_ANSWER = "*"


@dataclass(frozen=True, slots=True)
class AnswerOption:
    """One answer of a follow-up question and what it comes to."""

    answer: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Row:
    """One condition of the table, named as the columns of rules.csv (guide, section 1)."""

    code: str
    label: str
    article_item: str
    category: str
    default_outcome: Outcome
    follow_up_question: str
    options: tuple[AnswerOption, ...]
    max_pressure: Pressure
    avoid_areas: tuple[str, ...]
    avoid_techniques: tuple[str, ...]
    position_note: str
    therapist_note: str
    client_advice: str
    valid_for_days: int
    confidence: str
    sources: str

    @property
    def has_question(self) -> bool:
        return bool(self.options)

    def outcome_of(self, answer: str | None) -> Outcome | None:
        """Return the outcome of one of this row's answers, or None when it is not one of them."""
        return next((option.outcome for option in self.options if option.answer == answer), None)


@dataclass(frozen=True, slots=True)
class AnswerLimit:
    """Limits of one answer that replace those of its row; None leaves the row's as they are (section 1)."""

    code: str
    answer: str
    pressure: Pressure | None
    areas: tuple[str, ...] | None
    techniques: tuple[str, ...] | None
    why: str


@dataclass(frozen=True, slots=True)
class Deferral:
    """A wait in days that one answer brings, or after which a refused row may be asked again (section 6)."""

    code: str
    answer: str
    rescreen_after_days: int
    count_from: CountFrom
    ends_when: str
    after_wait: AfterWait


@dataclass(frozen=True, slots=True)
class Message:
    """A text that tells the client to seek help, with {EMERGENCY} and {URGENT} to be filled in (section 7)."""

    id: str
    level: Level
    text: str


@dataclass(frozen=True, slots=True)
class MessageTrigger:
    """The answer (`*`: the tick itself) that shows a message."""

    code: str
    answer: str
    message: str


@dataclass(frozen=True, slots=True)
class AgeRule:
    """One rule of section 3; None stands for a key that the data does not have.

    The rule holds from `from_age` to the day before `below_age`, or at any age from `or_from_age` on.
    """

    id: str
    when: str
    effect: str | None
    from_age: int
    below_age: int
    or_from_age: int | None
    needs_back_pain: bool
    pressure_cap: Pressure | None
    guardian_consent: bool | None
    guardian_in_room: bool | None
    guardian_on_premises: bool | None
    max_minutes: int | None
    ticks_row: str | None
    adds_row: str | None
    adds_outcome: Outcome | None
    code: str | None
    answer: str | None

    def covers(self, age: int) -> bool:
        return self.from_age <= age < self.below_age or (self.or_from_age is not None and age >= self.or_from_age)


@dataclass(frozen=True, slots=True)
class RefuseText:
    """The fixed text of section 7, and the rows that show their own advice in its place."""

    text: str
    own_advice_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArrivalQuestion:
    """The question put to everybody on the day, and the rows that a yes asks again (section 5)."""

    text: str
    reasks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AheadRules:
    """The timing rules for sessions booked ahead (section 5)."""

    ask_within_hours: int
    ask_within_codes: tuple[str, ...]
    reminder_hours_before: int
    never_held_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Extra:
    """Everything that rules_extra.json holds."""

    version: str
    areas: tuple[str, ...]
    techniques: tuple[str, ...]
    technique_min_pressure: Mapping[str, Pressure]
    prenatal_only_if: str
    back_areas: tuple[str, ...]
    site_specific_codes: tuple[str, ...]
    body_map_prompts: Mapping[str, str]
    answer_limits: tuple[AnswerLimit, ...]
    clearance_valid_days: Mapping[str, int]
    age_rules: tuple[AgeRule, ...]
    deferrals: tuple[Deferral, ...]
    refuse_rescreens: tuple[Deferral, ...]
    message_triggers: tuple[MessageTrigger, ...]
    messages: Mapping[str, Message]
    refuse_without_message: RefuseText
    arrival_check_codes: tuple[str, ...]
    arrival_only_if_ticked: tuple[str, ...]
    arrival_question: ArrivalQuestion
    booking_ahead: AheadRules
    date_questions: Mapping[str, str]
    after_session: tuple[Report, ...] = STANDARD


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that stand together on the screen (section 15)."""

    id: str
    title: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything that screen.json holds."""

    note: str
    groups: tuple[Group, ...]
    shown_only_with: Mapping[str, str]
    short_labels: Mapping[str, str]
