"""What answers meant: kept with the session it was decided for, or when help was advised."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from massage_booking.accounts.models import Client
from massage_booking.core.db import in_transaction
from massage_booking.core.errors import Refused
from screening import replay, selectors, vault
from screening.assessment import Assessment, sealed_reasons
from screening.domain.booking_ahead import Block
from screening.models import Decision
from screening.services.locks import lock


def refuse_outdated(*, client: Client, assessment: Assessment, born: date | None) -> None:
    """Raise Refused where what was judged a moment ago is not what is kept now. Call it under the client's lock,
    with the birthday that it found.

    Between the look and the writing somebody may have answered anew in another window or taken consent back, the rules
    may have changed ("answers_changed"), or somebody told how the last session felt ("stopped").
    """
    if not selectors.still_counts(assessment, client=client, born=born):
        raise Refused("answers_changed")
    if Block.STOPPED not in assessment.blocks and selectors.is_stopped(client):
        raise Refused("stopped")


def record_decision(*, client: Client, assessment: Assessment, starts_at: datetime | None, now: datetime) -> Decision:
    """Keep what the answers meant for a session: plain limits for calendars; the reasons, and what they were, sealed.

    Belongs into the caller's transaction. `starts_at` is None for a judgement without a session. A decision is never
    changed afterwards: another judgement is another decision. Raises what `refuse_outdated` raises.
    """
    born = lock(client)
    refuse_outdated(client=client, assessment=assessment, born=born)
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

    def work() -> Decision | None:
        lock(client)
        assessment = selectors.assess(client=client, starts_at=None, zone=zone, now=now)
        if assessment is None or not assessment.verdict.messages:
            return None
        return record_decision(client=client, assessment=assessment, starts_at=None, now=now)

    return in_transaction(work)
