"""Forms: begun, saved group by group, completed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from massage_booking.accounts.models import Client
from massage_booking.core.db import in_transaction
from massage_booking.core.errors import Refused
from screening import document as documents
from screening import merging, selectors, signals, vault
from screening.document import Document, Given
from screening.domain.rules import Rules
from screening.domain.triggers import ENDS_LETTERS, Trigger
from screening.models import RuleVersion, Screening, ScreeningState
from screening.services.letters import lapse, lapse_changed
from screening.services.locks import lock


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving a form led to. `look_again` names rows on which two windows disagreed; `other_rules` says that the
    page was made with another version of the questions.
    """

    screening: Screening
    document: Document
    look_again: tuple[str, ...]
    other_rules: bool


def start_or_resume(*, client: Client, today: date, now: datetime) -> Screening:
    """Return the form under way; a new one begins with the last answers, except older ones about right now.

    Raises Refused("no_consent").
    """
    version, rules = selectors.published_rules()

    def work() -> Screening:
        lock(client)
        return _draft(client, version, rules, today, now)[0]

    return in_transaction(work)


def save_groups(
    *,
    client: Client,
    given: Given,
    based_on: int,
    rules_label: str,
    today: date,
    now: datetime,
    whole: bool,
    is_addition: bool = False,
) -> Saved:
    """Save whole groups of a form; `based_on` and `rules_label` are the revision and rules that its page showed.

    `today` is the date on the studio's wall. `whole` says that the person sent the page as finished. With
    `is_addition` the groups are added to the last answers, which stay gone through. What another window saved since is
    merged row by row. Raises Refused("no_consent").
    """
    version, rules = selectors.published_rules()

    def work() -> Saved:
        lock(client)
        draft, document = _draft(client, version, rules, today, now, is_addition=is_addition)
        revision = draft.revision + 1
        other_rules = rules_label != version.label
        # What was sent from other questions is kept; what these ask was not gone through by it.
        finished = whole and not other_rules
        merged = merging.merge(
            rules, document, given, based_on=based_on, revision=revision, today=today, whole=finished
        )
        _write(draft, merged.document, revision, now)
        return Saved(draft, merged.document, merged.look_again, other_rules)

    return in_transaction(work)


def complete(*, client: Client, now: datetime) -> Screening:
    """Make the form under way the client's answers; the earlier ones are kept as replaced.

    The caller has checked that nothing is missing, or that the first page stopped the form. Without a form under way
    the completed one is returned. Raises Refused("no_form").
    """

    def work() -> tuple[Screening, bool]:
        lock(client)
        draft, known = selectors.forms_of(client)
        if draft is None:
            if known is None:
                raise Refused("no_form")
            return known, False
        if known is not None:
            lapse_changed(client=client, before=known, after=draft, now=now)
            known.state = ScreeningState.REPLACED
            known.save(update_fields=["state"])
        draft.state = ScreeningState.COMPLETE
        draft.completed_at = now
        draft.save(update_fields=["state", "completed_at"])
        return draft, True

    screening, changed = in_transaction(work)
    if changed:
        signals.screening_completed.send(sender=Screening, client=client, screening=screening)
    return screening


def amend(*, client: Client, change: Callable[[Document, Rules], Document], now: datetime) -> Screening | None:
    """Change what is kept of a client's answers without a form: the completed ones, and a form under way with them.

    `change` gets the document under the published rules and returns it changed. The earlier wording is kept as
    replaced; every session ahead is judged again. None where nothing was ever answered.
    """
    version, rules = selectors.published_rules()

    def work() -> Screening | None:
        lock(client)
        draft, known = selectors.forms_of(client)
        if draft is not None:
            _write(draft, change(selectors.document_of(draft, rules), rules), draft.revision + 1, now)
        if known is None:
            return None
        document = change(selectors.document_of(known, rules), rules)
        known.state = ScreeningState.REPLACED
        known.save(update_fields=["state"])
        newer = Screening(
            client=client,
            rules=version,
            state=ScreeningState.COMPLETE,
            started_at=known.started_at,
            saved_at=now,
            completed_at=known.completed_at,
            unchanged_at=known.unchanged_at,
        )
        _write(newer, document, known.revision + 1, now)
        return newer

    newer = in_transaction(work)
    if newer is not None:
        signals.screening_completed.send(sender=Screening, client=client, screening=newer)
    return newer


def end_answers(*, client: Client, codes: Iterable[str], trigger: Trigger, now: datetime) -> Screening | None:
    """Have rows asked again at once, ticked or not; letters that cover them lapse where the trigger says so."""
    wanted = frozenset(codes)
    today = now.date()

    def change(document: Document, rules: Rules) -> Document:
        return documents.pending_with(document, [code for code in rules.rows if code in wanted], trigger)

    if trigger in ENDS_LETTERS:
        lapse(client=client, codes=wanted, day=today, now=now)
    return amend(client=client, change=change, now=now)


def still_true(*, client: Client, codes: Iterable[str], today: date, now: datetime) -> Screening | None:
    """Re-date answers that the client looked at and confirmed one by one."""
    wanted = frozenset(codes)

    def change(document: Document, rules: Rules) -> Document:
        rows = {code: replace(row, answered_on=today) if code in wanted else row for code, row in document.rows.items()}
        asked = {**document.asked, **dict.fromkeys(wanted & rows.keys(), today)}
        # Confirmed as it stands: that is the asking again. What nobody has ticked cannot be confirmed here.
        pending = {code: why for code, why in document.pending.items() if code not in wanted & rows.keys()}
        return replace(document, rows=rows, asked=asked, pending=pending)

    return amend(client=client, change=change, now=now)


def nothing_changed(*, client: Client, now: datetime) -> None:
    """Note that the client said, in one tap, that nothing has changed. No answer is re-dated by that."""
    Screening.objects.filter(client=client, state=ScreeningState.COMPLETE).update(unchanged_at=now)


def _draft(
    client: Client, version: RuleVersion, rules: Rules, today: date, now: datetime, *, is_addition: bool = False
) -> tuple[Screening, Document]:
    """Return the form under way and its answers under the published rules. The caller holds the client's lock."""
    if selectors.consent_in_force(client, now=now) is None:
        raise Refused("no_consent")
    draft, known = selectors.forms_of(client)
    if draft is not None:
        document = selectors.document_of(draft, rules)
        if draft.rules_id != version.pk:
            draft.rules = version
            draft.save(update_fields=["rules"])
        return draft, document
    document = Document()
    if known is not None:
        document = selectors.document_of(known, rules)
        if not is_addition:
            document = documents.as_start(rules, document, today)
    # Revisions go on from form to form, so that a page made before the last one was completed is known to be older.
    draft = Screening(
        client=client, rules=version, started_at=now, saved_at=now, revision=known.revision if known else 0
    )
    _write(draft, document, draft.revision, now)
    return draft, document


def _write(draft: Screening, document: Document, revision: int, now: datetime) -> None:
    draft.sealed = vault.seal(
        documents.to_json(document), client=draft.client, field=vault.answers_field(draft), now=now
    )
    draft.revision = revision
    draft.saved_at = now
    draft.save()
