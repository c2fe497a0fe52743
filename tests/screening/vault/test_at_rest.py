"""What lies on the disk: database file, write-ahead log, backups. None of it holds in clear what somebody told."""

import sqlite3
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from screening import services, vault
from screening.letters import CLEARANCE, Scope, to_json
from screening.models import ClientKey, Letter, LetterFile, Screening
from screening.wishes import Wishes
from sessions.domain import tightening
from sessions.services import signing
from tests import cast
from tests.sessions.canaries import ROWS, WORDS

pytestmark = pytest.mark.django_db(transaction=True)


def on_disk() -> Iterator[Path]:
    """Yield every file that the database writes."""
    if connection.vendor == "sqlite":
        file = Path(str(connection.settings_dict["NAME"]))
        yield from (found for found in file.parent.glob(f"{file.name}*") if found.is_file())
        return
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        folder = Path(cursor.fetchone()[0])
    yield from (found for part in ("base", "pg_wal") for found in (folder / part).rglob("*") if found.is_file())


def test_no_word_stands_in_clear_in_any_file(house: cast.House, backups: Path, settings: Any) -> None:
    client = house.nadia
    cast.answer(client, ROWS)
    session = cast.book(house)
    services.keep_wishes(client=client, wanted=Wishes(words=" ".join(WORDS[:5])), now=cast.NOW)
    letter = Letter.objects.create(client=client, received_at=cast.NOW)
    scope = Scope(
        kind=CLEARANCE, codes=frozenset({"migraine"}), signed_on=cast.NOW.date(), signer=WORDS[5], role=WORDS[6],
        note=" ".join(WORDS[7:12]),
    )  # fmt: skip
    letter.sealed = vault.seal(to_json(scope), client=client, field=vault.letter_field(letter), now=cast.NOW)
    letter.save()
    LetterFile.objects.create(
        letter=letter, content_type="application/pdf", bytes=9,
        sealed=vault.seal_file(" ".join(WORDS[12:18]).encode(), client=client, field="x", now=cast.NOW),
    )  # fmt: skip
    signing.sign_off(
        session=session, wish=tightening.Wish(), actor=house.ana.user, now=cast.NOW, note=" ".join(WORDS[18:])
    )
    # Kept before and erased after: neither leaves anything.
    call_command("backup", backups, stdout=StringIO())
    services.withdraw_consent(client=client, now=cast.NOW)
    call_command("backup", backups / "later.tar", stdout=StringIO())

    files = [*on_disk(), *backups.iterdir(), settings.ERASURES_FILE]
    assert len(files) >= 4
    found = [(file.name, word) for file in files for word in WORDS if word.encode() in file.read_bytes()]
    assert found == []
    # The search itself works: a name is no secret, and is found.
    assert any(b"Nadia Rahman" in file.read_bytes() for file in on_disk())


def test_sqlite_keeps_no_key_and_no_sealed_word_of_somebody_erased_in_any_file(house: cast.House) -> None:
    """Whoever has a master key, and an old copy of the log, must not be able to open what was erased."""
    if connection.vendor == "postgresql":
        return  # there old rows stand in its files until they are vacuumed and written over: see docs/operations.md
    cast.answer(house.nadia, ROWS)
    key, answers = bytes(ClientKey.objects.get().wrapped), bytes(Screening.objects.get().sealed)
    assert any(key in file.read_bytes() for file in on_disk())

    services.withdraw_consent(client=house.nadia, now=cast.NOW)

    assert [file.name for file in on_disk() if key in file.read_bytes() or answers in file.read_bytes()] == []


def test_a_log_that_somebody_is_reading_is_emptied_when_the_day_is_closed(
    house: cast.House, tmp_path: Path, settings: Any
) -> None:
    settings.ERASURES_FILE = tmp_path / "erasures"
    if connection.vendor == "postgresql":
        return
    cast.answer(house.nadia, ROWS)
    key = bytes(ClientKey.objects.get().wrapped)
    reading = sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None)
    reading.execute("BEGIN")
    reading.execute("SELECT count(*) FROM screening_clientkey").fetchone()

    services.withdraw_consent(client=house.nadia, now=cast.NOW)

    assert any(key in file.read_bytes() for file in on_disk())
    reading.close()
    services.close_days(now=cast.NOW)
    assert not any(key in file.read_bytes() for file in on_disk())
