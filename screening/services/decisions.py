"""What answers meant: kept with the session it was decided for, or when help was advised."""

from datetime import datetime
from zoneinfo import ZoneInfo

from massage_booking.accounts.models import Client
from screening import selectors, vault, words
from screening.assessment import Assessment, sealed_reasons
from screening.models import Decision


def record_decision(*, client: Client, assessment: Assessment, starts_at: datetime | None, now: datetime) -> Decision:
    """Keep what the answers meant for a session: plain limits for calendars, the reasons sealed.

    Belongs into the caller's transaction. `starts_at` is None for a judgement without a session.
    """
    positions = [word for ahead in assessment.aheads for word in words.position_words(ahead.verdict)]
    decision = Decision(
        client=client,
        screening=assessment.screening,
        rules=assessment.rules,
        made_at=now,
        for_date=assessment.for_date,
        outcome=assessment.outcome,
        status=assessment.status,
        max_pressure=assessment.max_pressure,
        avoid_areas=list(assessment.avoid_areas),
        avoid_techniques=list(assessment.avoid_techniques),
        offered_techniques=list(assessment.offered_techniques),
        positions=list(dict.fromkeys(positions)),
        max_minutes=assessment.max_minutes,
        guardian_in_room=assessment.guardian_in_room,
        guardian_on_premises=assessment.guardian_on_premises,
        may_book=assessment.may_book,
        re_ask_due=assessment.re_ask_due,
        held_until_answered=assessment.held_until_answered,
        day_asked_on=assessment.day_asked_on,
    )
    decision.sealed = vault.seal(
        sealed_reasons(assessment), client=client, field=vault.decision_field(decision), now=now
    )
    decision.save()
    return decision


def record_advice(*, client: Client, zone: ZoneInfo, now: datetime) -> Decision | None:
    """Keep that a client was told to seek help or to wait, and with which words (sealed); None without such words."""
    assessment = selectors.assess(client=client, starts_at=None, zone=zone, now=now)
    if assessment is None or not assessment.verdict.messages:
        return None
    return record_decision(client=client, assessment=assessment, starts_at=None, now=now)
