"""Refusals: what a service raises when it cannot do what was asked."""

from typing import Any


class DomainError(Exception):
    """A refusal that a person is told about: a stable code, and parameters for its sentence."""

    code = "refused"

    def __init__(self, code: str = "", **params: Any) -> None:
        self.code = code or self.code
        self.params = params
        super().__init__(self.code)


class Refused(DomainError):
    """The rules say no. `params` may carry `refusals`, a list of further codes."""


class Taken(DomainError):
    """Somebody else has the time; `params["nearest"]` may list openings instead."""

    code = "just_taken"


class Busy(DomainError):
    """The database was too busy to answer in time; trying again is right."""

    code = "busy"
