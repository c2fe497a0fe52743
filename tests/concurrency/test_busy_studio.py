"""Everybody at once for some seconds; `make drills` does the same for minutes."""

from pathlib import Path

from tests.concurrency import audit, figures
from tests.concurrency.busy import Busy
from tests.concurrency.controls import drop_guards
from tests.concurrency.server import studio_server

SECONDS = 10


def test_a_busy_studio_stays_right(tmp_path: Path) -> None:
    with studio_server(tmp_path, clients=16, more=3, sessions=8, requests=4, waiting=2, staff=4) as served:
        busy = Busy(served, seconds=SECONDS, threads=12).run()

        figures.note("T04 short", seconds=SECONDS, answers=sum(busy.answers.values()))
        assert busy.errors == []
        assert audit.overlaps(served) == audit.NONE
        assert (served.trouble, served.deadlocks) == ([], 0)
        assert audit.damage(served) == {}

        # The control: what the audit looks for, it finds.
        drop_guards(served)
        served.change("UPDATE massage_session SET therapist_id = (SELECT min(id) FROM therapists_therapist)")
        served.change("UPDATE massage_session SET starts_at = (SELECT min(starts_at) FROM massage_session)")
        served.change("DELETE FROM massage_sessions_sessionevent")
        served.change("UPDATE outbox_message SET revision = 99 WHERE kind = 'reminder'")
        assert audit.overlaps(served)["therapist_id"] > 0
        assert audit.without_event(served) and audit.without_reminder(served) and audit.of_the_past(served)
