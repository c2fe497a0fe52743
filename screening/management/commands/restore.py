"""`manage.py restore`: a backup into an empty place."""

from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from massage_booking.core import clock
from screening import erasures as erasures_file
from screening.backups import BackupRefused, Restored, restore_backup
from screening.backups.asking import passphrase
from screening.backups.restoring import take_keys_out
from screening.erasures import Erased


class Command(BaseCommand):
    help = "Restore a backup into the empty database that DATABASE_URL names, and prove that it is whole."
    # The place is empty: there is nothing to check yet.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="what `manage.py backup` has made")
        parser.add_argument("--passphrase-file", type=Path, help="opens the keys; else BACKUP_PASSPHRASE")
        parser.add_argument(
            "--erasures", type=Path, action="append", default=[], metavar="FILE",
            help="a copy of the erasures file, newer than the backup; may be given several times",
        )  # fmt: skip
        parser.add_argument(
            "--keys-only", type=Path, metavar="FILE", help="write the keys into a new file, and restore nothing"
        )

    def handle(
        self, *args: Any, file: Path, passphrase_file: Path | None, erasures: list[Path], keys_only: Path | None,
        **options: Any,
    ) -> None:  # fmt: skip
        ask = partial(passphrase, passphrase_file)
        try:
            if keys_only is not None:
                take_keys_out(file, keys_only, ask_passphrase=ask)
                self.stdout.write(f"The keys are in {keys_only}.")
                return
            more = [line for copy in erasures for line in _read(copy)]
            restored = restore_backup(file, ask_passphrase=ask, more_erasures=more, now=clock.now())
        except BackupRefused as refused:
            raise CommandError(str(refused)) from None
        except OSError as error:
            raise CommandError(f"The backup cannot be restored: {error}.") from None
        self.tell(restored)
        if restored.faults:
            raise CommandError("\n".join(("The database is in its place, but:", *restored.faults)))
        self.stdout.write("All is well. Start the web server, worker and beat (or the timer).")

    def tell(self, restored: Restored) -> None:
        manifest = restored.opened.manifest
        tables = f"{len(manifest.tables)} tables, {manifest.rows} rows"
        self.stdout.write(f"Backup of {manifest.made_at}: {tables}, all equal.")
        self.stdout.write(f"{restored.values} sealed values tried; guards, chains of readings and sessions looked at.")
        self.stdout.write(f"{restored.erased} clients erased again, who were erased after the backup was made.")
        for file in restored.keys_written:
            self.stdout.write(f"Key from the backup written to {file}.")


def _read(file: Path) -> list[Erased]:
    try:
        return erasures_file.read(file)
    except (OSError, ValueError) as error:
        raise BackupRefused(f"The list of erasures {file} cannot be read: {error}.") from None
