"""Between the look at the answers and the writing, another window may answer anew: what was seen is void then."""

from collections.abc import Callable
from typing import Any

import pytest

from massage_booking.core.errors import Refused
from screening import services as screening
from screening.assessment import Assessment
from screening.document import GivenRow
from screening.models import ClientKey, Decision
from screening.services import stops
from sessions.models import MassageSession
from sessions.selectors import offer
from sessions.services import arranging, booking, changes, health
from tests import cast

pytestmark = pytest.mark.django_db

BONES = {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")}
LATER = cast.at(14, days=2)

Way = Callable[[cast.House, MassageSession, Assessment], Any]


def by_booking(house: cast.House, session: MassageSession, seen: Assessment) -> MassageSession:
    return booking.book(
        client=house.nadia, service=house.deep, therapist=house.ana, starts_at=LATER, assessment=seen, via="web",
        actor=None, by="client", now=cast.NOW,
    )  # fmt: skip


def by_moving(house: cast.House, session: MassageSession, seen: Assessment) -> MassageSession:
    return changes.move(
        session=session, starts_at=LATER, therapist=house.ana, assessment=seen, actor=None, by="client", now=cast.NOW
    )


def by_hand(house: cast.House, session: MassageSession, seen: Assessment) -> MassageSession:
    return arranging.arrange(
        session=session, therapist=house.ana, place=session.place, starts_at=LATER,
        ends_at=LATER + (session.ends_at - session.starts_at),
        blocked_until=LATER + (session.blocked_until - session.starts_at), assessment=seen, actor=None, now=cast.NOW,
    )  # fmt: skip


WAYS = {"booked": by_booking, "moved": by_moving, "moved by hand": by_hand}


def answered_anew(house: cast.House) -> None:
    cast.answer(house.nadia, BONES)


def taken_back(house: cast.House) -> None:
    screening.withdraw_consent(client=house.nadia, now=cast.NOW)


def told_of_pain(house: cast.House) -> None:
    stops.stop_bookings(client=house.nadia, now=cast.NOW)


MEANWHILE = {
    "answers_changed": answered_anew, "answers_changed, consent taken back": taken_back, "stopped": told_of_pain,
}  # fmt: skip


@pytest.mark.parametrize("meanwhile", MEANWHILE)
@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_booked_or_moved_by_answers_that_do_not_count_any_more(
    house: cast.House, monday: Any, way: str, meanwhile: str
) -> None:
    session = cast.book(house)
    seen = cast.assess(house.nadia, LATER)
    MEANWHILE[meanwhile](house)
    before = list(MassageSession.objects.order_by("pk").values("starts_at", "revision", "decision"))

    with pytest.raises(Refused) as refusal:
        WAYS[way](house, session, seen)

    assert refusal.value.code == meanwhile.split(",")[0]
    assert list(MassageSession.objects.order_by("pk").values("starts_at", "revision", "decision")) == before


def test_nothing_is_sealed_again_for_somebody_whose_answers_were_erased_a_moment_ago(
    house: cast.House, monday: Any
) -> None:
    session = cast.book(house)
    seen = cast.assess(house.nadia, LATER)
    taken_back(house)
    for way in WAYS.values():
        with pytest.raises(Refused):
            way(house, session, seen)

    assert [ClientKey.objects.count(), Decision.objects.count()] == [0, 0]


def test_whoever_judges_last_has_read_the_last_answers(
    house: cast.House, monday: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two windows complete the form at once: the slower one must not judge by what it read before it had to wait."""
    session = cast.book(house)
    lock = health.locks.lock

    def waits(**keys: Any) -> None:
        monkeypatch.setattr(health.locks, "lock", lock)
        answered_anew(house)  # the other window, while this one waits for the client's lock
        lock(**keys)

    monkeypatch.setattr(health.locks, "lock", waits)
    health.judge_again(client=house.nadia, now=cast.NOW)

    session.refresh_from_db()
    newest = offer.assess(client=house.nadia, starts_at=session.starts_at, now=cast.NOW)
    assert newest is not None and session.decision is not None
    assert (session.decision.screening, session.decision.max_pressure) == (newest.screening, newest.max_pressure)
