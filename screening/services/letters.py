"""Doctors' letters: received, reviewed, lapsed."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from massage_booking.accounts.models import Client
from screening import letters, vault


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
