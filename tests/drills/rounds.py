"""One round of the drill: the studio is busy, a backup is made, it is restored into an empty place and looked at."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from massage_booking.core import clock
from tests import cast
from tests.drills import places

# The restored place: sessions by id with how many of their events and decisions came along.
LOOK = """
from django.db.models import Count
from sessions.models import MassageSession
rows = MassageSession.objects.annotate(acts=Count("events")).values_list("public_id", "acts", "decision_id")
print(json.dumps({public_id: [acts, decision is not None] for public_id, acts, decision in rows}))
"""


def make_studio() -> cast.House:
    """Make a studio whose two clients have answered just now, by the real clock, which processes go by."""
    house = cast.make_house()
    for client in (house.nadia, house.ben):
        cast.answer(client, now=clock.now())
    return house


@contextmanager
def busy(place: places.Place, *, told: Path) -> Iterator[None]:
    """Let another process write while the block runs; the block begins when the first session is booked."""
    log = told.with_suffix(".log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.drills.writing", str(told)],
        env=place.environment, cwd=places.ROOT, stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not (told.exists() and told.read_text()):
            assert process.poll() is None and time.monotonic() < deadline, Path(log.name).read_text()
            time.sleep(0.05)
        yield
        assert process.poll() is None, Path(log.name).read_text()
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


def one_round(folder: Path, number: int = 1) -> int:
    """Back up a busy studio, restore it elsewhere, compare; return how many sessions came back."""
    told, file = folder / f"told-{number}", folder / f"backup-{number}.tar"
    own = places.here(folder)
    with busy(own, told=told):
        before = told.read_text().split()
        made = own.manage("backup", str(file))
        assert made.returncode == 0, made.stderr
    with places.empty(folder, f"round{number}") as place:
        restored = place.manage("restore", str(file), VAULT_KEYS=None, SECRET_KEY=None)
        assert restored.returncode == 0, restored.stderr
        assert "all equal" in restored.stdout and "All is well" in restored.stdout
        # Guards and constraints are there, the record of readings is whole.
        assert place.manage("check", "--database", "default").returncode == 0
        assert place.manage("verify_access").returncode == 0
        sessions = place.ask(LOOK)
    # Whatever was committed before the backup began is in it, and whatever is in it is there with all that was
    # written in the same transaction.
    assert set(before) <= set(sessions)
    assert [session for session, (acts, judged) in sessions.items() if not acts or not judged] == []
    return len(sessions)
