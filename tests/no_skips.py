"""A pytest plugin: a skipped test fails the run. What is missing is to be installed, not passed over."""

from typing import Any

import pytest

skipped: list[str] = []


def pytest_runtest_logreport(report: Any) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        skipped.append(report.nodeid)


def pytest_collectreport(report: Any) -> None:
    if report.skipped:
        skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if skipped and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if skipped:
        terminalreporter.write_sep("=", f"{len(skipped)} skipped, which counts as failed", red=True)
        for name in skipped:
            terminalreporter.write_line(name)
