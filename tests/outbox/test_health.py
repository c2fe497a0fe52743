"""The pulse: what a monitor is told."""

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client as Browser
from django.utils.module_loading import import_string

from massage_booking import celery
from massage_booking.outbox import selectors, services
from massage_booking.outbox.models import Heartbeat, Message
from tests.cast import NOW
from tests.outbox.owing import owe

MINUTE = timedelta(minutes=1)
JOBS = list(selectors.LONGEST_SILENCE)


def beat_all(now: Any = NOW) -> None:
    for job in JOBS:
        services.beat(job, now=now)


@pytest.mark.django_db
def test_all_is_well(client: Browser, monday: Any) -> None:
    beat_all(NOW - MINUTE)

    answer = client.get("/health/")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "late": [],
        "oldest_overdue_seconds": None,
        "seconds_since": {"mail": 60, "planning": 60, "upkeep": 60},
    }


@pytest.mark.django_db
def test_a_site_whose_worker_never_ran_is_up_and_says_so(client: Browser) -> None:
    answer = client.get("/health/")

    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["late"]) == ("late", JOBS)


@pytest.mark.django_db
def test_a_silent_job_is_named(client: Browser, monday: Any) -> None:
    beat_all()
    services.beat("mail", now=NOW - timedelta(minutes=6))

    assert client.get("/health/").json()["late"] == ["mail"]


@pytest.mark.django_db
def test_a_message_that_waits_too_long_is_told_with_its_age_and_nothing_else(client: Browser, monday: Any) -> None:
    beat_all()
    owe(due_at=NOW - timedelta(minutes=11))
    owe(due_at=NOW - MINUTE)

    answer = client.get("/health/").json()

    assert (answer["status"], answer["late"], answer["oldest_overdue_seconds"]) == ("late", ["messages"], 660)
    assert "nadia" not in str(answer)


@pytest.mark.django_db
def test_a_message_that_is_being_sent_for_ever_counts_as_waiting(client: Browser, monday: Any) -> None:
    owe(due_at=NOW - timedelta(minutes=11))
    services.claim(now=NOW)

    assert Message.objects.get().status == "claimed"
    assert client.get("/health/").json()["oldest_overdue_seconds"] == 660


@pytest.mark.django_db
def test_without_a_database_it_says_so_and_does_not_break(client: Browser) -> None:
    no_studio = mock.patch("massage_booking.studio.middleware.selectors.current", return_value=None)
    with no_studio, mock.patch.object(selectors, "pulse", side_effect=OperationalError):
        answer = client.get("/health/")

    assert answer.status_code == 503
    assert answer.json() == {"status": "down"}


@pytest.mark.django_db
def test_no_job_is_called_silent_before_it_could_have_run_twice(monday: Any) -> None:
    # What counts is the task that beats for a job, not whatever else shares its queue.
    periods: dict[str, float] = {}
    for entry in celery.app.conf.beat_schedule.values():
        Heartbeat.objects.all().delete()
        import_string(entry["task"])()
        for job in Heartbeat.objects.values_list("job", flat=True):
            periods[job] = min(entry["schedule"], periods.get(job, entry["schedule"]))

    assert periods.keys() == selectors.LONGEST_SILENCE.keys()
    for job, longest in selectors.LONGEST_SILENCE.items():
        assert longest.total_seconds() > 2 * periods[job]
