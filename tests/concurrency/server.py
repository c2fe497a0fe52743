"""The whole application behind gunicorn with a database of its own, as a studio would run it."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from django.conf import settings

from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]


def database_url(folder: Path, name: str) -> str:
    """Return the address of a new, empty database on the engine under test."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return f"sqlite:///{folder / 'race.sqlite3'}"
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


@contextmanager
def studio_server(
    folder: Path, *, seed: str, workers: int = 2, threads: int = 8
) -> Iterator[tuple[str, dict[str, str]]]:
    """Migrate, run `python -m <seed>`, serve; yield the address and the environment of the server."""
    environment = {
        **os.environ,
        "VAR_DIR": str(folder),
        "DATABASE_URL": database_url(folder, "race"),
        "DEBUG": "true",
        "SECRET_KEY": "race-" + "x" * 50,
        "VAULT_KEYS": ",".join(settings.VAULT_KEYS),
        "DJANGO_SETTINGS_MODULE": "massage_booking.settings",
        "PYTHONPATH": str(ROOT),
    }
    for command in (["manage.py", "migrate", "-v0"], ["-m", seed]):
        subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True)
    port = free_port()
    log = (folder / "gunicorn.log").open("wb")
    process = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "massage_booking.wsgi", "--bind", f"127.0.0.1:{port}",
            "--workers", str(workers), "--threads", str(threads), "--backlog", "512",
        ],
        cwd=ROOT, env=environment, stdout=log, stderr=log,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_up(address)
        yield address, environment
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


def wait_until_up(address: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{address}/health/", timeout=2)
            return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError("The server did not come up.")
