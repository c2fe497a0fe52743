"""Tickets for the studio's tablet, and forms that begin empty because nobody may see what was answered before."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from massage_booking.accounts.models import Client, User
from massage_booking.core.db import in_transaction
from massage_booking.core.errors import Refused
from screening import document as documents
from screening import selectors, vault
from screening.document import Document
from screening.models import KioskTicket, Screening, ScreeningState
from screening.services.locks import lock

DIGITS: Final = 6
LASTS: Final = timedelta(minutes=30)
# Wrong codes, from one address and from everywhere, before no code is looked at for a while.
MOST_WRONG: Final = 8
MOST_WRONG_EVERYWHERE: Final = 300
WHILE: Final = 900  # seconds


# --- Tickets ----------------------------------------------------------------


def make_ticket(*, client: Client, made_by: User | None, now: datetime) -> str:
    """Let one client answer on the tablet, once, within half an hour; return the code. Earlier codes of theirs end."""

    def work() -> str:
        lock(client)
        KioskTicket.objects.filter(client=client, used_at__isnull=True, expires_at__gt=now).update(expires_at=now)
        taken = set(_live(now).values_list("code_digest", flat=True))
        code = _new_code()
        while digest_of(code) in taken:
            code = _new_code()
        KioskTicket.objects.create(
            client=client, code_digest=digest_of(code), made_at=now, made_by=made_by, expires_at=now + LASTS
        )
        return code

    return in_transaction(work)


def redeem(*, code: str, address: str, now: datetime) -> Client:
    """Use a code up and return whose it is. Raises Refused: "kiosk_code" (wrong, used, too old), "kiosk_tries"."""
    counters = {f"kiosk:{address}": MOST_WRONG, "kiosk:all": MOST_WRONG_EVERYWHERE}
    if any(cache.get(key, 0) >= most for key, most in counters.items()):
        raise Refused("kiosk_tries")
    ticket = _live(now).filter(code_digest=digest_of(code)).select_related("client").first()
    # Two tablets with one code: the row is changed once.
    if ticket is None or not _live(now).filter(pk=ticket.pk).update(used_at=now):
        for key in counters:
            _count(key)
        raise Refused("kiosk_code")
    return ticket.client


def _live(now: datetime) -> QuerySet[KioskTicket]:
    return KioskTicket.objects.filter(used_at__isnull=True, expires_at__gt=now)


def _new_code() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def digest_of(code: str) -> str:
    """Return the keyed digest under which a code is kept."""
    return salted_hmac("screening.kiosk", "".join(code.split()), algorithm="sha256").hexdigest()


def _count(key: str) -> None:
    if not cache.add(key, 1, WHILE):
        try:
            cache.incr(key)
        except ValueError:
            cache.set(key, 1, WHILE)


# --- Forms that begin empty -------------------------------------------------


@dataclass(frozen=True, slots=True)
class Begun:
    """An empty form, and the public id of the one under way that was set aside for it (may be empty)."""

    form: Screening
    aside: str


def start_blank(*, client: Client, now: datetime) -> Begun:
    """Begin a form that shows nothing of what was answered before; one under way elsewhere is set aside.

    Raises Refused("no_consent").
    """
    version, _ = selectors.published_rules()

    def work() -> Begun:
        lock(client)
        if selectors.consent_in_force(client, now=now) is None:
            raise Refused("no_consent")
        draft, known = selectors.forms_of(client)
        if draft is not None:
            draft.state = ScreeningState.REPLACED
            draft.save(update_fields=["state"])
        revision = max(form.revision if form else 0 for form in (draft, known))
        form = Screening(client=client, rules=version, started_at=now, saved_at=now, revision=revision)
        form.sealed = vault.seal(documents.to_json(Document()), client=client, field=vault.answers_field(form), now=now)
        form.save()
        return Begun(form, draft.public_id if draft else "")

    return in_transaction(work)


def give_up(*, client: Client, form: str, aside: str, now: datetime) -> None:
    """Take back an empty form in which nothing was ticked, and go on with the one that was set aside for it.

    A tick stays: what was said counts from the moment it is said.
    """
    _, rules = selectors.published_rules()

    def work() -> None:
        lock(client)
        draft, _ = selectors.forms_of(client)
        if draft is None or draft.public_id != form or selectors.document_of(draft, rules).rows:
            return
        draft.delete()
        Screening.objects.filter(client=client, public_id=aside, completed_at__isnull=True).update(
            state=ScreeningState.DRAFT
        )

    in_transaction(work)
