"""`make test`: everything that each push needs, on SQLite and PostgreSQL, with Redis and with a browser.

python -m tests.run            all stages
python -m tests.run sqlite     one of them; --list names all
"""

import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Final

NO_TESTS: Final = 5  # pytest's exit code
PLAIN: Final = "not browser and not redis and not drill"
# These need no database, or read the source only: once is enough.
PURE: Final = (
    "--ignore-glob=tests/*/domain",
    "--ignore=tests/architecture",
    "--ignore-glob=tests/core/test_*time.py",
)
# `make run` has a database of its own.
NOT_THE_DEMO: Final = ("--ignore=tests/demo",)
TWO_AT_ONCE: Final = ("-n", "2", "--dist", "worksteal")


@dataclass(frozen=True)
class Stage:
    """One run of pytest, with the real servers that it needs."""

    name: str
    what: str
    arguments: tuple[str, ...]
    servers: tuple[str, ...] = ()

    @property
    def command(self) -> list[str]:
        pytest = [sys.executable, "-m", "pytest", "-q", "-p", "tests.no_skips", *self.arguments]
        if not self.servers:
            return pytest
        return [sys.executable, "-m", "tests.servers", *self.servers, "--", *pytest]


STAGES: Final = (
    Stage("sqlite", "everything on SQLite", ("-m", PLAIN, *TWO_AT_ONCE)),
    Stage("postgres", "database, pages and races on PostgreSQL", ("-m", PLAIN, *PURE, *TWO_AT_ONCE), ("postgres",)),
    Stage("redis", "worker and beat on SQLite", ("-m", "redis"), ("redis",)),
    Stage("redis-postgres", "worker and beat on PostgreSQL", ("-m", "redis", *NOT_THE_DEMO), ("redis", "postgres")),
    Stage("browser", "a real browser on SQLite", ("-m", "browser", *TWO_AT_ONCE)),
    Stage("browser-postgres", "its most telling part on PostgreSQL", ("-m", "smoke"), ("postgres",)),
)
# `make drills`: the long ones, not part of a whole run.
DRILLS: Final = (
    Stage("drills", "backup, restore and rotation under load, all garbage, on SQLite", ("-m", "drill")),
    Stage("drills-postgres", "the same on PostgreSQL", ("-m", "drill"), ("postgres",)),
)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def run(stage: Stage) -> str:
    """Run one stage; return what went wrong, or nothing."""
    say(f"\n--- {stage.name}: {stage.what}")
    code = subprocess.call(stage.command)
    if code == NO_TESTS:
        return "no tests were found"
    return "" if code == 0 else f"failed (code {code})"


def main(arguments: list[str]) -> int:
    known = {stage.name: stage for stage in (*STAGES, *DRILLS)}
    if arguments == ["--list"]:
        say("\n".join(f"{stage.name:<18}{stage.what}" for stage in known.values()))
        return 0
    if not set(arguments) <= set(known):
        say(f"Stages: {', '.join(known)}")
        return 2
    chosen = [known[name] for name in arguments] or list(STAGES)
    results: list[tuple[Stage, float, str]] = []
    for stage in chosen:
        started = time.monotonic()
        trouble = run(stage)
        results.append((stage, time.monotonic() - started, trouble))
    say("\n--- all stages")
    for stage, seconds, trouble in results:
        say(f"{stage.name:<18}{seconds:7.1f} s   {trouble or 'passed'}")
    say(f"{'together':<18}{sum(seconds for _, seconds, _ in results):7.1f} s")
    return 1 if any(trouble for _, _, trouble in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
