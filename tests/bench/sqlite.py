"""The questions that the openings of a month cost on SQLite, for one therapist and for fifty."""

from collections.abc import Iterator

from tests.bench import full_studio
from tests.bench.calendar import FIRST, everything, queries
from tests.bench.figures import Figure


def figures() -> Iterator[Figure]:
    yield queries(everything(full_studio.fill(therapists=50, first=FIRST)), "SQLite")
