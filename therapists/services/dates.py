"""Hours on a date: other hours than the week's, more of them, or none. All arguments by keyword."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from massage_booking.core.errors import Refused
from massage_booking.studio import holidays_here
from massage_booking.studio.models import Location, Studio
from therapists.domain.dates import DateConflict, blocks_on, clashes
from therapists.domain.hours import DatedBlock, WeeklyBlock
from therapists.models import DatedHours, Therapist, WeeklyHours
from therapists.services.hours import instant_on_the_wall

FURTHEST: Final = timedelta(days=400)
BLOCKS_A_DATE: Final = 6
ONE: Final = timedelta(days=1)


def set_dated_hours(
    *, therapist: Therapist, day: date, blocks: Sequence[DatedBlock], note: str, studio: Studio, now: datetime
) -> list[DatedHours]:
    """Let a therapist work these blocks on a date, whatever the week or a public holiday says; none: not that day.

    What was set for the date before is replaced. Sessions already booked stay as they are.
    Raises Refused: date_over, date_too_far, too_many_blocks, time_skipped, time_shown_twice, unknown_location,
    hours_overlap (`conflicts` lists the pairs).
    """
    refuse_date(day=day, blocks=blocks, studio=studio, now=now)
    with transaction.atomic():
        # Two tabs saved at once: the later one waits and wins whole, never half of each.
        Therapist.objects.select_for_update(no_key=True, of=("self",)).get(pk=therapist.pk)
        wanted_locations = {block.location_id for block in blocks}
        if Location.objects.filter(pk__in=wanted_locations).count() != len(wanted_locations):
            raise Refused("unknown_location")
        found = conflicts_on(therapist=therapist, day=day, blocks=blocks, studio=studio)
        if found:
            raise Refused("hours_overlap", conflict=str(found[0]), conflicts=found)
        DatedHours.objects.filter(therapist=therapist, day=day).delete()
        rows = sorted(blocks, key=lambda block: (block.starts, block.ends)) or [DatedBlock(day)]
        return DatedHours.objects.bulk_create(
            DatedHours(
                therapist=therapist,
                day=day,
                starts=block.starts,
                ends=block.ends,
                location_id=block.location_id,
                note=note,
            )
            for block in rows
        )


def remove_dated_hours(*, therapist: Therapist, day: date, now: datetime) -> int:
    """Let the date go by the week again; return how many rows went."""
    return DatedHours.objects.filter(therapist=therapist, day=day).delete()[0]


def conflicts_on(
    *, therapist: Therapist, day: date, blocks: Sequence[DatedBlock], studio: Studio
) -> list[DateConflict]:
    """Return what of these blocks overlaps: among themselves, and with what is worked the days before and after."""
    weekly = [
        WeeklyBlock(*row)
        for row in WeeklyHours.objects.filter(therapist=therapist).values_list(
            "weekday", "starts", "ends", "location_id"
        )
    ]
    around = (day - ONE, day + ONE)
    rows = DatedHours.objects.filter(therapist=therapist, day__in=around)
    dated = [DatedBlock(*row) for row in rows.values_list("day", "starts", "ends", "location_id")]
    closed = holidays_here.names(studio=studio, first=around[0], last=around[1])
    neighbours = [block for beside in around for block in blocks_on(beside, weekly=weekly, dated=dated, closed=closed)]
    return clashes(blocks, neighbours)


def refuse_date(*, day: date, blocks: Sequence[DatedBlock], studio: Studio, now: datetime) -> None:
    """Raise Refused for a date that is over or too far, too many blocks, and times that do not exist just once."""
    today = now.astimezone(studio.tz).date()
    if day < today:
        raise Refused("date_over")
    if day > today + FURTHEST:
        raise Refused("date_too_far", days=FURTHEST.days)
    if len(blocks) > BLOCKS_A_DATE:
        raise Refused("too_many_blocks", most=BLOCKS_A_DATE)
    for block in blocks:
        assert block.day == day and block.starts is not None and block.ends is not None
        instant_on_the_wall(day, block.starts, studio.tz)
        instant_on_the_wall(day if block.ends > block.starts else day + ONE, block.ends, studio.tz)
