"""A due message is taken by one worker, and comes back when that worker is gone."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from massage_booking.outbox import services
from massage_booking.outbox.models import Message, MessageStatus
from tests.outbox.owing import NOW, fresh, owe

MINUTE = timedelta(minutes=1)


@pytest.mark.django_db
def test_what_is_due_is_claimed_oldest_first_and_the_rest_left() -> None:
    later = owe(due_at=NOW + MINUTE)
    second = owe(due_at=NOW - MINUTE)
    first = owe(due_at=NOW - 2 * MINUTE)

    me, batch = services.claim(now=NOW)

    assert [message.pk for message in batch] == [first.pk, second.pk]
    assert {message.claimed_by for message in batch} == {me}
    assert fresh(first).lease_until == NOW + services.LEASE
    assert fresh(later).status == MessageStatus.QUEUED


@pytest.mark.django_db
def test_a_claimed_message_is_nobody_elses_while_the_lease_lasts() -> None:
    owe()
    services.claim(now=NOW)

    assert services.claim(now=NOW + services.LEASE)[1] == []
    assert len(services.claim(now=NOW + services.LEASE + MINUTE)[1]) == 1


@pytest.mark.django_db
def test_a_claim_takes_no_more_than_its_limit() -> None:
    for _ in range(3):
        owe()

    assert len(services.claim(now=NOW, limit=2)[1]) == 2
    assert len(services.claim(now=NOW, limit=2)[1]) == 1


@pytest.mark.django_db
def test_what_a_lost_worker_left_is_taken_one_at_a_time_after_what_is_fresh() -> None:
    abandoned = [owe() for _ in range(3)]
    services.claim(now=NOW)
    after = NOW + services.LEASE + MINUTE
    waiting = owe(due_at=after)

    taken = [[message.pk for message in services.claim(now=after)[1]] for _ in range(4)]

    assert taken == [[waiting.pk], *([message.pk] for message in abandoned)]
    assert {fresh(message).attempts for message in abandoned} == {1}


@pytest.mark.django_db
def test_a_message_that_takes_every_worker_down_is_given_up_and_its_neighbours_are_not() -> None:
    poison, neighbour = owe(), owe()
    now = NOW
    services.claim(now=now)  # both; the worker is lost on the first
    sent = []
    for _ in range(20):
        now += services.LEASE + MINUTE
        while True:
            me, batch = services.claim(now=now)
            if not batch:
                break
            if batch[0].pk == neighbour.pk:
                Message.objects.filter(pk=neighbour.pk, claimed_by=me).update(status=MessageStatus.SENT)
                sent.append(neighbour.pk)

    assert sent == [neighbour.pk]
    assert fresh(poison).status == MessageStatus.FAILED
    assert fresh(poison).attempts == services.MOST_FAULTS
    assert fresh(poison).error == "worker lost"


@pytest.mark.django_db(transaction=True)
def test_workers_that_claim_at_the_same_moment_never_share_a_message(known_kinds: Any) -> None:
    expected = {owe().pk for _ in range(60)}
    taken: list[int] = []
    start = Barrier(4)

    def work() -> None:
        start.wait()
        try:
            while True:
                _, batch = services.claim(now=NOW, limit=5)
                if not batch:
                    return
                taken.extend(message.pk for message in batch)
        finally:
            connection.close()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(taken) == sorted(expected)


@pytest.mark.django_db
def test_the_same_key_is_owed_once() -> None:
    assert owe(key="reminder:7:0").pk == owe(key="reminder:7:0").pk
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_nothing_is_owed_to_a_client_without_an_address() -> None:
    assert services.enqueue(kind="letter", key="letter:0", recipient="", due_at=NOW, now=NOW) is None
    assert Message.objects.count() == 0


@pytest.mark.django_db
def test_taking_back_leaves_what_is_sent_or_being_sent_or_about_another_row() -> None:
    queued, other = owe(subject_id=1), owe(subject_id=2)
    sent, claimed = owe(subject_id=1), owe(subject_id=1)
    Message.objects.filter(pk=sent.pk).update(status=MessageStatus.SENT)
    Message.objects.filter(pk=claimed.pk).update(status=MessageStatus.CLAIMED)

    assert services.void(kinds=["letter"], subject_id=1, reason="moved") == 1

    assert (fresh(queued).status, fresh(queued).error) == (MessageStatus.VOID, "moved")
    assert [fresh(message).status for message in (other, sent, claimed)] == ["queued", "sent", "claimed"]
