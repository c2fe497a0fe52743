"""Ten thousand clients' keys under a new master key, while they are read; killed in the middle and run again."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import connection

from massage_booking.accounts.models import Client
from screening import sealed_rows, vault
from screening.models import ClientKey, Screening
from screening.selectors import published_version
from tests import cast
from tests.drills import places

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]

CLIENTS = 10_000


@pytest.fixture
def many() -> list[int]:
    """Return the keys of ten thousand clients' forms."""
    version = published_version()
    people = Client.objects.bulk_create(
        Client(name=f"Client {number}", created_at=cast.NOW, confirmed_at=cast.NOW) for number in range(CLIENTS)
    )
    forms = []
    for client in people:
        form = Screening(client=client, rules=version, started_at=cast.NOW, saved_at=cast.NOW, state="complete")
        form.sealed = vault.seal({"rows": {}}, client=client, field=vault.answers_field(form), now=cast.NOW)
        forms.append(form)
    return [form.pk for form in Screening.objects.bulk_create(forms)]


def wrapped_with(key: str) -> int:
    fernet, count = Fernet(key), 0
    for wrapped in ClientKey.objects.values_list("wrapped", flat=True):
        try:
            fernet.decrypt(bytes(wrapped))
            count += 1
        except Exception:
            continue
    return count


def test_killed_in_the_middle_read_meanwhile_and_run_again(many: list[int], tmp_path: Path) -> None:
    old, fresh = settings.VAULT_KEYS, Fernet.generate_key().decode()
    settings.VAULT_KEYS = [fresh, *old]
    place, unreadable, stop = places.here(tmp_path), [], threading.Event()

    def read_on() -> None:
        """Read like the web server does, which has both keys."""
        position = 0
        try:
            while not stop.is_set():
                form = Screening.objects.select_related("client").get(pk=many[position % CLIENTS])
                try:
                    vault.for_rules(form)
                except vault.VaultClosed as closed:
                    unreadable.append(str(closed))
                position += 97
        finally:
            connection.close()

    reading = threading.Thread(target=read_on)
    reading.start()
    try:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "rotate_keys", "--batch", "100"],
            env=place.environment, cwd=places.ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        deadline = time.monotonic() + 300
        while wrapped_with(fresh) < 1000:
            assert process.poll() is None, process.stdout and process.stdout.read()
            assert time.monotonic() < deadline
        process.send_signal(signal.SIGKILL)
        process.wait()
        some = wrapped_with(fresh)
        assert 1000 <= some < CLIENTS

        again = place.manage("rotate_keys")
        assert again.returncode == 0, again.stderr
    finally:
        stop.set()
        reading.join()

    assert again.stdout.strip() == (
        f"{CLIENTS - some} client keys and 0 waiting mails sealed anew; {some} had the first key already."
    )
    assert unreadable == []
    settings.VAULT_KEYS = [fresh]
    assert sealed_rows.try_all() == (CLIENTS, {})
    settings.VAULT_KEYS = [Fernet.generate_key().decode()]
    refused = places.here(tmp_path).manage("rotate_keys")
    assert refused.returncode == 1
    assert f"{CLIENTS} of what is sealed are not readable" in refused.stderr
