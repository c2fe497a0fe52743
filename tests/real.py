"""Processes of a studio beside a test: the commands of the Procfile on the test's own database."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from massage_booking.demo import run
from massage_booking.demo.processes import Family


def database_url() -> str:
    """Return the URL of the test's database, for another process."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(str(connection.settings_dict['NAME']))}"
    values = connection.get_connection_params()
    return f"postgresql://{values.get('user', '')}:@/{values['dbname']}?host={quote(values['host'], safe='/')}"


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return the environment of a studio that shares this test's database and keys."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "REDIS_URL") if name in os.environ}
    return {
        **inherited,
        "DJANGO_SETTINGS_MODULE": "massage_booking.settings",
        "VAR_DIR": str(folder),
        "DATABASE_URL": database_url(),
        "SECRET_KEY": settings.SECRET_KEY,
        "VAULT_KEYS": ",".join(settings.VAULT_KEYS),
        "SITE_URL": "https://massage.example",
        "ALLOWED_HOSTS": "massage.example",
        **more,
    }


@contextmanager
def processes(*names: str, logs: Path, environment: Mapping[str, str]) -> Iterator[Family]:
    """Run processes of the Procfile; stop them at the end. Their logs lie in `logs`."""
    family = Family(logs)
    commands = run.procfile()
    try:
        for name in names:
            family.start(name, commands[name], env=dict(environment))
        yield family
    finally:
        family.stop()


def wait_until(true: Callable[[], bool], *, family: Family, seconds: float = 90) -> None:
    """Return when something has come about; fail with the logs when it has not, or when a process has ended."""
    deadline = time.monotonic() + seconds
    while not true():
        ended = family.ended()
        if ended or time.monotonic() > deadline:
            logs = "\n\n".join(f"{child.name}:\n{child.last_lines()}" for child in family.children)
            raise AssertionError(f"{ended.name + ' ended' if ended else 'too late'}\n{logs}")
        time.sleep(0.1)


def left_behind(folder: Path) -> list[str]:
    """Return the commands of processes that still name a folder in their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"VAR_DIR={folder}".encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue  # gone meanwhile, or somebody else's
    return found
