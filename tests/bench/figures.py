"""A figure beside its bar: what was measured, what was promised, what we aim at; as a table and as JSON."""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

RUNS: Final = 7


@dataclass(frozen=True)
class Figure:
    """The median of `runs` goes. `better` says which way is good; without a bar nothing is promised."""

    measure: str
    figure: float
    bar: float | None
    aim: float | None
    better: str  # "higher" or "lower"
    unit: str
    runs: int

    @property
    def meets(self) -> bool:
        return self.bar is None or self._reaches(self.bar)

    @property
    def reaches_aim(self) -> bool:
        return self.aim is None or self._reaches(self.aim)

    def _reaches(self, line: float) -> bool:
        return self.figure >= line if self.better == "higher" else self.figure <= line


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def ratio(
    measure: str,
    work: Callable[[], object],
    against: Callable[[], object],
    *,
    bar: float | None,
    aim: float | None = None,
    runs: int = RUNS,
    repeat: int = 5,
) -> Figure:
    """Time two things by turns, each the best of `repeat` in a go, and return the median of the ratios.

    By turns, so that whatever else the machine does meets both; the best, because the rest was disturbed.
    """
    work(), against()
    found = []
    for _ in range(runs):
        ours = min(seconds(work) for _ in range(repeat))
        theirs = min(seconds(against) for _ in range(repeat))
        found.append(ours / theirs)
    return Figure(measure, round(statistics.median(found), 4), bar, aim, "lower", "×", runs)


def each(measure: str, work: Callable[[], object], *, times: int, bar: float | None = None) -> Figure:
    """Return how many microseconds of the processor one of `times` things takes; the best of three goes."""
    busy = []
    for _ in range(3):
        began = time.process_time()
        work()
        busy.append(time.process_time() - began)
    return Figure(measure, round(min(busy) / times * 1_000_000, 1), bar, None, "lower", "µs", 3)


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a table, a line each."""
    wide = max(len(figure.measure) for figure in figures)
    lines = [f"{'measure':<{wide}}{'figure':>12}{'bar':>10}{'aim':>10}  unit   runs"]
    for figure in figures:
        sign = "≥" if figure.better == "higher" else "≤"
        bar, aim = (f"{sign} {value:g}" if value is not None else "" for value in (figure.bar, figure.aim))
        verdict = "" if figure.meets else "   NOT MET"
        line = f"{figure.measure:<{wide}}{figure.figure:>12.4g}{bar:>10}{aim:>10}  {figure.unit:<5}{figure.runs:>5}"
        lines.append(line + verdict)
    return "\n".join(lines)


def write(figures: Sequence[Figure], path: Path) -> None:
    """Write the figures down as a list, for whoever compares."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(figure) for figure in figures], indent=2, ensure_ascii=False) + "\n")
