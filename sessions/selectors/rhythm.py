"""How a client's rhythm stands, from the sessions that happened and those booked."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from massage_booking.accounts.models import Client
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from sessions.domain import rhythm as domain
from sessions.models import MassageSession, Plan


@dataclass(frozen=True)
class Standing:
    """A plan as a page shows it."""

    plan: Plan
    ledger: domain.Ledger
    weeks: list[domain.Week]
    tallies: list[domain.MonthTally]

    @property
    def this_month(self) -> domain.MonthTally:
        return self.tallies[-1]


def as_rhythm(plan: Plan, zone: ZoneInfo) -> domain.Rhythm:
    return domain.Rhythm(plan.accepted_at.astimezone(zone).date(), plan.interval_days, plan.paused_until)


def session_dates(client_ids: list[int], studio: Studio) -> dict[int, tuple[list[date], list[date]]]:
    """Return, by client, the local dates of sessions done and of those booked. One query."""
    found: dict[int, tuple[list[date], list[date]]] = {key: ([], []) for key in client_ids}
    rows = MassageSession.objects.filter(
        client_id__in=client_ids, status__in=["done", "requested", "booked", "arrived", "started"]
    ).values_list("client_id", "status", "starts_at")
    for key, status, starts_at in rows:
        day = starts_at.astimezone(studio.tz).date()
        found[key][0 if status == "done" else 1].append(day)
    return found


def standing_of(*, client: Client, now: datetime) -> Standing | None:
    """Return how the client's plan stands today; None without an active plan."""
    plan = Plan.objects.filter(client=client, ended_at=None).select_related("service__technique", "therapist").first()
    if plan is None:
        return None
    studio = studio_selectors.require()
    today = now.astimezone(studio.tz).date()
    done, booked = session_dates([client.pk], studio)[client.pk]
    rhythm = as_rhythm(plan, studio.tz)
    return Standing(
        plan=plan,
        ledger=domain.ledger(rhythm, done=done, booked=booked, today=today, nudge_days=studio.nudge_days),
        weeks=domain.weeks(done=done, booked=booked, today=today),
        tallies=domain.month_tallies(rhythm, done=done, booked=booked, today=today),
    )


def next_booked(*, client: Client, now: datetime) -> datetime | None:
    """Return the start of the client's next session, None when nothing is booked."""
    ahead = MassageSession.objects.filter(
        client=client, status__in=["requested", "booked", "arrived"], starts_at__gt=now
    )
    return ahead.order_by("starts_at").values_list("starts_at", flat=True).first()
