"""Questions asked of consent, answers and rules."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

from massage_booking.accounts.models import Client, FormerId
from massage_booking.core.prepared import Prepared, a_key
from screening import document as documents
from screening import letters, vault
from screening.agreed import (
    ADULT_AGE,
    age_of,
    consent_in_force,
    guardian_consent_in_force,
    has_ended_with_childhood,
    may_read_answers,
    needs_guardian,
)
from screening.assessment import Assessment, judged, stricter
from screening.document import Document
from screening.domain.booking_ahead import Block, book_ahead, whole_form_is_due
from screening.domain.dated import DatedLetter, age_on
from screening.domain.rules import Rules
from screening.models import (
    AccessRecord,
    BookingStop,
    Decision,
    RuleVersion,
    Screening,
    ScreeningState,
)
from screening.other_rules import moved_to
from screening.rulebook import NoRules, changed_since, parsed_rules, published_rules, published_version

__all__ = [
    "ADULT_AGE",
    "Kept",
    "NoRules",
    "age_of",
    "assess",
    "consent_in_force",
    "guardian_consent_in_force",
    "has_ended_with_childhood",
    "is_overtaken",
    "may_read_answers",
    "needs_guardian",
    "needs_screening",
    "parsed_rules",
    "published_rules",
    "published_version",
    "safety_card",
    "still_counts",
    "stricter",
]

# Hours to a session that nobody has chosen yet: far enough for no question about today.
FAR_OFF: Final = 24.0 * 365

_STOPS: Final = Prepared(
    lambda client: BookingStop.objects.filter(client_id=client, lifted_at__isnull=True).values_list("pk")[:1],
    client=a_key(),
)
_FORMS: Final = Prepared(
    lambda client: Screening.objects.filter(
        client_id=client, state__in=[ScreeningState.DRAFT, ScreeningState.COMPLETE]
    ),
    client=a_key(),
)


def is_stopped(client: Client) -> bool:
    """Tell whether nothing may be booked or begun until somebody has looked at a report."""
    return bool(_STOPS.rows(client=client.pk))


# --- Answers ----------------------------------------------------------------


def forms_of(client: Client) -> tuple[Screening | None, Screening | None]:
    """Return (the form under way, the last completed one), either None."""
    found = {screening.state: screening for screening in _FORMS.all(client=client.pk)}
    for screening in found.values():
        screening.client = client
    return found.get(ScreeningState.DRAFT), found.get(ScreeningState.COMPLETE)


def document_of(screening: Screening, rules: Rules) -> Document:
    """Return a screening's answers for the rules engine, under the given rules. Raises vault.VaultClosed."""
    return read_as(screening, rules, vault.for_rules(screening))


def read_as(screening: Screening, rules: Rules, opened: Mapping[str, Any]) -> Document:
    """Return opened answers under the published rules; rows that these changed or added are to be asked."""
    since = changed_since(screening.rules_id, rules)
    return moved_to(rules, documents.from_json(opened), changed=since.changed, added=since.added, homes=since.homes)


class Kept:
    """What is kept of a client's answers, read once: for a page on which several questions hang on it."""

    def __init__(self, client: Client) -> None:
        self.client = client

    @cached_property
    def forms(self) -> tuple[Screening | None, Screening | None]:
        """The form under way and the last completed one, either None."""
        return forms_of(self.client)

    @cached_property
    def published(self) -> tuple[RuleVersion, Rules]:
        return published_rules()

    @cached_property
    def document(self) -> Document:
        """The answers of the completed form, which must be there, under the published rules. Raises VaultClosed."""
        _, complete = self.forms
        assert complete is not None
        return document_of(complete, self.published[1])


def needs_screening(
    *,
    client: Client,
    now: datetime,
    zone: ZoneInfo | None = None,
    last_visit_on: date | None = None,
    kept: Kept | None = None,
) -> bool:
    """Tell whether the health questions must be gone through before anything can be booked.

    So it is without consent, without a completed form, while a form is under way, after one that was stopped on its
    first page, and once the whole form is out of date by the calendar of `zone` (that of `now` without one).
    """
    if client.date_of_birth is None or consent_in_force(client, now=now) is None:
        return True
    kept = kept or Kept(client)
    draft, complete = kept.forms
    if draft is not None or complete is None:
        return True
    _, rules = kept.published
    try:
        document = kept.document
    except vault.VaultClosed:
        return True
    if documents.undone_groups(rules, document):
        return True
    dated = documents.dated(
        rules, document, date_of_birth=client.date_of_birth, guardian_consent=False, last_visit_on=last_visit_on
    )
    return whole_form_is_due(dated, (now.astimezone(zone) if zone else now).date())


def asked_lately(*, client: Client, now: datetime, kept: Kept | None = None) -> bool:
    """Tell whether the client completed the form, or said that nothing has changed, within the last day."""
    _, complete = (kept or Kept(client)).forms
    if complete is None:
        return False
    moments = [moment for moment in (complete.completed_at, complete.unchanged_at) if moment is not None]
    return any(now - moment < timedelta(days=1) for moment in moments)


def assess(
    *,
    client: Client,
    starts_at: datetime | None,
    zone: ZoneInfo,
    now: datetime,
    reader: vault.Reader | None = None,
    address: str = "",
    last_visit_on: date | None = None,
) -> Assessment | None:
    """Return what the client's answers mean for a session at `starts_at` (None: no time chosen yet, seen from today).

    None where there is nothing to judge by: no completed form, or another one under way, so that "something has
    changed" counts from the moment it is said. With a `reader` the answers are read by a person, which is recorded;
    without, by the rules alone. Raises vault.VaultClosed.
    """
    draft, complete = forms_of(client)
    if complete is None or draft is not None or client.date_of_birth is None:
        return None
    version, rules = published_rules()
    if reader is None:
        sealed = vault.for_rules(complete)
    else:
        purpose = "what it means for a session"
        sealed = vault.open_answers(complete, reader=reader, purpose=purpose, now=now, address=address)
    document = read_as(complete, rules, sealed)
    return assess_document(
        client=client,
        screening=complete,
        document=document,
        version=version,
        rules=rules,
        starts_at=starts_at,
        zone=zone,
        now=now,
        last_visit_on=last_visit_on,
    )


def still_counts(assessment: Assessment, *, client: Client, born: date | None) -> bool:
    """Say whether a judgement is still one by what counts: the same answers, rules, birthday and guardian's yes.

    Ask under the client's lock: whoever changes one of these takes it too, and judges the sessions ahead afterwards.
    `born` is the birthday as it is kept now.
    """
    _, complete = forms_of(client)
    return (
        complete == assessment.screening
        and published_version() == assessment.rules
        and born in {dated.date_of_birth for dated in assessment.dateds}
        and (Block.GUARDIAN_CONSENT in assessment.blocks or not needs_guardian(client, assessment.for_date))
    )


def is_overtaken(decision: Decision) -> bool:
    """Say whether a client has given newer answers than those that a decision was made from."""
    return decision.screening is not None and decision.screening.state == ScreeningState.REPLACED


def assess_document(
    *,
    client: Client,
    screening: Screening,
    document: Document,
    version: RuleVersion,
    rules: Rules,
    starts_at: datetime | None,
    zone: ZoneInfo,
    now: datetime,
    last_visit_on: date | None = None,
    letters_in_force: tuple[DatedLetter, ...] | None = None,
    stopped: bool | None = None,
) -> Assessment:
    """Judge answers that were read already. The client's date of birth must be known.

    Letters and stops are looked up unless given, so that a whole calendar asks for them once.
    """
    if client.date_of_birth is None:
        raise ValueError("Without a date of birth there is nothing to judge by.")
    today = now.astimezone(zone).date()
    session_on = starts_at.astimezone(zone).date() if starts_at else today
    hours = (starts_at - now).total_seconds() / 3600 if starts_at else FAR_OFF
    # Of age by the session, they may still be asked about an earlier day.
    is_minor = age_on(client.date_of_birth, min(today, session_on)) < ADULT_AGE
    dated = documents.dated(
        rules,
        document,
        date_of_birth=client.date_of_birth,
        guardian_consent=is_minor and guardian_consent_in_force(client) is not None,
        last_visit_on=last_visit_on,
        letters=letters.accepted(client) if letters_in_force is None else letters_in_force,
        stopped=is_stopped(client) if stopped is None else stopped,
    )
    ahead = book_ahead(rules, dated, today=today, session_on=session_on, hours_until=hours)
    answered_on = {code: row.answered_on for code, row in document.rows.items()}
    return judged(
        screening=screening,
        rules=version,
        parsed=rules,
        for_date=session_on,
        answered_on=answered_on,
        ahead=ahead,
        dated=dated,
        today=today,
        hours_until=hours,
        day_asked_on=dated.today_asked_on,
    )


# --- Decisions --------------------------------------------------------------


def plain_limits(decision: Decision) -> dict[str, Any]:
    """Return what the desk and calendars may show of a decision: limits without any reason."""
    return {
        "outcome": decision.outcome,
        "pressure": decision.max_pressure,
        "areas": decision.avoid_areas,
        "techniques": decision.avoid_techniques,
        "position_words": decision.positions,
        "max_minutes": decision.max_minutes,
        "guardian_in_room": decision.guardian_in_room,
        "guardian_on_premises": decision.guardian_on_premises,
    }


def safety_card(
    decision: Decision, *, reader: vault.Reader, now: datetime, purpose: str = "before a session", address: str = ""
) -> dict[str, Any]:
    """Return the card for whoever lays hands on (context of includes/safety_card.html). Recorded as a reading."""
    opened = vault.open_decision(decision, reader=reader, purpose=purpose, now=now, address=address)
    presence = []
    if decision.guardian_in_room:
        presence.append("A parent or guardian stays in the room.")
    elif decision.guardian_on_premises:
        presence.append("A parent or guardian is on the premises, and in the room if either asks.")
    return {
        **plain_limits(decision),
        "positions": opened["position"],
        "watch_for": [*presence, *opened["therapist"]],
        "ask_again": opened["reask"],
        "opened_at": now,
    }


# --- The record of readings -------------------------------------------------


def readings_of(clients: Iterable[Client], *, own: bool = False, most: int = 50) -> list[AccessRecord]:
    """Return who read the answers of some clients, the latest first; also under the ids that they had before.

    What clients looked at themselves is apart (`own`): it is most of it, and must not push out who else read.
    """
    people = list(clients)
    public_ids = [client.public_id for client in people]
    public_ids += FormerId.objects.filter(client__in=people).values_list("public_id", flat=True)
    found = AccessRecord.objects.filter(client_public_id__in=public_ids)
    found = found.filter(reader_role="client") if own else found.exclude(reader_role="client")
    return list(found.order_by("-at", "-number")[:most])
