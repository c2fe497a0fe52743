"""The closed sets of words in which the rules and their verdicts speak."""

from enum import StrEnum


class Ranked(StrEnum):
    """A word that knows its place among its siblings, in order of definition, lowest first.

    Comparisons follow that place, never the alphabet; comparing with a string that is no sibling is a ValueError.
    """

    rank: int

    def __init__(self, word: str) -> None:
        self.rank = len(type(self).__members__)

    def _rank_of(self, other: str) -> int:
        return other.rank if isinstance(other, Ranked) and type(other) is type(self) else type(self)(other).rank

    def __lt__(self, other: str) -> bool:
        return self.rank < self._rank_of(other)

    def __le__(self, other: str) -> bool:
        return self.rank <= self._rank_of(other)

    def __gt__(self, other: str) -> bool:
        return self.rank > self._rank_of(other)

    def __ge__(self, other: str) -> bool:
        return self.rank >= self._rank_of(other)


class Outcome(Ranked):
    """What one row, or the whole screening, comes to (guide, section 1)."""

    CLEAR = "clear"
    MODIFY = "modify"
    CLEARANCE = "clearance"
    DEFER = "defer"
    REFUSE = "refuse"

    @property
    def is_live(self) -> bool:
        """Tell whether a row with this outcome restricts a session that may be booked (section 2, rule 5)."""
        return self in (Outcome.MODIFY, Outcome.CLEARANCE)


class Pressure(Ranked):
    """The most pressure allowed, on the guide's scale of three and none (section 1)."""

    NONE = "none"
    LIGHT = "light"
    MEDIUM = "medium"
    FIRM = "firm"


class Level(Ranked):
    """How soon a message wants the client to act, soonest first (section 7)."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    SOON = "soon"


class Status(StrEnum):
    """What the booking system may do with a verdict, in the order in which they are decided (section 2, rule 12)."""

    NOT_BOOKABLE = "not_bookable"
    WAIT = "wait"
    RESCREEN_REQUIRED = "rescreen_required"
    AWAITING_GUARDIAN_CONSENT = "awaiting_guardian_consent"
    AWAITING_CLEARANCE = "awaiting_clearance"
    BOOKABLE = "bookable"
    BOOKABLE_WITH_RESTRICTIONS = "bookable_with_restrictions"

    @property
    def is_bookable(self) -> bool:
        return self in (Status.BOOKABLE, Status.BOOKABLE_WITH_RESTRICTIONS)


class CountFrom(StrEnum):
    """The day on which a wait starts to count (section 6)."""

    ANSWER = "answer"
    EVENT = "event"
    SYMPTOM_END = "symptom_end"


class AfterWait(StrEnum):
    """What follows a wait (section 6)."""

    ASK_AGAIN = "ask_again"
    CLEARANCE = "clearance"


class LimitKind(StrEnum):
    """Which part of a verdict a reason explains."""

    OUTCOME = "outcome"
    PRESSURE = "pressure"
    AREA = "area"
    TECHNIQUE = "technique"
    LENGTH = "length"


class ReasonKind(StrEnum):
    """Where a limit comes from."""

    ROW = "row"
    BODY_MAP = "body_map"
    AGE_RULE = "age_rule"
    FINAL_PRESSURE = "final_pressure"
    LETTER = "letter"
    NOTHING_LEFT = "nothing_left"
