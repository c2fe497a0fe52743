"""Reports of how a session felt: which are open, what they say (recorded), and by when somebody calls."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from massage_booking.accounts.models import Client
from massage_booking.core.intervals import instant_of
from massage_booking.core.prepared import Prepared, a_key
from massage_booking.core.walltime import first_shown
from massage_booking.studio import selectors as studio_selectors
from screening import vault
from screening.domain.reports import BY_KIND, Kind
from sessions.domain import calling
from sessions.domain.status import PRESENT, Status
from sessions.models import MassageSession, SymptomReport
from therapists.models import WeeklyHours

# The account's page asks about the last session so long; the form itself stays open longer.
ASKED_FOR: Final = timedelta(days=7)
OPEN_FOR: Final = timedelta(days=60)
_AWAITED: Final = Prepared(
    lambda client: SymptomReport.objects.filter(client_id=client, closed_at=None, call_by__isnull=False).values_list(
        "pk"
    )[:1],
    client=a_key(),
)


@dataclass(frozen=True)
class Feeling:
    """The last session of a client, and what was said about it."""

    session: MassageSession
    report: SymptomReport | None


@dataclass(frozen=True)
class Opened:
    """A report in words, as its therapist reads it."""

    kinds: tuple[str, ...]
    words: str
    messages: tuple[str, ...]
    for_therapist: tuple[str, ...]
    stops_product: bool
    advice: str
    outcome: str
    # The client has had it erased: that it was told, and what is to be done, is all that is left.
    is_erased: bool = False


def report_field(report: SymptomReport) -> str:
    return f"report:{report.public_id}"


def closing_field(report: SymptomReport) -> str:
    return f"report-closing:{report.public_id}"


def asks_at(session: MassageSession) -> datetime:
    """Return when the client is asked how it feels."""
    return session.ends_at + timedelta(hours=studio_selectors.require().aftercare_hours)


def is_over(session: MassageSession, *, now: datetime) -> bool:
    """Say whether a session took place. One that nobody has ticked off counts from its end: pain waits for no tick."""
    if session.state is Status.DONE:
        return True
    return session.state in (Status.BOOKED, *PRESENT) and session.ends_at <= now


def is_open(session: MassageSession, *, now: datetime) -> bool:
    """Say whether somebody may still tell how it felt."""
    return is_over(session, now=now) and now - session.ends_at <= OPEN_FOR


def call_by(*, now: datetime) -> datetime:
    """Return the end of the studio's next working day. One query."""
    closing: dict[int, time] = {}
    rows = WeeklyHours.objects.filter(therapist__is_active=True).values_list("weekday", "ends")
    for weekday, ends in rows:
        closing[weekday] = max(ends, closing.get(weekday, ends))
    zone = studio_selectors.require().tz
    day, until = calling.call_by(now.astimezone(zone).date(), closing)
    return instant_of(first_shown(datetime.combine(day, until), zone))


def awaits_review(client: Client) -> bool:
    """Say whether a report that asks for a call is not closed yet: that comes before the next booking."""
    return bool(_AWAITED.rows(client=client.pk))


def feeling_of(client: Client, *, now: datetime) -> Feeling | None:
    """Return the last session within a week with what was said about it; None where there is nothing to ask or tell."""
    took_place = [status.value for status in (Status.DONE, *PRESENT)]
    sessions = MassageSession.objects.filter(
        client=client, status__in=took_place, ends_at__lte=now, ends_at__gt=now - ASKED_FOR
    )
    last = sessions.select_related("therapist", "service__technique").order_by("-starts_at").first()
    if last is None:
        return None
    report = last.reports.defer("sealed", "sealed_closing").first()
    return None if report and report.closed_at else Feeling(last, report)


def open_report(report: SymptomReport, *, reader: vault.Reader, purpose: str, now: datetime) -> Opened:
    """Return what a report says, to a person; recorded as a reading. Raises VaultClosed."""
    said: dict[str, Any] = {"kinds": [], "words": "", "messages": []}
    if report.sealed is not None:
        said = vault.open_sealed(
            report.sealed,
            client=report.client,
            field=report_field(report),
            what="a report after a session",
            reader=reader,
            purpose=purpose,
            now=now,
        )
    closing: dict[str, str] = {}
    if report.sealed_closing is not None:
        closing = vault.open_sealed(
            report.sealed_closing,
            client=report.client,
            field=closing_field(report),
            what="how a report was closed",
            reader=reader,
            purpose=purpose,
            now=now,
        )
    kinds = [kind for kind in Kind if kind.value in said["kinds"]]
    # Reports from before rule versions had a table of their own went by the guide's.
    steps = [BY_KIND[kind].then for kind in kinds]
    for_therapist = [id_ for step in steps for id_ in step.messages_for_therapist]
    return Opened(
        kinds=tuple(said.get("reported") or (BY_KIND[kind].words for kind in kinds)),
        words=said["words"],
        messages=tuple(said["messages"]),
        for_therapist=tuple(said.get("for_therapist", for_therapist)),
        stops_product=said.get("stops_product", any(step.stops_product for step in steps)),
        advice=closing.get("advice", ""),
        outcome=closing.get("outcome", ""),
        is_erased=report.sealed is None,
    )
