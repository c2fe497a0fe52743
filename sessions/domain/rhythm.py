"""A client's rhythm: when the next session is due, whether to say so, and which three times to offer.

Everything here is a date on the studio's wall. Due is the last session plus the interval; a month's count is only a
caption under it. Sessions count when they happened (`done`) or are booked and still to come (`booked`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from massage_booking.core.walltime import DAY, date_numbered, wall_minutes

DEFAULT_INTERVAL: Final = 14
NUDGE_DAYS: Final = 5
# A session within a week of its day still keeps a rhythm of two weeks.
GRACE_DAYS: Final = 7
NUDGE_REST_DAYS: Final = 7
NUDGES_WITHOUT_ANSWER: Final = 3


class State(StrEnum):
    """Where a rhythm stands today."""

    ON_TRACK = "on_track"  # something is booked, or the next is not due for a while
    DUE_SOON = "due_soon"  # nothing booked, due within the days of the nudge
    DUE = "due"  # nothing booked, due today or less than a week ago
    OVERDUE = "overdue"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What a plan says. `accepted_on` counts as the last session until there is one."""

    accepted_on: date
    interval_days: int = DEFAULT_INTERVAL
    paused_until: date | None = None  # the first date on which it goes on; date.max for good

    @property
    def per_month(self) -> int:
        """Return the sessions a month that the interval comes to: 14 days make two."""
        return max(1, round(30 / self.interval_days))


@dataclass(frozen=True, slots=True)
class Ledger:
    """The rhythm on a day. `nudge_due_on` is None while paused or booked; it may lie in the past."""

    state: State
    last_on: date | None
    next_on: date | None
    due_on: date
    nudge_due_on: date | None


def ledger(
    rhythm: Rhythm,
    *,
    done: Iterable[date],
    booked: Iterable[date],
    today: date,
    nudge_days: int = NUDGE_DAYS,
) -> Ledger:
    """Return how the rhythm stands today, from the dates of the sessions that happened and those booked.

    A pause moves the due date to its end when it would have fallen before. What is booked before today but was
    neither done nor cancelled counts for nothing.
    """
    last_on = max((day for day in done if day <= today), default=None)
    next_on = min((day for day in booked if day >= today), default=None)
    due_on = _due_on(rhythm, last_on)
    paused = rhythm.paused_until is not None and today < rhythm.paused_until
    state = State.PAUSED if paused else _state(due_on, next_on, today, nudge_days)
    quiet = paused or next_on is not None
    # A plan that was accepted a moment ago is not nudged about, however short its interval.
    nudge_due_on = None if quiet else max(due_on - timedelta(days=nudge_days), rhythm.accepted_on)
    return Ledger(state, last_on, next_on, due_on, nudge_due_on)


def may_nudge(
    standing: Ledger,
    *,
    today: date,
    last_nudged_on: date | None,
    unanswered: int,
    most_unanswered: int = NUDGES_WITHOUT_ANSWER,
    rest_days: int = NUDGE_REST_DAYS,
) -> bool:
    """Say whether a nudge may go out today: it is due, not too many stayed unanswered, and the last is a week old."""
    if standing.nudge_due_on is None or today < standing.nudge_due_on or unanswered >= most_unanswered:
        return False
    return last_nudged_on is None or today - last_nudged_on >= timedelta(days=rest_days)


def _due_on(rhythm: Rhythm, last_on: date | None) -> date:
    due_on = (last_on or rhythm.accepted_on) + timedelta(days=rhythm.interval_days)
    return max(due_on, rhythm.paused_until) if rhythm.paused_until else due_on


def _state(due_on: date, next_on: date | None, today: date, nudge_days: int) -> State:
    if next_on is not None:
        return State.ON_TRACK
    left = (due_on - today).days
    if left > nudge_days:
        return State.ON_TRACK
    if left > 0:
        return State.DUE_SOON
    return State.DUE if left > -GRACE_DAYS else State.OVERDUE


# -- the caption: "1 of 2 in October"


@dataclass(frozen=True, slots=True)
class MonthTally:
    """How many sessions a month has, done and booked together, of how many wanted."""

    month: date  # its first day
    sessions: int
    wanted: int


def month_tallies(
    rhythm: Rhythm, *, done: Iterable[date], booked: Iterable[date], today: date, months: int = 3
) -> list[MonthTally]:
    """Return the tallies of the last months, this one included and last. Only booked dates from today on count."""
    days = [*(day for day in done if day <= today), *(day for day in booked if day >= today)]
    number = today.year * 12 + today.month - 1
    firsts = [date(index // 12, index % 12 + 1, 1) for index in range(number - months + 1, number + 1)]
    return [MonthTally(first, sum(day.replace(day=1) == first for day in days), rhythm.per_month) for first in firsts]


# -- the picture: a dot for each of twelve weeks


class Dot(StrEnum):
    DONE = "done"
    BOOKED = "booked"
    FREE = "free"  # nothing yet, and a time can be offered
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Week:
    """A week from its Monday on."""

    starts_on: date
    dot: Dot
    is_now: bool


def weeks(
    *,
    done: Iterable[date],
    booked: Iterable[date],
    today: date,
    free: Iterable[date] = (),
    before: int = 8,
    after: int = 3,
) -> list[Week]:
    """Return twelve weeks, this one the ninth. A week shows the best it has: done, then booked, then free."""
    marks = {_monday(day): Dot.FREE for day in free if day >= today}
    marks |= {_monday(day): Dot.BOOKED for day in booked if day >= today}
    marks |= {_monday(day): Dot.DONE for day in done if day <= today}
    this = _monday(today)
    mondays = [this + timedelta(weeks=shift) for shift in range(-before, after + 1)]
    return [Week(monday, marks.get(monday, Dot.NONE), monday == this) for monday in mondays]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


# -- three times to offer


@dataclass(frozen=True, slots=True)
class Offer:
    """An opening that could be offered. `minute` is its start in UTC minutes, the rest what the wall shows."""

    minute: int
    therapist_id: int
    day: date
    minute_of_day: int


def offers_of(starts_of: Mapping[int, Sequence[int]], zone: ZoneInfo) -> list[Offer]:
    """Return the openings of some therapists, sorted UTC minutes by therapist id, as offers."""
    return [
        Offer(minute, therapist_id, date_numbered(wall // DAY), wall % DAY)
        for therapist_id, starts in starts_of.items()
        for minute, wall in zip(starts, wall_minutes(starts, zone), strict=True)
    ]


def choose_three(
    offers: Collection[Offer],
    *,
    around: date,
    therapist_id: int | None = None,
    weekday: int | None = None,
    time_of_day: time | None = None,
    n: int = 3,
) -> list[Offer]:
    """Return up to three offers, the best first.

    Better is, in this order: within a week of `around`; the same therapist; the same weekday; nearer to the time of
    day, in whole hours; nearer to `around`; earlier. A wish that is None counts for nothing. The offers lie on
    different dates as long as there are such; after that, a date may come again, an instant never.
    """

    liked = None if time_of_day is None else time_of_day.hour * 60 + time_of_day.minute

    def rank(offer: Offer) -> tuple[int, ...]:
        away = abs((offer.day - around).days)
        return (
            int(away > GRACE_DAYS),
            int(therapist_id is not None and offer.therapist_id != therapist_id),
            int(weekday is not None and offer.day.weekday() != weekday),
            0 if liked is None else abs(offer.minute_of_day - liked) // 60,
            away,
            offer.minute,
            offer.therapist_id,
        )

    ranked = sorted(offers, key=rank)
    chosen = _first_of_each(ranked, [offer.day for offer in ranked])[:n]
    if len(chosen) < n:
        taken = {offer.minute for offer in chosen}
        rest = [offer for offer in ranked if offer.minute not in taken]
        chosen += _first_of_each(rest, [offer.minute for offer in rest])[: n - len(chosen)]
    return sorted(chosen, key=rank)


def _first_of_each(offers: Sequence[Offer], keys: Sequence[object]) -> list[Offer]:
    """Return the first offer of each key, in order."""
    firsts: dict[object, Offer] = {}
    for offer, key in zip(offers, keys, strict=True):
        firsts.setdefault(key, offer)
    return list(firsts.values())
