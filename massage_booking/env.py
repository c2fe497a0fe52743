"""Typed readers of the environment: a wrong value stops the start with a sentence that names it."""

import os
from pathlib import Path


class BadSetting(Exception):
    """An environment variable holds something that cannot be meant."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool) -> bool:
    """Read yes/no; anything that is neither is an error, never a silent False."""
    raw = os.environ.get(name, "").strip().lower()
    if raw == "":
        return default
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    raise BadSetting(f"{name}={raw!r} is neither yes nor no: use true or false.")


def number(name: str, *, default: int, least: int = 0) -> int:
    raw = os.environ.get(name, "").strip()
    if raw == "":
        return default
    try:
        value = int(raw)
    except ValueError:
        raise BadSetting(f"{name}={raw!r} is not a whole number.") from None
    if value < least:
        raise BadSetting(f"{name}={value} is below {least}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """Read a comma-separated list."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def secret(name: str, *, file: Path) -> str:
    """Read a key from the environment, else from a file that only its owner may read."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if not file.exists():
        return ""
    if file.stat().st_mode & 0o077:
        raise BadSetting(f"{file} can be read by others: run chmod 600 {file}.")
    return file.read_text().strip()


def for_programs(**more: str) -> dict[str, str]:
    """Return this process's environment with additions, for a program that it starts."""
    return {**os.environ, **more}
