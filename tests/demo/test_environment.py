"""Making the virtual environment, on a machine that has only Python."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from massage_booking.demo import environment
from massage_booking.demo.environment import Stuck


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """Let nothing be installed for real; return the commands that would have run."""
    made: list[list[str]] = []

    def call(command: list[str], **options: Any) -> int:
        made.append(command)
        return 0

    monkeypatch.setattr(subprocess, "call", call)
    monkeypatch.setattr(environment, "ROOT", str(tmp_path))
    monkeypatch.setattr(environment, "FOLDER", str(tmp_path / ".venv"))
    inside = tmp_path / ".venv" / "bin"
    inside.mkdir(parents=True)
    (inside / "python").touch()
    (tmp_path / "requirements.txt").write_text("Django==5.2.19\n")
    (tmp_path / "requirements-dev.txt").write_text("pytest==9.2.0\n")
    return made


def installs(calls: list[list[str]]) -> list[str]:
    """Return the files that pip was asked to install from."""
    return [Path(command[-1]).name for command in calls if "pip" in command]


def test_packages_are_installed_once_and_again_only_when_the_list_changes(
    calls: list[list[str]], tmp_path: Path
) -> None:
    environment.install("run")
    environment.install("run")
    assert installs(calls) == ["requirements.txt"]

    (tmp_path / "requirements.txt").write_text("Django==5.2.20\n")
    environment.install("run")
    assert installs(calls) == ["requirements.txt", "requirements.txt"]


def test_what_testing_needs_holds_what_running_needs(calls: list[list[str]]) -> None:
    environment.install("dev")
    environment.install("run")

    assert installs(calls) == ["requirements-dev.txt"]


def test_an_installation_that_failed_is_tried_again(calls: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "call", lambda command, **options: 1 if "pip" in command else 0)
    with pytest.raises(Stuck, match="pip"):
        environment.install("run")

    monkeypatch.setattr(subprocess, "call", lambda command, **options: calls.append(command) or 0)
    environment.install("run")
    assert installs(calls) == ["requirements.txt"]


def test_a_python_that_is_too_old_is_told_politely(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "LEAST", (4, 0))

    with pytest.raises(Stuck, match=r"Python 3\.11 or newer is needed"):
        environment.find_python()


def test_the_python_that_runs_this_will_do() -> None:
    assert environment.find_python() == sys.executable


def test_a_missing_browser_that_cannot_be_installed_is_an_error_not_a_skip(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)
    monkeypatch.setattr(environment, "install", lambda kind: None)

    assert environment.main(["test"]) == 1
    assert "need Chromium" in capsys.readouterr().out


def test_nobody_is_asked_for_a_password_where_nobody_can_type_one(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    monkeypatch.setattr(environment.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(environment.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(environment.sys.stdin, "isatty", lambda: False, raising=False)
    monkeypatch.setattr(subprocess, "call", lambda command, **options: made.append(command) or 0)

    assert environment.apt_get("chromium")
    assert made[0][:3] == ["sudo", "-n", "apt-get"]
