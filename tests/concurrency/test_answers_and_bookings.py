"""Answers change while a time is being taken: whichever comes first, nothing stands that the newest answers forbid."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from massage_booking.core.errors import Refused
from screening import selectors as screening
from screening.document import GivenRow
from sessions.models import MassageSession
from sessions.services import booking, changes, rejudging
from tests import cast
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)

BONES = {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")}
ROUNDS = 12


@pytest.fixture(autouse=True)
def at_eight(monday: Any) -> Any:
    """Stop the clock for every test here."""
    return monday


def taker(house: cast.House) -> Callable[[], MassageSession]:
    """Return a function that books deep work by the answers as they are now."""
    assessment = cast.assess(house.nadia, cast.at(10, days=3))

    def take() -> MassageSession:
        return booking.book(
            client=house.nadia, service=house.deep, therapist=house.ana, starts_at=cast.at(10, days=3),
            assessment=assessment, via="web", actor=None, by="client", now=cast.NOW,
        )  # fmt: skip

    return take


def standing() -> list[MassageSession]:
    """Return the sessions that could begin although deep work is ruled out."""
    return list(MassageSession.objects.filter(status="booked", held_back_at__isnull=True))


def test_a_judgement_that_was_overtaken_books_nothing(house: cast.House) -> None:
    cast.answer(house.nadia)
    take = taker(house)
    cast.answer(house.nadia, BONES)

    with pytest.raises(Refused) as refusal:
        take()

    assert (refusal.value.code, MassageSession.objects.count()) == ("answers_changed", 0)


def test_a_judgement_that_was_overtaken_moves_nothing(house: cast.House) -> None:
    session = cast.book(house, service=house.swedish, starts_at=cast.at(10, days=4))
    before = cast.assess(house.nadia, cast.at(10, days=3))
    cast.answer(house.nadia, BONES)
    session.refresh_from_db()

    with pytest.raises(Refused) as refusal:
        changes.move(
            session=session, starts_at=cast.at(10, days=3), therapist=house.ana, assessment=before, actor=None,
            by="client", now=cast.NOW,
        )  # fmt: skip

    session.refresh_from_db()
    assert (refusal.value.code, session.starts_at) == ("answers_changed", cast.at(10, days=4))


def test_without_the_second_look_it_would_stand(house: cast.House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the look under the lock is what keeps it out."""
    monkeypatch.setattr(screening, "still_counts", lambda *args, **more: True)
    cast.answer(house.nadia)
    take = taker(house)
    cast.answer(house.nadia, BONES)

    take()

    assert len(standing()) == 1


def test_whichever_comes_first_nothing_stands_that_the_answers_forbid(house: cast.House) -> None:
    ends = set()
    for _ in range(ROUNDS):
        cast.answer(house.nadia)
        take = taker(house)

        def run(number: int, take: Callable[[], MassageSession] = take) -> Any:
            return cast.answer(house.nadia, BONES) if number else take()

        with time_machine.travel(cast.NOW, tick=False):
            result = race(2, run)[0]
        assert isinstance(result, MassageSession) or (isinstance(result, Refused) and result.code == "answers_changed")
        ends.add(type(result).__name__)
        assert standing() == []
        MassageSession.objects.all().delete()
    assert ends


def test_what_a_stopped_server_left_unjudged_is_judged_by_the_upkeep(
    house: cast.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = cast.book(house, service=house.deep, starts_at=cast.at(10, days=3))
    with monkeypatch.context() as server:
        server.setattr("screening.signals.screening_completed.send", lambda **_: [])
        cast.answer(house.nadia, BONES)
    assert len(standing()) == 1

    with pytest.raises(Refused) as refusal:
        changes.start(session=MassageSession.objects.get(pk=session.pk), actor=None, by="desk", now=session.starts_at)
    assert refusal.value.code == "answers_changed"
    assert rejudging.judge_overtaken(now=cast.NOW) == 1

    assert standing() == []
    assert rejudging.judge_overtaken(now=cast.NOW) == 0
