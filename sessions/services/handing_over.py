"""What follows when somebody who has come of age gets an account of their own."""

from massage_booking.accounts.models import Client, User
from massage_booking.core.ids import new_public_id
from massage_booking.outbox.models import Message, MessageStatus
from sessions.models import MassageSession, Plan, WaitlistEntry
from sessions.services import announce, asking_ahead

# Kinds of message whose row is a session; others may have rows with the same number.
ABOUT_SESSIONS = (*announce.ABOUT_SESSIONS, "cancelled", "aftercare", asking_ahead.KIND)


def follow(*, client: Client, by: User) -> None:
    """End every link that was mailed about the client, and send what is still owed to the client's own address."""
    keys = list(MassageSession.objects.filter(client=client).values_list("pk", flat=True))
    for key in keys:
        MassageSession.objects.filter(pk=key).update(nonce=new_public_id())
    Plan.objects.filter(client=client).update(nonce=new_public_id())
    WaitlistEntry.objects.filter(client=client).update(nonce=new_public_id())
    waiting = Message.objects.filter(status__in=[MessageStatus.QUEUED, MessageStatus.RETRY], recipient=by.email)
    waiting.filter(kind__in=ABOUT_SESSIONS, subject_id__in=keys).update(recipient=client.mail_address)
    plan = Plan.objects.filter(client=client).first()
    if plan is not None:
        waiting.filter(kind="nudge", subject_id=plan.pk).update(recipient=client.mail_address)
