import pytest
from cryptography.fernet import Fernet

from screening import vault
from screening.models import AccessRecord, ClientKey, Screening
from screening.selectors import published_version
from tests.screening.factories import NOW, make_client

pytestmark = pytest.mark.django_db

ANSWERS = {"rows": {"heartburn": {"answer": "Yes"}}}
READER = vault.Reader(name="Ana Quiroga", role="therapist", account=7)


def make_screening(client, **changes):
    screening = Screening(client=client, rules=published_version(), started_at=NOW, saved_at=NOW, **changes)
    screening.sealed = vault.seal(ANSWERS, client=client, field=vault.answers_field(screening), now=NOW)
    screening.save()
    return Screening.objects.get(pk=screening.pk)


def read(screening):
    return vault.open_answers(screening, reader=READER, purpose="before a session", now=NOW, address="10.0.0.9")


def test_what_was_sealed_comes_back_and_stands_nowhere_in_clear(guest):
    screening = make_screening(guest)

    assert read(screening) == ANSWERS
    assert b"heartburn" not in bytes(screening.sealed)
    assert b"heartburn" not in bytes(ClientKey.objects.get(client=guest).wrapped)


def test_answers_moved_to_another_client_are_refused(guest):
    other = make_client(name="Somebody else")
    mine, theirs = make_screening(guest), make_screening(other)

    theirs.sealed = mine.sealed
    theirs.save(update_fields=["sealed"])

    with pytest.raises(vault.VaultClosed):
        read(theirs)


def test_a_key_moved_along_with_the_answers_is_refused(guest):
    other = make_client(name="Somebody else")
    mine, theirs = make_screening(guest), make_screening(other)

    theirs.sealed = mine.sealed
    theirs.save(update_fields=["sealed"])
    ClientKey.objects.filter(client=other).update(wrapped=ClientKey.objects.get(client=guest).wrapped)

    with pytest.raises(vault.VaultClosed):
        read(theirs)


def test_answers_of_one_screening_are_refused_in_another_of_the_same_client(guest):
    first = make_screening(guest, state="replaced")
    second = make_screening(guest)

    second.sealed = first.sealed
    second.save(update_fields=["sealed"])

    with pytest.raises(vault.VaultClosed):
        read(second)


def test_a_wrong_master_key_closes_the_vault_without_showing_anything(guest, settings):
    screening = make_screening(guest)
    settings.VAULT_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(vault.VaultClosed) as closed:
        read(screening)

    assert str(closed.value) == "The vault stays closed: the client's key is not readable with these keys."
    assert AccessRecord.objects.count() == 0


@pytest.mark.parametrize("keys", [[], ["not a key"]], ids=["none", "garbage"])
def test_a_server_without_a_usable_key_neither_opens_nor_seals(guest, settings, keys):
    screening = make_screening(guest)
    settings.VAULT_KEYS = keys

    with pytest.raises(vault.VaultClosed):
        read(screening)
    with pytest.raises(vault.VaultClosed):
        vault.seal(ANSWERS, client=make_client(name="New"), field="screening:x", now=NOW)


@pytest.mark.parametrize(
    "damage", [lambda sealed: sealed[:-3] + b"AAA", lambda sealed: b"", lambda sealed: b"\x00\xff"]
)
def test_damaged_answers_are_refused(guest, damage):
    screening = make_screening(guest)
    screening.sealed = damage(bytes(screening.sealed))
    screening.save(update_fields=["sealed"])

    with pytest.raises(vault.VaultClosed):
        read(screening)


def test_erasing_the_key_erases_the_answers(guest):
    screening = make_screening(guest)

    vault.erase(guest)

    with pytest.raises(vault.VaultClosed):
        read(screening)
    with pytest.raises(vault.VaultClosed):
        vault.for_rules(screening)


def test_rotation_wraps_every_key_anew_and_the_old_master_key_can_go(guest, settings):
    screenings = [make_screening(guest), make_screening(make_client(name="Another"))]
    fresh = Fernet.generate_key().decode()

    settings.VAULT_KEYS = [fresh, *settings.VAULT_KEYS]
    assert vault.rotate_keys().keys == 2
    settings.VAULT_KEYS = [fresh]

    assert [vault.for_rules(screening) for screening in screenings] == [ANSWERS, ANSWERS]


def test_rotation_stops_at_a_key_that_nothing_opens_and_changes_nothing(guest, settings):
    make_screening(guest)
    stranger = make_client(name="Another")
    make_screening(stranger)
    ClientKey.objects.filter(client=stranger).update(wrapped=b"broken")
    before = bytes(ClientKey.objects.get(client=guest).wrapped)

    with pytest.raises(vault.VaultClosed):
        vault.rotate_keys()

    assert bytes(ClientKey.objects.get(client=guest).wrapped) == before
