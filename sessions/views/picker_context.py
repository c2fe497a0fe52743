"""What includes/month.html and includes/times.html show."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from massage_booking.core.wording import clock_time, full_date, iso

CURRENT: Final = mark_safe(' aria-current="date"')
PRESSED: Final = mark_safe(' aria-pressed="true"')


@dataclass(frozen=True)
class Day:
    date: date
    count: int
    url: str | None
    is_today: bool
    is_chosen: bool
    closed: str = ""

    @property
    def label(self) -> str:
        """What is read out for a day with times."""
        today = ", today" if self.is_today else ""
        return f"{full_date(self.date)}{today}, {self.count} time{'' if self.count == 1 else 's'} free"

    @property
    def level(self) -> str:
        """The class of a day: few (1, 2), some (3, 4) or many times free."""
        return "few" if self.count < 3 else "some" if self.count < 5 else "many"

    @property
    def cell(self) -> SafeString:
        """The cell of the grid. Without script a day with times is a link, any other only a number."""
        number = self.date.day
        if self.url:
            current = CURRENT if self.is_chosen else ""
            link = '<td><a href="{}" class="{}"{} aria-label="{}">{}</a></td>'
            return format_html(link, self.url, self.level, current, self.label, number)
        if not (self.closed or self.is_today):
            return format_html("<td>{}</td>", number)
        names = ("closed " if self.closed else "") + ("today" if self.is_today else "")
        words = ["today"] if self.is_today else []
        words.append(f"closed, {self.closed}" if self.closed else "nothing free")
        hidden = '<td class="{}">{}<span class="visually-hidden"> {}</span></td>'
        return format_html(hidden, names.strip(), number, ", ".join(words))


@dataclass(frozen=True)
class Jump:
    starts_at: datetime
    url: str


@dataclass(frozen=True)
class Month:
    """Context of includes/month.html. `closed`: days of the month on which the studio is closed, with the reason."""

    first: date
    weeks: list[list[Day | None]]
    previous_url: str | None
    next_url: str | None
    previous_month: date
    next_month: date
    first_free: Jump | None
    next_open: Jump | None
    closed: list[tuple[date, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Time:
    """One start. `therapist` says with whom when anyone will do; `offset` names the hour that comes twice."""

    starts_at: datetime
    therapist: str = ""
    offset: str = ""
    is_held: bool = False

    @property
    def button(self) -> SafeString:
        """The button that posts this time."""
        pressed = PRESSED if self.is_held else ""
        notes = format_html_join("", "<small>{}</small>", ((note,) for note in (self.offset, self.therapist) if note))
        return format_html(
            '<button class="time" type="submit" name="starts_at" value="{}"{}>{}{}</button>',
            iso(self.starts_at),
            pressed,
            clock_time(self.starts_at),
            notes,
        )


@dataclass(frozen=True)
class Times:
    """Context of includes/times.html."""

    day: date | None
    openings: list[Time]
    with_whom: str
    hold_url: str
    fields: list[tuple[str, str]]
    closed: str = ""
    other_url: str = ""
    other_label: str = ""
