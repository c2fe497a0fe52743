"""Late changes that clients ask for: whether they may, what is open, and who may answer."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import LateChange
from sessions.domain import policy
from sessions.domain.refusals import Why
from sessions.domain.status import Act
from sessions.models import ChangeRequest, MassageSession
from sessions.models.requests import ChangeAnswer
from sessions.selectors import changing


def may_ask(*, session: MassageSession, act: Act, now: datetime) -> bool:
    """Say whether a client may ask for this, because it is too late to do it alone and the studio lets them ask."""
    if studio_selectors.require().late_changes != LateChange.ASK:
        return False
    found = changing.against(session=session, act=act, now=now)
    return [refusal.code for refusal in found] == [Why.TOO_LATE_TO_CHANGE]


def open_request(session: MassageSession) -> ChangeRequest | None:
    """Return what is asked for and not answered yet. One query."""
    rows = ChangeRequest.objects.filter(session=session, answer=ChangeAnswer.OPEN)
    return rows.select_related("therapist", "service__technique", "held").first()


def last_answered(session: MassageSession) -> ChangeRequest | None:
    """Return the last request about a session as it stands, if it was declined or not answered in time. One query."""
    rows = ChangeRequest.objects.filter(session=session).exclude(answer=ChangeAnswer.OPEN)
    found = rows.select_related("therapist").order_by("-asked_at", "-pk").first()
    return found if found and found.answer in (ChangeAnswer.DECLINED, ChangeAnswer.LAPSED) else None


def lapses_at(asked: ChangeRequest) -> datetime:
    """Return when a request lapses by itself."""
    return policy.request_lapses(asked.session.starts_at, asked.starts_at)


def is_asked() -> Exists:
    """Return whether a late change of a session is asked for, for a query of sessions."""
    return Exists(ChangeRequest.objects.filter(session=OuterRef("pk"), answer=ChangeAnswer.OPEN))


def keeps_for() -> Exists:
    """Return whether a held row keeps a time for a late change, for a query of sessions."""
    return Exists(ChangeRequest.objects.filter(held=OuterRef("pk"), answer=ChangeAnswer.OPEN))
