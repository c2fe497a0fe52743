"""By when a therapist calls: at the latest when the studio closes on its next working day (guide, section 8)."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Final

# Where nobody has entered hours: Monday to Friday until six.
USUAL: Final[Mapping[int, time]] = MappingProxyType(dict.fromkeys(range(5), time(18)))


def call_by(reported_on: date, closing: Mapping[int, time]) -> tuple[date, time]:
    """Return the first working day after a report, and when the studio closes on it.

    `closing` maps weekdays (Monday is 0) to the time at which the last therapist ends.
    """
    hours = closing or USUAL
    day = reported_on + timedelta(days=1)
    while day.weekday() not in hours:
        day += timedelta(days=1)
    return day, hours[day.weekday()]
