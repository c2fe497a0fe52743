"""With whom a client would rather be, and who are not booked together any more. Nobody says why."""

from datetime import datetime

from massage_booking.accounts.models import Client, User
from massage_booking.core.db import in_transaction
from sessions.models import Apart, ApartSide, ClientWish
from sessions.services import locks
from therapists.models import Therapist


def wish_for(*, client: Client, gender: str, now: datetime) -> ClientWish:
    """Keep that a client wishes for a woman or a man; empty: anyone will do. What is booked stays."""
    wish, _ = ClientWish.objects.update_or_create(
        client=client, defaults={"therapist_gender": gender, "changed_at": now}
    )
    return wish


def keep_apart(*, client: Client, therapist: Therapist, side: ApartSide, actor: User | None, now: datetime) -> Apart:
    """Book a client and a therapist together no more. Twice is once; what is booked stays, for a person to decide.

    Under the locks of both, so that a booking of this very moment comes before it, or is refused by it.
    """

    def work() -> Apart:
        locks.lock(therapists=[therapist.pk], places=[], clients=[client.pk])
        apart, _ = Apart.objects.get_or_create(
            client=client, therapist=therapist, side=side, ended_at=None, defaults={"made_at": now, "made_by": actor}
        )
        return apart

    return in_transaction(work)


def end_apart(*, client: Client, therapist: Therapist, side: ApartSide, now: datetime) -> bool:
    """End what one side wished; the other side's wish stands. Say whether there was anything to end."""
    standing = Apart.objects.filter(client=client, therapist=therapist, side=side, ended_at=None)
    return standing.update(ended_at=now) > 0


def merge(*, kept: Client, gone: Client) -> None:
    """Give one record the wishes of the other: its own wish for a gender counts, and nobody comes together again."""
    if not ClientWish.objects.filter(client=kept).exclude(therapist_gender="").exists():
        ours = ClientWish.objects.filter(client=gone).first()
        if ours is not None:
            wish_for(client=kept, gender=ours.therapist_gender, now=ours.changed_at)
    ClientWish.objects.filter(client=gone).delete()
    known = set(Apart.objects.filter(client=kept, ended_at=None).values_list("therapist_id", "side"))
    for apart in Apart.objects.filter(client=gone):
        if apart.ended_at is None and (apart.therapist_id, apart.side) in known:
            apart.delete()
            continue
        apart.client = kept
        apart.save(update_fields=["client"])
