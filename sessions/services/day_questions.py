"""The questions of the day, answered ahead: kept with the answers, noted with every session they count for."""

from dataclasses import dataclass
from datetime import datetime

from massage_booking.accounts.models import User
from massage_booking.core.db import in_transaction
from massage_booking.studio import selectors as studio_selectors
from screening.day_form import DayForm
from screening.services.day import DayOutcome, save_day_answers
from sessions.domain.status import Status
from sessions.models import MassageSession
from sessions.selectors import asking
from sessions.services import record

ANSWERED = "day_answered"


@dataclass(frozen=True)
class Told:
    """What came of the answers: the session as it stands now, and what screening has to say at once."""

    session: MassageSession
    outcome: DayOutcome


def answer(
    *, session: MassageSession, form: DayForm, actor: User | None, by: str, now: datetime, generic: bool = True
) -> Told:
    """Keep the answers of the day; every session ahead is judged by them.

    With `generic` the form asked what everybody is asked, so that these sessions count as asked. Raises
    Refused("not_valid").
    """
    assert session.client is not None
    zone = studio_selectors.require().tz
    today = now.astimezone(zone).date()
    outcome = save_day_answers(client=session.client, form=form, now=now, today=today, zone=zone)

    def work() -> None:
        ahead = MassageSession.objects.filter(
            client=session.client, status__in=[Status.REQUESTED, Status.BOOKED, Status.ARRIVED], starts_at__gt=now
        )
        for near in ahead:
            if asking.may_answer(near, now=now, zone=zone):
                near.day_answered_at = now
                near.needs_review = near.needs_review or outcome.something_else
                near.save(update_fields=["day_answered_at", "needs_review"])
                record.note(session=near, act=ANSWERED, actor=actor, by=by, now=now)

    # A page that was not finished, and asked for help all the same, has not asked everything.
    if generic and form.is_valid and outcome.screening is not None:
        in_transaction(work)
    people = MassageSession.objects.select_related(
        "service__technique", "therapist", "client__account", "place__room__location", "decision"
    )
    return Told(people.get(pk=session.pk), outcome)
