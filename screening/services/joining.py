"""Two records of one person become one: what is kept of health moves under the kept record, sealed with its key."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Model

from massage_booking.accounts.models import Client, User
from screening import document as documents
from screening import sealed_rows, selectors, vault, wishes
from screening.joining import joined
from screening.models import (
    BodyWishes,
    BookingStop,
    ClearanceRequest,
    Consent,
    Decision,
    GuardianConsent,
    KioskTicket,
    Letter,
    RequestState,
    Screening,
    ScreeningState,
)
from screening.services import letters


def join(*, kept: Client, gone: Client, actor: User | None, now: datetime) -> Screening | None:
    """Give the kept record all that is kept of the other's health; return the answers in force, if there are any.

    Belongs into a transaction that holds the locks of both. Raises vault.VaultClosed, then nothing may be written.
    """
    forms = _join_answers(kept, gone, now)
    KioskTicket.objects.filter(client=gone).delete()
    _one_at_most(Consent, kept, gone, now)
    _one_at_most(GuardianConsent, kept, gone, now)
    _join_stops(kept, gone, actor, now)
    _join_wishes(kept, gone, now)
    _join_requests(kept, gone, now)
    reseal_all(kept=kept, gone=gone, now=now)
    for model in (Screening, Decision, Letter, ClearanceRequest, BodyWishes, BookingStop, Consent, GuardianConsent):
        model._default_manager.filter(client=gone).update(client=kept)
    for form in forms:
        form.save()
    return next((form for form in forms if form.state == ScreeningState.COMPLETE), selectors.forms_of(kept)[1])


def reseal_all(*, kept: Client, gone: Client, now: datetime) -> None:
    """Seal every value of the one with the key of the other, whatever table it stands in."""
    for column in sealed_rows.columns():
        for row in _rows_of(column, gone):
            sealed = vault.reseal_whatever(getattr(row, column.column), client=gone, to=kept, now=now)
            column.model._default_manager.filter(pk=row.pk).update(**{column.column: sealed})


def _rows_of(column: sealed_rows.SealedColumn, client: Client) -> Iterator[Any]:
    found = column.model._default_manager.filter(**{column.client: client, f"{column.column}__isnull": False})
    return found.only("pk", column.column).order_by("pk").iterator(chunk_size=100)


# --- Answers ----------------------------------------------------------------


def _join_answers(kept: Client, gone: Client, now: datetime) -> list[Screening]:
    """Return the forms, not saved yet, that hold the answers of both: of those completed, and of those under way.

    A form under way will take the place of what is complete: where only one of them has one, the answers of the other
    go into it, too. A completed form that only one of them has stays that one's.
    """
    (our_draft, ours), (their_draft, theirs) = selectors.forms_of(kept), selectors.forms_of(gone)
    pairs = [(ours, theirs, ScreeningState.COMPLETE)]
    if our_draft is not None or their_draft is not None:
        pairs.append((our_draft or ours, their_draft or theirs, ScreeningState.DRAFT))
    made = [_of_both(kept, one, other, state, now) for one, other, state in pairs if one and other]
    joint = [(form, state) for one, other, state in pairs if one and other for form in (one, other)]
    # What is complete and only goes into the form under way stays in force until that one is finished.
    replaced = [form.pk for form, state in joint if form.state == state]
    Screening.objects.filter(pk__in=replaced).update(state=ScreeningState.REPLACED)
    return made


def _of_both(kept: Client, ours: Screening, theirs: Screening, state: ScreeningState, now: datetime) -> Screening:
    """Return one form, not saved yet, that holds the answers of two."""
    version, rules = selectors.published_rules()
    both = joined(rules, selectors.document_of(ours, rules), selectors.document_of(theirs, rules))
    is_complete = state == ScreeningState.COMPLETE
    form = Screening(
        client=kept,
        rules=version,
        state=state,
        started_at=min(ours.started_at, theirs.started_at),
        saved_at=now,
        completed_at=_earlier(ours.completed_at, theirs.completed_at) if is_complete else None,
        unchanged_at=_earlier(ours.unchanged_at, theirs.unchanged_at) if is_complete else None,
        revision=max(ours.revision, theirs.revision) + 1,
    )
    form.sealed = vault.seal(documents.to_json(both), client=kept, field=vault.answers_field(form), now=now)
    return form


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(one, other) if one and other else None


# --- What there may be one of -----------------------------------------------


def _one_at_most(model: type[Model], kept: Client, gone: Client, now: datetime) -> None:
    """Let the kept record's yes count where both have one. A carer who may not read by either may not read."""
    in_force = model._default_manager.filter(withdrawn_at__isnull=True)
    ours, theirs = in_force.filter(client=kept).first(), in_force.filter(client=gone).first()
    if ours is None or theirs is None:
        return
    in_force.filter(pk=theirs.pk).update(withdrawn_at=now)
    if isinstance(ours, Consent) and isinstance(theirs, Consent) and not theirs.carer_may_read:
        in_force.filter(pk=ours.pk).update(carer_may_read=False)


def _join_stops(kept: Client, gone: Client, actor: User | None, now: datetime) -> None:
    """Leave one stop in force where both were stopped."""
    in_force = BookingStop.objects.filter(lifted_at__isnull=True)
    if in_force.filter(client=kept).exists():
        in_force.filter(client=gone).update(lifted_at=now, lifted_by=actor)


def _join_wishes(kept: Client, gone: Client, now: datetime) -> None:
    """Keep the wishes that were said last, and leave alone what either wanted left alone."""
    found = {row.client_id: row for row in BodyWishes.objects.filter(client__in=[kept, gone])}
    if len(found) < 2:
        return
    said = {client.pk: _wishes_of(found[client.pk], client) for client in (kept, gone)}
    ours, theirs = found[kept.pk], found[gone.pk]
    last, other = sorted((ours, theirs), key=lambda row: row.saved_at, reverse=True)
    lead, also = said[last.client_id], said[other.client_id]
    avoid = {*lead.avoid, *also.avoid}
    marks = {"avoid": avoid, "hurts": lead.hurts, "work": set(lead.work) - avoid}
    both = wishes.wishes_of(marks, lead.words)
    ours.sealed = vault.seal(wishes.to_json(both), client=kept, field=vault.wishes_field(kept), now=now)
    ours.saved_at = last.saved_at
    ours.save(update_fields=["sealed", "saved_at"])
    theirs.delete()


def _wishes_of(row: BodyWishes, client: Client) -> wishes.Wishes:
    return wishes.from_json(vault.for_joining(row.sealed, client=client, field=vault.wishes_field(client)))


def _join_requests(kept: Client, gone: Client, now: datetime) -> None:
    """Leave one request to a doctor under way, about the conditions of both."""
    ours, theirs = letters.under_way(kept), letters.under_way(gone)
    if ours is None or theirs is None:
        return
    said, also = vault.for_rules_of_request(ours), vault.for_rules_of_request(theirs)
    if theirs.state == RequestState.RECEIVED:
        ours.state = RequestState.RECEIVED
    codes = dict.fromkeys([*said["codes"], *also["codes"]])
    letters.seal_request(request=ours, value={**said, "codes": list(codes)}, now=now)
    Letter.objects.filter(request=theirs).update(request=ours)
    theirs.state, theirs.closed_at = RequestState.CLOSED, now
    theirs.save(update_fields=["state", "closed_at"])
