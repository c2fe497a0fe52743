"""Gunicorn with two workers, and many who ask at once."""

import http.client
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2


@dataclass(frozen=True)
class Server:
    address: str
    process: "subprocess.Popen[bytes]"

    def memory(self) -> float:
        """Return what the largest worker holds for itself alone, in megabytes."""
        workers = psutil.Process(self.process.pid).children(recursive=True)
        return max(worker.memory_full_info().uss for worker in workers) / 1_000_000


@contextmanager
def serving(application: str, environment: dict[str, str], folder: Path) -> Iterator[Server]:
    """Serve a WSGI application with the settings that a studio's server has, but that no worker is replaced."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", application, "--config", "deploy/gunicorn.conf.py"]
    log = (folder / "gunicorn.log").open("ab")
    own = {"BIND": f"127.0.0.1:{port}", "WEB_CONCURRENCY": str(WORKERS), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [*command, "--max-requests", "0"], cwd=ROOT, env={**os.environ, **environment, **own}, stdout=log, stderr=log
    )
    try:
        _wait_until_up(port, process)
        yield Server(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(timeout=30)
        log.close()


def _wait_until_up(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError("The server stopped; see gunicorn.log.")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/health/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The server did not come up.")


def asked(address: str, *, connections: int, seconds: int, headers: dict[str, str] | None = None) -> float:
    """Return how many requests a second are answered, asked by wrk. Raises RuntimeError where any is not 2xx."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise RuntimeError("wrk is missing: apt-get install wrk")
    extra = [part for name, value in (headers or {}).items() for part in ("-H", f"{name}: {value}")]
    command = [wrk, "-t", "1", "-c", str(connections), "-d", f"{seconds}s", *extra, address]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found, said
    return float(found.group(1))


@dataclass(frozen=True)
class Post:
    path: str
    body: str
    cookie: str


def posted(
    address: str, posts: Sequence[Post], *, connections: int, headers: dict[str, str]
) -> tuple[float, list[str]]:
    """Send forms, so many at once; return how many a second, and where each answer leads (empty: nowhere)."""
    host = urlsplit(address).netloc
    leads = [""] * len(posts)
    todo = iter(enumerate(posts))
    lock = threading.Lock()

    def work() -> None:
        connection = http.client.HTTPConnection(host, timeout=60)
        while True:
            with lock:
                number, post = next(todo, (-1, None))
            if post is None:
                break
            form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": post.cookie}
            connection.request("POST", post.path, post.body, {**headers, **form})
            response = connection.getresponse()
            response.read()
            leads[number] = response.getheader("Location") or ""
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(connections)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(posts) / (time.perf_counter() - started), leads
