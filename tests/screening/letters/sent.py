"""Letters on their way: sent, accepted, refused, in one line each."""

from datetime import date, datetime
from typing import Any

from massage_booking.accounts.models import Client
from screening.cleaning import Clean
from screening.document import GivenRow
from screening.letters import CLEARANCE, Scope
from screening.models import Letter
from screening.services import letters, reviews
from tests import cast

# Answers that a letter has to cover, and one whose wait a statement can end.
BONES = {"osteoporosis": GivenRow(answer="Not sure")}
THINNERS = {"blood_thinners": GivenRow(answer="Not sure")}
STONES = {"kidney_stones": GivenRow(answer="Not sure")}
DOCUMENT = Clean(b"%PDF-canary-document", "application/pdf")


def send(client: Client, *, now: datetime = cast.NOW) -> Letter:
    return letters.receive(client=client, document=DOCUMENT, received_from=client.account, now=now)


def scope(*codes: str, **changes: Any) -> Scope:
    values: dict[str, Any] = {"kind": CLEARANCE, "signed_on": cast.TODAY, "signer": "Dr Canary", "role": "doctor"}
    values["codes"] = frozenset(codes or ("osteoporosis",))
    return Scope(**{**values, **changes})


def accept(
    letter: Letter, house: cast.House, *codes: str, today: date = cast.TODAY, now: datetime = cast.NOW, **changes: Any
) -> Letter:
    assert house.ana.user is not None
    return reviews.accept(letter=letter, scope=scope(*codes, **changes), reviewer=house.ana.user, today=today, now=now)


def refuse(letter: Letter, house: cast.House, reason: str = "Canary reason", *, now: datetime = cast.NOW) -> Letter:
    assert house.ana.user is not None
    return reviews.refuse(letter=letter, reason=reason, reviewer=house.ana.user, now=now)
