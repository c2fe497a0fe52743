"""What the answers mean for a session, kept with it so that it can be read and replayed.

Where a session may be that of somebody whose answers we have under another record, and no code has proved it yet, the
stricter of both judgements is kept, whoever books or moves.
"""

from datetime import datetime

from screening import services as screening_services
from screening.assessment import Assessment
from sessions.models import MassageSession
from sessions.selectors import offer, one_person, stronger
from sessions.selectors.standing import weighed


def keep(*, session: MassageSession, assessment: Assessment | None, now: datetime) -> bool:
    """Put a judgement on a session, not saved yet; say whether it leaves the session as it is.

    Nothing to judge by: no hands go on before the questions are asked. Raises what `record_decision` raises.
    """
    if assessment is None or session.client is None:
        session.re_ask_due = True
        return True
    session.decision = screening_services.record_decision(
        client=session.client, assessment=assessment, starts_at=session.starts_at, now=now
    )
    session.re_ask_due = (
        assessment.re_ask_due or assessment.held_until_answered is not None or stronger.is_unconfirmed(session)
    )
    return weigh(session=session, assessment=assessment, now=now)


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
