"""What the page about letters shows: what a letter must cover, what was asked for, what came of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from massage_booking.accounts.models import Client
from massage_booking.core.wording import full_date
from screening import ahead, selectors, vault, words
from screening.ahead import Ahead
from screening.domain.rules import Rules
from screening.models import ClearanceRequest, Letter, LetterState, RequestState
from screening.vault import Reader

KIND_NAMES: Final = {"application/pdf": "PDF", "image/jpeg": "photo", "image/png": "picture"}


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One letter in a line. `may_take_back` while nobody has looked at it."""

    letter: Letter
    kind: str
    status: str
    reason: str
    may_take_back: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """The form under way, as the client made it."""

    request: ClearanceRequest
    status: str
    doctor: str
    referral: str
    conditions: list[str]


@dataclass(frozen=True, slots=True)
class LettersPage:
    """`conditions` still lack a letter; `kept` is the time that is kept for one, the soonest.

    `ends_before_kept` tells that a letter was accepted and does not reach as far as that day.
    """

    conditions: list[str]
    asked: Asked | None
    letters: list[LetterLine]
    kept: Ahead | None
    is_answered: bool
    may_send: bool
    ends_before_kept: bool = False

    @property
    def is_being_read(self) -> bool:
        return any(line.may_take_back for line in self.letters)


def missing_codes(
    client: Client, *, zone: ZoneInfo, now: datetime, reader: Reader | None = None, address: str = ""
) -> list[str] | None:
    """Return the rows that lack a letter now or on the day of a session ahead; None where nothing was answered.

    With a `reader` a person reads it, which is recorded, once.
    """
    found: dict[str, None] = {}
    days = [None, *(item.starts_at for item in ahead.find(client, now))]
    for number, starts_at in enumerate(days):
        who = reader if number == 0 else None
        assessment = selectors.assess(
            client=client, starts_at=starts_at, zone=zone, now=now, reader=who, address=address
        )
        if assessment is None:
            return None
        found |= dict.fromkeys(code for each in assessment.aheads for code in each.verdict.missing_clearance)
    return list(found)


def page_of(client: Client, *, zone: ZoneInfo, now: datetime, reader: Reader, address: str) -> LettersPage:
    """Lay out the page for the client, and record the reading."""
    _, rules = selectors.published_rules()
    codes = missing_codes(client, zone=zone, now=now, reader=reader, address=address)
    sessions = ahead.find(client, now)
    today = now.astimezone(zone).date()
    kept = next((item for item in sessions if item.kept_until), None)
    lines = [_line(letter, today, reader=reader, now=now, address=address) for letter in _letters(client)]
    ends = [line.letter.covers_until for line in lines if line.letter.state == LetterState.ACCEPTED]
    return LettersPage(
        conditions=full_labels(rules, codes or []),
        asked=_asked(client, rules, reader=reader, now=now, address=address),
        letters=lines,
        kept=kept,
        is_answered=codes is not None,
        may_send=selectors.consent_in_force(client) is not None,
        ends_before_kept=kept is not None
        and any(end is not None and today <= end < kept.starts_at.astimezone(zone).date() for end in ends),
    )


def full_labels(rules: Rules, codes: Iterable[str]) -> list[str]:
    """Return the whole words of rows, as a doctor reads them."""
    named = [rules.rows[code].label if code in rules.rows else words.label_of(rules, code) for code in codes]
    return [f"{name[:1].upper()}{name[1:]}" for name in dict.fromkeys(named)]


def open_request(
    request: ClearanceRequest, *, reader: Reader, purpose: str, now: datetime, address: str = ""
) -> dict[str, object]:
    """Return what a form for the doctor names to a person, and record the reading."""
    return vault.open_sealed(
        request.sealed,
        client=request.client,
        field=vault.request_field(request),
        what="the form for the doctor",
        reader=reader,
        purpose=purpose,
        now=now,
        address=address,
    )


def _letters(client: Client) -> list[Letter]:
    found = list(Letter.objects.filter(client=client).select_related("file").order_by("-received_at", "-pk"))
    for letter in found:
        letter.client = client
    return found


def _asked(client: Client, rules: Rules, *, reader: Reader, now: datetime, address: str) -> Asked | None:
    states = [RequestState.OPEN, RequestState.RECEIVED]
    request = ClearanceRequest.objects.filter(client=client, state__in=states).first()
    if request is None:
        return None
    request.client = client
    said = open_request(request, reader=reader, purpose="own letters", now=now, address=address)
    codes = said["codes"]
    assert isinstance(codes, list)
    came = request.state == RequestState.RECEIVED
    return Asked(
        request=request,
        status=f"Requested on {full_date(request.requested_at)}, {'received' if came else 'nothing sent yet'}.",
        doctor=str(said["doctor"]),
        referral=str(said["referral"]),
        conditions=full_labels(rules, codes),
    )


def _line(letter: Letter, today: date, *, reader: Reader, now: datetime, address: str) -> LetterLine:
    reason = ""
    if letter.state == LetterState.REFUSED:
        opened = vault.open_sealed(
            letter.sealed,
            client=letter.client,
            field=vault.letter_field(letter),
            what="an answer to a letter",
            reader=reader,
            purpose="own letters",
            now=now,
            address=address,
        )
        reason = str(opened["reason"])
    return LetterLine(
        letter=letter,
        kind=KIND_NAMES.get(letter.file.content_type, "document") if hasattr(letter, "file") else "document",
        status=_status(letter, today),
        reason=reason,
        may_take_back=letter.state == LetterState.RECEIVED,
    )


def _status(letter: Letter, today: date) -> str:
    if letter.state == LetterState.RECEIVED:
        return "Received. A therapist looks at it."
    if letter.state == LetterState.REFUSED:
        return "Not accepted."
    if letter.covers_until is None:
        return "Accepted. The questions it is about are asked again, and your new answers count."
    if letter.covers_until < today:
        return f"Ended on {full_date(letter.covers_until)}."
    return f"Accepted until {full_date(letter.covers_until)}."
