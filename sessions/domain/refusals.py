"""Why something cannot be booked, as codes with parameters; pages turn them into sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

Param: TypeAlias = str | int | date | datetime | timedelta


class Why(StrEnum):
    """Every code there is, so that a test can find the one without a sentence."""

    IN_PAST = "in_past"
    TOO_SOON = "too_soon"  # notice_minutes, earliest
    TOO_FAR = "too_far"  # horizon_days, latest (the first instant that is too far)
    OFF_GRID = "off_grid"  # grid_minutes
    OUTSIDE_HOURS = "outside_hours"
    THERAPIST_OFF = "therapist_off"  # therapist
    CLOSED = "closed"  # holiday
    THERAPIST_BUSY = "therapist_busy"
    CLIENT_BUSY = "client_busy"
    NO_PLACE = "no_place"  # kind
    WRONG_STATUS = "wrong_status"  # act, status
    TOO_EARLY_FOR_ACT = "too_early_for_act"  # act, from_at
    TOO_LATE_FOR_ACT = "too_late_for_act"  # act, until
    TOO_LATE_TO_CHANGE = "too_late_to_change"  # free_until, hours
    HOLD_EXPIRED = "hold_expired"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason: a code and what its sentence needs."""

    code: Why
    params: Mapping[str, Param] = field(default_factory=dict)
