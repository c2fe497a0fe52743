"""What a form with the dates of a series sends: which were shown and can still be had, and which cannot any more."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from massage_booking.core.errors import DomainError
from massage_booking.core.parsing import to_int
from sessions.domain.series import HAS_TIME
from sessions.models import MassageSession
from sessions.selectors.series import Planning
from sessions.selectors.series_rows import Row
from sessions.services import record
from sessions.views import series_words

ALL, POSSIBLE = "all", "possible"
MOST_ROWS = 200


class Sent:
    """The part that booking a series and moving one have in common."""

    data: Mapping[str, Any]
    by_desk: bool
    may_hear: bool

    @property
    def planning(self) -> Planning | None:
        raise NotImplementedError

    @property
    def digest(self) -> str:
        raise NotImplementedError

    @property
    def key(self) -> str:
        return str(self.data.get("key", ""))[:40]

    @property
    def mode(self) -> str:
        return POSSIBLE if self.data.get("mode") == POSSIBLE else ALL

    @property
    def keeps_possible(self) -> bool:
        return self.mode == POSSIBLE

    @property
    def opened(self) -> int:
        """The number of the date whose times are all to be listed."""
        return to_int(self.data.get("open"), most=MOST_ROWS) or 0

    def chosen(self) -> list[Row]:
        """Return the dates that were shown and still can be had, none that nobody has seen."""
        planning = self.planning
        assert planning is not None
        picks = planning.asked.picks
        return [
            row
            for row in planning.rows
            if row.state in HAS_TIME and row.lost is None and picks.get(row.number - 1) is not None
        ]

    def lost(self) -> list[datetime]:
        """Return the times that were shown and cannot be had any more."""
        assert self.planning is not None
        return [row.lost for row in self.planning.rows if row.lost is not None]

    def answered(self) -> MassageSession | None:
        """Return the first session that this very form led to before. Raises Refused("form_reused")."""
        return record.answered_before(key=self.key, digest=self.digest)

    def sentence_of(self, error: DomainError) -> str:
        """Write why nothing was done."""
        at = error.params.get("starts_at")
        found = series_words.refusal_words(error, by_desk=self.by_desk, may_hear=self.may_hear)
        return f"{series_words.listed_times([at])}: {found}" if isinstance(at, datetime) else found
