"""Somebody stands at the desk: booked for this minute or the next five, and here already."""

from datetime import datetime

from massage_booking.accounts.models import Client, User
from massage_booking.core.db import in_transaction
from massage_booking.core.errors import Refused
from screening.assessment import Assessment
from sessions.domain.status import Status
from sessions.models import MassageSession
from sessions.models.session import BookedVia
from sessions.services import booking, changes
from therapists.models import Service, Therapist


def take(
    *,
    client: Client,
    service: Service,
    therapist: Therapist | None,
    starts_at: datetime,
    assessment: Assessment | None,
    actor: User | None,
    by: str,
    now: datetime,
    form_key: str = "",
    form_digest: str = "",
) -> MassageSession:
    """Book somebody who stands here, and note that they have come. The checks are those of the phone.

    What a therapist must look at first stays a request. Raises what `booking.book` raises.
    """
    session = booking.book(
        client=client,
        service=service,
        therapist=therapist,
        starts_at=starts_at,
        assessment=assessment,
        via=BookedVia.WALK_IN,
        actor=actor,
        by=by,
        now=now,
        form_key=form_key,
        form_digest=form_digest,
    )
    if session.state is not Status.BOOKED:
        return session
    try:
        return in_transaction(lambda: changes.arrive(session=session, actor=actor, by=by, now=now))
    except Refused:
        # The same form at the same moment has said so already.
        session.refresh_from_db(fields=["status"])
        return session
