"""The states of a session, their groups, and the one table of what may follow what."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Status(StrEnum):
    """Where a session stands."""

    HELD = "held"  # a time kept for minutes while somebody finishes
    REQUESTED = "requested"  # asked for, waiting for a yes
    BOOKED = "booked"
    ARRIVED = "arrived"
    STARTED = "started"
    DONE = "done"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


# Therapist, place and client are taken. A session that ended early keeps its time: it was used, and turnover follows.
BLOCKING: Final = (Status.HELD, Status.REQUESTED, Status.BOOKED, Status.ARRIVED, Status.STARTED, Status.DONE)
# Nothing follows these; only a wrong tick, or a change of the last minutes, is taken back.
FINAL: Final = (Status.DONE, Status.CANCELLED, Status.NO_SHOW)
# What a client looks forward to. The reminder goes to booked ones alone.
UPCOMING: Final = (Status.REQUESTED, Status.BOOKED)
# Here now.
PRESENT: Final = (Status.ARRIVED, Status.STARTED)
# How a row may begin: a hold, a request, or a booking at the desk.
BEGINNINGS: Final = (Status.HELD, Status.REQUESTED, Status.BOOKED)


class Act(StrEnum):
    """What somebody does to a session."""

    CONFIRM = "confirm"  # a hold becomes a booking
    REQUEST = "request"  # a hold becomes a request
    APPROVE = "approve"
    DECLINE = "decline"
    MOVE = "move"  # another time, therapist or place; the status stays
    REASSIGN = "reassign"  # somebody else or another place at the same time, also while the client waits here
    WAIT = "wait"  # moved to a day for which a document is missing: the new time is kept until it is here
    CHANGE_LENGTH = "change_length"  # longer or shorter, from the same start
    CHANGE_THERAPIST = "change_therapist"  # a colleague takes it, at the same time
    CHANGE_SERVICE = "change_service"  # another technique, agreed at the table
    LATE = "late"  # the client said, or was, late
    ARRIVE = "arrive"
    UNDO_ARRIVE = "undo_arrive"  # the wrong name was ticked
    START = "start"
    COMPLETE = "complete"
    STOP_EARLY = "stopped_early"  # before its end; its time stays used
    UNDO_COMPLETE = "undo_complete"
    CANCEL = "cancel"
    NO_SHOW = "no_show"
    UNDO_NO_SHOW = "undo_no_show"  # they came after all, or the wrong name was ticked
    UNDO = "undo"  # a move or a cancellation of the last minutes is taken back
    RELEASE = "release"  # a hold is given up or runs out: its row goes


def _staying(*statuses: Status) -> MappingProxyType[Status, Status]:
    """Return the row of an act after which a session stands as it stood."""
    return MappingProxyType({status: status for status in statuses})


# act -> status before -> status after. None: the row is deleted.
TRANSITIONS: Final = MappingProxyType(
    {
        Act.CONFIRM: MappingProxyType({Status.HELD: Status.BOOKED}),
        Act.REQUEST: MappingProxyType({Status.HELD: Status.REQUESTED}),
        Act.APPROVE: MappingProxyType({Status.REQUESTED: Status.BOOKED}),
        Act.DECLINE: MappingProxyType({Status.REQUESTED: Status.CANCELLED}),
        Act.MOVE: MappingProxyType(
            {Status.HELD: Status.HELD, Status.REQUESTED: Status.REQUESTED, Status.BOOKED: Status.BOOKED}
        ),
        Act.REASSIGN: MappingProxyType(
            {Status.REQUESTED: Status.REQUESTED, Status.BOOKED: Status.BOOKED, Status.ARRIVED: Status.ARRIVED}
        ),
        Act.WAIT: MappingProxyType({Status.BOOKED: Status.REQUESTED}),
        Act.CHANGE_LENGTH: _staying(Status.REQUESTED, Status.BOOKED, Status.ARRIVED, Status.STARTED),
        Act.CHANGE_THERAPIST: _staying(Status.REQUESTED, Status.BOOKED, Status.ARRIVED),
        Act.CHANGE_SERVICE: _staying(Status.ARRIVED, Status.STARTED),
        Act.LATE: _staying(Status.BOOKED, Status.ARRIVED, Status.STARTED),
        Act.ARRIVE: MappingProxyType({Status.BOOKED: Status.ARRIVED}),
        Act.UNDO_ARRIVE: MappingProxyType({Status.ARRIVED: Status.BOOKED}),
        Act.START: MappingProxyType({Status.BOOKED: Status.STARTED, Status.ARRIVED: Status.STARTED}),
        Act.COMPLETE: MappingProxyType({Status.STARTED: Status.DONE}),
        Act.STOP_EARLY: MappingProxyType({Status.STARTED: Status.DONE}),
        Act.UNDO_COMPLETE: MappingProxyType({Status.DONE: Status.STARTED}),
        Act.CANCEL: MappingProxyType(
            {Status.REQUESTED: Status.CANCELLED, Status.BOOKED: Status.CANCELLED, Status.ARRIVED: Status.CANCELLED}
        ),
        Act.NO_SHOW: MappingProxyType({Status.BOOKED: Status.NO_SHOW}),
        Act.UNDO_NO_SHOW: MappingProxyType({Status.NO_SHOW: Status.BOOKED}),
        # What usually follows; `may_return` has the rest, for a session goes back to what it was.
        Act.UNDO: MappingProxyType(
            {
                Status.CANCELLED: Status.BOOKED,
                Status.BOOKED: Status.BOOKED,
                Status.REQUESTED: Status.REQUESTED,
            }
        ),
        Act.RELEASE: MappingProxyType[Status, Status | None]({Status.HELD: None}),
    }
)

# What blocks nobody comes back by these alone: the time may be somebody else's by now, so they ask the guards again.
TAKING_AGAIN: Final = frozenset({Act.UNDO, Act.UNDO_NO_SHOW})
# What can be taken back for some minutes, and is told of only after them.
UNDOABLE: Final = frozenset({Act.MOVE, Act.CANCEL})


class NotAllowed(ValueError):
    """An act that the table does not know for this status."""

    def __init__(self, status: Status, act: Act) -> None:
        self.status = status
        self.act = act
        super().__init__(f"{act} is not possible while {status}")


def may(status: Status, act: Act) -> bool:
    """Say whether the act is possible in this status."""
    return status in TRANSITIONS[act]


def after(status: Status, act: Act) -> Status | None:
    """Return the status after the act; None means that the row goes. Raises NotAllowed."""
    if not may(status, act):
        raise NotAllowed(status, act)
    return TRANSITIONS[act][status]


def may_return(status: Status, was: Status) -> bool:
    """Say whether taking back a change may leave a session as it was: only where that change led from there to here."""
    if status is Status.CANCELLED:
        return may(was, Act.CANCEL)
    # A move to another day may ask for a document, or need none any more.
    return status in UPCOMING and was in UPCOMING


def acts_from(status: Status) -> tuple[Act, ...]:
    """Return what may be done next, in the order of the enum."""
    return tuple(act for act in Act if may(status, act))


def sources(act: Act) -> tuple[Status, ...]:
    """Return the statuses that an act starts from: what a compare-and-set update must name."""
    return tuple(TRANSITIONS[act])
