"""One round of the race for one time, and of the storm around it; `make test` runs one, `make drills` many."""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.concurrency import audit
from tests.concurrency.browsers import (
    ANA,
    Answer,
    at_once,
    by_confirming,
    by_desk,
    by_holding,
    by_nudge,
    day_at,
    slowest_but_five_percent,
)
from tests.concurrency.server import Served

RACERS = 200
# Of ten who book, how many come by the last page, how many by the desk; the rest presses a letter's link.
CONFIRMING, AT_THE_DESK = 6, 2
JUST_TAKEN = "not free any more"


@dataclass
class Round:
    """What came of a round: answers, and seconds until the last of them."""

    answers: list[Answer]
    seconds: float
    rows: list[tuple[str, str]] = field(default_factory=list)

    @property
    def refusals(self) -> list[Answer]:
        """Those who were told that the time is gone, why, and what else there is."""
        told = [answer for answer in self.answers if answer.status == 409 and JUST_TAKEN in answer.page]
        return [answer for answer in told if answer.offers >= 3]

    @property
    def p95(self) -> float:
        return round(slowest_but_five_percent(self.answers), 2)

    @property
    def statuses(self) -> dict[int, int]:
        return dict(Counter(answer.status for answer in self.answers))

    @property
    def won(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.status == 302]

    @property
    def outcome(self) -> tuple[int, int, int]:
        """How many won, were refused cleanly with three alternatives, and how many rows there are."""
        return len(self.won), len(self.refusals), len(self.rows)


def raced(served: Served, starts_at: datetime, acts: list[Callable[[], Answer]]) -> Round:
    started = time.monotonic()
    answers = at_once(acts)
    seconds = round(time.monotonic() - started, 2)
    rows = [row for row in rows_of(served) if row[1][:16] == f"{starts_at:%Y-%m-%d %H:%M}"]
    return Round(answers, seconds, rows)


def rows_of(served: Served) -> list[tuple[str, str]]:
    """Return status and start, in UTC, of every row that takes time."""
    found = served.ask(f"SELECT status, starts_at FROM massage_session WHERE status IN {audit.BLOCKING}")
    return [(status, str(starts_at)) for status, starts_at in found]


def all_press(served: Served, starts_at: datetime, racers: int = RACERS) -> Round:
    """Two hundred visitors press one time."""
    return raced(served, starts_at, [by_holding(served, starts_at) for _ in range(racers)])


def all_book(served: Served, starts_at: datetime, people: Sequence[int] | None = None) -> Round:
    """Every client there is (or these) wants one time: on the last page, on the phone, by a letter."""
    acts = []
    for place, number in enumerate(range(len(served.people["clients"])) if people is None else people):
        if place % 10 < CONFIRMING:
            acts.append(by_confirming(served, number, starts_at))
        elif place % 10 < CONFIRMING + AT_THE_DESK:
            acts.append(by_desk(served, number, starts_at))
        else:
            acts.append(by_nudge(served, number, starts_at))
    return raced(served, starts_at, acts)


def storm(served: Served, number: int, racers: int = RACERS) -> Round:
    """Let many want times that overlap by parts, with Ana, with Uma or with anyone, spread over an hour."""
    chance = random.Random(number)
    begin = day_at(8 + 3 * (number % 4), days=12 + number // 4)
    clients = len(served.people["clients"])
    acts = []
    for racer in range(racers):
        starts_at = begin + timedelta(minutes=15 * chance.randrange(5))
        therapist = chance.choice([ANA, "uma-ruiz", "any"])
        if racer < clients and racer % 3 == 0:
            acts.append(by_desk(served, racer, starts_at, therapist=therapist))
        elif racer < clients and racer % 3 == 1:
            acts.append(by_confirming(served, racer, starts_at, therapist=therapist))
        else:
            acts.append(by_holding(served, starts_at, therapist=therapist))
    return raced(served, begin, acts)
