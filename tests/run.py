"""`make test`: everything that each push needs, on SQLite and PostgreSQL, with Redis and with a browser.

python -m tests.run            all stages
python -m tests.run sqlite     one of them; --list names all
"""

import subprocess
import sys
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, Final

NO_TESTS: Final = 5  # pytest's exit code
PLAIN: Final = "not browser and not redis and not drill"
# What asks no database is tried once.
ASKING: Final = ("-p", "tests.asking")
# `make run` has a database of its own.
NOT_THE_DEMO: Final = ("--ignore=tests/demo",)
TWO_AT_ONCE: Final = ("-n", "2", "--dist", "worksteal")


@dataclass(frozen=True)
class Stage:
    """One run of pytest, with the real servers that it needs.

    One that `waits` for most of its time goes beside the others, and is shown when it is over.
    """

    name: str
    what: str
    arguments: tuple[str, ...]
    servers: tuple[str, ...] = ()
    waits: bool = False

    @property
    def command(self) -> list[str]:
        pytest = [sys.executable, "-m", "pytest", "-q", "-p", "tests.no_skips", *self.arguments]
        if not self.servers:
            return pytest
        return [sys.executable, "-m", "tests.servers", *self.servers, "--", *pytest]


STAGES: Final = (
    Stage("sqlite", "everything on SQLite", ("-m", PLAIN, *TWO_AT_ONCE)),
    Stage("postgres", "database, pages and races on PostgreSQL", ("-m", PLAIN, *ASKING, *TWO_AT_ONCE), ("postgres",)),
    Stage("redis", "worker and beat on SQLite", ("-m", "redis"), ("redis",), waits=True),
    Stage(
        "redis-postgres",
        "worker and beat on PostgreSQL",
        ("-m", "redis", *NOT_THE_DEMO),
        ("redis", "postgres"),
        waits=True,
    ),
    Stage("browser", "a real browser on SQLite", ("-m", "browser", *TWO_AT_ONCE)),
    Stage("browser-postgres", "its most telling part on PostgreSQL", ("-m", "smoke"), ("postgres",)),
)
# `make drills`: the long ones, not part of a whole run.
DRILLS: Final = (
    Stage("drills", "races, kills, backup, restore and rotation under load, all garbage, on SQLite", ("-m", "drill")),
    Stage("drills-postgres", "the same on PostgreSQL, and its restarts", ("-m", "drill"), ("postgres",)),
)
# By name only: what a drill of races begins with, alone.
RACES: Final = (
    "tests/concurrency",
    "tests/sessions/machine",
    *(f"tests/drills/test_{name}.py" for name in ("races", "holds", "busy_studio")),
)
BY_NAME: Final = (
    Stage("races", "the races of the calendar, long and short, on SQLite", RACES),
    Stage("races-postgres", "the same on PostgreSQL", RACES, ("postgres",)),
)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Result:
    """How a stage went: seconds, what went wrong (or nothing), and what it printed beside the screen."""

    stage: Stage
    seconds: float
    trouble: str
    printed: str = ""


def heading(stage: Stage) -> str:
    return f"\n--- {stage.name}: {stage.what}"


def run(stage: Stage, into: IO[bytes] | None = None) -> Result:
    """Run one stage, its words on the screen or in a file."""
    started = time.monotonic()
    code = subprocess.call(stage.command, stdout=into, stderr=into and subprocess.STDOUT)
    trouble = "no tests were found" if code == NO_TESTS else f"failed (code {code})" if code else ""
    return Result(stage, time.monotonic() - started, trouble)


def run_beside(stage: Stage) -> Result:
    """Run one stage while others are on the screen; what it prints is kept."""
    with tempfile.TemporaryFile() as file:
        done = run(stage, file)
        file.seek(0)
        return Result(done.stage, done.seconds, done.trouble, file.read().decode(errors="replace"))


def run_all(stages: list[Stage]) -> list[Result]:
    """Run the stages one after another, those that wait in a line of their own."""
    with ThreadPoolExecutor(max_workers=1) as line:
        waiting: list[Future[Result]] = [line.submit(run_beside, stage) for stage in stages if stage.waits]
        results = []
        for stage in stages:
            if not stage.waits:
                say(heading(stage))
                results.append(run(stage))
        for future in waiting:
            done = future.result()
            say(f"{heading(done.stage)}\n{done.printed}")
            results.append(done)
    return results


def main(arguments: list[str]) -> int:
    known = {stage.name: stage for stage in (*STAGES, *DRILLS, *BY_NAME)}
    if arguments == ["--list"]:
        say("\n".join(f"{stage.name:<18}{stage.what}" for stage in known.values()))
        return 0
    if not set(arguments) <= set(known):
        say(f"Stages: {', '.join(known)}")
        return 2
    chosen = [known[name] for name in arguments] or list(STAGES)
    started = time.monotonic()
    results = run_all(chosen)
    say("\n--- all stages")
    for result in results:
        say(f"{result.stage.name:<18}{result.seconds:7.1f} s   {result.trouble or 'passed'}")
    say(f"{'on the clock':<18}{time.monotonic() - started:7.1f} s")
    return 1 if any(result.trouble for result in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
