"""`make run`, the part that starts processes."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from massage_booking.demo import run
from massage_booking.demo.run import Stuck
from tests import real

STOP_SECONDS = 10


def test_the_next_free_port_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        first = taken.getsockname()[1]
        monkeypatch.setattr(run, "FIRST_PORT", first)

        with run.open_port("") as listener:
            assert first < listener.getsockname()[1] < first + run.PORTS_TRIED


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_a_port_that_is_none_is_named(port: str) -> None:
    with pytest.raises(Stuck, match=f"PORT={port}"):
        run.open_port(port)


def test_a_port_that_was_asked_for_and_is_taken_is_an_error_not_another_port() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(Stuck, match="taken"):
            run.open_port(str(taken.getsockname()[1]))


def test_a_studio_is_open_once_and_says_where(tmp_path: Path) -> None:
    with run.take_lock(tmp_path) as lock:
        lock.write("http://127.0.0.1:8000")
        lock.flush()

        with pytest.raises(Stuck, match=r"already open at http://127\.0\.0\.1:8000"):
            run.take_lock(tmp_path)
    run.take_lock(tmp_path).close()


def test_the_demo_belongs_in_a_new_default_file_under_debug_only(settings: object, tmp_path: Path) -> None:
    from django.conf import settings as current

    from massage_booking.demo import prepare

    file = tmp_path / "studio.sqlite3"

    def wanted(*, debug: bool = True, url: str = "sqlite:///default") -> bool:
        settings.VAR, settings.DEBUG = tmp_path, debug  # type: ignore[attr-defined]
        settings.DATABASE_URL, settings.DEFAULT_DATABASE_URL = url, "sqlite:///default"  # type: ignore[attr-defined]
        name = current.DATABASES["default"]["NAME"]
        current.DATABASES["default"]["NAME"] = str(file)
        try:
            return prepare.demo_is_wanted()
        finally:
            current.DATABASES["default"]["NAME"] = name

    assert not wanted(debug=False)
    assert not wanted(url="postgresql:///studio")
    assert wanted()
    # Broken off half-way: the next start makes it good.
    file.write_text("some tables")
    assert wanted()
    (tmp_path / "demo-wanted").unlink()
    assert not wanted()


def start(folder: Path, **more: str) -> subprocess.Popen[str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    # Static files as they lie in the folders: collecting them is no part of this test.
    environment = {**inherited, "VAR_DIR": str(folder), "STATIC_COLLECTED": "false", **more}
    return subprocess.Popen(
        [sys.executable, "-m", "massage_booking.demo.run"],
        env=environment,
        cwd=run.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    read = ""
    for line in process.stdout:
        read += line
        if words in line:
            return read
    raise AssertionError(f"ended with {process.wait()}:\n{read}")


def address_in(text: str) -> str:
    return next(word for word in text.split() if word.startswith("http://"))


def stop(process: subprocess.Popen[str], number: int = signal.SIGINT) -> float:
    asked = time.monotonic()
    process.send_signal(number)
    process.wait(timeout=30)
    return time.monotonic() - asked


@pytest.mark.redis
def test_a_studio_opens_with_its_demo_stays_open_and_closes_without_a_trace(tmp_path: Path) -> None:
    process = start(tmp_path)
    try:
        told = read_until(process, "Ctrl-C")
        url = address_in(told)
        pages = {path: urllib.request.urlopen(url + path).read().decode() for path in ("/", "/mailbox/", "/health/")}

        again = start(tmp_path)
        assert again.wait(timeout=30) == 1
        assert again.stdout is not None and f"already open at {url}" in again.stdout.read()
    finally:
        seconds = stop(process)

    assert "<h1" in pages["/"] and "<h1" in pages["/mailbox/"]
    for word in ("Client", "Therapist", "Front desk", "Admin", "/mailbox/"):
        assert word in told
    assert process.returncode == 0
    assert seconds < STOP_SECONDS
    assert real.left_behind(tmp_path) == []
    assert (tmp_path / "studio.sqlite3").stat().st_mode & 0o077 == 0


@pytest.mark.redis
def test_when_one_part_ends_all_is_closed_and_the_reason_shown(tmp_path: Path) -> None:
    process = start(tmp_path)
    try:
        read_until(process, "Ctrl-C")
        beat = next(pid for pid in children_of(process.pid) if "beat" in command_of(pid))
        os.kill(beat, signal.SIGKILL)
        rest = read_until(process, "Last lines")
        assert "“beat” ended by itself" in rest
        assert process.wait(timeout=30) == 1
    finally:
        process.kill()
        process.wait()

    assert real.left_behind(tmp_path) == []


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
