"""The table of what may follow what, written out once more by hand."""

import pytest

from sessions.domain.status import (
    BEGINNINGS,
    BLOCKING,
    FINAL,
    PRESENT,
    TAKING_AGAIN,
    TRANSITIONS,
    UNDOABLE,
    UPCOMING,
    Act,
    NotAllowed,
    Status,
    acts_from,
    after,
    may,
    may_return,
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
    ("requested", "change_length"): "requested",
    ("requested", "change_therapist"): "requested",
    ("requested", "cancel"): "cancelled",
    ("requested", "undo"): "requested",
    ("booked", "move"): "booked",
    ("booked", "reassign"): "booked",
    ("booked", "wait"): "requested",
    ("booked", "change_length"): "booked",
    ("booked", "change_therapist"): "booked",
    ("booked", "late"): "booked",
    ("booked", "arrive"): "arrived",
    ("booked", "start"): "started",
    ("booked", "cancel"): "cancelled",
    ("booked", "no_show"): "no_show",
    ("arrived", "reassign"): "arrived",
    ("booked", "undo"): "booked",
    ("arrived", "change_length"): "arrived",
    ("arrived", "change_therapist"): "arrived",
    ("arrived", "change_service"): "arrived",
    ("arrived", "late"): "arrived",
    ("arrived", "undo_arrive"): "booked",
    ("arrived", "start"): "started",
    ("arrived", "cancel"): "cancelled",
    ("started", "change_length"): "started",
    ("started", "change_service"): "started",
    ("started", "late"): "started",
    ("started", "complete"): "done",
    ("started", "stopped_early"): "done",
    ("done", "undo_complete"): "started",
    ("cancelled", "undo"): "booked",
    ("no_show", "undo_no_show"): "booked",
}
TAKING_BACK = {Act.UNDO, Act.UNDO_COMPLETE, Act.UNDO_NO_SHOW}


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


def test_a_final_status_can_only_be_taken_back_and_something_follows_every_other():
    assert {status for status in Status if set(acts_from(status)) <= TAKING_BACK} == set(FINAL)


def test_what_may_be_done_next_comes_in_the_order_of_the_acts():
    assert acts_from(Status.BOOKED) == (
        Act.MOVE,
        Act.REASSIGN,
        Act.WAIT,
        Act.CHANGE_LENGTH,
        Act.CHANGE_THERAPIST,
        Act.LATE,
        Act.ARRIVE,
        Act.START,
        Act.CANCEL,
        Act.NO_SHOW,
        Act.UNDO,
    )


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("was", Status)
def test_a_change_is_taken_back_only_to_where_it_led_from(status, was):
    possible = {
        ("cancelled", "requested"), ("cancelled", "booked"), ("cancelled", "arrived"),
        ("booked", "booked"), ("booked", "requested"), ("requested", "requested"), ("requested", "booked"),
    }  # fmt: skip
    assert may_return(status, was) == ((status, was) in possible)
    if may_return(status, was):
        assert may(status, Act.UNDO)


def test_only_what_is_moved_or_cancelled_can_be_taken_back_for_minutes():
    assert set(UNDOABLE) == {Act.MOVE, Act.CANCEL}


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


def test_what_was_given_up_is_taken_again_by_named_acts_alone():
    """Where an act leads from a status that blocks nobody to one that does, its service asks the guards again."""
    freeing = {status for status in Status if status not in BLOCKING}
    assert {act for status in freeing for act in acts_from(status)} == set(TAKING_AGAIN)


def test_codes_fit_the_column():
    assert max(len(status) for status in Status) <= 10
    assert max(len(act) for act in Act) <= 20
