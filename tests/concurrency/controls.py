"""Taking away what keeps bookings apart, so that a test can show that it would notice."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sessions import guards
from tests.concurrency.server import Served, studio_server

UNGUARDED = "tests.concurrency.unguarded:application"


def drop_guards(served: Served) -> None:
    """Drop the constraints, or the triggers, that refuse an overlap."""
    if served.is_postgres:
        for name in guards.RULES:
            served.change(f"ALTER TABLE massage_session DROP CONSTRAINT {name}")
        return
    for name in guards.wanted():
        served.change(f"DROP TRIGGER {name}")


@contextmanager
def unguarded_server(folder: Path, **people: int) -> Iterator[Served]:
    with studio_server(folder, application=UNGUARDED, **people) as served:
        drop_guards(served)
        yield served
