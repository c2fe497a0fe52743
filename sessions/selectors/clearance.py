"""Questions about times that are kept for a document, and about who may read the document."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from massage_booking.accounts.models import Client
from massage_booking.accounts.permissions import is_therapist
from massage_booking.core import clock, wording
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from screening.assessment import Assessment
from screening.domain.booking_ahead import Block
from screening.models import Letter, LetterState
from sessions.domain import clearance as domain
from sessions.domain.status import Status
from sessions.models import MassageSession

# A therapist who had, or will have, somebody under their hands reads their documents; so long ago, no more.
LOOKS_BACK: Final = timedelta(days=365)
TREATED: Final = [
    status.value for status in (Status.REQUESTED, Status.BOOKED, Status.ARRIVED, Status.STARTED, Status.DONE)
]


# --- Times that are kept ------------------------------------------------------


def needs_only_letter(assessment: Assessment) -> bool:
    """Tell whether a document is all that stands against booking, apart from what is asked on the way."""
    return Block.CLEARANCE in assessment.blocks and set(assessment.blocks) <= {Block.CLEARANCE, Block.TODAYS_ROWS}


def until(*, starts_at: datetime, now: datetime) -> datetime | None:
    """Return until when a time would be kept that is taken now; None when it is too soon for that."""
    studio = studio_selectors.require()
    return domain.kept_until(starts_at, now, days=studio.clearance_days, hours=studio.clearance_hours)


def latest(starts_at: datetime) -> datetime:
    """Return until when at the longest a time is kept for a document."""
    return domain.latest(starts_at, hours=studio_selectors.require().clearance_hours)


def first_day(now: datetime, studio: Studio | None = None) -> date:
    """Return the first local date of which every time leaves time enough."""
    studio = studio or studio_selectors.require()
    first = domain.first_start(now, hours=studio.clearance_hours).astimezone(studio.tz)
    return first.date() + timedelta(days=1)


def waiting_of(client_id: int | None, *, without: int | None = None) -> MassageSession | None:
    """Return the session of a client that waits for a document; there is one at a time."""
    if client_id is None:
        return None
    rows = MassageSession.objects.filter(
        client_id=client_id, status=Status.REQUESTED.value, clearance_until__isnull=False
    )
    return rows.exclude(pk=without or 0).order_by("clearance_until").first()


def words(session: MassageSession) -> str:
    """Return what staff are told: that a document is missing, and until when; nothing when none is waited for."""
    if session.clearance_until is None or session.state is not Status.REQUESTED:
        return ""
    day, time = wording.short_date(session.clearance_until), wording.clock_time(session.clearance_until)
    return f"waits for a document until {day}, {time}"


# --- Documents ----------------------------------------------------------------


def letters_of_therapist(user: Any) -> QuerySet[Letter]:
    """Return the letters of clients whom a therapist treats: with a session ahead, or within the last year.

    Of a client whom nobody treats, or nobody who is still here, any therapist may read them: somebody has to.
    """
    if not is_therapist(user):
        return Letter.objects.none()
    since = clock.now() - LOOKS_BACK
    treated = MassageSession.objects.filter(
        client=OuterRef("client"), status__in=TREATED, starts_at__gte=since,
        therapist__is_active=True, therapist__user__isnull=False,
    )  # fmt: skip
    mine = Exists(treated.filter(therapist=user.therapist))
    return Letter.objects.filter(Q(mine) | ~Q(Exists(treated))).select_related("client", "request", "file")


def letters_waiting(user: Any) -> QuerySet[Letter]:
    """Return the letters that wait for this therapist's word, the oldest first."""
    return letters_of_therapist(user).filter(state=LetterState.RECEIVED).order_by("received_at", "pk")


def has_letter_waiting(client: Client) -> bool:
    return Letter.objects.filter(client=client, state=LetterState.RECEIVED).exists()
