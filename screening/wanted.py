"""What this browser is booking, as far as the health questions need it. The app that books registers how to find it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Wanted:
    """A session in the making: its start if a time is held or chosen, its technique (code of the rules) and length.

    `last_visit_on` is the day of the client's last session, which keeps the whole form good for longer. `is_stronger`
    tells that the technique is stronger, or the session longer, than last time (guide, section 5, trigger 8).
    `kept_until` is until when this time could be kept for a letter; None where that is too soon, or no time is chosen.
    """

    starts_at: datetime | None = None
    technique: str = ""
    minutes: int = 0
    last_visit_on: date | None = None
    is_stronger: bool = False
    kept_until: datetime | None = None


Finder = Callable[[HttpRequest, datetime], Wanted]

_finders: list[Finder] = []


def register(finder: Finder) -> Finder:
    """Make `finder(request, now)` the way to find it; the last one registered counts."""
    _finders[:] = [finder]
    return finder


def find(request: HttpRequest, now: datetime) -> Wanted:
    """Return what is being booked; empty where nothing is, or nobody knows."""
    return _finders[0](request, now) if _finders else Wanted()
