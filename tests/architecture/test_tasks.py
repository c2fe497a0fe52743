"""Every tick of beat is a real task, and every task is somebody's tick."""

import importlib
import inspect
from typing import Any

import pytest

from massage_booking import celery
from massage_booking.demo import run
from massage_booking.demo.management.commands import run_due

SCHEDULE: dict[str, dict[str, Any]] = celery.app.conf.beat_schedule


def our_tasks() -> dict[str, Any]:
    celery.app.loader.import_default_modules()
    return {name: task for name, task in celery.app.tasks.items() if not name.startswith("celery.")}


def test_each_entry_of_beat_names_a_task_and_each_task_has_an_entry() -> None:
    assert sorted(entry["task"] for entry in SCHEDULE.values()) == sorted(our_tasks())


def test_each_task_is_named_by_its_path() -> None:
    for name, task in our_tasks().items():
        module, _, function = name.rpartition(".")
        assert getattr(importlib.import_module(module), function).name == name
        assert task.run.__module__ == module


def test_ticks_carry_no_data() -> None:
    for entry in SCHEDULE.values():
        assert not entry.get("args") and not entry.get("kwargs")
    for name, task in our_tasks().items():
        assert list(inspect.signature(task.run).parameters) == [], name


def test_a_tick_that_nobody_took_is_dropped_before_the_next_one() -> None:
    for entry in SCHEDULE.values():
        assert entry["options"]["expires"] <= entry["schedule"]


def test_the_worker_listens_to_every_queue_that_is_used() -> None:
    worker = run.procfile()["worker"]
    heard = set(worker[worker.index("--queues") + 1].split(","))

    assert heard == {entry["options"]["queue"] for entry in SCHEDULE.values()}
    assert celery.app.conf.task_default_queue in heard


def test_a_task_that_is_interrupted_is_given_out_again_and_takes_no_results() -> None:
    settings = celery.app.conf

    assert settings.task_acks_late is True
    assert settings.worker_prefetch_multiplier == 1
    assert settings.task_ignore_result is True
    assert settings.result_backend is None
    assert (settings.task_serializer, settings.accept_content) == ("json", ["json"])
    assert settings.task_always_eager is False
    assert settings.timezone == "UTC"
    assert settings.broker_transport_options["visibility_timeout"] >= 3600


def test_without_celery_the_same_work_is_done() -> None:
    assert sorted(job.__name__ for job in run_due.JOBS) == sorted(name.rpartition(".")[2] for name in our_tasks())


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_the_procfile_names_programs_that_are_installed(name: str) -> None:
    from pathlib import Path

    assert Path(run.procfile()[name][0]).exists()
