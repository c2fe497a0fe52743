"""One thing that is measured, how it is measured, and the table of what came out."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

TRIES: Final = 3


@dataclass(frozen=True)
class Bench:
    """`make` prepares, unmeasured, what is then measured; `count` is how often the thing is done in one go.

    `most_seconds` is how long one go may keep the processor busy, None where nothing is promised.
    """

    name: str
    count: int
    make: Callable[[], Callable[[], object]]
    most_seconds: float | None = None


@dataclass(frozen=True)
class Figure:
    """The best of several goes: the others were disturbed by something else.

    `seconds` passed on the wall, `busy` of them the processor worked for us. A promise is held against the latter, so
    that a machine with other things to do breaks none.
    """

    bench: Bench
    seconds: float
    busy: float

    @property
    def is_too_slow(self) -> bool:
        return self.bench.most_seconds is not None and self.busy > self.bench.most_seconds


def measure(bench: Bench) -> Figure:
    """Take the time of one go, the best of three."""
    run = bench.make()
    goes = []
    for _ in range(TRIES):
        started, busy = time.perf_counter(), time.process_time()
        run()
        goes.append((time.process_time() - busy, time.perf_counter() - started))
    busy, seconds = min(goes)
    return Figure(bench, seconds=seconds, busy=busy)


def table(figures: Sequence[Figure]) -> str:
    lines = [f"{'what':<34}{'times':>8}{'seconds':>10}{'busy':>9}{'each':>12}{'promised':>11}"]
    for figure in figures:
        bench = figure.bench
        promised = "" if bench.most_seconds is None else f"< {bench.most_seconds:g} s"
        each = f"{figure.busy / bench.count * 1_000_000:,.0f} µs"
        verdict = "   TOO SLOW" if figure.is_too_slow else ""
        numbers = f"{bench.count:>8,}{figure.seconds:>10.3f}{figure.busy:>9.3f}{each:>12}{promised:>11}{verdict}"
        lines.append(f"{bench.name:<34}{numbers}".rstrip())
    return "\n".join(lines)
