"""Child processes that live and die together: started with logs of their own, stopped in order, none left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

STOP_SECONDS: Final = 7.0
TAIL_LINES: Final = 20
_PR_SET_PDEATHSIG: Final = 1


def _with_parent() -> Callable[[], None] | None:
    """Return what a child does before it begins: to be told to stop when this process is killed (Linux only)."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

    return ask


class Child:
    """One running process and its log."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.process = process
        self.log = log

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def ask_to_stop(self) -> None:
        if not self.has_ended:
            self.process.terminate()

    def kill(self) -> None:
        """End the process and whatever it has started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def last_lines(self) -> str:
        with self.log.open("rb") as file:
            file.seek(max(0, self.log.stat().st_size - 8000))
            return "\n".join(file.read().decode("utf-8", "replace").splitlines()[-TAIL_LINES:])


class Family:
    """The processes of one studio. They get their signals from here only, never from the terminal itself."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.children: list[Child] = []
        logs.mkdir(parents=True, exist_ok=True, mode=0o700)

    def popen_options(self) -> dict[str, Any]:
        return {"start_new_session": True, "preexec_fn": _with_parent()}

    def log_of(self, name: str) -> Path:
        """Return a fresh log; the one of the last time is kept beside it."""
        log = self.logs / f"{name}.log"
        if log.exists():
            log.replace(log.with_suffix(".log.1"))
        return log

    def start(self, name: str, command: Sequence[str], **options: Any) -> Child:
        log = self.log_of(name)
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                **self.popen_options(),
                **options,
            )
        return self.adopt(name, process, log)

    def adopt(self, name: str, process: subprocess.Popen[bytes], log: Path) -> Child:
        child = Child(name, process, log)
        self.children.append(child)
        return child

    def ended(self) -> Child | None:
        """Return a child that is not there any more."""
        return next((child for child in self.children if child.has_ended), None)

    def stop(self) -> None:
        """Stop all: the last started first, the first (which the others lean on) when they have gone."""
        *leaning, first = reversed(self.children) if self.children else [None]
        self._stop([child for child in leaning if child])
        if first:
            self._stop([first])
        self.children.clear()

    @staticmethod
    def _stop(children: list[Child]) -> None:
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and not all(child.has_ended for child in children):
            time.sleep(0.02)
        for child in children:
            child.kill()
