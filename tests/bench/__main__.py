"""`make bench`: measure what must stay fast, print a table, write `var/bench.json`; the exit code is 1 below a bar.

`python -m tests.bench [part …]` measures some parts alone: engine, calendar, booking, pages. Each part runs in a
process and on a PostgreSQL of its own, which keeps what it says it has kept, as a studio's does.
"""

import json
import os
import platform
import subprocess
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Final

from tests.bench.figures import Figure, table, write

ROOT: Final = Path(__file__).resolve().parents[2]
PARTS: Final = ("engine", "calendar", "sqlite", "booking", "pages")
ON_POSTGRES: Final = ("calendar", "booking", "pages")
ONE: Final = "--one"


def main(arguments: list[str]) -> int:
    if arguments[:1] == [ONE]:
        return one(arguments[1])
    parts = arguments or list(PARTS)
    if not set(parts) <= set(PARTS):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    figures = [figure for part in parts for figure in measured(part)]
    sys.stdout.write(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores\n\n")
    sys.stdout.write(table(figures) + "\n")
    if parts == list(PARTS):
        write(figures, ROOT / "var" / "bench.json")
    return 0 if all(figure.meets for figure in figures) else 1


def measured(part: str) -> list[Figure]:
    """Run one part in a process of its own."""
    sys.stderr.write(f"Measuring: {part} ...\n")
    server = ["-m", "tests.servers", "durable-postgres", "--", sys.executable] if part in ON_POSTGRES else []
    command = [sys.executable, *server, "-m", "tests.bench", ONE, part]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    return [Figure(**figure) for figure in json.loads(done.stdout)]


def one(part: str) -> int:
    """Measure one part here, and print its figures as JSON."""
    import django

    django.setup()
    if part != "engine":
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
    figures = list(import_module(f"tests.bench.{part}").figures())
    sys.stdout.write(json.dumps([asdict(figure) for figure in figures]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
