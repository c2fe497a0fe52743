"""The races of `tests/concurrency` over and over, with the seconds judged: see docs/proof.md."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.concurrency import audit, figures, rounds
from tests.concurrency.browsers import day_at
from tests.concurrency.server import Served, studio_server

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]

ROUNDS, STORMS = int(os.environ.get("DRILL_ROUNDS", "10")), int(os.environ.get("DRILL_STORMS", "20"))
# Seconds: of the slowest but five in a hundred who press a time, and of a whole round.
P95, LONGEST = 2.0, 5.0


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    # One more for each round: whoever has booked begins at the first step again, and races no more.
    with studio_server(tmp_path, clients=rounds.RACERS + ROUNDS, staff=8) as running:
        # The seconds are those of a server that has been up for a while.
        rounds.all_press(running, day_at(9, days=11), racers=20)
        running.change("DELETE FROM massage_session")
        yield running


def test_ten_rounds_of_two_hundred_on_one_time(served: Served) -> None:
    pressed = [rounds.all_press(served, day_at(12, days=12 + number)) for number in range(ROUNDS)]
    booked, people = [], list(range(rounds.RACERS + ROUNDS))
    for number in range(ROUNDS):
        racers = people[: rounds.RACERS]
        booked.append(rounds.all_book(served, day_at(15, days=12 + number), racers))
        won = [racer for racer, answer in zip(racers, booked[-1].answers, strict=True) if answer.status == 302]
        people = [racer for racer in people if racer not in won]
        # Whoever has a session is proposed no other: the next round begins with everybody free.
        served.change("UPDATE massage_session SET status = 'cancelled' WHERE status = 'booked'")

    figures.note("T01 press", rounds=ROUNDS, p95=[found.p95 for found in pressed])
    figures.note("T01 book", rounds=ROUNDS, p95=[found.p95 for found in booked])
    assert [found.outcome for found in pressed] == [(1, 199, 1)] * ROUNDS
    assert [found.outcome for found in booked] == [(1, 199, 1)] * ROUNDS
    assert (audit.overlaps(served), served.trouble, served.deadlocks) == (audit.NONE, [], 0)
    assert max(found.p95 for found in pressed) <= P95 * figures.SLACK


def test_twenty_storms_of_times_that_overlap_by_parts(served: Served) -> None:
    found = [rounds.storm(served, number) for number in range(STORMS)]

    figures.note("T02", rounds=STORMS, seconds=[one.seconds for one in found])
    assert [one.statuses for one in found if not all(answer.is_clean for answer in one.answers)] == []
    assert (audit.overlaps(served), served.trouble, served.deadlocks) == (audit.NONE, [], 0)
    assert audit.without_event(served) == audit.without_reminder(served) == []
    assert max(one.seconds for one in found) <= LONGEST * figures.SLACK
