"""Putting a backup into an empty place, proving that it is whole, and forgetting again who was erased since."""

import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from massage_booking import env
from screening import digests, erasures, sealed_rows
from screening.backups import archive, passphrase
from screening.backups.archive import BackupRefused, Opened
from screening.backups.making import ENGINES
from screening.erasures import Erased
from screening.services import erasing

KEY_FILES: Final = {"SECRET_KEY": "secret_key", "VAULT_KEYS": "vault_keys"}

# Gives sentences about what is wrong in a restored database; none when all is well.
Proof = Callable[[], list[str]]
_proofs: list[Proof] = []


def register(proof: Proof) -> Proof:
    """Let an app look at its part of a restored database."""
    _proofs.append(proof)
    return proof


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore came to: the backup, sealed values that were tried, clients erased again, faults found."""

    opened: Opened
    values: int
    erased: int
    keys_written: tuple[Path, ...]
    faults: tuple[str, ...]


def restore_backup(
    file: Path,
    *,
    ask_passphrase: Callable[[], str],
    more_erasures: Iterable[Erased] = (),
    now: datetime,
    using: str = "default",
) -> Restored:
    """Restore into the empty database that the settings name. Raises BackupRefused before anything is changed.

    What is found wrong afterwards is told in `faults`; the place is not empty then.
    """
    connection = connections[using]
    Path(settings.VAR).mkdir(parents=True, exist_ok=True, mode=0o700)
    archive.sweep(Path(settings.VAR), ".restore-*", now=now)
    with tempfile.TemporaryDirectory(dir=settings.VAR, prefix=".restore-") as folder:
        opened = archive.read(file, Path(folder))
        _refuse_other_software(opened, connection)
        engine = ENGINES[connection.vendor]
        obstacle = engine.why_not_empty(connection)
        if obstacle:
            raise BackupRefused(obstacle)
        keys = _keys_for(opened, ask_passphrase)
        # Read before anything is done: a list that cannot be read must not be found out afterwards.
        erased = {*_erasures_of(opened), *more_erasures, *_own_erasures()}
        written = _write_keys(keys)
        engine.put(connection, opened.database)
        if dict(engine.sums(connection)) != dict(opened.manifest.tables):
            raise BackupRefused("What was restored is not what was in the backup. Empty the place and try again.")
    call_command("migrate", verbosity=0, skip_checks=True, database=using)
    values, faults = _prove(using)
    again = erasing.erase_again(erased=erased, now=now)
    erasing.catch_up_file()
    return Restored(opened, values, again, written, tuple(faults))


def _refuse_other_software(opened: Opened, connection: Any) -> None:
    made_on, here = opened.manifest.engine, connection.vendor
    if made_on != here:
        raise BackupRefused(
            f"The backup is of {_said(made_on)}, and DATABASE_URL names {_said(here)}. Each goes back to its own kind."
        )
    known = {f"{app}.{name}" for app, name in _migrations_here()}
    newer = sorted(set(opened.manifest.migrations) - known)
    if newer:
        raise BackupRefused(
            f"The backup was made by a newer version of the software ({newer[0]}): install that one first."
        )


def _migrations_here() -> Iterable[tuple[str, str]]:
    # Replaced ones too: a squashed migration is recorded beside those that it stands for.
    loader = MigrationLoader(None)
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    return {*loader.disk_migrations, *replaced}


def _said(vendor: str) -> str:
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(vendor, vendor)


# --- Keys -------------------------------------------------------------------


def _keys_for(opened: Opened, ask_passphrase: Callable[[], str]) -> dict[str, str]:
    """Return keys from the backup where this server has none; nothing where its own open the backup.

    Raises BackupRefused when neither is so.
    """
    if settings.VAULT_KEYS and opened.is_sealed_with_our_keys():
        return {}
    part = opened.part(archive.KEYS)
    if settings.VAULT_KEYS:
        where = "; `--keys-only FILE` takes them out of the backup." if part else "."
        raise BackupRefused(
            "VAULT_KEYS of this server does not open the backup. Put the keys that it was made with into VAULT_KEYS, "
            f"after a comma{where}"
        )
    if part is None:
        raise BackupRefused("This server has no VAULT_KEYS, and the backup was made without keys.")
    keys = passphrase.unseal(part.read_bytes(), ask_passphrase())
    # From here on this process works with the backup's keys, as the next one will.
    settings.VAULT_KEYS = [key for key in keys.get("VAULT_KEYS", "").split(",") if key]
    if not settings.VAULT_KEYS or not opened.is_sealed_with_our_keys():
        raise BackupRefused("The keys in the backup do not open it: it was changed after it was made.")
    return keys


def take_keys_out(file: Path, target: Path, *, ask_passphrase: Callable[[], str]) -> None:
    """Write the keys of a backup, as lines of an environment file, into a new file that only its owner may read."""
    with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".restore-") as folder:
        part = archive.read(file, Path(folder)).part(archive.KEYS)
        if part is None:
            raise BackupRefused("The backup was made without keys.")
        keys = passphrase.unseal(part.read_bytes(), ask_passphrase())
    _write_new(target, "".join(f"{name}={value}\n" for name, value in sorted(keys.items())))


def _write_new(file: Path, content: str) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(content)


def _write_keys(keys: dict[str, str]) -> tuple[Path, ...]:
    """Put keys where the settings look for them; a key of this server stays. Return the files made."""
    made = []
    for name, file_name in KEY_FILES.items():
        file = Path(settings.VAR) / file_name
        if name not in keys or env.text(name) or file.exists():
            continue
        _write_new(file, keys[name])
        made.append(file)
    return tuple(made)


# --- Erasures ---------------------------------------------------------------


def _erasures_of(opened: Opened) -> list[Erased]:
    part = opened.part(archive.ERASURES)
    try:
        return erasures.read(part) if part else []
    except ValueError as error:
        raise BackupRefused(f"The list of erasures in the backup cannot be read: {error}.") from None


def _own_erasures() -> list[Erased]:
    try:
        return erasures.read_own()
    except (OSError, ValueError) as error:
        raise BackupRefused(f"The erasures file {settings.ERASURES_FILE} cannot be read: {error}.") from None


# --- Proofs -----------------------------------------------------------------


def _prove(using: str) -> tuple[int, list[str]]:
    """Look whether guards stand, values open, chains hold, and the apps' own proofs; return values tried and faults."""
    faults = [str(found.msg) for found in run_checks(tags=[Tags.database], databases=[using])]
    values, closed = sealed_rows.try_all()
    faults += [f"{count} of {name} cannot be opened with these keys" for name, count in closed.items()]
    faults += [str(fault) for fault in (*digests.faults_of_chains(), *digests.faults_of_digests())]
    for proof in _proofs:
        faults += proof()
    return values, faults
