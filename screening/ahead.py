"""A client's sessions ahead, as far as letters are about them. The app that books registers how to find them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from massage_booking.accounts.models import Client


@dataclass(frozen=True, slots=True)
class Ahead:
    """One session ahead. `kept_until`: its time is kept until then for a letter; None when it waits for none.

    `is_held_back`: it cannot go ahead with the newest answers; its page, `url`, shows the way on.
    """

    starts_at: datetime
    kept_until: datetime | None = None
    is_held_back: bool = False
    url: str = ""


Finder = Callable[[Client, datetime], list[Ahead]]

_finders: list[Finder] = []


def register(finder: Finder) -> Finder:
    """Make `finder(client, now)` the way to find them; the last one registered counts."""
    _finders[:] = [finder]
    return finder


def find(client: Client, now: datetime) -> list[Ahead]:
    """Return the sessions ahead, soonest first; none where nobody knows of any."""
    return _finders[0](client, now) if _finders else []
