"""Which sessions want a therapist's name under what is safe, and what was written beside it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from screening import vault
from sessions import limits
from sessions.domain.status import Status
from sessions.models import MassageSession, SignOff
from therapists.models import Therapist


@dataclass(frozen=True)
class Signed:
    """A sign-off in words: when, by whom, and the note."""

    at: datetime
    therapist: Therapist
    note: str


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


def signed() -> Exists:
    """Return whether the newest decision was signed off, for a query of sessions."""
    return Exists(SignOff.objects.filter(session=OuterRef("pk"), decision=OuterRef("decision")))


def wants() -> Q:
    """Return which sessions need a sign-off; the query is annotated with `first_visit` and `signed`."""
    wanted = Q(first_visit=True) | ~Q(decision__outcome="clear")
    return wanted & Q(decision__isnull=False, signed=False)


def is_first_visit(session: MassageSession) -> bool:
    done = MassageSession.objects.filter(
        client=session.client_id, status=Status.DONE.value, starts_at__lt=session.starts_at
    )
    return not done.exists()


def is_due(session: MassageSession) -> bool:
    """Say whether a sign-off is missing: on a first visit, and whenever the outcome is other than clear."""
    decision = session.decision
    if decision is None:
        return False
    newest = limits.newest_sign_off(session)
    if newest is not None and newest.decision_id == decision.pk:
        return False
    return decision.outcome != "clear" or is_first_visit(session)


def history(session: MassageSession, *, reader: vault.Reader, purpose: str, now: datetime) -> list[Signed]:
    """Return the sign-offs of a session with their notes, the newest first. Each note read is recorded."""
    assert session.client is not None
    found = []
    for number, row in enumerate(session.sign_offs.select_related("therapist").order_by("at", "pk"), start=1):
        note = ""
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
            note = str(opened.get("note", ""))
        found.append(Signed(row.at, row.therapist, note))
    return found[::-1]
