"""What the answers mean for a session, kept with it so that it can be read and replayed.

Where a session may be that of somebody whose answers we have under another record, and no code has proved it yet, the
stricter of both judgements is kept, whoever books or moves.
"""

from datetime import datetime

from massage_booking.accounts.models import Client
from massage_booking.core.errors import Refused
from screening import selectors as screening
from screening import services as screening_services
from screening.assessment import Assessment
from sessions.models import MassageSession
from sessions.selectors import offer, one_person, stronger
from sessions.selectors.standing import weighed


def keep(*, session: MassageSession, assessment: Assessment | None, now: datetime) -> bool:
    """Put a judgement on a session, not saved yet; say whether it leaves the session as it is.

    Nothing to judge by: no hands go on before the questions are asked, and a stop still stands
    (`Refused("stopped_to_book")`). Raises what `record_decision` raises.
    """
    if assessment is None or session.client is None:
        _refuse_stopped(session.client)
        session.re_ask_due = True
        return True
    session.decision = screening_services.record_decision(
        client=session.client, assessment=assessment, starts_at=session.starts_at, now=now
    )
    session.re_ask_due = (
        assessment.re_ask_due or assessment.held_until_answered is not None or stronger.is_unconfirmed(session)
    )
    return weigh(session=session, assessment=assessment, now=now)


def _refuse_stopped(client: Client | None) -> None:
    """Raise where a report stopped bookings: it outlives the answers, under whatever record of the person."""
    records = [client, *one_person.same_as(client), *one_person.known_of(client)] if client is not None else []
    if any(screening.is_stopped(one) for one in records):
        raise Refused("stopped_to_book")


def weigh(*, session: MassageSession, assessment: Assessment, now: datetime) -> bool:
    """Keep the stricter of all judgements of what may be one person; say whether it leaves the session as it is.

    It never refuses: a refusal would tell a stranger what somebody else has answered. While the stricter judgement
    does not allow the session, it cannot be started.
    """
    client = session.client
    if client is None:
        return True
    judges = [offer.assessor(client=other, now=now, despite_draft=True) for other in one_person.known_of(client)]
    known = [found for judge in judges if (found := judge(session.starts_at)) is not None]
    if not known:
        return True
    both, fits = weighed(session, assessment, known)
    session.decision = screening_services.record_decision(
        client=client, assessment=both, starts_at=session.starts_at, now=now
    )
    session.re_ask_due = session.re_ask_due or both.re_ask_due or not fits
    return fits
