"""`make bench`: measure what must stay fast and print a table; the exit code is 1 where a promise is broken."""

import platform
import sys
from typing import Final

from tests.bench import engine
from tests.bench.measure import measure, table

BENCHES: Final = (*engine.BENCHES,)


def main() -> int:
    figures = [measure(bench) for bench in BENCHES]
    sys.stdout.write(f"Python {platform.python_version()}, {platform.machine()}; the best of three\n\n")
    sys.stdout.write(table(figures) + "\n")
    return 1 if any(figure.is_too_slow for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
