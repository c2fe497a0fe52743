"""Keys are made once, for their owner only."""

from pathlib import Path

from cryptography.fernet import Fernet

from massage_booking import env
from massage_booking.demo import keys


def test_missing_keys_are_made_and_kept(tmp_path: Path) -> None:
    assert keys.make_missing(tmp_path, {}) == ["SECRET_KEY", "VAULT_KEYS"]
    first = {name: (tmp_path / name).read_text() for name in ("secret_key", "vault_keys")}

    assert keys.make_missing(tmp_path, {}) == []
    assert {name: (tmp_path / name).read_text() for name in first} == first


def test_they_are_fit_for_use_and_for_nobody_elses_eyes(tmp_path: Path) -> None:
    keys.make_missing(tmp_path, {})

    for name in ("secret_key", "vault_keys"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
        assert env.secret("NOT_SET_ANYWHERE", file=tmp_path / name)
    Fernet((tmp_path / "vault_keys").read_text())
    assert len((tmp_path / "secret_key").read_text()) >= 64


def test_a_key_from_the_environment_makes_no_file(tmp_path: Path) -> None:
    assert keys.make_missing(tmp_path, {"VAULT_KEYS": "given", "SECRET_KEY": " "}) == ["SECRET_KEY"]
    assert not (tmp_path / "vault_keys").exists()
