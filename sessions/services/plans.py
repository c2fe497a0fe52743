"""Plans: a client's rhythm, accepted with one tap."""

from datetime import date, datetime

from massage_booking.accounts.models import Client
from massage_booking.studio import selectors as studio_selectors
from sessions.models import MassageSession, Plan

DEFAULT_INTERVAL = 14


def accept(*, session: MassageSession, now: datetime) -> Plan:
    """Begin a twice-monthly plan that likes what this session was: same therapist, weekday and time. Twice is once."""
    assert session.client is not None
    local = session.starts_at.astimezone(studio_selectors.require().tz)
    likes = {
        "service": session.service,
        "therapist": session.therapist,
        "weekday": local.weekday(),
        "time_of_day": local.time().replace(second=0, microsecond=0),
    }
    plan, _ = Plan.objects.update_or_create(
        client=session.client,
        defaults={"accepted_at": now, "ended_at": None, "paused_until": None, "unanswered_nudges": 0, **likes},
        create_defaults={"accepted_at": now, "interval_days": DEFAULT_INTERVAL, **likes},
    )
    return plan


def change(*, client: Client, interval_days: int, paused_until: date | None, now: datetime) -> Plan:
    """Change the interval or pause; a changed plan is nudged afresh."""
    plan = Plan.objects.get(client=client)
    plan.interval_days = interval_days
    plan.paused_until = paused_until
    plan.unanswered_nudges = 0
    plan.save(update_fields=["interval_days", "paused_until", "unanswered_nudges"])
    return plan


def end(*, client: Client, now: datetime) -> None:
    """End the plan; nothing more is proposed."""
    Plan.objects.filter(client=client, ended_at=None).update(ended_at=now)
