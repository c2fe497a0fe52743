"""What another rule version would do to what is booked. The app that books registers how to find out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from screening.domain.rules import Rules
from screening.models import RuleVersion


@dataclass(frozen=True, slots=True)
class Moved:
    """A booked session for which something changes, in words without a condition: `how` lists what."""

    starts_at: datetime
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
