"""Another master key: everything is wrapped anew while the studio works, or nothing is; cut short, it is run again."""

from datetime import timedelta
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from massage_booking.outbox import services as outbox
from massage_booking.outbox.models import Message
from screening import keyring, vault
from screening.models import ClientKey
from tests.screening.factories import NOW, make_client
from tests.screening.vault.test_sealing import ANSWERS, make_screening

pytestmark = pytest.mark.django_db


def rotate(**options):
    told = StringIO()
    call_command("rotate_keys", stdout=told, **options)
    return told.getvalue().strip()


@pytest.fixture
def fresh(settings):
    """Put a new master key in front and return it."""
    fresh = Fernet.generate_key().decode()
    settings.VAULT_KEYS = [fresh, *settings.VAULT_KEYS]
    return fresh


def clients(count):
    return [make_screening(make_client(name=f"Client {number}")) for number in range(count)]


def owe_code():
    return outbox.enqueue_sealed(
        kind="sign_in", key="sign_in:1", recipient="nadia@example.com", subject="Your code", text="ABC-DEF", html="",
        now=NOW,
    )  # fmt: skip


def test_keys_and_waiting_mails_are_sealed_anew_and_counted(settings):
    screenings = clients(3)
    owe_code()
    fresh = Fernet.generate_key().decode()
    settings.VAULT_KEYS = [fresh, *settings.VAULT_KEYS]

    assert rotate(batch=2) == "3 client keys and 1 waiting mails sealed anew; 0 had the first key already."
    settings.VAULT_KEYS = [fresh]

    assert [vault.for_rules(screening) for screening in screenings] == [ANSWERS] * 3
    assert outbox.send_due(now=NOW + timedelta(minutes=1)) == {"sent": 1}
    assert rotate() == "0 client keys and 0 waiting mails sealed anew; 3 had the first key already."


def test_cut_short_in_the_middle_everything_opens_and_the_rest_is_done_the_next_time(settings, fresh):
    screenings = clients(5)
    settings.VAULT_KEYS = settings.VAULT_KEYS[1:]
    ClientKey.objects.all().delete()
    screenings = clients(5)
    settings.VAULT_KEYS = [fresh, *settings.VAULT_KEYS]

    def stop(so_far):
        if so_far.keys >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keyring.rotate_keys(batch=2, after_batch=stop)

    assert [vault.for_rules(screening) for screening in screenings] == [ANSWERS] * 5
    assert rotate() == "3 client keys and 0 waiting mails sealed anew; 2 had the first key already."


@pytest.mark.parametrize("what", ["a client's key", "a waiting mail"])
def test_one_value_that_nothing_opens_leaves_all_as_it_was(settings, fresh, what):
    settings.VAULT_KEYS = settings.VAULT_KEYS[1:]
    clients(3)
    owe_code()
    if what == "a client's key":
        ClientKey.objects.filter(pk=ClientKey.objects.last().pk).update(wrapped=b"broken")
    else:
        Message.objects.update(sealed=b"broken")
    before = [bytes(value) for value in ClientKey.objects.order_by("pk").values_list("wrapped", flat=True)]
    settings.VAULT_KEYS = [fresh, *settings.VAULT_KEYS]

    with pytest.raises(CommandError) as refused:
        rotate(batch=1)

    assert "1 of what is sealed is not readable with these keys, so nothing was changed" in str(refused.value)
    assert [bytes(value) for value in ClientKey.objects.order_by("pk").values_list("wrapped", flat=True)] == before


@pytest.mark.parametrize("keys", [[], ["no key"], [Fernet.generate_key().decode()]], ids=["none", "garbage", "wrong"])
def test_with_a_wrong_key_the_command_ends_with_a_sentence_that_shows_nothing(settings, keys):
    clients(1)
    wrapped = bytes(ClientKey.objects.get().wrapped)
    settings.VAULT_KEYS = keys

    with pytest.raises(CommandError) as refused:
        rotate()

    assert str(refused.value).startswith("The vault stays closed")
    assert wrapped.decode() not in str(refused.value)
    assert bytes(ClientKey.objects.get().wrapped) == wrapped


def test_a_portion_locks_no_more_rows_than_its_own(fresh):
    clients(4)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        keyring.rotate_keys(batch=2)

    locking = [query["sql"] for query in queries if "FOR UPDATE" in query["sql"] and "clientkey" in query["sql"]]
    assert len(locking) == (2 if connection.vendor == "postgresql" else 0)
