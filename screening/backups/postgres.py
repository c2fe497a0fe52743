"""PostgreSQL: pg_dump on an exported snapshot, so that the sums are those of the very same moment; pg_restore."""

import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError
from psycopg2.extensions import make_dsn

from massage_booking import env
from screening.backups.archive import BackupRefused, TableSum

PART: Final = "database.dump"
# What of Django's connection parameters a program of PostgreSQL understands, the password apart.
LIBPQ: Final = frozenset(
    ("host", "hostaddr", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey", "passfile", "service")
)
DEBIANS: Final = Path("/usr/lib/postgresql")
_TABLES: Final = """SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1, 2"""


# --- The programs -----------------------------------------------------------


def _candidates(name: str) -> Iterator[Path]:
    if settings.PG_DUMP:
        yield Path(settings.PG_DUMP).with_name(name)
        return
    yield from sorted(DEBIANS.glob(f"*/bin/{name}"), key=_version_of, reverse=True)
    found = shutil.which(name)
    if found:
        yield Path(found)


def _version_of(program: Path) -> int:
    """Return the major version of a program, 0 when it does not run."""
    try:
        told = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    except OSError:
        return 0
    found = re.search(r"\) (\d+)", told)
    return int(found[1]) if found else 0


def program(name: str, *, server: int) -> Path:
    """Return pg_dump or pg_restore, not older than the server. Raises BackupRefused."""
    versions = {path: _version_of(path) for path in _candidates(name)}
    for path, version in versions.items():
        if version >= server:
            return path
    newest = max(versions.values(), default=0)
    why = f"{name} {newest} is older than the server" if newest else f"{name} is not installed"
    raise BackupRefused(
        f"{why}, which is PostgreSQL {server}. Install postgresql-client-{server}, or name its pg_dump in PG_DUMP."
    )


def _run(program: Path, connection: Any, *arguments: str) -> None:
    values = connection.get_connection_params()
    where = make_dsn(**{name: value for name, value in values.items() if name in LIBPQ})
    # The password goes by the environment: everybody on the machine can read a command line.
    password = {"PGPASSWORD": str(values["password"])} if values.get("password") else {}
    done = subprocess.run(  # noqa: S603
        [str(program), "--dbname", where, *arguments],
        env=env.for_programs(**password),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        # The first line names the fault; details could hold a person's data.
        first = (done.stderr.strip().splitlines() or ["no reason given"])[0]
        raise BackupRefused(f"{program.name} failed: {first}")


# --- Taking, putting --------------------------------------------------------


@contextmanager
def _apart(connection: Any) -> Iterator[Any]:
    """Yield a cursor of a connection of its own, in one read-only transaction that sees one moment."""
    own = connection.get_new_connection(connection.get_connection_params())
    try:
        own.set_session(isolation_level="REPEATABLE READ", readonly=True, autocommit=False)
        with own.cursor() as cursor:
            cursor.execute("SET LOCAL TIME ZONE 'UTC'")
            yield cursor
        own.rollback()
    finally:
        own.close()


def take(connection: Any, folder: Path) -> dict[str, TableSum]:
    """Write the database as it is at one moment into a folder; return each table's sum. Raises BackupRefused."""
    dump = program("pg_dump", server=_server(connection))
    with _apart(connection) as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        _run(
            dump, connection, "--format", "custom", "--no-owner", "--no-privileges",
            "--snapshot", snapshot, "--file", str(folder / PART),
        )  # fmt: skip
        return _sums(cursor)


def _server(connection: Any) -> int:
    connection.ensure_connection()
    return int(connection.pg_version) // 10000


def _sums(cursor: Any) -> dict[str, TableSum]:
    cursor.execute(_TABLES)
    return {f"{schema}.{table}": _sum(cursor, schema, table) for schema, table in cursor.fetchall()}


class _Hashing:
    """Takes what COPY writes, a line for each row."""

    def __init__(self) -> None:
        self.digest, self.rows = hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.rows += data.count(b"\n")
        return len(data)


def _sum(cursor: Any, schema: str, table: str) -> TableSum:
    hashing = _Hashing()
    # The names come from the database's own list. Sorted byte by byte, whatever language the database sorts in.
    rows = f'SELECT * FROM "{schema}"."{table}" AS t ORDER BY t::text COLLATE "C"'  # noqa: S608
    cursor.copy_expert(f"COPY ({rows}) TO STDOUT", hashing)
    return TableSum(hashing.rows, hashing.digest.hexdigest())


def sums(connection: Any) -> dict[str, TableSum]:
    with _apart(connection) as cursor:
        return _sums(cursor)


def why_not_empty(connection: Any) -> str:
    """Return what stands in the way of a restore, or nothing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_TABLES)
            tables = cursor.fetchall()
    except DatabaseError as error:
        raise BackupRefused(f"The database cannot be opened: {str(error).splitlines()[0]}") from None
    if not tables:
        return ""
    name = connection.settings_dict["NAME"]
    return f"The database “{name}” holds {len(tables)} tables already. Make an empty one and name it in DATABASE_URL."


def put(connection: Any, database: Path) -> None:
    """Put the snapshot into an empty database, whole or not at all. Raises BackupRefused."""
    restore = program("pg_restore", server=_server(connection))
    connection.close()
    _run(
        restore, connection, "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(database),
    )  # fmt: skip
