"""Which sessions want a therapist's name under what is safe, and what was written beside it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from massage_booking.core.intervals import instant_of
from massage_booking.core.walltime import midnight
from massage_booking.studio import selectors as studio_selectors
from screening import vault
from sessions import limits
from sessions.domain.status import PRESENT, UPCOMING, Status
from sessions.models import MassageSession, SignOff
from therapists.models import Therapist


@dataclass(frozen=True)
class Signed:
    """A sign-off in words: when, by whom, and the note. `declined`: the name stands under a no."""

    at: datetime
    therapist: Therapist
    note: str
    declined: bool = False


def note_field(session: MassageSession, number: int) -> str:
    """Return the field that the note of a session's n-th sign-off is sealed for, counted from 1."""
    return f"sign-off:{session.public_id}:{number}"


def first_visit() -> Any:
    """Return whether nothing was done for the client before this session, for a query of sessions."""
    return ~Exists(
        MassageSession.objects.filter(
            client=OuterRef("client"), status=Status.DONE.value, starts_at__lt=OuterRef("starts_at")
        )
    )


def signed(*, since: datetime) -> Exists:
    """Return whether the newest decision was signed off since an instant, for a query of sessions."""
    return Exists(SignOff.objects.filter(session=OuterRef("pk"), decision=OuterRef("decision"), at__gte=since))


def wants() -> Q:
    """Return which sessions need a sign-off; the query is annotated with `first_visit` and `signed`."""
    wanted = Q(first_visit=True) | ~Q(decision__outcome="clear")
    return wanted & Q(decision__isnull=False, signed=False)


def is_first_visit(session: MassageSession) -> bool:
    done = MassageSession.objects.filter(
        client=session.client_id, status=Status.DONE.value, starts_at__lt=session.starts_at
    )
    return not done.exists()


def _signed_on_the_day(session: MassageSession) -> bool:
    """Say whether the newest sign-off is about the newest decision, and of the day: earlier ones only tighten."""
    newest = limits.newest_sign_off(session)
    if newest is None or newest.decision_id != session.decision_id:
        return False
    zone = studio_selectors.require().tz
    return newest.at >= instant_of(midnight(session.starts_at.astimezone(zone).date(), zone))


def is_due(session: MassageSession) -> bool:
    """Say whether a sign-off is missing: on a first visit, and whenever the outcome is other than clear."""
    decision = session.decision
    if decision is None or _signed_on_the_day(session):
        return False
    return decision.outcome != "clear" or is_first_visit(session)


def may_sign(session: MassageSession) -> bool:
    """Say whether there is something that somebody could put their name to."""
    found = limits.effective(session)
    if found is None or found.is_closed or session.held_back_at is not None:
        return False
    return session.state in (*UPCOMING, *PRESENT)


def history(session: MassageSession, *, reader: vault.Reader, purpose: str, now: datetime) -> list[Signed]:
    """Return the sign-offs of a session with their notes, the newest first. Each note read is recorded."""
    assert session.client is not None
    found = []
    for number, row in enumerate(session.sign_offs.select_related("therapist").order_by("at", "pk"), start=1):
        note, declined = "", False
        if row.sealed_note is not None:
            opened = vault.open_sealed(
                row.sealed_note,
                client=session.client,
                field=note_field(session, number),
                what="a therapist's note",
                reader=reader,
                purpose=purpose,
                now=now,
            )
            note, declined = str(opened.get("note", "")), bool(opened.get("declined"))
        found.append(Signed(row.at, row.therapist, note, declined))
    return found[::-1]
