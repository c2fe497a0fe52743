"""Doctors' letters: asked for, received, taken back, lapsed. Their review is in `reviews`."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from massage_booking.accounts.models import Client, User
from massage_booking.core.db import in_transaction
from massage_booking.core.errors import Refused
from screening import letters, selectors, signals, vault
from screening.cleaning import Clean
from screening.document import Document
from screening.models import ClearanceRequest, Letter, LetterFile, LetterState, RequestState, Screening
from screening.services.locks import lock

# Documents of one client that may wait for a therapist at the same time.
MOST_WAITING: Final = 10
UNDER_WAY: Final = (RequestState.OPEN, RequestState.RECEIVED)


def lapse(*, client: Client, codes: Iterable[str], day: date, now: datetime) -> int:
    """End the cover of accepted letters for rows that a re-screening trigger touched; return how many letters."""
    touched, changed = frozenset(codes), 0
    for letter, scope in letters.scopes(client):
        ended = (scope.codes & touched) - scope.lapsed.keys()
        if not ended:
            continue
        newer = replace(scope, lapsed={**scope.lapsed, **dict.fromkeys(ended, day)})
        letter.sealed = vault.seal(letters.to_json(newer), client=client, field=vault.letter_field(letter), now=now)
        letter.save(update_fields=["sealed"])
        changed += 1
    return changed


def lapse_changed(*, client: Client, before: Screening, after: Screening, now: datetime) -> int:
    """End the cover of letters for rows that are answered differently now: they were about something else."""
    if not Letter.objects.filter(client=client, state=LetterState.ACCEPTED).exists():
        return 0
    _, rules = selectors.published_rules()
    first, second = selectors.document_of(before, rules), selectors.document_of(after, rules)
    codes = [code for code in first.rows.keys() | second.rows.keys() if _said(first, code) != _said(second, code)]
    return lapse(client=client, codes=codes, day=now.date(), now=now)


def _said(document: Document, code: str) -> tuple[Any, ...] | None:
    row = document.rows.get(code)
    return (row.given.answer, row.given.event_on, row.given.due_or_birth_on) if row else None


def under_way(client: Client) -> ClearanceRequest | None:
    """Return the request that is open or has a letter waiting."""
    found = ClearanceRequest.objects.filter(client=client, state__in=UNDER_WAY).first()
    if found is not None:
        found.client = client
    return found


def refuse_without_consent(client: Client) -> None:
    if selectors.consent_in_force(client) is None:
        raise Refused("no_consent")


def refuse_too_many(client: Client) -> None:
    """Raise Refused: "no_consent", "letter_too_many". Asked before a file is opened, and once more under the lock."""
    refuse_without_consent(client)
    if Letter.objects.filter(client=client, state=LetterState.RECEIVED).count() >= MOST_WAITING:
        raise Refused("letter_too_many", most=MOST_WAITING)


def request_form(
    *, client: Client, codes: Iterable[str], doctor: str, referral: str, now: datetime
) -> ClearanceRequest:
    """Make the form for a doctor, or put what it names now into the one under way.

    Raises Refused: "no_consent", "letter_not_needed" (no row needs one).
    """
    wanted = list(dict.fromkeys(codes))
    if not wanted:
        raise Refused("letter_not_needed")

    def work() -> ClearanceRequest:
        lock(client)
        refuse_without_consent(client)
        request = under_way(client) or ClearanceRequest(client=client, requested_at=now)
        value = {"codes": wanted, "doctor": doctor.strip(), "referral": referral.strip()}
        seal_request(request=request, value=value, now=now)
        return request

    return in_transaction(work)


def seal_request(*, request: ClearanceRequest, value: dict[str, Any], now: datetime) -> None:
    """Save a request with what it says. The caller holds the client's lock."""
    request.sealed = vault.seal(value, client=request.client, field=vault.request_field(request), now=now)
    request.save()


def receive(*, client: Client, document: Clean, received_from: User | None, now: datetime) -> Letter:
    """Keep a cleaned document that a client sent, sealed, until a therapist has looked at it.

    Raises Refused: "no_consent", "letter_too_many".
    """

    def work() -> Letter:
        lock(client)
        refuse_too_many(client)
        request = under_way(client)
        letter = Letter.objects.create(client=client, request=request, received_at=now, received_from=received_from)
        LetterFile.objects.create(
            letter=letter,
            content_type=document.content_type,
            bytes=len(document.content),
            sealed=vault.seal_file(document.content, client=client, field=vault.letter_field(letter), now=now),
        )
        if request is not None and request.state == RequestState.OPEN:
            request.state = RequestState.RECEIVED
            request.save(update_fields=["state"])
        return letter

    letter = in_transaction(work)
    signals.letter_received.send(sender=Letter, client=client, letter=letter)
    return letter


def take_back(*, letter: Letter, now: datetime) -> None:
    """Delete a document that nobody has reviewed yet. Raises Refused("letter_reviewed_already")."""
    client = letter.client

    def work() -> None:
        lock(client)
        deleted, _ = Letter.objects.filter(pk=letter.pk, state=LetterState.RECEIVED).delete()
        if not deleted:
            raise Refused("letter_reviewed_already")
        reopen(client)

    in_transaction(work)


def reopen(client: Client) -> None:
    """Put the request under way back to open when none of its letters waits any more. Under the client's lock."""
    request = under_way(client)
    if request is not None and not request.letters.filter(state=LetterState.RECEIVED).exists():
        request.state = RequestState.OPEN
        request.save(update_fields=["state"])
