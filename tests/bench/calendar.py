"""How fast every opening of a month is found, against fetching the rows that it is made of."""

import statistics
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sessions.models import MassageSession
from sessions.models.session import BLOCKING_VALUES
from sessions.selectors import openings, reading
from tests.bench import full_studio
from tests.bench.figures import RUNS, Figure, ratio, seconds
from tests.bench.full_studio import FullStudio
from therapists.models import Service

FIRST = date(2026, 6, 1)
PAST = 1_000_000
RAW = """SELECT therapist_id, starts_at, blocked_until FROM massage_session
WHERE status = ANY(%s) AND starts_at < %s AND blocked_until > %s"""


def empty() -> None:
    call_command("flush", verbosity=0, interactive=False)


def everything(studio: FullStudio) -> Callable[[], int]:
    """Return what asks for every opening with anyone in the thirty days, looks at each, and counts them."""
    service = Service.objects.select_related("technique").get(pk=studio.service.pk)

    def count() -> int:
        found = openings.look(service=service, first=studio.first, last=studio.last, now=studio.now)
        return sum(1 for opening in found.all() if opening.starts_at)

    return count


def raw_fetch(studio: FullStudio) -> Callable[[], list[Any]]:
    """Return the floor: the busy rows of these days through psycopg2 alone, therapist and two timestamps."""
    window = studio.now + timedelta(days=full_studio.DAYS + 2), studio.now

    def fetch() -> list[Any]:
        with connection.connection.cursor() as cursor:
            cursor.execute(RAW, [list(BLOCKING_VALUES), *window])
            return list(cursor.fetchall())

    return fetch


def figures() -> Iterator[Figure]:
    """Measure openings; the database is PostgreSQL, and emptied."""
    empty()
    studio = full_studio.fill(therapists=50, first=FIRST)
    find, fetch = everything(studio), raw_fetch(studio)
    assert len(fetch()) == studio.busy_rows

    def afresh() -> int:
        reading.forget()
        return find()

    yield ratio(
        f"all openings, 50 therapists × 30 days, {studio.busy_rows:,} busy rows / raw fetch of the rows",
        find, fetch, bar=3, aim=1,
    )  # fmt: skip
    yield ratio(
        "the same, nothing remembered of rows that did not change / raw fetch",
        afresh, fetch, bar=None,
    )  # fmt: skip
    fifty = statistics.median(seconds(find) for _ in range(4 * RUNS))
    yield queries(find, "PostgreSQL")

    yield from with_history(studio, find)

    empty()
    large = everything(full_studio.fill(therapists=1000, first=FIRST))
    large()
    thousand = statistics.median(seconds(large) for _ in range(RUNS))
    yield Figure(
        "the same, 1,000 therapists / 50 therapists", round(thousand / fifty, 3), 22, 20, "lower", "×", RUNS
    )  # fmt: skip
    empty()


def queries(find: Callable[[], object], engine: str) -> Figure:
    with CaptureQueriesContext(connection) as captured:
        find()
    return Figure(f"SQL queries for it, {engine}", len(captured), 6, 4, "lower", "count", 1)


def with_history(studio: FullStudio, find: Callable[[], object]) -> Iterator[Figure]:
    """Measure with a million sessions of the past in the table, against the same without them."""
    runs = []
    before = [seconds(find) for _ in range(4 * RUNS)]
    add_past(studio)
    for _ in range(2):
        find()
    after = [seconds(find) for _ in range(4 * RUNS)]
    runs = [statistics.median(after[at::RUNS]) / statistics.median(before[at::RUNS]) for at in range(RUNS)]
    yield Figure(
        f"the same, with {PAST:,} past sessions / without",
        round(statistics.median(runs), 3),
        1.1,
        1.0,
        "lower",
        "×",
        RUNS,
    )


def add_past(studio: FullStudio) -> None:
    """Put a million done sessions before the days: one after the other, so that none overlap.

    The guards are taken off while the rows go in, and put on again over all of them, which proves that none do.
    """
    guards = [constraint for constraint in MassageSession._meta.constraints if constraint.name.endswith("_overlap")]
    with connection.schema_editor() as editor:
        for guard in guards:
            editor.remove_constraint(MassageSession, guard)
    places = "SELECT id, row_number() OVER (ORDER BY id) - 1 AS at FROM studio_place"
    people = "SELECT id, row_number() OVER (ORDER BY id) - 1 AS at FROM therapists_therapist"
    clients = "SELECT id, row_number() OVER (ORDER BY id) - 1 AS at FROM accounts_client"
    count = len(studio.therapists)
    # Whatever columns there are: what is not named here is as in a session that there is.
    own = {
        "public_id": "'past-' || n", "status": "'done'", "client_id": "c.id", "therapist_id": "t.id",
        "place_id": "p.id", "starts_at": "begins", "ends_at": "begins + interval '45 min'",
        "blocked_until": "begins + interval '60 min'", "created_at": "begins",
    }  # fmt: skip
    fields = [field for field in MassageSession._meta.concrete_fields if not field.primary_key]
    columns = {field.column: own.get(field.column, f"one.{field.column}") for field in fields}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO massage_session ({", ".join(columns)})
            SELECT {", ".join(columns.values())}
            FROM (SELECT n, %s::timestamptz - (n / {count} + 1) * interval '70 min' AS begins
                  FROM generate_series(0, %s) AS n) AS rows
            JOIN ({people}) AS t ON t.at = n %% {count}
            JOIN ({places}) AS p ON p.at = n %% {count}
            JOIN ({clients}) AS c ON c.at = n %% {count}
            CROSS JOIN (SELECT * FROM massage_session ORDER BY id LIMIT 1) AS one
            """,
            [datetime.combine(studio.first, datetime.min.time(), UTC) - timedelta(days=2), PAST - 1],
        )
    with connection.schema_editor() as editor:
        for guard in guards:
            editor.add_constraint(MassageSession, guard)
    full_studio.analyze()
