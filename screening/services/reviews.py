"""A therapist's word on a letter: accepted with its scope, or refused with a reason. The first word counts."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from massage_booking.accounts.models import Client, User
from massage_booking.core.db import in_transaction
from massage_booking.core.errors import Refused
from screening import covers, letters, selectors, signals, vault
from screening import document as documents
from screening.document import Document
from screening.domain.dated import DatedAnswers
from screening.domain.rules import Rules
from screening.domain.triggers import Trigger
from screening.domain.waits import statement_may_end
from screening.letters import STATEMENT, Scope
from screening.models import Letter, LetterState, RequestState
from screening.services.answers import amend
from screening.services.letters import reopen, seal_request, under_way
from screening.services.locks import lock

LONGEST_REASON: Final = 500


def accept(*, letter: Letter, scope: Scope, reviewer: User, today: date, now: datetime) -> Letter:
    """Accept a letter with what it covers and allows. Sessions that waited for it are judged again.

    Raises Refused: "letter_reviewed_already", "letter_rows" (none named), "letter_signer", "letter_from_the_future",
    "letter_over" (it covers nothing any more), "statement_rows", "statement_older".
    """
    _refuse_scope(scope, today)
    client = letter.client
    _, rules = selectors.published_rules()

    def work() -> Letter:
        lock(client)
        fresh = _waiting(letter)
        dated = covers.dated_answers(client, rules)
        if scope.kind == STATEMENT:
            _refuse_statement(rules, dated, scope)
        else:
            fresh.covers_until = max(covers.last_days(rules, dated, scope).values())
            if fresh.covers_until < today:
                raise Refused("letter_over")
        fresh.sealed = vault.seal(letters.to_json(scope), client=client, field=vault.letter_field(fresh), now=now)
        _settle(fresh, LetterState.ACCEPTED, reviewer, now)
        _take_off(client, scope.codes, now)
        return fresh

    accepted = in_transaction(work)
    if scope.kind == STATEMENT:
        _ask_at_once(client, scope, now)
    signals.letter_reviewed.send(sender=Letter, client=client, letter=accepted)
    return accepted


def refuse(*, letter: Letter, reason: str, reviewer: User, now: datetime) -> Letter:
    """Refuse a letter; the client reads why. Raises Refused: "letter_reviewed_already", "letter_reason" (none)."""
    client, why = letter.client, reason.strip()[:LONGEST_REASON]
    if not why:
        raise Refused("letter_reason")

    def work() -> Letter:
        lock(client)
        fresh = _waiting(letter)
        fresh.sealed = vault.seal({"reason": why}, client=client, field=vault.letter_field(fresh), now=now)
        _settle(fresh, LetterState.REFUSED, reviewer, now)
        reopen(client)
        return fresh

    refused = in_transaction(work)
    signals.letter_reviewed.send(sender=Letter, client=client, letter=refused)
    return refused


def _refuse_scope(scope: Scope, today: date) -> None:
    if not scope.codes:
        raise Refused("letter_rows")
    if not scope.signer.strip():
        raise Refused("letter_signer")
    if scope.signed_on > today:
        raise Refused("letter_from_the_future")


def _refuse_statement(rules: Rules, dated: DatedAnswers | None, scope: Scope) -> None:
    """Raise Refused unless the rules let a statement end the wait of each row, and it is about this very answer."""
    for code in scope.codes:
        given = dated.answers.get(code) if dated else None
        if given is None or given.answer is None or not statement_may_end(rules, code, given.answer):
            raise Refused("statement_rows")
        if scope.signed_on < given.answered_on:
            raise Refused("statement_older")


def _waiting(letter: Letter) -> Letter:
    """Return the letter as it stands, if nobody has reviewed it. The caller holds the client's lock."""
    fresh = Letter.objects.select_related("client").filter(pk=letter.pk, state=LetterState.RECEIVED).first()
    if fresh is None:
        raise Refused("letter_reviewed_already")
    return fresh


def _settle(letter: Letter, state: LetterState, reviewer: User, now: datetime) -> None:
    letter.state = state
    letter.reviewed_at = now
    letter.reviewed_by = reviewer
    letter.save(update_fields=["state", "reviewed_at", "reviewed_by", "covers_until", "sealed"])


def _take_off(client: Client, codes: Iterable[str], now: datetime) -> None:
    """Take what is covered now off the request under way; with nothing left it is done."""
    request = under_way(client)
    if request is None:
        return
    said = vault.for_rules_of_request(request)
    left = [code for code in said["codes"] if code not in set(codes)]
    if left:
        seal_request(request=request, value={**said, "codes": left}, now=now)
        reopen(client)
        return
    request.state = RequestState.ACCEPTED
    request.closed_at = now
    request.save(update_fields=["state", "closed_at"])


def _ask_at_once(client: Client, scope: Scope, now: datetime) -> None:
    """Let a doctor's word end the waits of its rows: they are asked again at once, and the new answers decide."""

    def change(document: Document, rules: Rules) -> Document:
        known = [code for code in scope.codes if code in document.rows]
        said = replace(document, statements={**document.statements, **dict.fromkeys(known, scope.signed_on)})
        return documents.pending_with(said, known, Trigger.LETTER_OR_WAIT)

    amend(client=client, change=change, now=now)
