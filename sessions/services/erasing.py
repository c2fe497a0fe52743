"""What goes when a client's health data is erased: all that sessions sealed for them, or drew from their answers."""

from datetime import datetime
from typing import Final

from django.db.models import Q

from massage_booking.accounts.models import Client
from massage_booking.outbox.models import WAITING, Message
from screening.models import BookingStop, Letter
from sessions.models import MassageSession, SessionEvent, SignOff, SymptomReport
from sessions.selectors.standing import JUDGED
from sessions.services import announce, health, reports

# Acts that say what answers, letters and reports led to. Who signed, moved or waived a fee stays.
DRAWN: Final = frozenset(
    {
        "judged_again", "held_back", "stands_again", "asked_again", "day_answered", "reported", "stopped_early",
        "report_closed",
    }
)  # fmt: skip
# Mails that tell by their kind alone that there was something about somebody's health.
ABOUT_LETTERS: Final = ("document_to_review", "document_answered", "document_ends")
ABOUT_ANSWERS: Final = (
    *announce.ABOUT_HELD_BACK, *announce.ABOUT_DOCUMENTS, "stands_again", "answer_again", "released", "time_given_back",
)  # fmt: skip


def erase_health_data(*, client: Client, now: datetime) -> None:
    """Empty reports and sign-offs; that they were made stays. Sessions ahead must be asked about again.

    A report that is open, and the stop that came with it, wait on for a therapist: whoever felt unwell is still called.
    """
    mine = SymptomReport.objects.filter(client=client)
    mine.update(sealed=None, sealed_closing=None)
    mine.filter(closed_at__isnull=False).update(stops_booking=False, call_by=None)
    BookingStop.objects.filter(client=client, lifted_at__isnull=False).delete()
    SignOff.objects.filter(session__client=client).update(
        decision=None, sealed_note=None, max_pressure="", avoid_areas=[], avoid_techniques=[], max_minutes=None
    )
    health.ask_again(client=client, now=now)
    _forget_what_was_drawn(client, now)
    _forget_mails(client)


def _forget_what_was_drawn(client: Client, now: datetime) -> None:
    sessions = MassageSession.objects.filter(client=client)
    # Asked about before erasing, they have not been asked about what is answered next.
    sessions.update(day_answered_at=None)
    over = Q(ends_at__lte=now) | ~Q(status__in=JUDGED)
    sessions.filter(over).update(held_back_at=None, re_ask_due=False, needs_review=False, clearance_until=None)
    SessionEvent.objects.filter(session__client=client, act__in=DRAWN).delete()


def _forget_mails(client: Client) -> None:
    """Delete mails whose kind tells something. What is on its way out at this moment finds nothing more to say."""
    done = Message.objects.exclude(status__in=WAITING)
    sessions = MassageSession.objects.filter(client=client).values("pk")
    done.filter(kind__in=ABOUT_ANSWERS, subject_id__in=sessions).delete()
    # The letters are gone by now, whoever's they were; so are their mails.
    Message.objects.filter(kind__in=ABOUT_LETTERS).exclude(subject_id__in=Letter.objects.values("pk")).delete()
    told = SymptomReport.objects.filter(client=client, closed_at__isnull=False).values("pk")
    done.filter(kind=reports.WAITING, subject_id__in=told).delete()
