"""The whole studio in one file, and back: nothing lost, nothing readable without keys, nobody back who was erased."""

import errno
import os
import shutil
import stat
import tarfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from massage_booking.core import clock
from screening import erasures, services
from screening.backups import BackupRefused, archive, passphrase, restoring
from screening.document import GivenRow
from screening.models import ClientKey, Screening
from tests import cast
from tests.drills import places

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = {"migraine": GivenRow(answer="No, I am between attacks")}
READ_ALL = """
from screening import vault
from screening.models import Screening
found = {s.client.public_id: sorted(vault.for_rules(s)["rows"]) for s in Screening.objects.filter(state="complete")}
print(json.dumps(found))
"""


@pytest.fixture
def studio(house: cast.House) -> cast.House:
    """Return a house with two clients' answers and a session."""
    cast.answer(house.nadia, ROWS)
    cast.answer(house.ben)
    cast.book(house)
    return house


def make(folder: Path, **options: Any) -> Path:
    """Make a backup and return its file."""
    call_command("backup", folder, stdout=StringIO(), stderr=StringIO(), **options)
    return max(folder.glob("*.tar"))


def mode_of(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_a_backup_comes_back_in_an_empty_place_with_nothing_but_the_passphrase(
    studio: cast.House, backups: Path, tmp_path: Path
) -> None:
    file = make(backups)
    assert mode_of(file) == 0o600

    with places.empty(tmp_path) as place:
        told = place.manage("restore", str(file), VAULT_KEYS=None, SECRET_KEY=None)
        assert told.returncode == 0, told.stderr
        assert "all equal" in told.stdout and "All is well" in told.stdout
        assert mode_of(place.folder / "vault_keys") == mode_of(place.folder / "secret_key") == 0o600
        assert place.manage("verify_access").returncode == 0
        assert place.manage("check", "--database", "default").returncode == 0
        assert place.ask(READ_ALL) == {studio.nadia.public_id: ["migraine"], studio.ben.public_id: []}


def test_who_was_erased_since_is_erased_again_and_what_came_later_stays(
    studio: cast.House, backups: Path, tmp_path: Path, settings: Any
) -> None:
    early = make(backups)
    services.withdraw_consent(client=studio.nadia, now=clock.now())
    assert mode_of(settings.ERASURES_FILE) == 0o600
    copy = shutil.copy(settings.ERASURES_FILE, tmp_path / "copy")
    cast.answer(studio.nadia, now=clock.now() + timedelta(seconds=1))
    late = backups / "late.tar"
    call_command("backup", late, stdout=StringIO())

    with places.empty(tmp_path, "early") as place:
        told = place.manage("restore", str(early), "--erasures", str(copy))
        assert told.returncode == 0, told.stderr
        assert "1 clients erased again" in told.stdout
        assert place.ask(READ_ALL) == {studio.ben.public_id: []}
        agreed = "from screening.models import Consent; print(Consent.objects.filter(withdrawn_at=None).count())"
        assert place.ask(agreed) == 1
        # The place knows now by itself, and so will its own backups.
        assert [line.client_public_id for line in erasures.read(place.folder / "erasures")] == [studio.nadia.public_id]
    with places.empty(tmp_path, "late") as place:
        told = place.manage("restore", str(late))
        assert "0 clients erased again" in told.stdout, told.stderr
        assert place.ask(READ_ALL) == {studio.ben.public_id: [], studio.nadia.public_id: []}


def test_what_a_backup_that_was_killed_has_left_is_deleted_after_a_day(house: cast.House, backups: Path) -> None:
    """Thirty days of backups were promised; a folder that nobody counts must not outlive them."""
    for name, age in ((".backup-killed", 25), (".backup-running", 1)):
        (backups / name).mkdir()
        (backups / name / "database.sqlite3").write_bytes(b"names")
        at = clock.now().timestamp() - age * 3600
        os.utime(backups / name, (at, at))
    unfinished = backups / ".studio-2026-01-01T000000Z.tar.unfinished"
    unfinished.write_bytes(b"names")
    os.utime(unfinished, (0, 0))

    file = make(backups)

    assert {found.name for found in backups.iterdir()} == {".backup-running", file.name}


def test_the_place_must_be_empty(studio: cast.House, backups: Path) -> None:
    file = make(backups)

    with pytest.raises(CommandError, match=r"holds .* already"):
        call_command("restore", file)

    assert Screening.objects.filter(state="complete").count() == 2


@pytest.fixture
def ready(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Let the place count as empty, and note what would be put there instead of doing it."""
    put: list[Path] = []
    engine = restoring.ENGINES[connection.vendor]
    monkeypatch.setattr(engine, "why_not_empty", lambda connection: "")
    monkeypatch.setattr(engine, "put", lambda connection, database: put.append(database))
    return put


def refusal(file: Path, **options: Any) -> str:
    with pytest.raises(CommandError) as refused:
        call_command("restore", file, **options)
    return str(refused.value)


def test_a_wrong_passphrase_opens_nothing(house: cast.House, backups: Path, settings: Any, ready: list[Path]) -> None:
    file = make(backups)
    settings.VAULT_KEYS, settings.BACKUP_PASSPHRASE = [], "four other words"

    assert refusal(file) == "The passphrase is not the one of this backup."
    assert ready == [] and not (settings.VAR / "vault_keys").exists()


def test_keys_that_do_not_belong_to_it_are_refused_before_anything_is_done(
    house: cast.House, backups: Path, settings: Any, ready: list[Path], tmp_path: Path
) -> None:
    file = make(backups)
    kept = settings.VAULT_KEYS
    settings.VAULT_KEYS = ["c29tZWJvZHkgZWxzZSdzIGtleSwgMzIgYnl0ZXMhISE="]

    assert refusal(file).startswith("VAULT_KEYS of this server does not open the backup.")
    assert ready == []
    call_command("restore", file, keys_only=tmp_path / "taken-out", stdout=StringIO())
    assert f"VAULT_KEYS={','.join(kept)}\n" in (tmp_path / "taken-out").read_text()
    assert mode_of(tmp_path / "taken-out") == 0o600


def test_without_keys_it_says_so_and_cannot_be_restored_without_them(
    house: cast.House, backups: Path, settings: Any, ready: list[Path]
) -> None:
    warned = StringIO()
    call_command("backup", backups, without_keys=True, stdout=StringIO(), stderr=warned)
    settings.VAULT_KEYS = []

    assert "nobody can ever read" in warned.getvalue()
    assert "made without keys" in refusal(max(backups.glob("*.tar")))


def parts(file: Path) -> list[tuple[tarfile.TarInfo, bytes]]:
    with tarfile.open(file) as tar:
        return [(info, found.read()) for info in tar if (found := tar.extractfile(info))]


def put_together(file: Path, name: str, old: bytes, new: bytes) -> None:
    """Change one part of a backup, as somebody would who knows what a tar is."""
    taken = parts(file)
    with tarfile.open(file, "w") as tar:
        for info, content in taken:
            content = content.replace(old, new) if info.name == name else content
            info.size = len(content)
            tar.addfile(info, BytesIO(content))


def listing(old: bytes, new: bytes) -> Callable[[Path], None]:
    return lambda file: put_together(file, "manifest.json", old, new)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda file: file.write_bytes(file.read_bytes()[:5000]), "not a whole backup"),
        (lambda file: file.write_bytes(b"hello"), "not a whole backup"),
        (lambda file: file.unlink(), "There is no file"),
        (lambda file: put_together(file, "erasures", b"", b" "), "erasures is not what it was"),
        (listing(b'"rows": 1', b'"rows": 2'), "was changed after it was made"),
        (listing(b'"erasures"', b'"../evil"'), "something unknown"),
        (listing(b"screening.0001", b"screening.9001"), "newer version of the software"),
    ],
    ids=["cut short", "no archive", "gone", "part changed", "list changed", "strange name", "newer software"],
)  # fmt: skip
def test_a_backup_that_is_not_whole_is_refused(
    house: cast.House, backups: Path, ready: list[Path], change: Any, sentence: str
) -> None:
    file = make(backups)
    change(file)

    assert sentence in refusal(file)
    assert ready == []


def test_a_disk_that_is_full_is_not_taken_for_a_damaged_backup(
    house: cast.House, backups: Path, settings: Any, ready: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever restores is in need already, and must not throw a good backup away."""
    file = make(backups)

    def full(*arguments: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archive, "_copy_out", full)

    assert refusal(file) == f"There is no room in {settings.VAR} to take the backup apart."
    assert ready == []


def test_each_kind_of_database_goes_back_to_its_own(house: cast.House, backups: Path, ready: list[Path]) -> None:
    file = make(backups)
    own, other = (b"sqlite", b"postgresql") if connection.vendor == "sqlite" else (b"postgresql", b"sqlite")
    listing(b'"engine": "' + own, b'"engine": "' + other)(file)

    assert "Each goes back to its own kind" in refusal(file)


def test_the_keys_stand_in_it_only_behind_the_passphrase(house: cast.House, backups: Path, settings: Any) -> None:
    file = make(backups)
    content = file.read_bytes()

    assert not any(key.encode() in content for key in settings.VAULT_KEYS)
    assert settings.SECRET_KEY.encode() not in content
    with pytest.raises(BackupRefused, match="too short"):
        passphrase.seal({"VAULT_KEYS": "x"}, "short")


def test_old_backups_go_when_asked_and_nobody_elses_files(house: cast.House, backups: Path) -> None:
    for name in ("studio-2020-01-01T000000Z.tar", "studio-of-mine.tar", "notes.txt"):
        (backups / name).write_text("x")

    call_command("backup", backups, keep_days=30, stdout=StringIO())

    left = sorted(file.name for file in backups.iterdir() if not file.name.startswith("studio-2"))
    assert left == ["notes.txt", "studio-of-mine.tar"]
    assert len(list(backups.glob("studio-2*.tar"))) == 1


def test_a_client_key_that_no_longer_opens_is_told_after_the_restore(
    studio: cast.House, backups: Path, tmp_path: Path
) -> None:
    ClientKey.objects.filter(client=studio.ben).update(wrapped=b"broken")
    file = make(backups)

    with places.empty(tmp_path) as place:
        told = place.manage("restore", str(file))

    assert told.returncode == 1
    assert "cannot be opened with these keys" in told.stderr
