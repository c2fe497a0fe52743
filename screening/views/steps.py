"""The pages of step 2 after consent: right now, questions, today, result."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from screening import flow, selectors
from screening.flow import Visit
from screening.result import result_of, too_young
from screening.views import kiosk
from screening.views.doors import step
from screening.views.question_page import question_page

page = require_http_methods(["GET", "HEAD", "POST"])


@page
@step
def now(here: Visit) -> HttpResponse:
    """Ask about right now, alone on its page, before anything else."""
    return question_page(here, "now")


@page
@step
def questions(here: Visit) -> HttpResponse:
    """Ask the groups of questions on one scroll."""
    return question_page(here, "questions")


@page
@step
def today(here: Visit) -> HttpResponse:
    """Ask about today, for a session that is near."""
    return question_page(here, "today")


@require_safe
@step
def result(here: Visit) -> HttpResponse:
    """Say what the answers mean; where help is needed at once, say nothing else."""
    if here.is_write_only:
        return kiosk.ended(here)
    if flow.is_too_young(here):
        return render(here.request, "screening/result.html", {**flow.frame(here), "result": too_young(here)})
    if flow.consent_is_open(here):
        return redirect("screening:consent")
    assessment = selectors.assess(
        client=here.client,
        starts_at=here.wanted.starts_at,
        zone=here.zone,
        now=here.now,
        reader=here.reader,
        address=here.address,
        last_visit_on=here.wanted.last_visit_on,
    )
    if assessment is None:
        return redirect(flow.current_page(here))
    found = result_of(here, assessment)
    if not found.is_emergency:
        return render(here.request, "screening/result.html", {**flow.frame(here), "result": found})
    if not selectors.asked_lately(client=here.client, now=here.now):
        return redirect(flow.current_page(here))
    return render(here.request, "screening/emergency.html", {"result": found, "back_url": reverse(found.back_to)})
