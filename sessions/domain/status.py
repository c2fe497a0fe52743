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
# Nothing follows these.
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
    ARRIVE = "arrive"
    UNDO_ARRIVE = "undo_arrive"  # the wrong name was ticked
    START = "start"
    COMPLETE = "complete"
    CANCEL = "cancel"
    NO_SHOW = "no_show"
    RELEASE = "release"  # a hold is given up or runs out: its row goes


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
        Act.ARRIVE: MappingProxyType({Status.BOOKED: Status.ARRIVED}),
        Act.UNDO_ARRIVE: MappingProxyType({Status.ARRIVED: Status.BOOKED}),
        Act.START: MappingProxyType({Status.BOOKED: Status.STARTED, Status.ARRIVED: Status.STARTED}),
        Act.COMPLETE: MappingProxyType({Status.STARTED: Status.DONE}),
        Act.CANCEL: MappingProxyType(
            {Status.REQUESTED: Status.CANCELLED, Status.BOOKED: Status.CANCELLED, Status.ARRIVED: Status.CANCELLED}
        ),
        Act.NO_SHOW: MappingProxyType({Status.BOOKED: Status.NO_SHOW}),
        Act.RELEASE: MappingProxyType[Status, Status | None]({Status.HELD: None}),
    }
)


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


def acts_from(status: Status) -> tuple[Act, ...]:
    """Return what may be done next, in the order of the enum."""
    return tuple(act for act in Act if may(status, act))


def sources(act: Act) -> tuple[Status, ...]:
    """Return the statuses that an act starts from: what a compare-and-set update must name."""
    return tuple(TRANSITIONS[act])
