"""How do you feel? By the link of a mail, which only takes, and signed in. GET shows, POST acts."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from massage_booking.core import clock
from massage_booking.core.errors import DomainError
from massage_booking.core.ids import new_public_id
from massage_booking.studio import selectors as studio_selectors
from screening import selectors as screening
from screening.domain.enums import Level
from screening.domain.reports import Kind
from screening.result import help_of
from sessions import links
from sessions import messages as sentences
from sessions.models import MassageSession, SymptomReport
from sessions.selectors import aftercare
from sessions.services import record, reports
from sessions.views import state
from sessions.views.doors import Door, door_of, private

LONGEST = 1000
PURPOSE = "feeling"


def _door(request: HttpRequest, token: str, public_id: str) -> Door | None:
    """Return the way to a session: its own link for this, the link that manages it, or its account."""
    if not token:
        return door_of(request, public_id)
    session = links.read(token, purpose=PURPOSE) or links.read(token)
    return Door(session, token) if session else None


@require_http_methods(["GET", "HEAD", "POST"])
@private
def feeling(request: HttpRequest, token: str = "", public_id: str = "") -> HttpResponse:
    """Ask how somebody feels after a session, and take what they say."""
    if state.studio_of(request) is None:
        raise Http404
    door = _door(request, token, public_id)
    if door is None and not token and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if door is None:
        raise Http404
    now = clock.now()
    if not aftercare.is_open(door.session, now=now):
        return render(request, "sessions/feeling/closed.html", {"session": door.session})
    if request.method == "POST":
        return _take(request, door)
    return render(request, "sessions/feeling/form.html", _context(door, key=new_public_id()))


def _context(door: Door, *, key: str, data: QueryDict | None = None, error: str = "") -> dict[str, Any]:
    ticked = data.getlist("kinds") if data is not None else []
    _, rules = screening.published_rules()
    # Whoever comes by a link learns nothing of what was said before.
    told = _told(door.session) if door.is_own else None
    page = "sessions:manage_feeling" if door.token else "sessions:feeling"
    return {
        "session": door.session,
        "is_own": door.is_own,
        "address": reverse(page, args=[door.token or door.session.public_id]),
        "kinds": [
            (report.kind.value, report.words, report.kind.value in ticked) for report in rules.extra.after_session
        ],
        "words": data.get("words", "")[:LONGEST] if data is not None else "",
        "key": key,
        "error": error,
        "told": told,
    }


def _told(session: MassageSession) -> SymptomReport | None:
    return session.reports.defer("sealed", "sealed_closing").filter(closed_at=None).first()


def _take(request: HttpRequest, door: Door) -> HttpResponse:
    """Keep a report and answer it: with the words of the rules, alone on their page where it is an emergency."""
    data = request.POST
    is_well = "well" in data
    kinds = [] if is_well else [kind for kind in Kind if kind.value in data.getlist("kinds")]
    key = data.get("key", "")[:40]
    if not is_well and not kinds:
        context = _context(door, key=key or new_public_id(), data=data, error=sentences.of_code("nothing_ticked"))
        return render(request, "sessions/feeling/form.html", context, status=422)
    words = "" if is_well else data.get("words", "")[:LONGEST]
    try:
        found = reports.report(
            session=door.session,
            kinds=kinds,
            words=words,
            actor=request.user if door.is_own else None,  # type: ignore[arg-type]
            by="client",
            now=clock.now(),
            form_key=key,
            # What was said must not be guessed from the digest that is kept.
            form_digest=record.digest_of({"session": door.session.public_id, "key": key}),
        )
    except DomainError as refusal:
        context = _context(door, key=new_public_id(), data=data, error=sentences.sentence(refusal))
        return render(request, "sessions/feeling/form.html", context, status=409)
    return _answer(request, door, kinds, found)


def _answer(request: HttpRequest, door: Door, kinds: list[Kind], found: SymptomReport) -> HttpResponse:
    _, rules = screening.published_rules()
    shown = help_of(rules, reports.messages_of(rules, kinds), studio_selectors.require())
    context = {
        "session": door.session,
        "is_own": door.is_own,
        "is_well": not kinds,
        "messages_shown": shown,
        "result": {"messages": shown},
        "report": found,
    }
    alone = any(message.level is Level.EMERGENCY for message in shown)
    return render(request, f"sessions/feeling/{'emergency' if alone else 'thanks'}.html", context)
