"""When a therapist works and why not, as their own calendar shows it: hours, dates, holidays, and what takes time away.

`hours_of` in `sessions.selectors.calendar` answers the same for the engine, without the words. Both lay out the same
rows with the same two functions of `therapists.domain`; a test holds them together.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from massage_booking.core import wording
from massage_booking.core.intervals import MinuteSpan, instant_of, merge, minute_after, minute_before
from massage_booking.core.walltime import day_number, local_date
from massage_booking.studio import holidays_here
from massage_booking.studio.models import Studio
from therapists.domain.hours import DatedBlock, WeeklyBlock, open_between
from therapists.domain.repeating import Repeat, off_between
from therapists.models import DatedHours, OutsideBusy, RepeatingTimeOff, Therapist, TimeOff, WeeklyHours

NOT_WORKING = "Not working"


class Absence(NamedTuple):
    """UTC minutes `[starts, ends)` in which a therapist is away, and why in a word or two."""

    starts: int
    ends: int
    words: str


@dataclass(frozen=True)
class WorkingTime:
    """Work within some minutes, absences not taken out.

    `idle`: what stands for “Not working” on a date; `notes`: what is special about a date, as a sentence.
    """

    worked: list[MinuteSpan]
    absences: list[Absence]
    idle: dict[date, str] = field(default_factory=dict)
    notes: dict[date, str] = field(default_factory=dict)


def working_time(*, therapist: Therapist, span: MinuteSpan, studio: Studio) -> WorkingTime:
    """Return a therapist's working time within some minutes. Five queries."""
    zone = studio.tz
    # Nights of the day before reach into the span.
    first, last = local_date(span[0], zone) - timedelta(days=1), local_date(span[1], zone)
    weekly = WeeklyHours.objects.filter(therapist=therapist).order_by()
    dated = _dated(therapist, first, last)
    closed = holidays_here.names(studio=studio, first=first, last=last)
    opened = open_between(
        [WeeklyBlock(*row) for row in weekly.values_list("weekday", "starts", "ends", "location_id")],
        *span,
        zone,
        dated=[DatedBlock(row.day, row.starts, row.ends, row.location_id) for row in dated],
        closed={day_number(day) for day in closed},
    )
    return WorkingTime(
        merge((found.starts, found.ends) for found in opened),
        [*_time_off(therapist, span), *_again(therapist, span, studio), *_elsewhere(therapist, span)],
        {**{day: f"Closed: {name}" for day, name in closed.items()}, **{row.day: NOT_WORKING for row in dated}},
        _notes(dated, closed),
    )


def notes_between(*, therapist: Therapist, first: date, last: date, studio: Studio) -> dict[date, str]:
    """Return what is special about some dates, both ends included. One query."""
    return _notes(_dated(therapist, first, last), holidays_here.names(studio=studio, first=first, last=last))


def _dated(therapist: Therapist, first: date, last: date) -> list[DatedHours]:
    return list(DatedHours.objects.filter(therapist=therapist, day__range=(first, last)).order_by("day", "starts"))


def _time_off(therapist: Therapist, span: MinuteSpan) -> list[Absence]:
    rows = TimeOff.objects.filter(therapist=therapist, **_touching(span)).order_by("starts_at", "pk")
    return [
        Absence(minute_before(starts), minute_after(ends), _with("Time off", note))
        for starts, ends, note in rows.values_list("starts_at", "ends_at", "note")
    ]


def _again(therapist: Therapist, span: MinuteSpan, studio: Studio) -> list[Absence]:
    found = []
    for row in RepeatingTimeOff.objects.filter(therapist=therapist).order_by("pk"):
        repeat = Repeat(row.weekday, row.starts, row.ends, row.every_weeks, row.first, row.last)
        often = "Off every week" if row.every_weeks == 1 else f"Off every {row.every_weeks} weeks"
        words = _with(often, row.note)
        found += [Absence(*stretch, words) for stretch in off_between([repeat], *span, studio.tz)]
    return sorted(found)


def _elsewhere(therapist: Therapist, span: MinuteSpan) -> list[Absence]:
    rows = OutsideBusy.objects.filter(therapist=therapist, **_touching(span)).order_by()
    # Of two calendars that say the same, one word is enough.
    stretches = rows.values_list("starts_at", "ends_at")
    spans = merge((minute_before(starts), minute_after(ends)) for starts, ends in stretches)
    return [Absence(starts, ends, "Elsewhere") for starts, ends in spans]


def _touching(span: MinuteSpan) -> dict[str, object]:
    return {"ends_at__gt": instant_of(span[0]), "starts_at__lt": instant_of(span[1])}


def _notes(dated: list[DatedHours], closed: dict[date, str]) -> dict[date, str]:
    """Say which dates do not go by the week, and what counts instead."""
    by_day: dict[date, list[DatedHours]] = {}
    for row in dated:
        by_day.setdefault(row.day, []).append(row)
    notes = {day: f"Closed: {name}." for day, name in closed.items()}
    for day, rows in by_day.items():
        hours = wording.listed(
            f"{wording.clock_time(row.starts)} to {wording.clock_time(row.ends)}"
            for row in rows
            if row.starts is not None and row.ends is not None
        )
        said = f"Hours set for this date: {hours}" if hours else "Set as not working on this date"
        holiday = f"{closed[day]}. " if day in closed else ""
        notes[day] = f"{holiday}{_with(said, rows[0].note, ' (', ')')}."
    return dict(sorted(notes.items()))


def _with(words: str, note: str, before: str = ": ", after: str = "") -> str:
    return f"{words}{before}{note}{after}" if note else words
