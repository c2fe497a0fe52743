"""Processes that live and die together."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from massage_booking.demo.processes import Family

PATIENT = "import time\nprint('up', flush=True)\ntime.sleep(600)"
STUBBORN = (
    "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('up', flush=True)\ntime.sleep(600)"
)
PARENT = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {PATIENT!r}])\n{PATIENT}"


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Family]:
    found = Family(tmp_path / "log")
    yield found
    found.stop()


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def start(family: Family, code: str, name: str = "child") -> int:
    child = family.start(name, [sys.executable, "-c", code])
    wait_until(lambda: "up" in child.last_lines() or child.has_ended)
    return child.process.pid


def test_all_are_asked_to_stop_and_do(family: Family) -> None:
    pids = [start(family, PATIENT, name) for name in ("redis", "web", "worker")]

    family.stop()

    assert [pid for pid in pids if is_alive(pid)] == []


def test_the_first_one_stops_last_because_the_others_lean_on_it(family: Family, tmp_path: Path) -> None:
    log = tmp_path / "order"
    tell = (
        "import signal, sys, time\n"
        "def stop(*_):\n    open({log!r}, 'a').write({name!r} + ' ')\n    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, stop)\nprint('up', flush=True)\ntime.sleep(600)"
    )
    for name in ("redis", "web", "worker"):
        start(family, tell.format(log=str(log), name=name), name)

    family.stop()

    assert log.read_text().split()[-1] == "redis"


def test_one_that_will_not_stop_is_ended_and_so_is_what_it_has_started(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("massage_booking.demo.processes.STOP_SECONDS", 0.2)
    stubborn = start(family, STUBBORN)
    parent = start(family, PARENT, "parent")
    group = [int(name) for name in os.listdir("/proc") if name.isdigit() and _group_of(int(name)) == parent]
    assert len(group) == 2

    family.stop()

    assert [pid for pid in (stubborn, *group) if is_alive(pid)] == []


def _group_of(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0


def test_one_that_ends_is_noticed_with_its_last_words(family: Family) -> None:
    start(family, PATIENT, "web")
    child = family.start("worker", [sys.executable, "-c", "print('no broker'); raise SystemExit(3)"])
    wait_until(lambda: child.has_ended)

    assert family.ended() is child
    assert child.process.returncode == 3
    assert child.last_lines() == "no broker"


def test_the_log_of_the_last_time_is_kept(family: Family) -> None:
    for words in ("first", "second"):
        child = family.start("web", [sys.executable, "-c", f"print({words!r})"])
        wait_until(lambda child=child: child.has_ended)  # type: ignore[misc]

    assert (family.logs / "web.log").read_text() == "second\n"
    assert (family.logs / "web.log.1").read_text() == "first\n"


def test_signals_of_the_terminal_do_not_reach_them(family: Family) -> None:
    pid = start(family, PATIENT)

    assert os.getpgid(pid) != os.getpgid(0)
    os.kill(pid, signal.SIGCONT)
    assert is_alive(pid)
