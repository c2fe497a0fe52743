"""The pages of step 2: consent, right now, questions, today, result; and “has anything changed?”."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from screening import consent as consent_texts
from screening import flow, selectors, services
from screening.flow import Visit
from screening.forms import ConsentForm, DateOfBirthForm, GuardianForm
from screening.result import result_of, too_young
from screening.views.doors import step
from screening.views.question_page import question_page

page = require_http_methods(["GET", "HEAD", "POST"])


@page
@step
def consent(here: Visit) -> HttpResponse:
    """Ask for consent before the first question; for a minor, for a guardian's yes as well."""
    if flow.is_too_young(here) or not flow.consent_is_open(here):
        return redirect(flow.current_page(here))
    data = here.request.POST if here.request.method == "POST" else None
    forms = _consent_forms(here, data)
    # All are checked, so that one sending shows everything that is missing.
    valid = [form.is_valid() for form in forms.values()] if data is not None else [False]
    if all(valid):
        _keep_consent(here, forms)
        return redirect(flow.current_page(flow.visit(here.request) or here))
    context = {
        **flow.frame(here),
        "text": consent_texts.CURRENT,
        "forms": forms,
        "age": selectors.age_of(here.client, here.session_on),
    }
    return render(here.request, "screening/consent.html", context)


def _consent_forms(here: Visit, data: Any) -> dict[str, Any]:
    """Return the forms that are still open, by their place on the page."""
    forms: dict[str, Any] = {}
    if here.client.date_of_birth is None:
        forms["birth"] = DateOfBirthForm(data, today=here.today)
    if selectors.consent_in_force(here.client) is None:
        forms["consent"] = ConsentForm(data)
    if selectors.needs_guardian(here.client, here.session_on):
        forms["guardian"] = GuardianForm(data, is_self=here.client.relation == "self")
    return forms


def _keep_consent(here: Visit, forms: dict[str, Any]) -> None:
    user = here.request.user if here.request.user.is_authenticated else None
    if "birth" in forms:
        services.set_date_of_birth(client=here.client, **forms["birth"].cleaned_data)
    if "consent" in forms:
        version = consent_texts.CURRENT.version
        services.give_consent(client=here.client, version=version, given_by=user, now=here.now)
    if "guardian" in forms:
        data = forms["guardian"].cleaned_data
        services.give_guardian_consent(
            client=here.client,
            name=data["name"],
            relation=data["relation"],
            child_agrees=data["child_agrees"],
            given_by=user,
            now=here.now,
        )


@page
@step
def again(here: Visit) -> HttpResponse:
    """Ask a client who has answered before, in one tap, whether anything has changed."""
    draft, complete = selectors.forms_of(here.client)
    if flow.consent_is_open(here) or draft is not None or complete is None:
        return redirect(flow.current_page(here))
    if here.request.method == "POST":
        return _after_again(here)
    since = complete.unchanged_at or complete.completed_at
    return render(here.request, "screening/again.html", {**flow.frame(here), "since": since})


def _after_again(here: Visit) -> HttpResponse:
    if here.request.POST.get("changed") == "no":
        services.nothing_changed(client=here.client, now=here.now)
        return redirect(_after_nothing_changed(here))
    if here.request.POST.get("changed") == "yes":
        services.start_or_resume(client=here.client, today=here.today, now=here.now)
        return redirect("screening:now")
    messages.info(here.request, "Please choose one of the two.")
    return redirect("screening:again")


def _after_nothing_changed(here: Visit) -> str:
    """Return where one tap leads: on with booking, unless something is to be answered or told first."""
    page_name = flow.current_page(here)
    if page_name != "screening:result":
        return page_name
    assessment = selectors.assess(
        client=here.client,
        starts_at=here.wanted.starts_at,
        zone=here.zone,
        now=here.now,
        last_visit_on=here.wanted.last_visit_on,
    )
    return flow.next_name(here.request) if assessment and assessment.may_choose_time else page_name


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
    return render(here.request, "screening/emergency.html", {"result": found, "back_to": found.back_to})
