"""One act over several sessions, in the words of a test."""

from datetime import date, datetime
from typing import Any

from sessions.models import MassageSession, RearrangedAs
from sessions.selectors.around import Away
from sessions.services import rearranging
from sessions.services.rearranging import Outcome
from sessions.services.rearranging_one import Choice
from tests import cast
from therapists.models import Therapist

NOT_IN = "Ana is not in today."


def away_today(house: cast.House, *, last: date = cast.TODAY) -> Away:
    return Away(house.ana, cast.TODAY, last)


def colleague(session: MassageSession, therapist: Therapist) -> Choice:
    return Choice(session, RearrangedAs.COLLEAGUE, session.revision, therapist)


def other_time(session: MassageSession, starts_at: datetime, therapist: Therapist) -> Choice:
    return Choice(session, RearrangedAs.TIME, session.revision, therapist, starts_at)


def cancel(session: MassageSession) -> Choice:
    return Choice(session, RearrangedAs.CANCEL, session.revision)


def keep(session: MassageSession, mark: str) -> Choice:
    return Choice(session, RearrangedAs.KEEP, session.revision, mark=mark)


def later(session: MassageSession) -> Choice:
    return Choice(session, RearrangedAs.LATER, session.revision)


def rearrange(house: cast.House, *choices: Choice, **more: Any) -> Outcome:
    """Answer for sessions at the desk; Ana is away today unless told otherwise."""
    values: dict[str, Any] = {
        "words": NOT_IN,
        "away": away_today(house),
        "actor": house.desk,
        "by": "desk",
        "now": cast.NOW,
        "form_key": "a-form-key-of-a-test",
        "form_digest": "digest",
    }
    return rearranging.rearrange(choices=choices, **{**values, **more})


def standing(session: MassageSession) -> tuple[str, str, datetime]:
    """Return status, therapist and start as they are now."""
    session.refresh_from_db()
    return session.status, session.therapist.first_name, session.starts_at
