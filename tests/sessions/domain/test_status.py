"""The table of what may follow what, written out once more by hand."""

import pytest

from sessions.domain.status import (
    BEGINNINGS,
    BLOCKING,
    FINAL,
    PRESENT,
    TRANSITIONS,
    UPCOMING,
    Act,
    NotAllowed,
    Status,
    acts_from,
    after,
    may,
    sources,
)

ALLOWED = {
    ("held", "confirm"): "booked",
    ("held", "request"): "requested",
    ("held", "move"): "held",
    ("held", "release"): None,
    ("requested", "approve"): "booked",
    ("requested", "decline"): "cancelled",
    ("requested", "move"): "requested",
    ("requested", "reassign"): "requested",
    ("requested", "cancel"): "cancelled",
    ("booked", "move"): "booked",
    ("booked", "reassign"): "booked",
    ("booked", "arrive"): "arrived",
    ("booked", "start"): "started",
    ("booked", "cancel"): "cancelled",
    ("booked", "no_show"): "no_show",
    ("arrived", "reassign"): "arrived",
    ("arrived", "undo_arrive"): "booked",
    ("arrived", "start"): "started",
    ("arrived", "cancel"): "cancelled",
    ("started", "complete"): "done",
}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("act", Act)
def test_every_act_in_every_status(status, act):
    if (status, act) in ALLOWED:
        assert may(status, act)
        assert after(status, act) == ALLOWED[status, act]
        assert status in sources(act)
    else:
        assert not may(status, act)
        assert status not in sources(act)
        with pytest.raises(NotAllowed, match=f"{act} is not possible while {status}"):
            after(status, act)


def test_every_act_has_a_row():
    assert set(TRANSITIONS) == set(Act)


def test_nothing_follows_a_final_status_and_something_follows_every_other():
    assert {status for status in Status if not acts_from(status)} == set(FINAL)


def test_what_may_be_done_next_comes_in_the_order_of_the_acts():
    assert acts_from(Status.BOOKED) == (Act.MOVE, Act.REASSIGN, Act.ARRIVE, Act.START, Act.CANCEL, Act.NO_SHOW)


def test_groups_hold_what_they_say():
    assert set(BLOCKING) == set(Status) - {Status.CANCELLED, Status.NO_SHOW}
    assert set(FINAL) == {Status.DONE, Status.CANCELLED, Status.NO_SHOW}
    assert set(UPCOMING) == {Status.REQUESTED, Status.BOOKED}
    assert set(PRESENT) == {Status.ARRIVED, Status.STARTED}
    assert set(BEGINNINGS) == {Status.HELD, Status.REQUESTED, Status.BOOKED}


def test_every_status_can_be_reached():
    reached = set(BEGINNINGS)
    while more := {after(status, act) for status in reached for act in acts_from(status)} - reached - {None}:
        reached |= more
    assert reached == set(Status)


def test_only_a_free_slot_is_given_up():
    """No act leads from a status that blocks nobody to one that does: that would need the guards again."""
    freeing = {status for status in Status if status not in BLOCKING}
    assert not [(status, act) for status in freeing for act in acts_from(status)]


def test_codes_fit_the_column():
    assert max(len(status) for status in Status) <= 10
    assert max(len(act) for act in Act) <= 20
