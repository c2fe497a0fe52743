"""Many at once: the chain of readings stays whole, one form stays one form."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from screening import services, vault
from screening.models import AccessRecord, ClientKey, Screening
from tests.screening.factories import NOW, make_client
from tests.screening.helpers import GROUPS, agree, given
from tests.screening.vault.test_sealing import make_screening, read

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 6


def all_at_once(work):
    """Run `work(number)` in several threads that start together; return the results in order."""
    barrier = Barrier(THREADS)

    def run(number):
        try:
            barrier.wait(timeout=20)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, number) for number in range(THREADS)]]


def test_readings_at_the_same_moment_are_numbered_one_after_the_other():
    client = make_client()
    screening = make_screening(client)

    all_at_once(lambda number: read(screening))

    assert list(AccessRecord.objects.values_list("number", flat=True)) == list(range(1, THREADS + 1))
    assert vault.verify_chain(client.public_id) is None


def test_a_first_key_is_made_once():
    client = make_client()

    sealed = all_at_once(lambda number: vault.seal({"n": number}, client=client, field="f", now=NOW))

    assert ClientKey.objects.count() == 1
    assert [vault._unseal(value, client=client, field="f") for value in sealed] == [{"n": n} for n in range(THREADS)]


def test_windows_that_save_at_the_same_moment_lose_nothing():
    client = make_client()
    agree(client)
    codes = ["migraine", "heartburn", "diabetes", "epilepsy", "kidney_stones", "stomach_ulcer"]

    def save(number):
        return services.save_groups(
            client=client, given=given({codes[number]: "Not sure"}, groups=GROUPS), based_on=0, rules_label="draft-2",
            today=NOW.date(), now=NOW, whole=True,
        ).screening.revision  # fmt: skip

    revisions = all_at_once(save)

    assert sorted(revisions) == list(range(1, THREADS + 1))
    draft = Screening.objects.get()
    assert set(vault.for_rules(draft)["rows"]) == set(codes)
