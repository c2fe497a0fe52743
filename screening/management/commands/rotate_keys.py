"""`manage.py rotate_keys`: seal every client's key anew with the first of VAULT_KEYS."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from screening import vault
from screening.keyring import BATCH
from screening.vault import Rotated, VaultClosed


class Command(BaseCommand):
    help = (
        "Seal every client's key, and mails that wait sealed, with the first of VAULT_KEYS. "
        "The studio goes on meanwhile; cut short, it is simply run again."
    )

    # A key that leaked is not kept because something else is amiss.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=BATCH, metavar="N", help="rows in one transaction")

    def handle(self, *args: Any, batch: int, **options: Any) -> None:
        if batch < 1:
            raise CommandError("--batch takes a number, at least 1.")

        def tell(so_far: Rotated) -> None:
            if options["verbosity"] > 1:
                self.stdout.write(f"{so_far.keys} so far")

        try:
            done = vault.rotate_keys(batch=batch, after_batch=tell)
        except VaultClosed as closed:
            raise CommandError(f"{closed} Check VAULT_KEYS: the new key first, the old one after a comma.") from None
        self.stdout.write(
            f"{done.keys} client keys and {done.mails} waiting mails sealed anew; "
            f"{done.before} had the first key already."
        )
