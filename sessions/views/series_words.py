"""The dates of a series in words: what stands against a wished time, and the times that could be chosen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from massage_booking.core import wording
from massage_booking.core.errors import DomainError
from sessions import messages, staff_messages
from sessions.domain.refusals import Why
from sessions.domain.series import State
from sessions.selectors.series import Planning
from sessions.selectors.series_rows import NOT_THEN, OTHER_SESSION, OUT_OF_ORDER, Row, Time

# With the therapist asked for, and with anyone.
OF_THE_CALENDAR: Final[dict[str, tuple[str, str]]] = {
    Why.OUTSIDE_HOURS: ("{who} does not work then.", "Nobody works then."),
    Why.THERAPIST_BUSY: ("{who} is not free then.", "Nobody is free then."),
    NOT_THEN: ("{who} cannot give it then.", "Nobody trained for it can give it then."),
}
OF_ITSELF: Final = frozenset({*(why.value for why in Why), OTHER_SESSION, OUT_OF_ORDER})
BADGES: Final[dict[State, tuple[str, str]]] = {
    State.FITS: ("booked", "Fits"),
    State.MOVED: ("requested", "Moved"),
    State.CHOSEN: ("booked", "Your choice"),
    State.OUT: ("", "Left out"),
    State.TOO_FAR: ("no-show", "Too far ahead"),
    State.NONE: ("no-show", "Not possible"),
}
OF_A_MOVE: Final[dict[State, tuple[str, str]]] = {
    State.MOVED: ("requested", "Nearest instead"),
    State.OUT: ("", "Stays"),
    State.TOO_FAR: ("no-show", "Too far ahead: stays"),
    State.NONE: ("no-show", "Not possible: stays"),
}


@dataclass(frozen=True)
class Choice:
    """A time in a list of choices."""

    value: str
    words: str
    is_chosen: bool = False


@dataclass(frozen=True)
class Line:
    """A date as the page shows it."""

    row: Row
    badge: str
    badge_words: str
    wished: str
    why: str
    near: list[Choice]
    is_far: bool
    days: list[tuple[str, list[Choice]]]
    is_open: bool

    @property
    def name(self) -> str:
        return f"date-{self.row.number}"

    @property
    def with_whom(self) -> str:
        return who_words(self.row.time) if self.row.time else ""

    @property
    def has_choice(self) -> bool:
        return self.row.has_time or bool(self.near) or self.row.state is State.OUT


def who_words(time: Time, *, most: int = 3) -> str:
    """Write with whom: Ana, or Ana or Uma; anyone where they are many."""
    if time.therapist is None and len(time.who) > most:
        return "anyone"
    return wording.listed([person.first_name for person in time.who], " or ")


def why_words(row: Row, *, by_desk: bool, may_hear: bool) -> str:
    """Write why a date is not as wished. The desk is told no more than that it is not possible."""
    if row.why in OF_THE_CALENDAR:
        with_one, with_any = OF_THE_CALENDAR[row.why]
        return with_one.format(who=row.item.therapist.first_name) if row.item.therapist else with_any
    if by_desk:
        return staff_messages.sentence(DomainError(row.why, **row.params)) if row.why else ""
    if row.why and not may_hear and row.why not in OF_ITSELF:
        return messages.of_code("screening")
    return messages.of_code(row.why, row.params) if row.why else ""


def lines_of(planning: Planning, *, opened: int, by_desk: bool, may_hear: bool, moves: bool = False) -> list[Line]:
    """Return the dates as the page shows them; `opened` is the number of the one whose times are all listed.

    With `moves` each is a session that is booked already, and stays where it is if nothing else can be had.
    """
    badges = {**BADGES, **OF_A_MOVE} if moves else BADGES
    return [
        _line(planning, row, badges, is_open=row.number == opened, by_desk=by_desk, may_hear=may_hear)
        for row in planning.rows
    ]


def _line(
    planning: Planning, row: Row, badges: dict[State, tuple[str, str]], *, is_open: bool, by_desk: bool, may_hear: bool
) -> Line:
    badge, badge_words = badges[row.state]
    if row.needs_letter:
        badge, badge_words = "held", "Kept for a letter"
    elif row.state is State.CHOSEN and row.why:
        badge, badge_words = badges[State.MOVED]
    chosen = row.time.value if row.time else ""
    return Line(
        row=row,
        badge=badge,
        badge_words=badge_words,
        wished=f"{wording.long_date(row.item.wanted.day)}, {wording.clock_time(row.item.wanted.wall.time())}",
        why=why_words(row, by_desk=by_desk, may_hear=may_hear),
        near=[] if row.state is State.TOO_FAR else _choices(planning.nearest(row), chosen),
        # A session that is booked already stays in the list; a date that is only wished for is summed up below it.
        is_far=row.state is State.TOO_FAR and row.item.session is None,
        days=_by_day(planning.around(row), chosen, planning.zone) if is_open else [],
        is_open=is_open,
    )


def _choices(times: Iterable[Time], chosen: str) -> list[Choice]:
    return [Choice(time.value, words_of(time), time.value == chosen) for time in times]


def words_of(time: Time) -> str:
    """Write a time as a choice: Thu 12 Nov, 10:00, with Ana."""
    return f"{wording.short_date(time.starts_at)}, {wording.clock_time(time.starts_at)}, with {who_words(time)}"


def _by_day(times: Sequence[Time], chosen: str, zone: ZoneInfo) -> list[tuple[str, list[Choice]]]:
    days: dict[date, list[Time]] = {}
    for time in times:
        days.setdefault(time.starts_at.astimezone(zone).date(), []).append(time)
    return [(wording.long_date(day), _choices(found, chosen)) for day, found in days.items()]


def listed_times(times: Iterable[Any]) -> str:
    """Write instants in a sentence: Tue 16 Jun, 10:00 and Tue 30 Jun, 10:00."""
    return wording.listed([f"{wording.short_date(at)}, {wording.clock_time(at)}" for at in times])


def refusal_words(error: DomainError, *, by_desk: bool, may_hear: bool) -> str:
    """Write a refusal: for the desk, and for whoever may not read the answers, without a word of health."""
    if by_desk:
        return staff_messages.sentence(error)
    if error.code == "screening" and not may_hear:
        return messages.of_code("screening")
    return messages.sentence(error)


def these(count: int) -> str:
    """Write how many sessions something happened to, as a sentence begins: Five sessions are."""
    return "One session is" if count == 1 else f"{wording.small_number(count).capitalize()} sessions are"
