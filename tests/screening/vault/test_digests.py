"""The record of readings as a whole: one digest a day, which shows what was changed, moved, taken out or cut off."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from screening import digests, guards, services, vault
from screening.models import AccessRecord, DailyDigest
from tests.screening.factories import NOW, make_client
from tests.screening.vault.test_sealing import READER, make_screening

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def three_days(guest):
    """Return two clients, read on three days; the days are closed."""
    other = make_client(name="Another")
    for screening in (make_screening(guest), make_screening(other)):
        for day in range(3):
            vault.open_answers(screening, reader=READER, purpose="before a session", now=NOW + day * DAY)
    services.make_digests(now=NOW + 3 * DAY)
    return guest, other


def verify(**options):
    told, wrong = StringIO(), StringIO()
    try:
        call_command("verify_access", stdout=told, stderr=wrong, **options)
    except CommandError as error:
        return [*wrong.getvalue().splitlines(), str(error)]
    return told.getvalue().splitlines()


def test_a_day_is_closed_when_nobody_can_be_on_the_way_any_more_and_only_once(guest):
    vault.open_answers(make_screening(guest), reader=READER, purpose="x", now=NOW)
    midnight = digests.start_of(NOW.date() + DAY)

    assert services.make_digests(now=midnight + timedelta(minutes=59)) == []
    assert [row.day for row in services.make_digests(now=midnight + timedelta(minutes=61))] == [NOW.date()]
    assert services.make_digests(now=midnight + timedelta(minutes=61)) == []


def test_days_on_which_nothing_ran_and_nobody_read_are_caught_up_each_on_the_one_before(three_days):
    services.make_digests(now=NOW + 6 * DAY)

    rows = list(DailyDigest.objects.order_by("day"))
    assert [(row.day, row.records) for row in rows] == [
        (NOW.date() + number * DAY, readings) for number, readings in enumerate([2, 2, 2, 0, 0, 0])
    ]
    assert [row.previous_digest for row in rows] == [vault.GENESIS, *[row.digest for row in rows[:-1]]]


def test_an_empty_record_has_no_days(db):
    assert services.make_digests(now=NOW) == []


def test_the_digest_is_said_in_the_log_so_that_it_can_be_kept_elsewhere(guest, caplog, tmp_path: Path):
    vault.open_answers(make_screening(guest), reader=READER, purpose="x", now=NOW)
    caplog.set_level("INFO", logger="screening")

    services.make_digests(now=NOW + DAY)

    row = DailyDigest.objects.get()
    assert caplog.messages == [f"digest of the record of readings, {row.day}: {row.digest} (1 readings)"]
    kept = tmp_path / "journal"
    kept.write_text(f"Jun 02 02:00:01 host celery[12]: INFO screening {caplog.messages[0]}\n")
    assert verify(kept=kept) == ["1 readings, 1 daily digests: whole.", f"{row.day}: {row.digest}"]


def test_a_whole_record_is_told_so(three_days):
    assert verify()[0] == "6 readings, 3 daily digests: whole."
    assert verify(client=three_days[0].public_id) == ["3 readings: whole."]


@pytest.mark.parametrize(
    "forge",
    [
        lambda rows: rows.filter(number=2).update(reader_name="Nobody"),
        lambda rows: rows.filter(number=2).delete(),
        lambda rows: rows.filter(number=1).update(client_public_id="somebody-else"),
        lambda rows: rows.filter(number=3).delete(),
        lambda rows: rows.all().delete(),
    ],
    ids=["changed", "missing", "moved", "cut off", "whole chain gone"],
)
def test_whatever_is_done_to_a_row_is_found(three_days, forge):
    with guards.lifted(connection):
        forge(AccessRecord.objects.filter(client_public_id=three_days[0].public_id))

    assert verify()[-1].endswith("faults in the record of readings.")


def test_a_chain_that_was_forged_whole_is_found_by_the_digests(three_days):
    with guards.lifted(connection):
        previous = vault.GENESIS
        for row in AccessRecord.objects.filter(client_public_id=three_days[0].public_id).order_by("number"):
            row.reader_name, row.previous_digest = "Nobody", previous
            row.digest = previous = vault.digest_of(row)
            row.save()

    assert vault.verify_chain(three_days[0].public_id) is None
    assert len([fault for fault in verify() if "changed, added or cut off" in fault]) == 3


def test_digests_made_anew_after_a_forgery_differ_from_those_kept_elsewhere(three_days, tmp_path: Path):
    kept = tmp_path / "kept"
    kept.write_text("".join(f"{row.day}: {row.digest}\n" for row in DailyDigest.objects.all()))
    with guards.lifted(connection):
        AccessRecord.objects.filter(client_public_id=three_days[0].public_id, number=3).delete()
        DailyDigest.objects.all().delete()
    services.make_digests(now=NOW + 3 * DAY)

    assert verify()[0].endswith("whole.")
    assert verify(kept=kept) == [
        f"{NOW.date() + 2 * DAY}: the digest differs from the one that was kept",
        "1 faults in the record of readings.",
    ]


@pytest.mark.parametrize("gone", [0, 1])
def test_a_missing_digest_is_found(three_days, gone):
    with guards.lifted(connection):
        DailyDigest.objects.filter(day=NOW.date() + gone * DAY).delete()

    assert any("missing" in fault or "does not follow" in fault for fault in verify())


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_change_a_digest(three_days, act):
    with pytest.raises(IntegrityError, match=guards.DIGEST_GUARD), transaction.atomic():
        if act == "update":
            DailyDigest.objects.update(records=0)
        else:
            DailyDigest.objects.all().delete()

    assert DailyDigest.objects.count() == 3


@pytest.mark.parametrize("table", ["screening_accessrecord", "screening_dailydigest"])
def test_postgresql_refuses_to_empty_a_table_at_one_stroke(three_days, table):
    if connection.vendor == "sqlite":
        return  # it knows DELETE only
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")
