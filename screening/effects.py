"""What another rule version would do to what is booked. The app that books registers how to find out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from massage_booking.accounts.models import Client
from screening.domain.rules import Rules
from screening.models import RuleVersion
from screening.readings import Reader, record_reading


@dataclass(frozen=True, slots=True)
class Moved:
    """A booked session for which something changes, in words without a condition: `how` lists what."""

    starts_at: datetime
    client: Client
    who: str
    what: str
    with_whom: str
    how: tuple[str, ...]
    is_held_back: bool = False


@dataclass(frozen=True, slots=True)
class Effects:
    """All sessions ahead that were looked at, those that move, and those that nobody can judge (no answers)."""

    looked_at: int
    moved: tuple[Moved, ...]
    not_judged: int = 0


Preview = Callable[[RuleVersion, Rules, datetime], Effects]

_previews: list[Preview] = []


def register(preview: Preview) -> Preview:
    """Make `preview(version, rules, now)` the way to find out; the last one registered counts."""
    _previews[:] = [preview]
    return preview


def preview(version: RuleVersion, rules: Rules, now: datetime) -> Effects:
    """Return what publishing a version would do to sessions ahead; nothing where nobody books."""
    return _previews[0](version, rules, now) if _previews else Effects(0, ())


def preview_for(version: RuleVersion, rules: Rules, *, reader: Reader, now: datetime) -> Effects:
    """Return the same to a person: a reading of the answers of each client who is named, and recorded as one.

    A draft that differs in one condition would otherwise tell who has it, and nobody would know that it was asked.
    """
    found = preview(version, rules, now)
    purpose = f"before publishing {version.label}"
    # Each in a transaction of its own: nobody who reads or rotates keys meanwhile waits for all of them.
    for client in dict.fromkeys(moved.client for moved in found.moved):
        record_reading(client, reader=reader, what="what other rules would change", purpose=purpose, now=now)
    return found
