"""What answers meant: kept with the session it was decided for, or when help was advised."""

from datetime import datetime
from zoneinfo import ZoneInfo

from massage_booking.accounts.models import Client
from massage_booking.core.errors import Refused
from screening import replay, selectors, vault
from screening.assessment import Assessment, sealed_reasons
from screening.models import Decision
from screening.services.locks import lock


def record_decision(*, client: Client, assessment: Assessment, starts_at: datetime | None, now: datetime) -> Decision:
    """Keep what the answers meant for a session: plain limits for calendars; the reasons, and what they were, sealed.

    Belongs into the caller's transaction. `starts_at` is None for a judgement without a session. A decision is never
    changed afterwards: another judgement is another decision. Raises Refused("answers_changed") where the judgement was
    overtaken before the client's lock was had: nothing is booked on answers that count no longer.
    """
    lock(client)
    if not selectors.still_counts(assessment, client=client):
        raise Refused("answers_changed")
    decision = Decision(
        client=client,
        screening=assessment.screening,
        rules=assessment.rules,
        made_at=now,
        **replay.columns_of(assessment),
    )
    content = {**sealed_reasons(assessment), **replay.sealed_with(assessment)}
    decision.sealed = vault.seal(content, client=client, field=vault.decision_field(decision), now=now)
    decision.save()
    return decision


def record_advice(*, client: Client, zone: ZoneInfo, now: datetime) -> Decision | None:
    """Keep that a client was told to seek help or to wait, and with which words (sealed); None without such words."""
    assessment = selectors.assess(client=client, starts_at=None, zone=zone, now=now)
    if assessment is None or not assessment.verdict.messages:
        return None
    return record_decision(client=client, assessment=assessment, starts_at=None, now=now)
