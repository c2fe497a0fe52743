"""What lies on the disk: database file, write-ahead log, backups. None of it holds in clear what somebody told."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from screening import services, vault
from screening.letters import CLEARANCE, Scope, to_json
from screening.models import Letter, LetterFile
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
