"""Sessions that cannot stay as they are, each with what could become of it, settled for all of them together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from massage_booking.core.intervals import instant_of, minute_after, minute_before
from sessions.domain.assigning import Way, assign
from sessions.domain.outside import Outside
from sessions.models import MassageSession
from sessions.selectors import conflicts
from sessions.selectors.around import Around, Away, Judges, Proposal
from sessions.selectors.conflicts import Stranded

# A page is answered in one act; whoever has more answers these first.
MOST_ROWS: Final = 40
# Shown of colleagues and of other times; places that are tried for each way.
SHOWN: Final = 3
PLACES: Final = 3
# What a way costs: a colleague at the same time, then another time. Places count last.
_COLLEAGUE, _TIME, _RANK = 0, 1000, 10


@dataclass(frozen=True)
class Row:
    """A session on the page and what could become of it, the best first; `proposed` collides with no other row's.

    `mark`: what “keep it” would answer.
    """

    session: MassageSession
    reasons: tuple[Outside, ...]
    colleagues: list[Proposal]
    times: list[Proposal]
    proposed: Proposal | None
    mark: str = ""

    @property
    def count(self) -> int:
        return len(self.colleagues) + len(self.times)


def of_days(*, away: Away, now: datetime) -> list[MassageSession]:
    """Return the sessions of somebody on the days on which they are away that can still be changed. One query."""
    rows = conflicts.ahead(now=now, therapist=away.therapist)
    begins, ends = away.minutes.start, away.minutes.stop
    return list(rows.filter(starts_at__gte=instant_of(begins), starts_at__lt=instant_of(ends)))


def rows_of_days(*, away: Away, now: datetime) -> list[Row]:
    """Return the sessions of somebody who is away, with proposals."""
    found = [Stranded(session, (), "") for session in of_days(away=away, now=now)[:MOST_ROWS]]
    return rows(found, now=now, away=away)


def rows(found: Sequence[Stranded], *, now: datetime, away: Away | None = None) -> list[Row]:
    """Return what could become of sessions, so that what is proposed for one does not stand in another's way."""
    judges = Judges(now)
    every = [_proposals(Around(one.session, now, judges, away)) for one in found]
    ways = [_ways(one.session, proposals) for one, proposals in zip(found, every, strict=True)]
    chosen = assign([list(own) for own in ways])
    return [
        _row(one, proposals, own.get(way) if way is not None else None)
        for one, proposals, own, way in zip(found, every, ways, chosen, strict=True)
    ]


def _proposals(around: Around) -> list[Proposal]:
    return [*around.colleagues(), *around.times()]


def _ways(session: MassageSession, proposals: Sequence[Proposal]) -> dict[Way, Proposal]:
    """Return what each proposal would take. Half a couple is not moved away from the other half by itself."""
    found: dict[Way, Proposal] = {}
    for rank, proposal in enumerate(proposals):
        is_time = proposal.answer == "time"
        if is_time and session.together_id is not None:
            continue
        for number, place in enumerate(proposal.places[:PLACES]):
            starts = minute_before(proposal.starts_at)
            length = minute_after(session.ends_at) - minute_before(session.starts_at)
            block = minute_after(session.blocked_until) - minute_before(session.starts_at)
            cost = (_TIME if is_time else _COLLEAGUE) + rank * _RANK + number
            way = Way(
                proposal.therapist.pk, place, session.client_id or 0, starts, starts + length, starts + block, cost
            )
            found[way] = proposal
    return found


def _row(one: Stranded, proposals: Sequence[Proposal], proposed: Proposal | None) -> Row:
    colleagues = [proposal for proposal in proposals if proposal.answer == "colleague"]
    times = _shown(_mixed([proposal for proposal in proposals if proposal.answer == "time"]), proposed)
    return Row(
        session=one.session,
        reasons=one.reasons,
        colleagues=_shown(colleagues, proposed),
        times=sorted(times, key=lambda proposal: proposal.starts_at),
        proposed=proposed,
        mark=one.mark,
    )


def _shown(found: list[Proposal], proposed: Proposal | None) -> list[Proposal]:
    """Return the first three, with what is proposed before the others."""
    first = [proposal for proposal in found if proposal == proposed]
    return [*first, *(proposal for proposal in found if proposal != proposed)][:SHOWN]


def _mixed(times: list[Proposal]) -> list[Proposal]:
    """Put two times with the same therapist before the rest, each by nearness: many would rather wait for their own."""
    own = [proposal for proposal in times if proposal.is_same_therapist][: SHOWN - 1]
    others = [proposal for proposal in times if not proposal.is_same_therapist]
    return [*own, *others, *(proposal for proposal in times if proposal.is_same_therapist and proposal not in own)]
