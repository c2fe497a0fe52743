"""Reports at work: taken down when told by phone, read, and closed with what was advised and what came of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from massage_booking.accounts.permissions import therapist_required
from massage_booking.core import clock, visitors, wording
from massage_booking.core.errors import DomainError
from massage_booking.core.ids import new_public_id
from massage_booking.studio import selectors as studio_selectors
from screening import selectors as screening
from screening.domain.reports import Kind
from screening.result import help_of
from screening.vault import Reader, VaultClosed
from sessions import staff_messages
from sessions.domain.status import Status
from sessions.models import MassageSession, SymptomReport
from sessions.selectors import aftercare, reviewing
from sessions.services import record, reports
from sessions.views.sign_off import own_session

LONGEST = 2000


@require_http_methods(["GET", "HEAD", "POST"])
@therapist_required
def add(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take down what somebody told by phone, or why a session was stopped early."""
    session = own_session(request, public_id)
    if request.method == "POST":
        return _add(request, session, early="early" in request.POST)
    return _form(request, session)


def _form(request: HttpRequest, session: MassageSession) -> HttpResponse:
    """Show the form; after a refusal with what was filled in."""
    early = session.state is Status.STARTED
    ticked = request.POST.getlist("kinds")
    _, rules = screening.published_rules()
    context = {
        "session": session,
        "early": early,
        "may_add": early or aftercare.is_over(session, now=clock.now()),
        "kinds": [
            (report.kind.value, report.words, report.kind.value in ticked) for report in rules.extra.after_session
        ],
        "words": request.POST.get("words", "")[:LONGEST],
        "key": new_public_id(),
        "nav": "today",
    }
    return render(request, "sessions/calendar/report_add.html", context)


def _add(request: HttpRequest, session: MassageSession, *, early: bool) -> HttpResponse:
    kinds = [kind for kind in Kind if kind.value in request.POST.getlist("kinds")]
    if not kinds and not early:
        messages.error(request, staff_messages.SENTENCES["nothing_ticked"])
        return _form(request, session)
    key = request.POST.get("key", "")[:40]
    try:
        found = reports.report(
            session=session,
            kinds=kinds,
            words=request.POST.get("words", "")[:LONGEST],
            actor=request.user,  # type: ignore[arg-type]
            by="therapist",
            now=clock.now(),
            form_key=key,
            form_digest=record.digest_of({"session": session.public_id, "key": key}),
            stopped_early=early,
        )
    except (DomainError, VaultClosed) as error:
        messages.error(request, staff_messages.why_not(error))
        return _form(request, own_session(request, session.public_id))
    messages.success(request, staff_messages.done("reported"))
    return redirect("sessions:staff_report", public_id=session.public_id, report_id=found.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@therapist_required
def report(request: HttpRequest, public_id: str, report_id: str) -> HttpResponse:
    """Show a report to its therapist, which is recorded; close it."""
    rows = reviewing.reports_of(request.user).filter(session__public_id=public_id)
    found = get_object_or_404(rows, public_id=report_id)
    if request.method == "POST":
        return _close(request, found)
    return _shown(request, found)


def _shown(request: HttpRequest, found: SymptomReport) -> HttpResponse:
    """Open a report; after a refused closing with what was written."""
    now = clock.now()
    typed = {name: request.POST.get(name, "")[:LONGEST] for name in ("advice", "outcome")}
    context = {"report": found, "session": found.session, "typed": typed, "nav": "review"}
    purpose = f"after a session of {wording.full_date(found.session.starts_at)}"
    try:
        reader = Reader.of(request.user, "therapist", address=visitors.address_of(request))  # type: ignore[arg-type]
        opened = aftercare.open_report(found, reader=reader, purpose=purpose, now=now)
    except VaultClosed:
        return render(request, "sessions/calendar/report.html", {**context, "closed": True})
    reports.seen(report=found, now=now)
    _, rules = screening.published_rules()
    studio = studio_selectors.require()
    context |= {
        "opened": opened,
        "told": help_of(rules, [id_ for id_ in opened.messages if id_ in rules.messages], studio),
        "to_tell": help_of(rules, [id_ for id_ in opened.for_therapist if id_ in rules.messages], studio),
    }
    return render(request, "sessions/calendar/report.html", context)


def _close(request: HttpRequest, found: SymptomReport) -> HttpResponse:
    try:
        reports.close(
            report=found,
            advice=request.POST.get("advice", "")[:LONGEST],
            outcome=request.POST.get("outcome", "")[:LONGEST],
            actor=request.user,  # type: ignore[arg-type]
            now=clock.now(),
        )
    except (DomainError, VaultClosed) as error:
        messages.error(request, staff_messages.why_not(error))
        return _shown(request, found)
    messages.success(request, staff_messages.done("report_closed"))
    return redirect("sessions:review")
