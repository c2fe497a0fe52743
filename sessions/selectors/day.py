"""A day and a week at work: what a therapist's calendar and the desk's list show. Limits only, never answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, QuerySet, prefetch_related_objects

from massage_booking.core.intervals import MinuteSpan, clip, instant_of, minute_after, minute_before, overlaps, subtract
from massage_booking.outbox.models import Message, MessageStatus
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from sessions import limits
from sessions.domain import day_grid
from sessions.domain.day_grid import Grid, HourMark, Spot
from sessions.domain.status import FINAL, PRESENT, UPCOMING, Status
from sessions.models import MassageSession, SignOff
from sessions.permissions import sessions_of_therapist, sessions_visible_to_staff
from sessions.selectors import asking, late_changes, together
from sessions.selectors.working_time import NOT_WORKING, Absence, working_time
from sessions.services.announce import ABOUT_SESSIONS
from therapists.models import Therapist

# What takes part of the day, and what counts as work; a hold is not somebody's session yet.
COUNTED = (Status.REQUESTED, Status.BOOKED, Status.ARRIVED, Status.STARTED, Status.DONE)
AHEAD = (*UPCOMING, *PRESENT)
SIGN_OFFS = Prefetch("sign_offs", SignOff.objects.defer("sealed_note"))
# Nobody looks at more than six weeks at once; longer questions are refused.
MOST_DAYS = 42


@dataclass(frozen=True)
class Slot:
    """One thing on the day: kind is session, hold, turnover or off."""

    kind: str
    spot: Spot
    starts_at: datetime
    ends_at: datetime
    words: str = ""
    session: MassageSession | None = None
    waits_for: str = ""

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


@dataclass(frozen=True)
class Day:
    """A therapist's day. `set_aside`: cancelled or missed sessions whose time is somebody else's by now.

    `note` says what is special about the date: hours of its own, a public holiday.
    """

    day: date
    grid: Grid
    marks: list[HourMark]
    slots: list[Slot]
    set_aside: list[MassageSession]
    sessions: int
    minutes: int
    now_row: int | None
    focus: MassageSession | None
    note: str = ""

    @property
    def opens(self) -> datetime:
        return instant_of(self.grid.starts)

    @property
    def closes(self) -> datetime:
        return instant_of(self.grid.ends)


def reminder_failed() -> Exists:
    """Return whether a mail about the session, as it stands, came back for good."""
    return Exists(
        Message.objects.filter(
            kind__in=ABOUT_SESSIONS,
            subject_id=OuterRef("pk"),
            revision=OuterRef("revision"),
            status=MessageStatus.FAILED,
        )
    )


def _shown(rows: QuerySet[MassageSession]) -> QuerySet[MassageSession]:
    # What is sealed is neither needed nor wanted in memory here. Sign-offs tighten the limits that are shown.
    rows = rows.defer("decision__sealed").annotate(
        not_reminded=reminder_failed(), change_is_asked=late_changes.is_asked(), keeps_change=late_changes.keeps_for()
    )
    return rows.prefetch_related(SIGN_OFFS)


def staff_sessions(user: Any) -> QuerySet[MassageSession]:
    """Return what somebody may open at work, with the age of the answers at hand."""
    rows = _shown(sessions_visible_to_staff(user)).select_related("decision__screening")
    return rows.defer("decision__sealed", "decision__screening__sealed")


def _between(rows: QuerySet[MassageSession], span: MinuteSpan, now: datetime) -> list[MassageSession]:
    """Return what happens in the span, holds that ran out left out."""
    begins, ends = instant_of(span[0]), instant_of(span[1])
    found = rows.filter(starts_at__lt=ends, ends_at__gt=begins).exclude(status=Status.HELD, held_until__lte=now)
    listed = list(found.order_by("starts_at", "pk"))
    together.fill_in(listed)
    return listed


def _minutes(session: MassageSession) -> MinuteSpan:
    return minute_before(session.starts_at), minute_after(session.ends_at)


def _split_off(rows: list[MassageSession]) -> tuple[list[MassageSession], list[MassageSession]]:
    """Return what stands in the grid, and what gave its time to somebody else."""
    shown = [session for session in rows if session.state in COUNTED or session.state is Status.HELD]
    aside = []
    for session in rows:
        if session in shown:
            continue
        if any(overlaps(_minutes(session), _minutes(other)) for other in shown):
            aside.append(session)
        else:
            shown.append(session)
    return shown, aside


def _session_slots(shown: Iterable[MassageSession], grid: Grid, now: datetime) -> Iterable[Slot]:
    for session in shown:
        starts, ends = _minutes(session)
        spot = grid.spot(starts, ends)
        if spot is None:
            continue
        kind = "hold" if session.state is Status.HELD else "session"
        # That it is held back stands in its line already.
        waits = [] if session.held_back_at else limits.waits_for(session, now=now)
        yield Slot(kind, spot, session.starts_at, session.ends_at, limits.line(session), session, ", ".join(waits))
        airing = grid.spot(ends, minute_after(session.blocked_until))
        if airing and session.state in COUNTED:
            yield Slot("turnover", airing, session.ends_at, session.blocked_until)


def off_slots(grid: Grid, worked: list[MinuteSpan], absences: list[Absence], idle: str = NOT_WORKING) -> Iterable[Slot]:
    """Return what of a grid is no working time; `idle` says so of what lies outside the hours."""
    for gap in day_grid.gaps(grid.span, worked):
        yield from _off(grid, gap, "Break" if day_grid.is_break(gap, worked) else idle)
    told: list[MinuteSpan] = []
    for starts, ends, words in absences:
        # An absence shows only where there would have been work, and where no other was told yet.
        for piece in subtract(clip(worked, starts, ends), told):
            yield from _off(grid, piece, words)
        told.append((starts, ends))


def _off(grid: Grid, span: MinuteSpan, words: str) -> Iterable[Slot]:
    spot = grid.spot(*span)
    if spot is not None:
        begins, ends = clip([span], *grid.span)[0]
        yield Slot("off", spot, instant_of(begins), instant_of(ends), words)


def _focus(shown: list[MassageSession], now: datetime) -> MassageSession | None:
    """Return whose card to show: who is here, else who comes next."""
    here = [session for session in shown if session.state in PRESENT]
    ahead = [session for session in shown if session.state in UPCOMING and session.ends_at > now]
    return next(iter([*here, *ahead]), None)


def day_of(*, user: Any, therapist: Therapist, day: date, studio: Studio, now: datetime) -> Day:
    """Return a therapist's own day. Eight queries at most, however many sessions."""
    span = day_grid.whole_day(day, studio.tz)
    rows = _between(_shown(sessions_of_therapist(user)), span, now)
    mark_questions([session for session in rows if session.client_id], studio.tz)
    working = working_time(therapist=therapist, span=span, studio=studio)
    grid = day_grid.grid_of(day, studio.tz, [*working.worked, *map(_minutes, rows)])
    shown, aside = _split_off(rows)
    off = off_slots(grid, working.worked, working.absences, working.idle.get(day, NOT_WORKING))
    slots = [*off, *_session_slots(shown, grid, now)]
    counted = [session for session in shown if session.state in COUNTED]
    return Day(
        day=day,
        grid=grid,
        marks=day_grid.hour_marks(grid, studio.tz),
        slots=sorted(slots, key=lambda slot: (slot.spot.row, slot.kind != "turnover", slot.kind != "off")),
        set_aside=aside,
        sessions=len(counted),
        minutes=sum(session.minutes for session in counted),
        now_row=grid.row_at(minute_before(now)),
        focus=_focus(shown, now),
        note=working.notes.get(day, ""),
    )


def days_of(
    *, user: Any, first: date, days: int, studio: Studio, now: datetime
) -> list[tuple[date, list[MassageSession]]]:
    """Return a therapist's own sessions by local date. Two queries."""
    dates = [first + timedelta(days=number) for number in range(days)]
    span = day_grid.whole_day(first, studio.tz)[0], day_grid.whole_day(dates[-1], studio.tz)[1]
    by_day: dict[date, list[MassageSession]] = {day: [] for day in dates}
    for session in _between(_shown(sessions_of_therapist(user)), span, now):
        day = max(session.starts_at.astimezone(studio.tz).date(), first)
        by_day[day].append(session)
    return list(by_day.items())


def desk_day(*, user: Any, day: date, studio: Studio) -> list[MassageSession]:
    """Return everybody's sessions that begin on a local date, with `questions_due`. Three queries."""
    begins, ends = map(instant_of, day_grid.whole_day(day, studio.tz))
    rows = _shown(sessions_visible_to_staff(user)).filter(starts_at__gte=begins, starts_at__lt=ends)
    found = list(rows.order_by("starts_at", "therapist__position", "pk"))
    together.fill_in(found)
    mark_questions(found, studio.tz)
    return found


def mark_questions(found: list[MassageSession], zone: ZoneInfo) -> None:
    """Give sessions `questions_due`. At most one query, however many."""
    due = asking.due_among((session for session in found if session.state in AHEAD), zone)
    for session in found:
        session.questions_due = session.pk in due  # type: ignore[attr-defined]


def fill_in(found: list[MassageSession]) -> None:
    """Give sessions that were read elsewhere what their limits and words need. Two queries, however many."""
    prefetch_related_objects(found, SIGN_OFFS)
    mark_questions(found, studio_selectors.require().tz)


@dataclass(frozen=True)
class Visits:
    """How often a client was here before a session, and when last."""

    before: int
    last_at: datetime | None

    @property
    def number(self) -> int:
        return self.before + 1


def visits_before(session: MassageSession) -> Visits:
    """Count a client's sessions that took place before this one. One query."""
    done = MassageSession.objects.filter(client=session.client_id, status=Status.DONE, starts_at__lt=session.starts_at)
    found = done.aggregate(before=Count("pk"), last_at=Max("starts_at"))
    return Visits(found["before"], found["last_at"])


def is_final(session: MassageSession) -> bool:
    return session.state in FINAL
