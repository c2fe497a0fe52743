"""`manage.py openings`: the openings that the pages show, for scripts and for checking."""

import json
import os
import sys
from argparse import ArgumentParser
from datetime import UTC, date, timedelta
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError

from massage_booking.core import clock
from massage_booking.core.parsing import to_date
from massage_booking.studio import selectors as studio_selectors
from sessions.selectors import openings
from sessions.selectors.openings import Opening
from therapists.models import Service, Therapist

MOST_DAYS = 366


def refuse(sentence: str) -> NoReturn:
    raise CommandError(sentence, returncode=2)


class Command(BaseCommand):
    help = "Print every opening of a service, as the pages show it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--service", required=True, metavar="SLUG", help="for example swedish-60")
        parser.add_argument(
            "--from", required=True, dest="first", metavar="DATE", help="YYYY-MM-DD, in the studio's zone"
        )
        parser.add_argument("--days", required=True, metavar="N", help=f"how many days, 1 to {MOST_DAYS}")
        parser.add_argument("--therapist", metavar="SLUG", help="only with this therapist")
        parser.add_argument("--json", action="store_true", help="a JSON array instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        service, therapist, first, days = self.read(options)
        zone = studio_selectors.require().tz
        found = [self.as_json(opening, zone) for opening in self.look(service, therapist, first, days)]
        if options["json"]:
            self.say(json.dumps(found, indent=2))
        elif found:
            self.say("\n".join(f"{row['starts_at_local']}  {row['therapist']}  {row['service']}" for row in found))

    def say(self, text: str) -> None:
        """Print at once. A reader who has seen enough, such as `head`, is no fault."""
        try:
            self.stdout.write(text)
            self.stdout.flush()
        except BrokenPipeError:
            # Python flushes once more when it ends, which must not fail again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def read(self, options: dict[str, Any]) -> tuple[Service, Therapist | None, date, int]:
        if studio_selectors.current() is None:
            refuse("There is no studio yet: run `python manage.py setup_studio` first.")
        service = Service.objects.select_related("technique").filter(slug=options["service"]).first()
        if service is None:
            known = ", ".join(Service.objects.filter(is_active=True).values_list("slug", flat=True))
            refuse(f"No service is called “{options['service']}”. There are: {known or 'none yet'}.")
        therapist = None
        if options["therapist"]:
            therapist = Therapist.objects.filter(slug=options["therapist"]).first()
            if therapist is None:
                known = ", ".join(Therapist.objects.filter(is_active=True).values_list("slug", flat=True))
                refuse(f"No therapist is called “{options['therapist']}”. There are: {known or 'none yet'}.")
        first = to_date(options["first"])
        if first is None:
            refuse(f"“{options['first']}” is not a date: write YYYY-MM-DD.")
        return service, therapist, first, self.read_days(options["days"])

    @staticmethod
    def read_days(raw: str) -> int:
        try:
            days = int(raw)
        except ValueError:
            refuse(f"“{raw}” is not a number of days.")
        if not 1 <= days <= MOST_DAYS:
            refuse(f"--days goes from 1 to {MOST_DAYS}.")
        return days

    @staticmethod
    def look(service: Service, therapist: Therapist | None, first: date, days: int) -> Any:
        """Yield the openings, asked for in pieces as long as one look may be."""
        now, last = clock.now(), first + timedelta(days=days - 1)
        while first <= last:
            until = min(first + timedelta(days=openings.MOST_DAYS), last)
            yield from openings.openings(service=service, first=first, last=until, now=now, therapist=therapist)
            first = until + timedelta(days=1)

    @staticmethod
    def as_json(opening: Opening, zone: ZoneInfo) -> dict[str, str]:
        return {
            "therapist": opening.therapist.slug,
            "starts_at_utc": opening.starts_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "starts_at_local": opening.starts_at.astimezone(zone).isoformat(),
            "service": opening.service.slug,
        }
