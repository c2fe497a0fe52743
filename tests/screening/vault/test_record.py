from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from massage_booking.accounts.models import Client, User
from screening import checks, guards, vault
from screening.models import AccessRecord, RuleVersion
from screening.services.digests import make_digests
from tests.screening.factories import NOW, make_client, make_user
from tests.screening.helpers import put_in_its_place
from tests.screening.vault.test_sealing import READER, make_screening, read

pytestmark = pytest.mark.django_db


def facts():
    fields = ["number", "reader_account", "reader_name", "reader_role", "what", "purpose", "address", "at"]
    return [tuple(getattr(row, name) for name in fields) for row in AccessRecord.objects.all()]


def test_each_reading_by_a_person_is_one_row(guest):
    screening = make_screening(guest)

    read(screening)
    vault.open_answers(screening, reader=vault.Reader.guest(), purpose="filling in", now=NOW + timedelta(minutes=1))

    assert facts() == [
        (1, 7, "Ana Quiroga", "therapist", "answers", "before a session", "10.0.0.9", NOW),
        (2, None, "You, on this device", "client", "answers", "filling in", "", NOW + timedelta(minutes=1)),
    ]


def test_the_rules_reading_answers_is_not_a_persons_reading(guest):
    vault.for_rules(make_screening(guest))

    assert facts() == []


def test_every_client_has_a_chain_of_their_own(guest):
    other = make_client(name="Another")
    for screening in [make_screening(guest), make_screening(other)]:
        read(screening)
        read(screening)

    assert sorted(AccessRecord.objects.values_list("client_public_id", "number")) == sorted(
        [(guest.public_id, 1), (guest.public_id, 2), (other.public_id, 1), (other.public_id, 2)]
    )
    assert vault.verify_chain(guest.public_id) is None
    assert vault.verify_chain(other.public_id) is None
    assert vault.verify_chain("never-heard-of") is None


@pytest.fixture
def three_readings(guest):
    screening = make_screening(guest)
    for _ in range(3):
        read(screening)
    return AccessRecord.objects.filter(client_public_id=guest.public_id)


@pytest.mark.parametrize(
    "act",
    [
        lambda rows: rows.filter(number=2).update(reader_name="Nobody"),
        lambda rows: rows.filter(number=2).delete(),
        lambda rows: rows.all().delete(),
        lambda rows: rows.get(number=2).save(),
        lambda rows: rows.get(number=2).delete(),
        lambda rows: rows.bulk_update([AccessRecord(pk=rows.get(number=2).pk, purpose="x")], ["purpose"]),
    ],
    ids=["update", "delete", "delete all", "save", "delete one", "bulk update"],
)
def test_the_database_refuses_to_change_the_record(three_readings, guest, act):
    with pytest.raises(IntegrityError, match=guards.GUARD), transaction.atomic():
        act(three_readings)

    assert three_readings.count() == 3
    assert vault.verify_chain(guest.public_id) is None


@pytest.mark.parametrize(
    ("forge", "broken_at"),
    [
        (lambda rows: rows.filter(number=2).update(reader_name="Nobody"), 2),
        (lambda rows: rows.filter(number=1).update(address=""), 1),
        (lambda rows: rows.filter(number=2).delete(), 2),
        (lambda rows: rows.filter(number=1).delete(), 1),
        (lambda rows: rows.filter(number=3).update(client_public_id="somebody-else", number=1), None),
    ],
    ids=["reader changed", "address changed", "middle gone", "first gone", "last moved away"],
)
def test_somebody_who_lifts_the_guard_and_forges_is_found(three_readings, guest, forge, broken_at):
    with guards.lifted(connection):
        forge(three_readings)

    assert vault.verify_chain(guest.public_id) == broken_at


def test_a_record_moved_into_another_chain_is_found(three_readings):
    with guards.lifted(connection):
        three_readings.filter(number=3).update(client_public_id="somebody-else", number=1)

    assert vault.verify_chain("somebody-else") == 1


def test_the_record_outlives_the_reader_and_the_client(three_readings, guest):
    make_user().delete()
    User.objects.all().delete()
    Client.objects.filter(pk=guest.pk).delete()

    assert three_readings.count() == 3


def test_a_missing_guard_is_an_error_of_the_system_check_and_migrate_puts_it_back():
    guards.remove(connection)
    assert [error.id for error in checks.check_guards(None, databases=["default"])] == ["screening.E001"] * len(
        guards.missing(connection)
    )
    assert guards.missing(connection)

    call_command("migrate", verbosity=0)

    assert guards.missing(connection) == []
    assert checks.check_guards(None, databases=["default"]) == []


def test_a_row_cannot_be_put_in_the_place_of_another(three_readings):
    with pytest.raises(IntegrityError, match=guards.GUARD):
        put_in_its_place("screening_accessrecord", "reader_name", "Nobody")

    assert [row.reader_name for row in three_readings] == ["Ana Quiroga"] * 3


def test_a_digest_cannot_be_put_in_the_place_of_another(three_readings):
    make_digests(now=NOW + timedelta(days=2))
    with pytest.raises(IntegrityError, match=guards.DIGEST_GUARD):
        put_in_its_place("screening_dailydigest", "digest", "0" * 64)


@pytest.mark.parametrize(
    "weakened",
    [
        "ALTER TABLE screening_accessrecord DISABLE TRIGGER access_record_append_only",
        "ALTER TABLE screening_accessrecord ENABLE REPLICA TRIGGER access_record_append_only",
        "CREATE OR REPLACE FUNCTION access_record_append_only() RETURNS trigger LANGUAGE plpgsql"
        " AS $$BEGIN RETURN OLD; END$$",
    ],
    ids=["switched off", "for replicas alone", "emptied"],
)
def test_a_guard_that_stands_but_refuses_nothing_is_missed_and_put_right(weakened):
    if connection.vendor == "sqlite":
        # There a guard is its text.
        weakened = "DROP TRIGGER access_record_append_only_update"
    with connection.cursor() as cursor:
        cursor.execute(weakened)
    assert guards.missing(connection)

    guards.install(connection)

    assert guards.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_flush_empties_the_record_and_leaves_guard_and_rules_in_force(guest):
    read(make_screening(guest))

    call_command("flush", interactive=False, verbosity=0)

    assert AccessRecord.objects.count() == 0
    assert guards.missing(connection) == []
    assert RuleVersion.objects.get().status == "published"


def test_reader_is_named_as_known_then():
    user = make_user(name="Ana Quiroga")

    assert vault.Reader.of(user, "therapist") == READER.__class__(name="Ana Quiroga", role="therapist", account=user.pk)
