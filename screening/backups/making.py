"""Making a backup while the studio goes on working."""

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from massage_booking.core import sealing
from screening import erasures
from screening.backups import archive, passphrase, postgres, sqlite
from screening.backups.archive import BackupRefused, Manifest
from screening.services import erasing

ENGINES: Final[dict[str, ModuleType]] = {"sqlite": sqlite, "postgresql": postgres}
NAME: Final = "studio-%Y-%m-%dT%H%M%SZ.tar"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made: the file, what it holds, whether the keys are in it."""

    file: Path
    manifest: Manifest
    has_keys: bool


def make_backup(place: Path, *, secret: str | None, now: datetime, using: str = "default") -> Made:
    """Write database, erasures and, behind a passphrase, keys into one file; a folder gets one named by the moment.

    Letters are rows of the database, sealed. Without a passphrase (`secret` is None) the keys stay out.
    Raises BackupRefused, OSError.
    """
    connection = connections[using]
    target = place / now.astimezone(UTC).strftime(NAME) if place.is_dir() else place
    if not target.parent.is_dir():
        raise BackupRefused(f"There is no folder {target.parent}.")
    try:
        sealing.first_master()
    except (ImproperlyConfigured, ValueError):
        raise BackupRefused("This server has no usable vault key: check VAULT_KEYS.") from None
    archive.sweep(target.parent, ".backup-*", ".*.tar.unfinished", now=now)
    # Beside the target: what lies there is as private, and large, as the backup itself.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as made:
        folder = Path(made)
        engine = ENGINES[connection.vendor]
        tables = engine.take(connection, folder)
        _write_erasures(folder / archive.ERASURES)
        if secret is not None:
            (folder / archive.KEYS).write_bytes(passphrase.seal(_keys(), secret))
        manifest = Manifest(
            engine=connection.vendor,
            made_at=now.astimezone(UTC).isoformat(timespec="seconds"),
            migrations=_migrations(connection),
            tables=tables,
            parts={part.name: archive.sha256_of(part) for part in sorted(folder.iterdir())},
        )
        archive.write(target, manifest, folder)
    return Made(target, manifest, secret is not None)


def _write_erasures(file: Path) -> None:
    """Put the whole list into the backup; the file of this machine may know of more than its database, and less."""
    try:
        erasing.catch_up_file()
        known = erasures.read_own()
    except (OSError, ValueError) as error:
        raise BackupRefused(f"The erasures file {settings.ERASURES_FILE} cannot be used: {error}.") from None
    file.write_text("".join(f"{line}\n" for line in sorted({*known, *erasing.all_erasures()})), encoding="ascii")


def _keys() -> dict[str, str]:
    return {"SECRET_KEY": settings.SECRET_KEY, "VAULT_KEYS": ",".join(settings.VAULT_KEYS)}


def _migrations(connection: Any) -> tuple[str, ...]:
    applied = MigrationRecorder(connection).applied_migrations()
    return tuple(sorted(f"{app}.{name}" for app, name in applied))


def remove_old(folder: Path, *, days: int, now: datetime) -> int:
    """Delete backups in a folder that are older than so many days by their names; return how many."""
    count = 0
    for file in folder.glob("studio-*.tar"):
        try:
            made_at = datetime.strptime(file.name, NAME).replace(tzinfo=UTC)
        except ValueError:
            continue  # named by somebody: theirs to delete
        if now - made_at > timedelta(days=days):
            file.unlink()
            count += 1
    return count
