"""Where the passphrase of a backup comes from: a file, the environment, or whoever sits at the terminal."""

import getpass
import sys
from pathlib import Path

from django.conf import settings

from screening.backups.archive import BackupRefused


def _given(file: Path | None) -> str:
    """Return a passphrase that was given without asking, or nothing. Raises BackupRefused."""
    if file is None:
        return str(settings.BACKUP_PASSPHRASE)
    try:
        first = file.read_text(encoding="utf-8").strip().splitlines()
    except (OSError, UnicodeDecodeError):
        raise BackupRefused(f"The passphrase file {file} cannot be read.") from None
    if not first:
        raise BackupRefused(f"The passphrase file {file} is empty.")
    return first[0].strip()


def _ask(question: str) -> str:
    if not sys.stdin.isatty():
        raise BackupRefused("A passphrase is needed: BACKUP_PASSPHRASE or --passphrase-file.")
    return getpass.getpass(question).strip()


def passphrase(file: Path | None) -> str:
    """Return the passphrase that opens a backup's keys. Raises BackupRefused."""
    return _given(file) or _ask("Passphrase of the backup: ")


def passphrase_twice(file: Path | None) -> str:
    """Return the passphrase for a new backup, typed twice so that a slip shows. Raises BackupRefused."""
    given = _given(file)
    if given:
        return given
    first = _ask("Passphrase for the keys in this backup: ")
    if _ask("Once more: ") != first:
        raise BackupRefused("The two are not the same. Nothing was written.")
    return first
