"""What was changed so lately that it can still be taken back, and what it was before."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from sessions.domain import policy
from sessions.domain.status import UNDOABLE, Status, may_return
from sessions.models import MassageSession, SessionEvent

CODES = [act.value for act in UNDOABLE]
BY_CLIENT = "client"


@dataclass(frozen=True)
class Was:
    """A session as it stood before a change. Nothing of health: that is judged anew."""

    status: Status
    starts_at: datetime
    ends_at: datetime
    blocked_until: datetime
    therapist_id: int
    place_id: int | None
    service_id: int
    price: Decimal
    chosen_because: str
    fee: Decimal | None
    fee_waived: bool
    fee_waived_because: str


@dataclass(frozen=True)
class Change:
    """A change that can be taken back, until when, and to what."""

    event: SessionEvent
    act: str
    until: datetime
    revision: int
    was: Was


def snapshot(session: MassageSession) -> dict[str, Any]:
    """Return what an undo needs of a session as it was read, for the record of a change. Its revision is the next."""
    return {
        "status": session.status,
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "blocked_until": session.blocked_until.isoformat(),
        "therapist_id": session.therapist_id,
        "place_id": session.place_id,
        "service_id": session.service_id,
        "price": str(session.price),
        "chosen_because": session.chosen_because,
        "fee": None if session.fee is None else str(session.fee),
        "fee_waived": session.fee_waived,
        "fee_waived_because": session.fee_waived_because,
        "revision": session.revision + 1,
    }


def _read(kept: dict[str, Any]) -> Was:
    read: dict[str, Any] = {
        **kept,
        **{name: datetime.fromisoformat(kept[name]) for name in ("starts_at", "ends_at", "blocked_until")},
        "status": Status(kept["status"]),
        "price": Decimal(kept["price"]),
        "fee": None if kept["fee"] is None else Decimal(kept["fee"]),
    }
    del read["revision"]
    return Was(**read)


def last_change(*, session: MassageSession, by: str, now: datetime, studio: Studio | None = None) -> Change | None:
    """Return the last change of a session, while it can be taken back: a client takes back their own, staff theirs.

    With the studio at hand one query; none where it has no undo.
    """
    minutes = (studio or studio_selectors.require()).undo_minutes
    if not minutes:
        return None
    events = SessionEvent.objects.filter(
        session=session, act__in=CODES, at__gt=now - timedelta(minutes=minutes), at__lte=now
    )
    event = events.order_by("-at", "-pk").first()
    kept = event.detail.get("was") if event is not None else None
    if event is None or kept is None or kept["revision"] != session.revision:
        return None
    if (event.by == BY_CLIENT) != (by == BY_CLIENT) or event.by == "system":
        return None
    was = _read(kept)
    if was.starts_at <= now or not may_return(session.state, was.status):
        return None
    return Change(event, event.act, policy.undo_until(event.at, minutes), session.revision, was)


def freed_lately(*, now: datetime) -> list[tuple[datetime, datetime]]:
    """Return the times that were given up so lately that they may be taken back. One query, none without an undo."""
    minutes = studio_selectors.require().undo_minutes
    if not minutes:
        return []
    events = SessionEvent.objects.filter(act__in=CODES, at__gt=now - timedelta(minutes=minutes))
    kept = [detail["was"] for detail in events.values_list("detail", flat=True) if "was" in detail]
    return [(datetime.fromisoformat(was["starts_at"]), datetime.fromisoformat(was["blocked_until"])) for was in kept]
