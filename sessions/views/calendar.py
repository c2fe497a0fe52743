"""The therapist's calendar: a day, a week, and the page of one session."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from massage_booking.accounts.permissions import roles, staff_required, therapist_required
from massage_booking.core import clock
from massage_booking.core.ids import new_public_id
from massage_booking.core.parsing import to_date
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from screening import selectors as screening
from sessions import limits, words
from sessions.domain.status import Act, may
from sessions.models import MassageSession
from sessions.selectors import day as days
from sessions.selectors import explaining, late_changes, money, reviewing, signing, undoing, working_time, working_week
from sessions.services.money import may_ask_for_fee
from sessions.views import pairs, session_page
from sessions.views.day_acts import is_own, role_in
from sessions.views.reshaping import may_change
from therapists import selectors as therapists

WEEK = 7
STATE_WORDS = {"held": "held", "no_show": "no-show"}


def chosen_day(request: HttpRequest, studio: Studio, now: datetime) -> tuple[date, date]:
    """Return (the day asked for, today). What cannot be read means today."""
    today = now.astimezone(studio.tz).date()
    return to_date(request.GET.get("day")) or today, today


@require_safe
@therapist_required
def day(request: HttpRequest) -> HttpResponse:
    """Show the therapist's own day, and what waits for them."""
    now, studio = clock.now(), studio_selectors.require()
    wanted, today = chosen_day(request, studio, now)
    therapist = request.user.therapist  # type: ignore[union-attr]
    found = days.day_of(user=request.user, therapist=therapist, day=wanted, studio=studio, now=now)
    waiting = reviewing.queue(user=request.user, studio=studio, now=now)
    context = {
        "day": found,
        "today": today,
        "before": wanted - timedelta(days=1),
        "after": wanted + timedelta(days=1),
        "now": now,
        "focus": found.focus,
        "safety": _focus_card(found.focus),
        "waits": reviewing.short(waiting),
        "waiting_count": len(waiting),
        "stale_calendars": therapists.stale_calendars(therapist=therapist, now=now),
        "nav": "today",
    }
    return render(request, "sessions/calendar/day.html", context)


def _focus_card(session: MassageSession | None) -> dict[str, Any] | None:
    card = limits.card(session) if session else None
    if card is None or session is None or session.client is None:
        return None
    return {**card, "title": "What is safe", "about": f"{session.client.name}, {session.service.technique.name}"}


@require_safe
@therapist_required
def week(request: HttpRequest) -> HttpResponse:
    """Show the therapist's own week: a list by day, and a grid over it where there is script and room."""
    now, studio = clock.now(), studio_selectors.require()
    wanted, today = chosen_day(request, studio, now)
    first = wanted - timedelta(days=wanted.weekday())
    by_day = days.days_of(user=request.user, first=first, days=WEEK, studio=studio, now=now)
    context = {
        "by_day": [(day, [(session, limits.line(session)) for session in found]) for day, found in by_day],
        "first": first,
        "last": first + timedelta(days=WEEK - 1),
        "wanted": wanted,
        "today": today,
        "before": first - timedelta(days=WEEK),
        "after": first + timedelta(days=WEEK),
        "count": sum(session.state in days.COUNTED for _, found in by_day for session in found),
        "notes": working_time.notes_between(
            therapist=request.user.therapist,  # type: ignore[union-attr]
            first=first,
            last=first + timedelta(days=WEEK - 1),
            studio=studio,
        ),
        "nav": "today",
    }
    return render(request, "sessions/calendar/week.html", context)


@require_safe
@therapist_required
def events(request: HttpRequest) -> HttpResponse:
    """Return the therapist's own sessions from `first` to `last` as JSON, in the studio's wall-clock time."""
    first, last = to_date(request.GET.get("first")), to_date(request.GET.get("last"))
    if first is None or last is None or not 0 <= (last - first).days < days.MOST_DAYS:
        return JsonResponse({"error": f"first and last: dates, at most {days.MOST_DAYS} days"}, status=400)
    studio = studio_selectors.require()
    count = (last - first).days + 1
    by_day = days.days_of(user=request.user, first=first, days=count, studio=studio, now=clock.now())
    found = [_event(session, studio) for _, sessions in by_day for session in sessions]
    therapist = request.user.therapist  # type: ignore[union-attr]
    working = working_week.working_week(therapist=therapist, first=first, days=count, studio=studio)
    off = [
        {"start": _wall(piece.starts_at, studio), "end": _wall(piece.ends_at, studio), "word": piece.words}
        for piece in working.off
    ]
    return JsonResponse({"events": found, "off": off, "opens": working.opens, "closes": working.closes})


def _wall(moment: datetime, studio: Studio) -> str:
    return moment.astimezone(studio.tz).replace(tzinfo=None).isoformat(timespec="seconds")


def _who(session: MassageSession, other: MassageSession | None) -> str:
    if session.client is None:
        return "Kept for a late change" if getattr(session, "keeps_change", False) else "Somebody is booking"
    name = session.client.short_name
    return f"{name} (with {other.client.short_name})" if other and other.client else name


def _event(session: MassageSession, studio: Studio) -> dict[str, str]:
    """Describe a session to the grid: times without an offset, so that no browser moves them into its own zone."""
    starts, ends = (
        moment.astimezone(studio.tz).replace(tzinfo=None) for moment in (session.starts_at, session.ends_at)
    )
    known, other = session.client is not None, getattr(session, "companion", None)
    return {
        "start": starts.isoformat(timespec="seconds"),
        # In the night when clocks go back an end may be shown before its start.
        "end": max(ends, starts + timedelta(minutes=15)).isoformat(timespec="seconds"),
        "who": _who(session, other),
        "what": f"{session.service.technique.name}, {session.minutes} min",
        "limits": limits.line(session),
        "state": session.status.replace("_", "-"),
        "word": session.get_status_display(),
        "url": reverse("sessions:staff_session", args=[session.public_id]) if known else "",
    }


def _changes_of(
    request: HttpRequest, session: MassageSession, *, own: bool, now: datetime, studio: Studio
) -> dict[str, Any]:
    """Return how the session can be changed, what of it can be taken back, and what the client asks for."""
    asked = late_changes.open_request(session) if session.change_is_asked else None  # type: ignore[attr-defined]
    return {
        "may_change": may_change(session),
        "undo": undoing.last_change(session=session, by=role_in(request.user, session), now=now, studio=studio),
        "asked": asked,
        "lapses_at": late_changes.lapses_at(asked) if asked else None,
        "key": new_public_id(),
        **session_page.late_of(session, now=now, zone=studio.tz),
    }


@require_safe
@staff_required
def staff_session(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a session to its therapist (with what only they may read, recorded) or to the desk (limits alone)."""
    session = get_object_or_404(days.staff_sessions(request.user), public_id=public_id)
    now, studio = clock.now(), studio_selectors.require()
    days.mark_questions([session], studio.tz)
    own, desk = is_own(request.user, session), roles(request.user).desk
    safety = session_page.card_for(request, session, own=own, now=now)
    asking = session_page.asking_for(session, safety, own=own, now=now, zone=studio.tz)
    may_sign = own and signing.may_sign(session)
    sign_due = may_sign and signing.is_due(session)
    context = {
        "session": session,
        "own": own,
        "desk": desk,
        "safety": safety,
        "asking": asking,
        "may_sign": may_sign,
        "sign_due": sign_due,
        "may_ask_why": explaining.is_open(session, now=now),
        "letter": session_page.letter_for(request.user, session) if own else None,
        "stopped": asking is not None and session.client is not None and screening.is_stopped(session.client),
        "signed": limits.newest_sign_off(session),
        "out_of_limits": session_page.out_of_limits(session),
        "guardian": session_page.guardian_of(session),
        "status_words": limits.status_words(session, now=now),
        "taps": session_page.taps_for(
            session, own=own, now=now, zone=studio.tz, asks_first=asking is not None, signs_first=sign_due
        ),
        # Saying no to a request is declining it.
        "may_cancel": may(session.state, Act.CANCEL) and not (own and may(session.state, Act.DECLINE)),
        "may_move": may(session.state, Act.MOVE),
        "bill": money.bill_of(session),
        "may_ask_for_fee": may_ask_for_fee(session),
        **_changes_of(request, session, own=own, now=now, studio=studio),
        "visits": days.visits_before(session),
        "history": session_page.history_of(session),
        "answers": session_page.answers_of(session, now=now, zone=studio.tz),
        "opens_at": session_page.opens_at(session, now=now, zone=studio.tz),
        "reports": session_page.reports_of(request.user, session) if own else [],
        "because": words.because_for_staff(session.chosen_because),
        **(pairs.own_context(session) if own else {}),
        "nav": "today" if own else "desk",
    }
    return render(request, "sessions/calendar/session.html", context)
