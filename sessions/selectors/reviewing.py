"""What waits for a therapist, the most urgent first: reports, sessions to look at or sign, letters, open questions.

Codes only; the templates have the words. One query for sessions, one for reports, however many there are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import (
    BooleanField,
    Case,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    When,
)

from massage_booking.accounts.models import Client
from massage_booking.accounts.permissions import is_therapist
from massage_booking.core.intervals import instant_of
from massage_booking.core.walltime import midnight
from massage_booking.studio.models import Studio
from screening.models import BookingStop, Letter
from sessions.domain.status import UPCOMING, Status
from sessions.models import MassageSession, SessionEvent, SymptomReport
from sessions.permissions import sessions_of_therapist
from sessions.selectors import clearance, late_changes, signing
from sessions.selectors.asking import OF_THE_DAY
from sessions.selectors.day import reminder_failed

# How long before a session its unanswered questions are on the list, and mails that came back.
RE_ASK_AHEAD: Final = timedelta(hours=48)
REMIND_AHEAD: Final = timedelta(days=7)
WHOLE_FORM: Final = timedelta(days=365)
MOST: Final = 100
_YES_NO: "BooleanField[bool, bool]" = BooleanField()

# Why something waits, the most urgent first.
STOPPED = "stopped"  # a report that stops all bookings
HELD_BACK = "held_back"  # newer answers do not allow it any more
CHANGE = "change"  # a late change is asked for, and lapses
SIGN = "sign"  # today, and nobody has signed what is safe
RE_ASK = "re_ask"  # answers to ask again before hands go on
REPORT = "report"
REQUESTED = "requested"
LETTER = "letter"
REVIEW = "review"  # answers changed after it was booked
QUESTIONS = "questions"  # those of the day, not answered from the reminder
NOT_REMINDED = "not_reminded"
FIRST_VISIT = "first_visit"
NOT_CLEAR = "not_clear"
ANSWERS_DUE = "answers_due"
ORDER: Final = (
    STOPPED, HELD_BACK, CHANGE, SIGN, RE_ASK, REPORT, REQUESTED, LETTER, REVIEW, QUESTIONS, NOT_REMINDED, FIRST_VISIT,
    NOT_CLEAR, ANSWERS_DUE,
)  # fmt: skip
NOW: Final = frozenset({STOPPED, HELD_BACK, CHANGE, SIGN, RE_ASK, REPORT})
SOON: Final = frozenset({REQUESTED, LETTER, REVIEW, QUESTIONS, NOT_REMINDED})
LOOK: Final = frozenset({FIRST_VISIT, NOT_CLEAR, ANSWERS_DUE})
# A tap says that it was looked at; nothing else has to be done.
LOOK_IS_ALL: Final = frozenset({REVIEW, FIRST_VISIT, NOT_CLEAR})
# What the day's page leaves to the queue: it can wait, or stands on the session itself.
LATER: Final = frozenset({SIGN, QUESTIONS, FIRST_VISIT, NOT_CLEAR, ANSWERS_DUE})


@dataclass(frozen=True)
class Entry:
    """One thing that waits: `why` is the weightiest reason, `also` those after it; `at` is what it is ordered by."""

    why: str
    at: datetime
    client: Client
    session: MassageSession | None = None
    also: tuple[str, ...] = ()
    report: SymptomReport | None = None
    letter: Letter | None = None

    @property
    def look_is_all(self) -> bool:
        return self.why in LOOK_IS_ALL


def _annotated(user: Any, *, today: datetime) -> QuerySet[MassageSession]:
    looks = SessionEvent.objects.filter(session=OuterRef("pk"), act__in=["reviewed", "signed_off"])
    # Asked aloud about this very day; a session that was moved since has another.
    since = ExpressionWrapper(OuterRef("starts_at") - OF_THE_DAY, output_field=DateTimeField())
    asked = SessionEvent.objects.filter(
        session=OuterRef("pk"), act="asked_again", detail__unchanged=True, at__gte=since
    )
    return sessions_of_therapist(user).annotate(
        not_reminded=reminder_failed(),
        first_visit=signing.first_visit(),
        signed=signing.signed(since=today),
        looked_at=Exists(looks.filter(at__gte=OuterRef("decision__made_at"))),
        looked_before=Exists(looks),
        stopped=Exists(BookingStop.objects.filter(client=OuterRef("client"), lifted_at=None)),
        asked_aloud=Exists(asked),
        change_is_asked=late_changes.is_asked(),
        form_from=ExpressionWrapper(F("starts_at") - WHOLE_FORM, output_field=DateTimeField()),
    )


def _midnight(day: date, studio: Studio) -> datetime:
    return instant_of(midnight(day, studio.tz))


def _rules(studio: Studio, now: datetime) -> dict[str, Q]:
    """Return what makes a session ahead wait, by reason."""
    today = now.astimezone(studio.tz).date()
    yesterday, this_day, tomorrow, after = (_midnight(today + timedelta(days=days), studio) for days in (-1, 0, 1, 2))
    # The questions of the day can be answered from the beginning of the day before.
    asked_on = Q(decision__day_asked_on=None) | Q(decision__day_asked_on__lt=today - timedelta(days=1))
    asked_on |= Q(starts_at__gte=tomorrow, decision__day_asked_on__lt=today)
    unanswered = Q(day_answered_at=None) | Q(day_answered_at__lt=yesterday)
    unanswered |= Q(starts_at__gte=tomorrow, day_answered_at__lt=this_day)
    open_day = Q(asked_aloud=False, re_ask_due=False, decision__isnull=False) & asked_on & unanswered
    return {
        HELD_BACK: Q(held_back_at__isnull=False),
        CHANGE: Q(change_is_asked=True),
        SIGN: signing.wants() & Q(starts_at__lt=tomorrow, re_ask_due=False, status__in=["booked", "arrived"]),
        RE_ASK: Q(re_ask_due=True, held_back_at=None, starts_at__lte=now + RE_ASK_AHEAD),
        REQUESTED: Q(status=Status.REQUESTED, clearance_until=None),
        REVIEW: Q(needs_review=True, held_back_at=None) & ~Q(status=Status.REQUESTED),
        QUESTIONS: open_day & Q(starts_at__lt=after),
        NOT_REMINDED: Q(not_reminded=True, starts_at__lte=now + REMIND_AHEAD),
        FIRST_VISIT: signing.wants() & Q(first_visit=True, looked_at=False),
        NOT_CLEAR: signing.wants() & Q(first_visit=False, looked_at=False),
        ANSWERS_DUE: Q(decision=None) | Q(decision__screening__completed_at__lt=F("form_from")),
    }


def _any(rules: Iterable[Q]) -> Q:
    wanted = Q(pk__in=[])
    for rule in rules:
        wanted |= rule
    return wanted


def _waiting(user: Any, studio: Studio, now: datetime) -> tuple[QuerySet[MassageSession], dict[str, Q]]:
    today = _midnight(now.astimezone(studio.tz).date(), studio)
    rules = _rules(studio, now)
    ahead = _annotated(user, today=today).filter(
        status__in=[Status.REQUESTED, Status.BOOKED, Status.ARRIVED], starts_at__gte=today, client__isnull=False
    )
    return ahead.filter(_any(rules.values())), rules


def reports_of(user: Any) -> QuerySet[SymptomReport]:
    """Return the reports that a therapist may open: of own sessions, and of those whose therapist is not here.

    What asks for a call is also for whoever treats the client next: it may not wait for somebody's return.
    """
    if not is_therapist(user):
        return SymptomReport.objects.none()
    gone = Q(session__therapist__is_active=False) | Q(session__therapist__user=None)
    next_ones = MassageSession.objects.filter(
        client=OuterRef("client"), therapist=user.therapist, status__in=[status.value for status in UPCOMING]
    )
    next_here = Q(Exists(next_ones), call_by__isnull=False)
    rows = SymptomReport.objects.filter(Q(session__therapist=user.therapist) | gone | next_here)
    return rows.select_related("client__account", "session__therapist", "session__service__technique", "session__place")


def open_reports(user: Any) -> QuerySet[SymptomReport]:
    return reports_of(user).filter(closed_at=None)


def _session_entries(user: Any, studio: Studio, now: datetime) -> Iterable[Entry]:
    rows, rules = _waiting(user, studio, now)
    flags = {
        f"why_{why}": Case(When(rule, then=True), default=False, output_field=_YES_NO) for why, rule in rules.items()
    }
    # What is sealed is neither needed nor wanted in memory here.
    found = rows.defer("decision__sealed").annotate(**flags)
    for session in found.order_by("starts_at", "pk")[:MOST]:
        whys = [why for why in ORDER if getattr(session, f"why_{why}", False)]
        if whys and session.client is not None:
            yield Entry(whys[0], session.starts_at, session.client, session, tuple(whys[1:]))


def _report_entries(user: Any) -> Iterable[Entry]:
    for report in open_reports(user).defer("sealed", "sealed_closing").order_by("reported_at")[:MOST]:
        why = STOPPED if report.stops_booking else REPORT
        yield Entry(why, report.call_by or report.reported_at, report.client, report.session, report=report)


def _letter_entries(user: Any) -> Iterable[Entry]:
    for letter in waiting_letters(user)[:MOST]:
        yield Entry(LETTER, letter.received_at, letter.client, letter=letter)


def waiting_letters(user: Any) -> QuerySet[Letter]:
    """Return documents that wait for this therapist's word."""
    return clearance.letters_waiting(user).defer("sealed", "file__sealed")


def queue(*, user: Any, studio: Studio, now: datetime) -> list[Entry]:
    """Return all that waits for a therapist, the most urgent first. Three queries."""
    found = [*_report_entries(user), *_session_entries(user, studio, now), *_letter_entries(user)]
    return sorted(found, key=lambda entry: (ORDER.index(entry.why), entry.at))


def count(*, user: Any, studio: Studio, now: datetime) -> int:
    """Return how long the queue is. Three short queries."""
    if not is_therapist(user):
        return 0
    rows, _ = _waiting(user, studio, now)
    return rows.order_by().count() + open_reports(user).count() + waiting_letters(user).order_by().count()


def short(entries: Iterable[Entry], *, most: int = 8) -> list[Entry]:
    """Return what of a queue stands beside the day."""
    return [entry for entry in entries if entry.why not in LATER][:most]
