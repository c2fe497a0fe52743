"""The whole application behind gunicorn with a database of its own, as a studio would run it."""

import itertools
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit

import dj_database_url
import psycopg2
from django.conf import settings

from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
SEED = "tests.concurrency.seed"
# What no visitor's click may leave in the log of a server. Waiting more than three seconds for somebody (55P03) is no
# circle: the transaction is tried again, and it depends on what else the machine does.
TROUBLE = re.compile(
    r"Traceback|Internal Server Error|deadlock|could not serialize|database is locked"
    r"|stood in the way \((?:40P01|40001|locked)\)"
)
_numbers = itertools.count(1)


@dataclass
class Served:
    """A studio that is being served: its address, its people (from the seed), its database and its log."""

    address: str
    environment: dict[str, str]
    folder: Path
    process: subprocess.Popen[bytes]
    people: dict[str, Any]

    @property
    def log(self) -> str:
        return (self.folder / "gunicorn.log").read_text(errors="replace")

    @property
    def trouble(self) -> list[str]:
        """Return the lines of the log that tell of an error page or of transactions in each other's way."""
        return [line for line in self.log.splitlines() if TROUBLE.search(line)]

    @property
    def is_postgres(self) -> bool:
        return self.environment["DATABASE_URL"].startswith("postgres")

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        """Put a question in SQL straight to the server's database."""
        url = self.environment["DATABASE_URL"]
        if not self.is_postgres:
            with closing(sqlite3.connect(dj_database_url.parse(url)["NAME"], timeout=20)) as file:
                return file.execute(question).fetchall()
        connection = psycopg2.connect(url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(question)
                return cursor.fetchall()
        finally:
            connection.close()

    def change(self, statement: str) -> None:
        url = self.environment["DATABASE_URL"]
        if not self.is_postgres:
            with closing(sqlite3.connect(dj_database_url.parse(url)["NAME"], timeout=20)) as file, file:
                file.execute(statement)
            return
        connection = psycopg2.connect(url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()

    @property
    def deadlocks(self) -> int:
        """Return how many deadlocks PostgreSQL has broken in this database; SQLite knows none."""
        if not self.is_postgres:
            return 0
        # The figures of a connection reach the table when it is idle, at most a second later.
        time.sleep(1.2)
        return int(self.ask("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0][0])

    @property
    def workers(self) -> list[int]:
        """Return the process ids of gunicorn's workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def kill_a_worker(self, number: int) -> bool:
        """End one worker as a power cut would; say whether there was one."""
        workers = self.workers
        if not workers:
            return False
        try:
            os.kill(workers[number % len(workers)], signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True


def database_url(folder: Path, name: str) -> str:
    """Return the address of a new, empty database on the engine under test."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return f"sqlite:///{folder / 'race.sqlite3'}"
    administer(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    administer(url, f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def administer(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


@contextmanager
def studio_server(
    folder: Path,
    *,
    workers: int = 2,
    threads: int = 8,
    application: str = "massage_booking.wsgi",
    url: str = "",
    **people: int,
) -> Iterator[Served]:
    """Migrate, fill (see `seed`), serve with gunicorn. `url` names an empty database on another server."""
    name = f"race_{os.getpid()}_{next(_numbers)}"
    environment = {
        **os.environ,
        "VAR_DIR": str(folder),
        "DATABASE_URL": url or database_url(folder, name),
        "DEBUG": "true",
        "STAFF_MFA_REQUIRED": "false",
        "SECRET_KEY": "race-" + "x" * 50,
        "VAULT_KEYS": ",".join(settings.VAULT_KEYS),
        "DJANGO_SETTINGS_MODULE": "massage_booking.settings",
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("REDIS_URL", None)
    told = folder / "people.json"
    for command in (["manage.py", "migrate", "-v0"], ["-m", SEED, str(told), json.dumps(people)]):
        subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True)
    port = free_port()
    with (folder / "gunicorn.log").open("wb") as log:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}",
                "--workers", str(workers), "--threads", str(threads), "--backlog", "512", "--log-level", "warning",
            ],
            cwd=ROOT, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until_up(address)
            yield Served(address, environment, folder, process, json.loads(told.read_text()))
        finally:
            process.terminate()
            process.wait(timeout=60)
            if not url and environment["DATABASE_URL"].startswith("postgres"):
                administer(os.environ["DATABASE_URL"], f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def wait_until_up(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/health/", timeout=5)
            return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError("The server did not come up.")
