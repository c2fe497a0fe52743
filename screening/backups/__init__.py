"""Backups: the whole studio in one file, and back from it into an empty place."""

from screening.backups.archive import BackupRefused
from screening.backups.making import Made, make_backup
from screening.backups.restoring import Restored, restore_backup

__all__ = ["BackupRefused", "Made", "Restored", "make_backup", "restore_backup"]
