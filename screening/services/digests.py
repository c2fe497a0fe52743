"""Closing days: their digests, and the erasures file brought up to date."""

import logging
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from massage_booking.core.db import forget_log
from screening import digests
from screening.models import DailyDigest
from screening.readings import GENESIS
from screening.services import erasing

logger = logging.getLogger(__name__)


def make_digests(*, now: datetime) -> list[DailyDigest]:
    """Make the digest of each day that is over and has none, the oldest first, and say it in the log.

    Days on which nothing ran are caught up. Made twice at once, the second finds it done.
    """
    made: list[DailyDigest] = []
    day = digests.first_day_without()
    while day is not None and day <= digests.last_closed_day(now):
        before = DailyDigest.objects.filter(day=day - timedelta(days=1)).first()
        previous = before.digest if before else GENESIS
        records, digest = digests.digest_of_day(day, previous)
        try:
            with transaction.atomic():
                row = DailyDigest.objects.create(
                    day=day, records=records, digest=digest, previous_digest=previous, made_at=now
                )
        except IntegrityError:
            return made
        # The log goes to another place than the database: whoever rewrites the one must rewrite the other too.
        logger.info("digest of the record of readings, %s: %s (%s readings)", day, digest, records)
        made.append(row)
        day += timedelta(days=1)
    return made


def close_days(*, now: datetime) -> int:
    """Make the digests of days that are over, and add to the erasures file what it lacks; return how many digests.

    What was erased while somebody was reading still stands in SQLite's log; it goes here.
    """
    made = make_digests(now=now)
    forget_log()
    try:
        erasing.catch_up_file()
    except (OSError, ValueError) as error:
        logger.error("the erasures file cannot be brought up to date (%s)", type(error).__name__)
    return len(made)
