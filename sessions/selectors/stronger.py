"""Is a session stronger or longer than a client's last one? Then the answers are confirmed first (trigger 8)."""

from datetime import datetime, timedelta
from typing import Final

from massage_booking.accounts.models import Client
from screening import selectors as screening
from screening.domain.stronger import is_stronger as compare
from sessions.domain.status import Status
from sessions.models import MassageSession
from sessions.models.session import BookedVia
from therapists.models import Service

# Answers confirmed this long before a booking are confirmed for it.
LATELY: Final = timedelta(days=1)


def _last_done(client: Client | int, *, before: datetime | None = None) -> MassageSession | None:
    done = MassageSession.objects.filter(client=client, status=Status.DONE.value).select_related("service__technique")
    rows = done.filter(starts_at__lt=before) if before is not None else done
    return rows.order_by("-starts_at").first()


def is_stronger(*, client: Client, service: Service) -> bool:
    """Say whether a service is stronger, or longer, than the client's last session; never for a first one."""
    return _is_more(service, service.minutes, _last_done(client))


def _is_more(service: Service, minutes: int, last: MassageSession | None) -> bool:
    if last is None:
        return False
    _, rules = screening.published_rules()
    return compare(rules, service.technique.screened_as, minutes, last.service.technique.screened_as, last.minutes)


def is_unconfirmed(session: MassageSession) -> bool:
    """Say whether a stronger session was booked for a client who has not confirmed their answers for it.

    Online the answers are confirmed on the way; by phone, from a nudge or by staff nobody asks.
    """
    if session.client is None or session.booked_via == BookedVia.WEB:
        return False
    if not _is_more(session.service, session.minutes, _last_done(session.client, before=session.starts_at)):
        return False
    since = (session.booked_at or session.created_at) - LATELY
    _, complete = screening.forms_of(session.client)
    moments = (complete.completed_at, complete.unchanged_at) if complete else ()
    return not any(moment is not None and moment > since for moment in moments)
