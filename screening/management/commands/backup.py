"""`manage.py backup`: the whole studio in one file, while it goes on working."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from massage_booking.core import clock
from screening.backups import BackupRefused, make_backup
from screening.backups.asking import passphrase_twice
from screening.backups.making import remove_old


class Command(BaseCommand):
    help = "Write database, erasures and keys into one file, while bookings go on."
    # A backup must not be refused because something else is amiss.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("place", type=Path, help="a folder (the file is named by the moment) or a new file")
        parser.add_argument(
            "--passphrase-file", type=Path, help="its first line seals the keys; else BACKUP_PASSPHRASE"
        )
        parser.add_argument("--without-keys", action="store_true", help="leave the keys out; keep them elsewhere")
        parser.add_argument("--keep-days", type=int, metavar="N", help="delete backups in the folder that are older")

    def handle(
        self, *args: Any, place: Path, passphrase_file: Path | None, without_keys: bool, keep_days: int | None,
        **options: Any,
    ) -> None:  # fmt: skip
        if keep_days is not None and (keep_days < 1 or not place.is_dir()):
            raise CommandError("--keep-days takes a number of days, at least 1, and a folder.")
        now = clock.now()
        try:
            secret = None if without_keys else passphrase_twice(passphrase_file)
            made = make_backup(place, secret=secret, now=now)
        except BackupRefused as refused:
            raise CommandError(str(refused)) from None
        except OSError as error:
            raise CommandError(f"The backup cannot be written: {error.strerror or error}.") from None
        keys = "keys behind the passphrase" if made.has_keys else "NO keys"
        self.stdout.write(
            f"{made.file}: {len(made.manifest.tables)} tables, {made.manifest.rows} rows, "
            f"{made.file.stat().st_size / 1024 / 1024:.1f} MB, {keys}"
        )
        if not made.has_keys:
            self.stderr.write(
                "Without VAULT_KEYS nobody can ever read the health answers in it. Keep them in another place."
            )
        if keep_days is not None:
            self.stdout.write(f"{remove_old(place, days=keep_days, now=now)} older than {keep_days} days deleted")
