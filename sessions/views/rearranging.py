"""Sessions that cannot stay as they are: their therapist is not in, or hours have changed. One page, one act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from massage_booking.accounts.permissions import is_desk, is_therapist, roles, staff_required
from massage_booking.core import clock
from massage_booking.core.errors import DomainError
from massage_booking.core.ids import new_public_id
from massage_booking.core.parsing import to_date
from massage_booking.studio import selectors as studio_selectors
from sessions import staff_messages
from sessions.forms.rearranging import AwayForm, WordsForm, choice_of, chosen_value, not_in, said
from sessions.models import Rearrangement
from sessions.selectors import conflicts, rearranging, told
from sessions.selectors.around import Away
from sessions.selectors.conflicts import Stranded
from sessions.selectors.rearranging import MOST_ROWS, Row
from sessions.services import rearranging as service
from sessions.services import record
from sessions.services.rearranging import Outcome
from sessions.services.rearranging_one import Choice
from therapists.models import Therapist

HOURS_CHANGED = "Our hours have changed."


@dataclass(frozen=True)
class Listed:
    """A session on the page: what could become of it, what is chosen, and why what was chosen could not be done."""

    row: Row
    chosen: str
    sentence: str = ""


def therapists_of(user: Any) -> QuerySet[Therapist]:
    """Return for whom somebody may answer: the desk for all, a therapist for themselves."""
    if is_desk(user):
        return Therapist.objects.all()
    return Therapist.objects.filter(pk=user.therapist.pk) if is_therapist(user) else Therapist.objects.none()


def _role(user: Any) -> str:
    if roles(user).desk:
        return "desk" if user.is_desk else "admin"
    return "therapist"


def _act(
    request: HttpRequest, choices: Sequence[Choice], *, words: WordsForm, away: Away | None, now: datetime
) -> Outcome:
    """Do what was chosen. Raises `DomainError` where the whole of it cannot be done."""
    # Not what could still be read of it: what is done already is not on the list any more.
    content = {
        "words": words.cleaned_data["words"],
        "away": [away.therapist.pk, away.first, away.last] if away else [],
        "choices": said(request.POST),
    }
    return service.rearrange(
        choices=choices,
        words=words.cleaned_data["words"],
        away=away,
        actor=request.user,  # type: ignore[arg-type]
        by=_role(request.user),
        now=now,
        form_key=words.cleaned_data["key"],
        form_digest=record.digest_of(content),
    )


def _choices(data: Mapping[str, Any], found: Sequence[Stranded]) -> list[Choice]:
    people = {person.slug: person for person in Therapist.objects.all()}
    read = [choice_of(data, one.session, people=people, mark=one.mark) for one in found]
    return [choice for choice in read if choice is not None]


def _listed(rows: Sequence[Row], request: HttpRequest, lost: Mapping[int, DomainError], *, usual: str) -> list[Listed]:
    """Return the sessions with what is chosen: what was sent before, or what is proposed; `usual` where nothing is."""
    found = []
    for row in rows:
        error, sent = lost.get(row.session.pk), chosen_value(request.POST, row.session)
        proposed = row.proposed.value if row.proposed is not None and not usual else usual or "later"
        chosen = sent if sent and error is None else proposed
        found.append(Listed(row, chosen, staff_messages.sentence(error) if error is not None else ""))
    return found


def _say_what_was_done(request: HttpRequest, outcome: Outcome) -> None:
    done = outcome.made.sessions.count()
    if done:
        messages.success(request, staff_messages.rearranged(done))


def _words_form(request: HttpRequest, line: str) -> WordsForm:
    if request.method == "POST":
        return WordsForm(request.POST)
    return WordsForm(initial={"words": line, "key": new_public_id()})


def _fresh(words: WordsForm) -> WordsForm:
    """Return the same line under another key: what is sent now is another act."""
    return WordsForm(initial={"words": words.data.get("words", ""), "key": new_public_id()})


# --- Somebody is not in -----------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def away(request: HttpRequest) -> HttpResponse:
    """Say who is not in, see their sessions with what could become of each, and answer for all of them in one act."""
    now = clock.now()
    today = now.astimezone(studio_selectors.require().tz).date()
    people = list(therapists_of(request.user).filter(is_active=True))
    if not people:
        raise Http404
    data = request.POST if request.method == "POST" else request.GET
    form = AwayForm(_with_days(data, people, today), therapists=people, today=today)
    context: dict[str, Any] = {"form": form, "nav": _nav(request.user), "today": today}
    if "therapist" not in data and len(people) > 1:
        day = max(to_date(data.get("first")) or today, today)
        context["form"] = AwayForm(initial={"first": day, "last": day}, therapists=people, today=today)
        return render(request, "sessions/rearrange/away.html", context)
    if not form.is_valid():
        return render(request, "sessions/rearrange/away.html", context, status=200)
    return _answer_for_days(request, form.away, context, now=now, today=today)


def _with_days(data: Mapping[str, Any], people: Sequence[Therapist], today: date) -> dict[str, Any]:
    """Return what was asked, today where no day was, and whoever may only speak for themselves."""
    first = data.get("first") or today.isoformat()
    asked = to_date(first)
    if asked is not None and asked < today and "therapist" not in data:
        # From the page of a day that is over.
        first = today.isoformat()
    return {
        "therapist": data.get("therapist") or (people[0].slug if len(people) == 1 else ""),
        "first": first,
        "last": data.get("last") or first,
    }


def _answer_for_days(
    request: HttpRequest, gone: Away, context: dict[str, Any], *, now: datetime, today: date
) -> HttpResponse:
    words, lost = _words_form(request, not_in(gone, today)), {}
    sessions = rearranging.of_days(away=gone, now=now)
    if request.method == "POST" and words.is_valid():
        found = [Stranded(session, (), "") for session in sessions]
        try:
            outcome = _act(request, _choices(request.POST, found), words=words, away=gone, now=now)
        except DomainError as error:
            messages.error(request, staff_messages.sentence(error))
        else:
            if not outcome.lost:
                return redirect("sessions:rearranged", public_id=outcome.made.public_id)
            _say_what_was_done(request, outcome)
            lost = outcome.lost
        words = _fresh(words)
    rows = rearranging.rows_of_days(away=gone, now=now)
    context |= {
        "away": gone,
        "listed": _listed(rows, request, lost, usual=""),
        "more": max(len(sessions) - MOST_ROWS, 0),
        "words": words,
        "may_keep": False,
        "is_lost": bool(lost),
    }
    return render(request, "sessions/rearrange/away.html", context, status=409 if lost else 200)


# --- What lies outside --------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def outside(request: HttpRequest) -> HttpResponse:
    """Show the sessions that hours, certificates or places no longer cover, and answer for them in one act."""
    now, therapist = clock.now(), _whose(request)
    words, lost = _words_form(request, HOURS_CHANGED), {}
    found = conflicts.stranded(now=now, therapist=therapist)
    if request.method == "POST" and words.is_valid():
        try:
            outcome = _act(request, _choices(request.POST, found), words=words, away=None, now=now)
        except DomainError as error:
            messages.error(request, staff_messages.sentence(error))
        else:
            if not outcome.lost:
                return redirect("sessions:rearranged", public_id=outcome.made.public_id)
            _say_what_was_done(request, outcome)
            lost = outcome.lost
            found = conflicts.stranded(now=now, therapist=therapist)
        words = _fresh(words)
    waiting = [one for one in found if not one.is_kept]
    rows = rearranging.rows(waiting[:MOST_ROWS], now=now)
    context = {
        "listed": _listed(rows, request, lost, usual="later"),
        "more": max(len(waiting) - MOST_ROWS, 0),
        "kept": [one for one in found if one.is_kept],
        "therapist": therapist,
        "may_filter": is_desk(request.user),
        "words": words,
        "may_keep": True,
        "is_lost": bool(lost),
        "nav": _nav(request.user),
    }
    return render(request, "sessions/rearrange/outside.html", context, status=409 if lost else 200)


def _whose(request: HttpRequest) -> Therapist | None:
    """Return whose sessions to show: one's own, or for the desk those of one or of all."""
    people = therapists_of(request.user)
    if not is_desk(request.user):
        own = people.first()
        if own is None:
            raise Http404
        return own
    slug = request.GET.get("therapist", "")[:60]
    return get_object_or_404(people, slug=slug) if slug else None


# --- What was done --------------------------------------------------------------------


@require_safe
@staff_required
def rearranged(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what one act did, and whom to call."""
    rows = Rearrangement.objects.select_related("therapist", "made_by")
    if not is_desk(request.user):
        rows = rows.filter(Q(made_by=request.user) | Q(therapist__user=request.user))
    made = get_object_or_404(rows, public_id=public_id)
    context = {
        "made": made,
        "done": told.done(made),
        "calls": told.calls(made),
        "nav": _nav(request.user),
        "desk": is_desk(request.user),
    }
    return render(request, "sessions/rearrange/done.html", context)


def _nav(user: Any) -> str:
    return "desk" if is_desk(user) else "today"
