"""Going against the studio's times: only staff, only with a reason, a therapist only in their own calendar."""

from datetime import datetime
from typing import Final

from massage_booking.accounts.models import User
from massage_booking.accounts.permissions import is_desk, is_therapist
from massage_booking.core.errors import Refused
from sessions.models import MassageSession
from sessions.services import record
from therapists.models import Therapist

OVERRIDDEN: Final = "overridden"
SHORTEST, LONGEST = 3, 200


def checked(reason: str, *, by: str, actor: User | None, therapist: Therapist | None) -> str:
    """Return the reason, tidied; nothing where nothing is to be set aside.

    Raises `Refused`: override_not_yours (a client never, a therapist for nobody else's calendar), reason_needed.
    """
    if not reason:
        return ""
    if actor is None or not _may(by=by, actor=actor, therapist=therapist):
        raise Refused("override_not_yours")
    tidy = " ".join(reason.split())
    if not SHORTEST <= len(tidy) <= LONGEST:
        raise Refused("reason_needed")
    return tidy


def _may(*, by: str, actor: User, therapist: Therapist | None) -> bool:
    if by in ("desk", "admin"):
        return is_desk(actor)
    return by == "therapist" and is_therapist(actor) and therapist is not None and therapist.user_id == actor.pk


def note(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> None:
    """Write down that a session stands against the studio's times, and why."""
    if session.override_reason:
        detail = {"reason": session.override_reason}
        record.note(session=session, act=OVERRIDDEN, actor=actor, by=by, now=now, detail=detail)
