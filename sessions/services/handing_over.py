"""What follows when somebody who has come of age gets an account of their own."""

from typing import Final

from massage_booking.accounts.models import Client, User
from massage_booking.core.ids import new_public_id
from massage_booking.outbox.models import Message, MessageStatus
from screening.models import Letter
from sessions.models import ChangeRequest, MassageSession, Plan, Rearranged, Series, WaitlistEntry, WaitlistOffer
from sessions.services import (
    announce,
    announce_series,
    announce_together,
    asking_ahead,
    late_changes,
    signing,
    waitlist,
)

# Kinds of message by what their row is: another kind may have a row with the same number.
ABOUT_SESSIONS: Final = (
    *announce.ABOUT_SESSIONS,
    *announce.ABOUT_WHAT_ENDED,
    signing.DECLINED,
    "aftercare",
    asking_ahead.KIND,
)
ABOUT_LETTERS: Final = ("document_answered", "document_ends")
ABOUT_PLANS: Final = ("nudge",)
ABOUT_OFFERS: Final = (waitlist.KIND,)
ABOUT_SERIES: Final = tuple(announce_series.TOLD_TOGETHER)
# These are parted: each of the two gets a letter of their own.
ABOUT_TWO: Final = tuple(announce_together.KINDS)
ABOUT_REARRANGED: Final = ("rearranged",)
ABOUT_CHANGES: Final = (late_changes.DECLINED, late_changes.LAPSED)


def follow(*, client: Client, by: User) -> None:
    """End every link that was mailed about the client, and send what is still owed to the client's own address."""
    for key in MassageSession.objects.filter(client=client).values_list("pk", flat=True):
        MassageSession.objects.filter(pk=key).update(nonce=new_public_id())
    Plan.objects.filter(client=client).update(nonce=new_public_id())
    WaitlistEntry.objects.filter(client=client).update(nonce=new_public_id())
    send_on(client=client, before=by.email)


def send_on(*, client: Client, before: str) -> None:
    """Send what is still owed about a client, and went to another address, to where their letters go now."""
    waiting = Message.objects.filter(status__in=[MessageStatus.QUEUED, MessageStatus.RETRY], recipient=before)
    for kinds, rows in (
        (ABOUT_SESSIONS, MassageSession.objects.filter(client=client)),
        (ABOUT_LETTERS, Letter.objects.filter(client=client)),
        (ABOUT_PLANS, Plan.objects.filter(client=client)),
        (ABOUT_OFFERS, WaitlistOffer.objects.filter(entry__client=client)),
        (ABOUT_SERIES, Series.objects.filter(client=client)),
        (ABOUT_REARRANGED, Rearranged.objects.filter(session__client=client)),
        (ABOUT_CHANGES, ChangeRequest.objects.filter(session__client=client)),
    ):
        waiting.filter(kind__in=kinds, subject_id__in=rows.values("pk")).update(recipient=client.mail_address)
    announce_together.part(client=client, before=before)
