"""The other session of two that were booked as one, as the pages of either show it."""

from dataclasses import dataclass
from datetime import datetime

from sessions import links
from sessions.domain.status import Act
from sessions.models import MassageSession
from sessions.selectors import changing, together
from sessions.views.doors import Door


@dataclass(frozen=True)
class Companion:
    """The session beside this one. `door`: how whoever looks comes to it; None where it is not theirs to open."""

    session: MassageSession
    side_by_side: bool
    door: Door | None
    may_move_both: bool
    may_cancel_both: bool

    @property
    def url(self) -> str:
        return self.door.url("detail") if self.door else ""

    @property
    def ics_url(self) -> str:
        return self.door.url("ics") if self.door else ""

    @property
    def name(self) -> str:
        return self.session.client.first_name if self.session.client else ""


def companion_of(door: Door, *, now: datetime) -> Companion | None:
    """Return the session that belongs with this one; None where there is none, or where it went its own way."""
    session = door.session
    other = together.companion_of(session)
    if other is None:
        return None
    way = _door_to(door, other)
    both = (session, other) if way else ()
    return Companion(
        session=other,
        side_by_side=together.is_side_by_side(session, other),
        door=way,
        may_move_both=bool(both) and _may(Act.MOVE, both, now),
        may_cancel_both=bool(both) and _may(Act.CANCEL, both, now),
    )


def _may(act: Act, both: tuple[MassageSession, ...], now: datetime) -> bool:
    return not any(changing.against(session=session, act=act, now=now) for session in both)


def _door_to(door: Door, other: MassageSession) -> Door | None:
    """Return the same way to the other session, where both are in the care of one account.

    Whoever is not signed in has come by a letter, or has booked in this browser: then both letters go to one address.
    """
    mine, theirs = door.session.client, other.client
    if mine is None or theirs is None or mine.account_id is None or mine.account_id != theirs.account_id:
        return None
    is_one_letter = (mine.mail_address, mine.is_claimed) == (theirs.mail_address, theirs.is_claimed)
    if not door.is_own and not is_one_letter:
        return None
    return Door(other, token=links.make(other) if door.token else "", is_own=door.is_own)
