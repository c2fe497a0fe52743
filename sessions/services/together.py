"""Two clients at the same time, with two therapists: held, confirmed and booked as one, both or neither."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError
from django.db.models import Q

from massage_booking.accounts.models import Client, User
from massage_booking.core.db import in_transaction, is_overlap
from massage_booking.core.errors import Refused, Taken
from massage_booking.studio import selectors as studio_selectors
from screening.assessment import Assessment
from sessions.domain.status import Act, Status, after, may
from sessions.models import MassageSession, Together
from sessions.models.session import GUARDS, BookedVia
from sessions.selectors.together import Pair
from sessions.services import announce_together, booking, clearance, holds, locks, record
from sessions.services.taking import row_for
from sessions.services.taking_two import Asked, Two, refuse_no_opening, take_two

Sessions = tuple[MassageSession, MassageSession]


@dataclass(frozen=True)
class Terms:
    """What the two are booked on: a judgement for each, by whom, and the form that asked for it."""

    assessments: tuple[Assessment | None, Assessment | None]
    actor: User | None
    via: str = BookedVia.WEB
    by: str = "client"
    needs_review: tuple[bool, bool] = (False, False)
    form_key: str = ""
    form_digest: str = ""


def hold_two(
    pair: Pair, *, starts_at: datetime, browser: str, address: str, signed_in: bool, now: datetime
) -> list[MassageSession]:
    """Keep one time for both, for a browser. What it kept for two before is given up, once the new time is certain.

    Raises `Taken` (nearest three), `Refused`: "same_client_twice", "too_many_holds", "too_many_holds_here".
    """
    refuse_one_person(pair.first.client, pair.second.client)
    studio = studio_selectors.require()
    counted = "" if signed_in else address
    holds.refuse_too_many(address=counted, browser=browser, studio=studio, now=now, count=2)
    before = holds.pair_of_browser(browser=browser, now=now)
    if before:
        pair = replace(pair, first=replace(pair.first, own=before[0]), second=replace(pair.second, own=before[1]))
    asked = Asked(pair, starts_at, now, as_hold=True)

    def prepare() -> None:
        holds.make_room(
            browser=browser, address=counted, count=2, instead_of=Q(together__isnull=False), studio=studio, now=now
        )

    def write(chosen: Two) -> list[MassageSession]:
        both = Together.objects.create(created_at=now)
        rows = []
        for wish, choice in zip(asked.wishes, chosen, strict=True):
            row = row_for(wish=wish, choice=choice, studio=studio, now=now)
            row.together = both
            holds.keep(row, browser=browser, address=counted, studio=studio, now=now)
            row.save(force_insert=True)
            rows.append(row)
        return rows

    return take_two(asked, prepare=prepare, write=write)


def refuse_one_person(one: Client, other: Client) -> None:
    """Raise where both would be for the same client."""
    if one.pk == other.pk:
        raise Refused("same_client_twice")


def _refuse_by_rules(pair: Pair, terms: Terms, *, starts_at: datetime, now: datetime) -> None:
    """Raise what stands against one of the two, before anything is locked; `index` says against which."""
    for index, (seat, assessment) in enumerate(zip(pair.seats, terms.assessments, strict=True)):
        try:
            if assessment is None:
                booking.refuse_unanswered(client=seat.client, starts_at=starts_at, via=terms.via)
            else:
                clearance.deadline(
                    client=seat.client, assessment=assessment, service=seat.service, starts_at=starts_at, now=now
                )
        except Refused as refusal:
            refusal.params["index"] = index
            raise


def _settle(rows: Sequence[MassageSession], pair: Pair, terms: Terms, *, now: datetime) -> Sessions:
    """Make both rows bookings, in the transaction that has the locks. The form's answer is the first of the two."""
    done = []
    for index, (row, seat) in enumerate(zip(rows, pair.seats, strict=True)):
        row.client = seat.client
        done.append(
            booking.settle(
                row,
                assessment=terms.assessments[index],
                via=terms.via,
                actor=terms.actor,
                by=terms.by,
                now=now,
                needs_review=terms.needs_review[index],
                form_key=terms.form_key if index == 0 else "",
                form_digest=terms.form_digest if index == 0 else "",
            )
        )
    announce_together.booked(both=(done[0], done[1]), now=now)
    return done[0], done[1]


def _answered_before(terms: Terms) -> Sessions | None:
    """Return what this very form led to before."""
    known = record.answered_before(key=terms.form_key, digest=terms.form_digest)
    if known is None:
        return None
    other = MassageSession.objects.filter(together=known.together_id).exclude(pk=known.pk).first()
    return known, other or known


def confirm_two(
    pair: Pair, *, held: Sequence[MassageSession], terms: Terms, starts_at: datetime, now: datetime
) -> Sessions:
    """Turn the two holds into two bookings, both or neither.

    Holds that have run out are still taken if nobody else came; otherwise `Taken` with the nearest three common times.
    """
    known = _answered_before(terms)
    if known is not None:
        return known
    refuse_one_person(pair.first.client, pair.second.client)
    _refuse_by_rules(pair, terms, starts_at=starts_at, now=now)
    asked = Asked(pair, starts_at, now)
    if len(held) == 2:
        try:
            return in_transaction(lambda: _confirm_held(held, pair, terms, now=now))
        except Taken as lost:
            guard = str(lost.params.get("guard", ""))
            if guard:
                raise refuse_no_opening(asked, guard=guard) from lost
        except IntegrityError as error:
            return _after_integrity_error(error, asked, terms)
    # The holds are gone; the time may still be there.
    return book_two(pair, terms=terms, starts_at=starts_at, now=now)


def _confirm_held(held: Sequence[MassageSession], pair: Pair, terms: Terms, *, now: datetime) -> Sessions:
    locks.lock(
        therapists=[row.therapist_id for row in held],
        places=[row.place_id for row in held if row.place_id],
        clients=[seat.client.pk for seat in pair.seats],
    )
    again = _answered_before(terms)
    if again is not None:
        return again
    found = MassageSession.objects.select_related("service__technique", "therapist").in_bulk([row.pk for row in held])
    rows = [found[row.pk] for row in held if row.pk in found]
    if len(rows) != 2 or not all(may(row.state, Act.CONFIRM) for row in rows):
        raise Taken(guard="")
    for row, seat in zip(rows, pair.seats, strict=True):
        span = locks.Span(row.therapist_id, row.place_id, seat.client.pk, row.starts_at, row.ends_at, row.blocked_until)
        locks.refuse_if_taken(span=span, without=row.pk)
    return _settle(rows, pair, terms, now=now)


def book_two(pair: Pair, *, terms: Terms, starts_at: datetime, now: datetime) -> Sessions:
    """Book one time for both at once, without holds. Raises what `hold_two` and `booking.book` raise."""
    known = _answered_before(terms)
    if known is not None:
        return known
    refuse_one_person(pair.first.client, pair.second.client)
    _refuse_by_rules(pair, terms, starts_at=starts_at, now=now)
    studio, asked = studio_selectors.require(), Asked(pair, starts_at, now)

    def write(chosen: Two) -> Sessions:
        again = _answered_before(terms)
        if again is not None:
            return again
        both = Together.objects.create(created_at=now)
        rows = []
        for wish, choice in zip(asked.wishes, chosen, strict=True):
            row = row_for(wish=wish, choice=choice, studio=studio, now=now)
            row.together = both
            # Saved as a booking from the first moment: a row that is held would need an end.
            row.status = after(Status.HELD, Act.CONFIRM) or Status.BOOKED
            rows.append(row)
        return _settle(rows, pair, terms, now=now)

    try:
        return take_two(asked, write=write)
    except Taken:
        # A double click finds its own first booking in the way.
        known = _answered_before(terms)
        if known is None:
            raise
        return known
    except IntegrityError as error:
        return _after_integrity_error(error, asked, terms)


def _after_integrity_error(error: IntegrityError, asked: Asked, terms: Terms) -> Sessions:
    """Answer a form that came twice at once with its result, and what a guard refused with “taken”."""
    guard = is_overlap(error, *GUARDS)
    if guard:
        raise refuse_no_opening(asked, guard=guard) from error
    known = _answered_before(terms)
    if known is None:
        raise error
    return known
