"""`manage.py run_due`: what beat does, without Celery."""

from io import StringIO
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from massage_booking.demo.management.commands import run_due
from massage_booking.outbox.models import Heartbeat
from tests.outbox.owing import NOW, kinds, owe

pytestmark = pytest.mark.django_db


def run(**options: Any) -> str:
    told = StringIO()
    call_command("run_due", stdout=told, **options)
    return told.getvalue()


def test_due_messages_are_sent_and_counted(monday: Any) -> None:
    with kinds():
        owe()
        told = run()

    assert told == "2026-06-01 07:00:00 UTC: messages sent 1\n"
    assert len(mail.outbox) == 1


def test_with_nothing_due_it_says_so_and_every_job_leaves_its_heartbeat(monday: Any) -> None:
    assert "nothing was due" in run()
    assert set(Heartbeat.objects.values_list("job", "beat_at")) == {
        (job, NOW) for job in ("mail", "planning", "upkeep")
    }


def test_a_job_that_fails_is_named_and_does_not_keep_the_others_from_running(monday: Any) -> None:
    def plan_nudges(now: Any) -> dict[str, int]:
        raise ValueError("somebody's plan")

    jobs = (plan_nudges, *run_due.JOBS[1:])
    with kinds(), mock.patch.object(run_due, "JOBS", jobs):
        owe()
        with pytest.raises(CommandError):
            run()

    assert len(mail.outbox) == 1


def test_a_loop_goes_on_until_it_is_stopped(monday: Any) -> None:
    with mock.patch.object(run_due.time, "sleep", side_effect=[None, None, KeyboardInterrupt]) as slept:
        told = run(loop=30)

    assert [call.args for call in slept.call_args_list] == [(30,)] * 3
    assert told.count("nothing was due") == 3
    assert told.endswith("Stopped.\n")


@pytest.mark.parametrize("seconds", [0, -5])
def test_a_loop_without_a_pause_is_refused(seconds: int) -> None:
    with pytest.raises(CommandError, match="at least 1"):
        run(loop=seconds)
