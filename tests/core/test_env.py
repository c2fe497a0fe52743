"""Readers of the environment: a wrong value is named, never guessed."""

from pathlib import Path

import pytest

from massage_booking import env
from massage_booking.env import BadSetting


@pytest.mark.parametrize(
    ("raw", "meant"),
    [("true", True), ("Yes", True), ("1", True), (" on ", True), ("false", False), ("NO", False), ("0", False)],
)
def test_yes_and_no_are_read_in_many_ways(monkeypatch: pytest.MonkeyPatch, raw: str, meant: bool) -> None:
    monkeypatch.setenv("SWITCH", raw)

    assert env.flag("SWITCH", default=not meant) is meant


@pytest.mark.parametrize("raw", ["ture", "2", "yes please", "None"])
def test_a_slip_of_the_keys_is_not_a_no(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("SWITCH", raw)

    with pytest.raises(BadSetting, match="SWITCH"):
        env.flag("SWITCH", default=False)


def test_what_is_unset_or_empty_takes_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPTY", "  ")
    monkeypatch.delenv("UNSET", raising=False)

    for name in ("EMPTY", "UNSET"):
        assert env.flag(name, default=True) is True
        assert env.number(name, default=7) == 7
    assert env.text("UNSET", "here") == "here"
    assert env.words("UNSET", "a, b,,") == ["a", "b"]


@pytest.mark.parametrize("raw", ["five", "5.0", "-1", "1e3"])
def test_a_number_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("COUNT", raw)

    with pytest.raises(BadSetting, match="COUNT"):
        env.number("COUNT", default=1)


def test_a_key_comes_from_the_environment_before_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("from the file\n")
    file.chmod(0o600)
    monkeypatch.delenv("KEY", raising=False)

    assert env.secret("KEY", file=file) == "from the file"
    monkeypatch.setenv("KEY", "from the environment")
    assert env.secret("KEY", file=file) == "from the environment"


def test_no_key_is_an_empty_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KEY", raising=False)

    assert env.secret("KEY", file=tmp_path / "none") == ""


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_key_that_others_may_read_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: int) -> None:
    file = tmp_path / "key"
    file.write_text("secret")
    file.chmod(mode)
    monkeypatch.delenv("KEY", raising=False)

    with pytest.raises(BadSetting, match="chmod 600"):
        env.secret("KEY", file=file)
