"""`make check`: lint, format, import order, types, settings of a server, migrations on both engines."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Final

PROGRAMS: Final = Path(sys.executable).parent
MANAGE: Final = (sys.executable, "manage.py")
SERVERS: Final = (sys.executable, "-m", "tests.servers")
IN_STEP: Final = (*MANAGE, "makemigrations", "--check", "--dry-run", "--skip-checks")

CHECKS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("lint", (str(PROGRAMS / "ruff"), "check", "--quiet", ".")),
    ("format", (str(PROGRAMS / "ruff"), "format", "--check", "--quiet", ".")),
    ("order of imports", (str(PROGRAMS / "lint-imports"), "--no-logo")),
    ("types", (str(PROGRAMS / "mypy"), "--no-error-summary")),
    ("templates", (str(PROGRAMS / "djlint"), "--lint", "--quiet", "templates")),
    ("migrations in step, SQLite", (*SERVERS, "production", "--", *IN_STEP)),
    ("migrations in step, PostgreSQL", (*SERVERS, "production", "postgres", "--", *IN_STEP)),
    (
        "settings of a server, guards in force",
        (*SERVERS, "production", "postgres", "--", sys.executable, "-m", "tests.check", "--as-a-server"),
    ),
)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def typed() -> list[str]:
    """Return what mypy looks at: core, domains and services, whether each is a module or a package."""
    root = Path(__file__).resolve().parent.parent
    found = [root / "massage_booking" / "core"]
    for app in ("massage_booking/accounts", "massage_booking/outbox", "screening", "therapists", "sessions"):
        found += [root / app / name for name in ("domain", "services", "services.py")]
    return [str(path.relative_to(root)) for path in found if path.exists()]


def as_a_server() -> int:
    """Migrate an empty database and ask Django whether this could go live."""
    for command in (
        (*MANAGE, "migrate", "--verbosity", "0"),
        (*MANAGE, "check", "--deploy", "--fail-level", "WARNING", "--database", "default"),
    ):
        code = subprocess.call(command)
        if code:
            return code
    return 0


def main(arguments: list[str]) -> int:
    if arguments == ["--as-a-server"]:
        return as_a_server()
    failed = []
    for name, command in CHECKS:
        started = time.monotonic()
        done = subprocess.run(
            [*command, *(typed() if name == "types" else [])],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        say(f"{name:<40}{time.monotonic() - started:6.1f} s   {'FAILED' if done.returncode else 'good'}")
        if done.returncode:
            failed.append(name)
            say(done.stdout)
    if failed:
        say(f"\nNot good: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
