"""Two hundred people want one time at once, over HTTP: one gets it, the others a page that says so and offers three."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.concurrency import audit, figures, rounds
from tests.concurrency.browsers import day_at
from tests.concurrency.controls import unguarded_server
from tests.concurrency.server import Served, studio_server

CLIENTS = 100


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, django_db_setup: Any) -> Iterator[Served]:
    with studio_server(tmp_path_factory.mktemp("races"), clients=CLIENTS, staff=8) as running:
        yield running
        assert (audit.overlaps(running), running.trouble, running.deadlocks) == (audit.NONE, [], 0)


def test_two_hundred_who_press_one_time_keep_it_once(served: Served) -> None:
    found = rounds.all_press(served, day_at(12, days=9))

    figures.note("T01 press", racers=200, p95=found.p95, seconds=found.seconds)
    assert found.outcome == (1, 199, 1), found.statuses


def test_those_who_book_one_time_in_every_way_book_it_once(served: Served) -> None:
    found = rounds.all_book(served, day_at(15, days=9))

    figures.note("T01 book", racers=CLIENTS, p95=found.p95, seconds=found.seconds)
    assert found.outcome == (1, CLIENTS - 1, 1), found.statuses
    assert found.rows[0][0] == "booked"
    assert audit.without_event(served) == audit.without_reminder(served) == []


def test_times_that_overlap_by_parts_never_overlap_and_nobody_waits_in_a_circle(served: Served) -> None:
    before = len(rounds.rows_of(served))

    found = rounds.storm(served, 1, racers=60)

    assert all(answer.is_clean for answer in found.answers), found.statuses
    assert audit.overlaps(served) == audit.NONE
    # Two therapists, and starts within one hour: at most two each.
    assert 2 <= len(rounds.rows_of(served)) - before <= 4


def test_without_lock_and_guard_the_same_race_sells_one_time_twice(tmp_path: Path) -> None:
    """The control of all races over HTTP: a green suite would prove nothing if this could not be seen."""
    with unguarded_server(tmp_path) as served:
        for number in range(10):
            rounds.all_press(served, day_at(12, days=9 + number), racers=24)
            if audit.overlaps(served) != audit.NONE:
                return
    pytest.fail("The race never showed in ten rounds.")
