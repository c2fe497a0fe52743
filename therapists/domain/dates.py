"""Hours on a date: what begins on it, and whether blocks of it and of its neighbours share time.

Blocks are compared as the wall shows them. A block that runs past midnight reaches into the next date, whether that
has hours of its own or not.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from massage_booking.core.intervals import MinuteSpan, overlaps
from massage_booking.core.walltime import DAY, day_number
from therapists.domain.hours import WEEKDAY_NAMES, DatedBlock, WeeklyBlock


@dataclass(frozen=True, slots=True)
class DateConflict:
    """Two blocks that share time: `[starts, ends)` on the date `day` (past midnight if earlier)."""

    first: DatedBlock
    second: DatedBlock
    day: date
    starts: time
    ends: time

    def __str__(self) -> str:
        return (
            f"{in_words(self.first)} and {in_words(self.second)} overlap"
            f" on {WEEKDAY_NAMES[self.day.weekday()]} from {self.starts:%H:%M} to {self.ends:%H:%M}."
        )


def blocks_on(
    day: date, *, weekly: Iterable[WeeklyBlock], dated: Iterable[DatedBlock], closed: Collection[date] = ()
) -> list[DatedBlock]:
    """Return what is worked from blocks that begin on a date: its own if it has any, else those of its weekday."""
    own = [block for block in dated if block.day == day]
    if own:
        return [block for block in own if block.starts is not None]
    if day in closed:
        return []
    return [
        DatedBlock(day, block.starts, block.ends, block.location_id)
        for block in weekly
        if block.weekday == day.weekday()
    ]


def clashes(blocks: Sequence[DatedBlock], neighbours: Sequence[DatedBlock] = ()) -> list[DateConflict]:
    """Return each pair of `blocks`, and each of a block with a neighbour, that share time. Touching is fine.

    Pairs come in the order given, the earlier date first.
    """
    found = []
    for index, block in enumerate(blocks):
        for other in (*blocks[index + 1 :], *neighbours):
            pair = (other, block) if other.day < block.day else (block, other)
            shared = _shared(*pair)
            if shared is not None:
                begins, stops = shared
                day = pair[0].day + timedelta(days=begins // DAY - day_number(pair[0].day))
                found.append(DateConflict(*pair, day, _clock(begins), _clock(stops)))
    return found


def wall_span(block: DatedBlock) -> MinuteSpan | None:
    """Return the wall minutes of a block; None for one without times."""
    if block.starts is None or block.ends is None:
        return None
    midnight = day_number(block.day) * DAY
    begins = midnight + block.starts.hour * 60 + block.starts.minute
    stops = midnight + block.ends.hour * 60 + block.ends.minute
    return begins, stops if stops > begins else stops + DAY


def in_words(block: DatedBlock) -> str:
    """Write Thursday 22:00–02:00."""
    return f"{WEEKDAY_NAMES[block.day.weekday()]} {block.starts:%H:%M}–{block.ends:%H:%M}"


def _shared(one: DatedBlock, other: DatedBlock) -> MinuteSpan | None:
    first, second = wall_span(one), wall_span(other)
    if first is None or second is None or not overlaps(first, second):
        return None
    return max(first[0], second[0]), min(first[1], second[1])


def _clock(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)
