"""Transactions that stand in each other's way."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.db import IntegrityError, OperationalError, connection

from massage_booking.core import db
from massage_booking.core.errors import Busy
from massage_booking.outbox.models import Heartbeat
from tests.cast import NOW


def contention(code: str) -> OperationalError:
    """Return what Django raises around the driver's own error."""
    error = OperationalError("database is locked" if connection.vendor == "sqlite" else "in the way")
    error.__cause__ = SimpleNamespaceError(code)
    return error


class SimpleNamespaceError(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.pgcode = code


def failing(times: int, error: Callable[[], Exception]) -> Callable[[], str]:
    calls = SimpleNamespace(left=times)

    def work() -> str:
        Heartbeat.objects.update_or_create(job=f"try {calls.left}", defaults={"beat_at": NOW})
        if calls.left:
            calls.left -= 1
            raise error()
        return "done"

    return work


@pytest.fixture(autouse=True)
def impatient() -> Any:
    with mock.patch.object(db.time, "sleep"):
        yield


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("code", ["40P01", "40001", "55P03"])
def test_work_that_met_another_transaction_is_done_again_and_leaves_no_trace_of_the_first_try(code: str) -> None:
    assert db.in_transaction(failing(2, lambda: contention(code))) == "done"
    assert list(Heartbeat.objects.values_list("job", flat=True)) == ["try 0"]


@pytest.mark.django_db(transaction=True)
def test_after_three_tries_it_says_busy() -> None:
    with pytest.raises(Busy):
        db.in_transaction(failing(3, lambda: contention("40P01")))
    assert not Heartbeat.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_any_other_fault_is_not_hidden() -> None:
    with pytest.raises(OperationalError, match="disk full"):
        db.in_transaction(failing(1, lambda: OperationalError("disk full")))
    with pytest.raises(IntegrityError):
        db.in_transaction(failing(1, lambda: IntegrityError("twice")))


@pytest.mark.django_db
def test_inside_another_transaction_nothing_is_tried_again() -> None:
    work = mock.Mock(side_effect=contention("40P01"))

    with pytest.raises(OperationalError):
        db.in_transaction(work)
    assert work.call_count == 1


def test_an_overlap_is_told_by_the_name_of_its_guard() -> None:
    error = IntegrityError("conflicting key value violates exclusion constraint “no_overlap_per_place”")

    assert db.is_overlap(error, "no_overlap_per_therapist", "no_overlap_per_place") == "no_overlap_per_place"
    assert db.is_overlap(error, "no_overlap_per_client") == ""
