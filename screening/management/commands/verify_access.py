"""`manage.py verify_access`: find what was changed, moved, taken out or cut off in the record of readings."""

import re
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from screening import digests
from screening.models import AccessRecord, DailyDigest

KEPT: Final = re.compile(r"(\d{4}-\d\d-\d\d): ([0-9a-f]{64})")


class Command(BaseCommand):
    help = "Follow the chain of each client's readings and make each daily digest again; exits with 1 at any fault."

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--client", default="", metavar="PUBLIC_ID", help="one client's chain only")
        parser.add_argument(
            "--kept", type=Path, metavar="FILE", help="lines of the log that name digests, kept on another machine"
        )

    def handle(self, *args: Any, client: str, kept: Path | None, **options: Any) -> None:
        faults = digests.faults_of_chains(client)
        if not client:
            faults += digests.faults_of_digests(_kept(kept) if kept else None)
        for fault in faults:
            self.stderr.write(str(fault))
        if faults:
            raise CommandError(f"{len(faults)} faults in the record of readings.")
        readings = AccessRecord.objects.filter(**({"client_public_id": client} if client else {})).count()
        days = "" if client else f", {DailyDigest.objects.count()} daily digests"
        self.stdout.write(f"{readings} readings{days}: whole.")
        newest = DailyDigest.objects.first()
        if newest is not None and not client:
            self.stdout.write(f"{newest.day}: {newest.digest}")


def _kept(file: Path) -> dict[date, str]:
    try:
        found = KEPT.findall(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise CommandError(f"{file} cannot be read.") from None
    if not found:
        raise CommandError(f"{file} names no digest.")
    return {date.fromisoformat(day): digest for day, digest in found}
