"""Questions asked of the outbox: is anything late, and do the periodic jobs run?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from massage_booking.outbox.models import WAITING, Heartbeat, Message

# Job -> how long it may be silent: some of its periods, which stand in massage_booking/celery.py.
LONGEST_SILENCE: Final[dict[str, timedelta]] = {
    "mail": timedelta(minutes=5),
    "planning": timedelta(minutes=30),
    "upkeep": timedelta(minutes=20),
}
LONGEST_DELAY: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Pulse:
    """How the work behind the pages goes. A job that never ran has no silence to measure: None."""

    oldest_overdue: timedelta | None
    silence: dict[str, timedelta | None]

    @property
    def late(self) -> list[str]:
        """Name what needs somebody to look: jobs that are silent, and "messages"."""
        names = [job for job, age in self.silence.items() if age is None or age > LONGEST_SILENCE[job]]
        if self.oldest_overdue is not None and self.oldest_overdue > LONGEST_DELAY:
            names.append("messages")
        return names


def oldest_overdue(*, now: datetime) -> timedelta | None:
    """Return how long the longest-waiting due message has been waiting."""
    waiting = Message.objects.filter(status__in=WAITING, due_at__lte=now)
    oldest = waiting.order_by("due_at").values_list("due_at", flat=True).first()
    return now - oldest if oldest else None


def pulse(*, now: datetime) -> Pulse:
    beats = dict(Heartbeat.objects.values_list("job", "beat_at"))
    silence = {job: now - beats[job] if job in beats else None for job in LONGEST_SILENCE}
    return Pulse(oldest_overdue=oldest_overdue(now=now), silence=silence)
