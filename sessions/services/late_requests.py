"""The end of a late change that was asked for, whatever else happens to its session."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from massage_booking.accounts.models import User
from massage_booking.core.errors import Refused
from sessions.models import ChangeRequest, MassageSession
from sessions.models.requests import ChangeAnswer
from sessions.services.taking import Choice


@dataclass(frozen=True)
class Accepted:
    """A yes to a late change: whether it costs nothing, and by whom, where and by which hold its time was kept."""

    waives_fee: bool
    among: Sequence[Choice] | None = None
    gives_up: int | None = None


def kept_by(accepted: Accepted | None) -> dict[str, Any]:
    """Return what `taking.take` has to know of a time that was kept."""
    return {"among": accepted.among, "gives_up": accepted.gives_up} if accepted is not None else {}


def settle(*, session: MassageSession, accepted: Accepted | None, actor: User | None, now: datetime) -> None:
    """Close what was asked for, in the transaction that changes the session: with a yes, or because it is settled now.

    Raises `Refused("change_over")` where a yes comes to a request that is not open any more.
    """
    if accepted is None:
        close(session=session, now=now)
    elif not close(session=session, now=now, answer=ChangeAnswer.ACCEPTED, actor=actor):
        raise Refused("change_over")


def close(
    *,
    session: MassageSession,
    now: datetime,
    answer: ChangeAnswer = ChangeAnswer.WITHDRAWN,
    actor: User | None = None,
) -> bool:
    """Close the open request of a session; say whether there was one. Belongs into the transaction of what ends it.

    The time that was kept for it is given up by `free`, outside: whoever accepts a request locks that row first and
    the session after it.
    """
    rows = ChangeRequest.objects.filter(session=session, answer=ChangeAnswer.OPEN)
    return rows.update(answer=answer, answered_at=now, answered_by=actor) == 1


def free(*, session: MassageSession | None = None) -> int:
    """Give up the times that were kept for requests which are closed: of one session, or of all; return how many."""
    closed = ChangeRequest.objects.filter(held__isnull=False).exclude(answer=ChangeAnswer.OPEN)
    if session is not None:
        closed = closed.filter(session=session)
    keys = list(closed.values_list("held", flat=True))
    return MassageSession.objects.filter(pk__in=keys, status="held").delete()[0] if keys else 0
