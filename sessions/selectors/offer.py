"""What a client's answers leave open: services with reasons, and days."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from massage_booking.accounts.models import Client
from massage_booking.core.intervals import instant_of
from massage_booking.core.prepared import Prepared, a_key
from massage_booking.core.walltime import first_shown
from massage_booking.studio import selectors as studio_selectors
from screening import letters
from screening import selectors as screening
from screening import words as screening_words
from screening.assessment import Assessment
from screening.domain.booking_ahead import Block
from screening.domain.triggers import Trigger
from sessions.domain.who import Days
from sessions.models import MassageSession
from sessions.selectors import clearance, one_person
from therapists.models import Service

# Sessions are judged by their date; noon stands for a day whose times are not chosen yet.
NOON = time(12)
_LAST_VISIT: Final = Prepared(
    lambda client: (
        MassageSession.objects.filter(client_id=client, status="done")
        .order_by("-starts_at")
        .values_list("starts_at", flat=True)[:1]
    ),
    client=a_key(),
)
_BLOCKS = frozenset(block.value for block in Block)


@dataclass(frozen=True)
class Offered:
    """A service as the pages list it: open, or greyed with the reason."""

    service: Service
    allowed: bool
    why_not: str = ""


def noon_of(day: date, zone: ZoneInfo) -> datetime:
    return instant_of(first_shown(datetime.combine(day, NOON), zone))


def assessor(
    *, client: Client, now: datetime, despite_draft: bool = False, kept: screening.Kept | None = None
) -> Callable[[datetime], Assessment | None]:
    """Return a function that judges the client's answers for a start: opened once, judged once a date.

    It returns None while there is nothing to judge by: no completed form, or a new one under way (unless
    `despite_draft` asks for the last completed one). Of two records of one person the stricter answers count.
    """
    judge = _own_assessor(client=client, now=now, despite_draft=despite_draft, kept=kept)
    others = [_own_assessor(client=other, now=now, despite_draft=True) for other in one_person.same_as(client)]
    if not others:
        return judge

    def of_one_person(starts_at: datetime) -> Assessment | None:
        own = judge(starts_at)
        return own and together(own, [other(starts_at) for other in others])

    return of_one_person


def together(own: Assessment, others: Iterable[Assessment | None]) -> Assessment:
    """Weigh the answers of one person under several records. What has only grown old is asked under one of them."""
    both = own
    for known in others:
        if known is not None:
            both = screening.stricter(both, known.without(_only_old(known)))
    return replace(both, needs_review=own.needs_review)


def _only_old(known: Assessment) -> frozenset[Block]:
    """Return what may stand open in a record that somebody uses no more: not what they said has changed."""
    said = any(trigger is not Trigger.RULES for trigger in known.dated.pending.values())
    return frozenset({Block.TODAYS_ROWS, Block.WHOLE_FORM} | (set() if said else {Block.OUT_OF_DATE}))


def _own_assessor(
    *, client: Client, now: datetime, despite_draft: bool = False, kept: screening.Kept | None = None
) -> Callable[[datetime], Assessment | None]:
    """Return a function that judges the answers of one record for a start: opened once, judged once a date."""
    zone = studio_selectors.require().tz
    kept = kept or screening.Kept(client)
    draft, complete = kept.forms
    if complete is None or (draft is not None and not despite_draft) or client.date_of_birth is None:
        return lambda starts_at: None
    version, rules = kept.published
    document = kept.document
    seen_last = last_visit_on(client=client, zone=zone)
    covering, stopped = letters.accepted(client), screening.is_stopped(client)
    known: dict[tuple[date, bool], Assessment] = {}

    def judge(starts_at: datetime) -> Assessment:
        # Within 48 hours the questions about today count too, so that one date may have two answers.
        soon = starts_at - now <= timedelta(hours=rules.extra.booking_ahead.ask_within_hours)
        key = (starts_at.astimezone(zone).date(), soon)
        if key not in known:
            known[key] = screening.assess_document(
                client=client,
                screening=complete,
                document=document,
                version=version,
                rules=rules,
                starts_at=starts_at,
                zone=zone,
                now=now,
                last_visit_on=seen_last,
                letters_in_force=covering,
                stopped=stopped,
            )
        return known[key]

    return judge


def assess(
    *, client: Client, starts_at: datetime, now: datetime, kept: screening.Kept | None = None
) -> Assessment | None:
    """Return what the client's answers mean for one start."""
    return assessor(client=client, now=now, kept=kept)(starts_at)


def needs_of(assessment: Assessment | None) -> frozenset[str]:
    """Return which further training the therapist must have; none while nothing was answered."""
    return frozenset(assessment.trainings_needed) if assessment is not None else frozenset()


def standing_of(*, client: Client, now: datetime) -> Assessment | None:
    """Return what the client's answers mean while no time is chosen, seen from today."""
    zone = studio_selectors.require().tz
    seen_last = last_visit_on(client=client, zone=zone)
    own = screening.assess(client=client, starts_at=None, zone=zone, now=now, last_visit_on=seen_last)
    others = one_person.same_as(client)
    return own and together(own, [screening.assess(client=one, starts_at=None, zone=zone, now=now) for one in others])


def last_visit_on(*, client: Client, zone: ZoneInfo) -> date | None:
    """Return the local date of the last session that happened: the whole form is due 180 days after it."""
    starts_at = _LAST_VISIT.first(client=client.pk)
    return starts_at.astimezone(zone).date() if starts_at else None


def allowed_on(
    *, client: Client, service: Service, now: datetime, ask_today: bool = True, for_letter: bool = False
) -> Days:
    """Return a function that says whether the client may have a service on a local date, and with which training.

    With `ask_today` a near date is open although the questions about today are: they are asked on the way. With
    `for_letter` a date is open on which a time can be kept for a doctor's letter.
    """
    studio = studio_selectors.require()
    zone = studio.tz
    judge = assessor(client=client, now=now)
    asked_on_the_way = {Block.TODAYS_ROWS.value} if ask_today else set()
    first_day = clearance.first_day(now, studio)

    def may(day: date) -> bool:
        assessment = judge(noon_of(day, zone))
        if assessment is None:
            return False
        refusals = assessment.refusals(service.technique.screened_as, service.minutes)
        kept = {Block.CLEARANCE.value} if for_letter and day >= first_day else set()
        return {refusal.code for refusal in refusals} <= asked_on_the_way | kept

    return Days(may, lambda day: needs_of(judge(noon_of(day, zone))))


def offered(*, services: list[Service], assessment: Assessment | None) -> list[Offered]:
    """Return the services with what the limits have against each; whether anything can be booked is another matter.

    Without an assessment everything is still open. The reasons name conditions: for the client's own pages only.
    """
    return [_offered(service, assessment) for service in services]


def _offered(service: Service, assessment: Assessment | None) -> Offered:
    if assessment is None:
        return Offered(service, allowed=True)
    found = assessment.refusals(service.technique.screened_as, service.minutes)
    against = [refusal for refusal in found if refusal.code not in _BLOCKS]
    why = " ".join(dict.fromkeys(screening_words.why_not(assessment.parsed, refusal) for refusal in against))
    return Offered(service, allowed=not against, why_not=why)
