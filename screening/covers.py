"""How long letters cover what they name, for the pages and mails that speak of it. For the rules: nothing is shown."""

from collections.abc import Mapping
from datetime import date, timedelta

from massage_booking.accounts.models import Client
from screening import document as documents
from screening import letters, selectors, vault
from screening.domain.dated import DatedAnswers, letter_ends_on
from screening.domain.rules import Rules
from screening.letters import CLEARANCE, Scope
from screening.models import Letter


def dated_answers(client: Client, rules: Rules) -> DatedAnswers | None:
    """Return the client's answers as the lifetimes of letters need them; None where nothing was answered."""
    _, complete = selectors.forms_of(client)
    if complete is None or client.date_of_birth is None:
        return None
    document = selectors.document_of(complete, rules)
    return documents.dated(rules, document, date_of_birth=client.date_of_birth, guardian_consent=False)


def last_days(rules: Rules, dated: DatedAnswers | None, scope: Scope) -> Mapping[str, date]:
    """Return the last day of a letter's cover for each row that it still covers."""
    about = dated or DatedAnswers(date_of_birth=scope.signed_on)
    letter = letters.dated(scope)
    return {
        code: letter_ends_on(rules, about, letter, code) - timedelta(days=1)
        for code in sorted(scope.codes - scope.lapsed.keys())
    }


def last_days_of(letter: Letter) -> Mapping[str, date]:
    """Return the same of an accepted letter; nothing of a statement. Raises vault.VaultClosed."""
    scope = letters.from_json(vault.for_rules_of_letter(letter))
    if scope.kind != CLEARANCE:
        return {}
    _, rules = selectors.published_rules()
    return last_days(rules, dated_answers(letter.client, rules), scope)
