"""What includes/month.html and includes/times.html show."""

from dataclasses import dataclass, field
from datetime import date, datetime

from massage_booking.core.wording import full_date


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
