"""`manage.py run_due`: do what is due now, without Celery."""

import logging
import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from massage_booking.core import clock

logger = logging.getLogger(__name__)


def plan_nudges(now: datetime) -> dict[str, int]:
    from sessions.services import nudges

    return {"nudges planned": nudges.plan_nudges(now=now)}


def clear_expired(now: datetime) -> dict[str, int]:
    from sessions.services import upkeep

    return {f"{what.replace('_', ' ')} cleared": count for what, count in upkeep.clear_expired(now=now).items()}


def close_days(now: datetime) -> dict[str, int]:
    from screening import services

    return {"days of the record closed": services.close_days(now=now)}


def read_calendars(now: datetime) -> dict[str, int]:
    from therapists import services

    return {f"calendars {what}": count for what, count in services.read_calendars(now=now).items()}


def send_due(now: datetime) -> dict[str, int]:
    from massage_booking.outbox import services

    return {f"messages {status}": count for status, count in services.send_due(now=now).items()}


# Nudges first: what they owe is then sent in the same round.
# Nobody's mail waits for the calendars of others.
JOBS: Final[tuple[Callable[[datetime], dict[str, int]], ...]] = (
    plan_nudges,
    clear_expired,
    close_days,
    send_due,
    read_calendars,
)


class Command(BaseCommand):
    help = (
        "Send due messages, plan nudges, clear what has expired, read calendars kept elsewhere: once, or over and over "
        "with --loop."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--loop", type=int, metavar="SECONDS", help="do it again after so many seconds, until Ctrl-C"
        )

    def handle(self, *args: Any, loop: int | None, **options: Any) -> None:
        if loop is not None and loop < 1:
            raise CommandError("--loop takes a number of seconds, at least 1.")
        try:
            went_well = self.round()
            while loop is not None:
                time.sleep(loop)
                close_old_connections()
                self.round()
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
            return
        if not went_well:
            raise CommandError("Not everything could be done; see above.")

    def round(self) -> bool:
        """Run each job once and say what came of it; a job that fails does not keep the others from running."""
        counts: dict[str, int] = {}
        failed = []
        for job in JOBS:
            try:
                counts |= job(clock.now())
            except Exception as error:
                logger.exception("%s failed", job.__name__)
                failed.append(f"{job.__name__.replace('_', ' ')} failed ({type(error).__name__})")
        done = [f"{what} {count}" for what, count in counts.items() if count] or ["nothing was due"]
        self.stdout.write(f"{clock.now():%Y-%m-%d %H:%M:%S} UTC: {', '.join(done + failed)}")
        return not failed
