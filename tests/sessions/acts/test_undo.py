"""A move or a cancellation can be taken back for three minutes; until then nobody is told."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from massage_booking.core.errors import Refused, Taken
from massage_booking.outbox import services as outbox
from massage_booking.outbox.models import Message
from sessions.domain.waitlist import Window
from sessions.models import MassageSession, SessionEvent, WaitlistEntry
from sessions.services import changes, undoing, waitlist
from tests import cast
from tests.screening.letters.sent import BONES
from therapists.models import Service

pytestmark = pytest.mark.django_db

NOW = cast.NOW
TWO_LATER = NOW + timedelta(minutes=2)
THREE_LATER = NOW + timedelta(minutes=3)


@pytest.fixture(autouse=True)
def undo_for_three_minutes(house: cast.House, monday: Any) -> None:
    cast.make_studio(undo_minutes=3)


def move(house: cast.House, session: MassageSession, starts_at: datetime, **more: Any) -> MassageSession:
    values: dict[str, Any] = {"therapist": house.ana, "actor": None, "by": "client", "now": NOW}
    values["assessment"] = cast.assess(house.nadia, starts_at, now=more.get("now", NOW))
    return changes.move(session=session, starts_at=starts_at, **{**values, **more})


def cancel(session: MassageSession, **more: Any) -> MassageSession:
    values: dict[str, Any] = {"actor": None, "by": "client", "now": NOW}
    return changes.cancel(session=session, **{**values, **more})


def undo(session: MassageSession, **more: Any) -> MassageSession:
    values: dict[str, Any] = {"actor": None, "by": "client", "now": TWO_LATER}
    return undoing.undo(session=session, **{**values, **more})


def everything(session: MassageSession) -> dict[str, Any]:
    row = MassageSession.objects.filter(pk=session.pk).values().get()
    return {name: value for name, value in row.items() if name not in {"revision", "decision_id"}}


def owed() -> list[tuple[str, str, int]]:
    return list(Message.objects.order_by("pk").values_list("kind", "status", "revision"))


def sent(now: datetime) -> list[str]:
    outbox.send_due(now=now)
    return list(Message.objects.filter(status="sent").order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize("change", ["move", "move to a colleague", "cancel"])
def test_everything_is_again_what_it_was(house: cast.House, change: str) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3), therapist=None)
    before = everything(session)

    if change == "cancel":
        changed = cancel(session)
    else:
        whom = house.uma if change == "move to a colleague" else house.ana
        changed = move(house, session, cast.at(14, days=4), therapist=whom)
    restored = undo(changed)

    assert everything(restored) == before
    assert (restored.revision, list(restored.events.values_list("act", flat=True))[-2:]) == (
        2,
        ["undo", "judged_again"],
    )


def test_the_price_that_was_agreed_comes_back_with_it(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    Service.objects.filter(pk=house.swedish.pk).update(price=Decimal("99.00"))

    assert undo(cancel(session)).price == Decimal("68.00")


def test_nobody_is_told_of_what_is_taken_back(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    assert sent(NOW) == ["booked"]

    undo(cancel(session))

    assert sent(NOW + timedelta(hours=1)) == ["booked"]
    assert owed() == [("booked", "sent", 0), ("reminder", "queued", 2), ("cancelled", "void", 1)]


def test_what_a_change_took_back_is_owed_again(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))

    undo(move(house, session, cast.at(14, days=4)))

    assert owed() == [
        ("booked", "queued", 2),
        ("reminder", "queued", 2),
        ("moved", "void", 1),
        ("reminder", "void", 1),
    ]
    assert sent(TWO_LATER) == ["booked"]


def test_a_change_is_told_of_once_it_stands(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    sent(NOW)

    cancel(session)

    assert sent(NOW + timedelta(minutes=2, seconds=59)) == ["booked"]
    assert sent(THREE_LATER) == ["booked", "cancelled"]


def test_two_moves_within_the_minutes_are_one_letter(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    sent(NOW)

    moved = move(house, session, cast.at(14, days=4))
    move(house, moved, cast.at(15, days=4), now=TWO_LATER)

    assert sent(NOW + timedelta(minutes=10)) == ["booked", "moved"]


def test_of_two_moves_the_last_is_taken_back_and_the_first_is_told_of(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    sent(NOW)
    first = move(house, session, cast.at(14, days=4))
    second = move(house, first, cast.at(15, days=4), now=TWO_LATER)

    restored = undo(second, now=TWO_LATER)

    assert restored.starts_at == cast.at(14, days=4)
    assert sent(NOW + timedelta(minutes=10)) == ["booked", "moved"]


def test_after_three_minutes_it_stands(house: cast.House) -> None:
    cancelled = cancel(cast.book(house, starts_at=cast.at(10, days=3)))

    with pytest.raises(Refused) as refusal:
        undo(cancelled, now=THREE_LATER)

    assert refusal.value.code == "undo_over"


def test_what_was_told_of_already_stands(house: cast.House) -> None:
    """A worker whose clock is ahead has sent the letter."""
    cancelled = cancel(cast.book(house, starts_at=cast.at(10, days=3)))
    outbox.send_due(now=THREE_LATER)

    with pytest.raises(Refused) as refusal:
        undo(cancelled)

    assert refusal.value.code == "undo_over"


def test_a_studio_without_undo_has_none_and_tells_at_once(house: cast.House) -> None:
    cast.make_studio(undo_minutes=0)
    cancelled = cancel(cast.book(house, starts_at=cast.at(10, days=3)))

    with pytest.raises(Refused) as refusal:
        undo(cancelled, now=NOW)

    assert refusal.value.code == "undo_over"
    assert "cancelled" in sent(NOW)


@pytest.mark.parametrize("change", ["move", "cancel"])
def test_what_somebody_else_has_by_now_stays_theirs(house: cast.House, change: str) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    changed = cancel(session) if change == "cancel" else move(house, session, cast.at(14, days=4))
    bens = cast.book(house, client=house.ben, starts_at=cast.at(10, 30, days=3))
    before = everything(changed)

    with pytest.raises(Taken) as refusal:
        undo(changed)

    assert (refusal.value.code, len(refusal.value.params["nearest"])) == ("time_is_gone", 3)
    assert everything(changed) == before
    assert MassageSession.objects.get(pk=bens.pk).status == "booked"


def test_a_client_who_has_booked_something_else_then_is_told_so(house: cast.House) -> None:
    cancelled = cancel(cast.book(house, starts_at=cast.at(10, days=3)))
    cast.book(house, therapist=house.uma, starts_at=cast.at(10, days=3))

    with pytest.raises(Taken) as refusal:
        undo(cancelled)

    assert refusal.value.code == "client_busy"


def test_a_hold_that_has_run_out_is_in_nobodys_way(house: cast.House) -> None:
    from sessions.services import holds

    cancelled = cancel(cast.book(house, starts_at=cast.at(10, days=3)))
    held = holds.hold(
        service=house.swedish, therapist=house.ana, starts_at=cast.at(10, days=3), browser="b", address="", now=NOW,
        signed_in=False,
    )  # fmt: skip
    with pytest.raises(Taken):
        undo(cancelled)
    MassageSession.objects.filter(pk=held.pk).update(held_until=NOW)

    assert undo(cancelled).status == "booked"


def test_clients_take_back_their_own_changes_and_staff_take_back_theirs(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    cancelled = cancel(session, by="desk")

    with pytest.raises(Refused):
        undo(cancelled, by="client")
    restored = undo(cancelled, by="therapist")
    with pytest.raises(Refused):
        undo(cancel(restored, by="client", now=TWO_LATER), by="desk")


def test_the_same_press_twice_is_one_undo(house: cast.House) -> None:
    cancelled = cancel(cast.book(house, starts_at=cast.at(10, days=3)))

    first = undo(cancelled, form_key="k", form_digest="d")
    second = undo(cancelled, form_key="k", form_digest="d")

    assert (first.pk, second.revision) == (second.pk, 2)
    assert cancelled.events.filter(act="undo").count() == 1


def test_a_cancellation_that_comes_again_after_an_undo_cancels_nothing(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    restored = undo(cancel(session, form_key="k", form_digest="d"))

    cancel(restored, form_key="k", form_digest="d", now=TWO_LATER)

    assert MassageSession.objects.get(pk=session.pk).status == "booked"


def test_whatever_happened_since_is_not_overwritten(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10))
    moved = move(house, session, cast.at(11), by="desk", now=NOW)
    changes.arrive(session=moved, actor=None, by="desk", now=NOW)

    with pytest.raises(Refused) as refusal:
        undo(MassageSession.objects.get(pk=moved.pk), by="desk")

    assert refusal.value.code == "undo_over"


def test_somebody_on_the_waitlist_hears_of_a_time_once_it_is_free_for_good(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    day = cast.at(10, days=3).date()
    house.ben.is_claimed = True
    house.ben.save()
    cast.answer(house.ben)
    from datetime import time

    MassageSession.objects.exclude(pk=session.pk).delete()
    waitlist.join(
        client=house.ben, service=house.swedish, therapist=house.ana,
        window=Window(first=day, last=day, weekdays=frozenset(range(7)), earliest=time(10), latest=time(11)), now=NOW,
    )  # fmt: skip
    assert waitlist.offer_free(now=NOW) == 0

    cancel(session)

    assert waitlist.offer_free(now=TWO_LATER) == 0
    assert waitlist.offer_free(now=THREE_LATER) == 1
    assert WaitlistEntry.objects.get().state == "offered"


def test_an_undo_is_judged_by_the_newest_answers(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    cancelled = cancel(session)
    ill = {"fever_infection": _still_ill()}
    cast.answer(house.nadia, ill)

    restored = undo(cancelled)

    assert (restored.status, restored.held_back_at is not None) == ("booked", True)


def _still_ill() -> Any:
    from screening.document import GivenRow

    return GivenRow(answer="Feverish, heavy cold or cough, sick or unwell", still_running=True)


def test_a_time_that_was_kept_for_a_letter_is_kept_again(house: cast.House) -> None:
    cast.answer(house.nadia, BONES)
    session = cast.book(house, starts_at=cast.at(10, days=14))
    until = session.clearance_until

    restored = undo(cancel(session))
    assert (restored.status, restored.clearance_until) == ("requested", until)
    moved = move(house, restored, cast.at(10, days=4), now=TWO_LATER)
    assert moved.clearance_until == cast.at(10, days=2)
    again = undo(moved, now=TWO_LATER)

    assert (again.status, again.starts_at, again.clearance_until) == (
        "requested",
        cast.at(10, days=14),
        TWO_LATER + timedelta(days=5),
    )


def test_a_free_change_for_health_is_not_counted_when_it_is_taken_back(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=1))
    cast.answer(house.nadia, {"fever_infection": _still_ill()})
    late = cast.at(11)
    cancelled = cancel(MassageSession.objects.get(pk=session.pk), now=late)
    assert SessionEvent.objects.filter(act="fee_waived").count() == 1

    undo(cancelled, now=late)

    assert SessionEvent.objects.filter(act="fee_waived").count() == 0
    session.refresh_from_db()
    assert (session.cancelled_at, session.cancelled_late, session.fee_waived) == (None, False, False)


def test_an_event_tells_nothing_of_health(house: cast.House) -> None:
    cast.answer(house.nadia, BONES)
    cancel(cast.book(house, starts_at=cast.at(10, days=14)))

    kept = SessionEvent.objects.get(act="cancel").detail["was"]

    assert set(kept) == {
        "status", "starts_at", "ends_at", "blocked_until", "therapist_id", "place_id", "service_id", "price",
        "chosen_because", "fee", "fee_waived", "fee_waived_because", "revision",
    }  # fmt: skip
