"""SQLite: a snapshot with VACUUM INTO while everybody goes on writing, and the file put back. Never a plain copy."""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from screening.backups.archive import BackupRefused, TableSum

PART: Final = "database.sqlite3"
PATIENCE: Final = 60  # seconds to wait for a writer


def _file(connection: Any) -> Path:
    file = Path(str(connection.settings_dict["NAME"]))
    if ":memory:" in str(file) or "mode=memory" in str(file):
        raise BackupRefused("The database is in memory only: there is nothing to keep.")
    return file


@contextmanager
def _opened(file: Path, *, mode: str) -> Iterator[sqlite3.Connection]:
    handle = sqlite3.connect(f"{file.absolute().as_uri()}?mode={mode}", uri=True, timeout=PATIENCE)
    handle.isolation_level = None
    try:
        yield handle
    finally:
        handle.close()


def take(connection: Any, folder: Path) -> dict[str, TableSum]:
    """Write the database as it is at one moment into a folder; return each table's sum. Raises BackupRefused."""
    target = folder / PART
    try:
        with _opened(_file(connection), mode="rw") as source:
            source.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        raise BackupRefused(f"SQLite cannot write the snapshot: {error}.") from None
    return sums_of_file(target)


def sums_of_file(file: Path) -> dict[str, TableSum]:
    """Return each table's sum. Raises BackupRefused for a file that is damaged."""
    try:
        with _opened(file, mode="ro") as handle:
            if handle.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise BackupRefused("The database in the backup is damaged.")
            tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
            return {name: _sum(handle, name) for (name,) in handle.execute(tables).fetchall()}
    except sqlite3.Error as error:
        raise BackupRefused(f"The database in the backup cannot be read: {error}.") from None


def _sum(handle: sqlite3.Connection, table: str) -> TableSum:
    digest, rows = hashlib.sha256(), 0
    # The name comes from the database's own list of tables.
    for row in handle.execute(f'SELECT * FROM "{table}" ORDER BY rowid'):  # noqa: S608
        digest.update(repr(row).encode())
        rows += 1
    return TableSum(rows, digest.hexdigest())


def sums(connection: Any) -> dict[str, TableSum]:
    return sums_of_file(_file(connection))


def why_not_empty(connection: Any) -> str:
    """Return what stands in the way of a restore, or nothing."""
    file = _file(connection)
    if not file.exists() or file.stat().st_size == 0:
        return ""
    with _opened(file, mode="ro") as handle:
        if not handle.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            return ""
    return f"{file} holds a database already. Move it away first, or name another in DATABASE_URL."


def put(connection: Any, database: Path) -> None:
    """Put the snapshot into its empty place. Raises BackupRefused for one that is damaged, OSError."""
    file = _file(connection)
    connection.close()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in ("-wal", "-shm", "-journal"):
        file.with_name(file.name + left).unlink(missing_ok=True)
    unfinished = file.with_name(f".{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle, database.open("rb") as source:
        while chunk := source.read(1024 * 1024):
            handle.write(chunk)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(unfinished, file)
