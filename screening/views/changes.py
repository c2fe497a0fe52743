"""“Has anything changed?”: a no is looked at row by row, a yes says what is new, and only that is asked again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from screening import due, flow, selectors, services, vault
from screening.answer_words import Answer, answers_in_words
from screening.domain import what_changed
from screening.flow import Visit
from screening.models import Screening
from screening.views.doors import step

page = require_http_methods(["GET", "HEAD", "POST"])

ONE_OF_TWO = "Please choose one of the two."
NOTED = "Thank you. It is noted that nothing has changed."
SAY_EACH = "Please say for each whether it is still true."
SAY_WHAT = "Please tick what is new, or go through everything."
OTHER_WINDOW = "These answers were changed in another window. This is how they stand now."


@page
@step
def again(here: Visit) -> HttpResponse:
    """Ask a client who has answered before, in one tap, whether anything has changed."""
    complete = _complete(here)
    if complete is None:
        return redirect(flow.current_page(here))
    if here.request.method == "POST":
        return _after_again(here)
    since = complete.unchanged_at or complete.completed_at
    return render(here.request, "screening/again.html", {**flow.frame(here), "since": since})


def _complete(here: Visit) -> Screening | None:
    """Return the completed answers that the question is about, None where the form itself is asked for."""
    draft, complete = selectors.forms_of(here.client)
    return None if flow.consent_is_open(here) or draft is not None else complete


def _after_again(here: Visit) -> HttpResponse:
    answer = here.request.POST.get("changed")
    if answer == "no":
        if not here.is_write_only and due.codes_to_confirm(here, due.kept_document(here)):
            return redirect("screening:still")
        services.nothing_changed(client=here.client, now=here.now)
        return _noted(here)
    if answer == "yes" and here.is_write_only:
        return redirect("screening:now")
    if answer == "yes":
        services.something_changed(client=here.client, now=here.now)
        return redirect("screening:changed")
    messages.info(here.request, ONE_OF_TWO)
    return redirect("screening:again")


def _noted(here: Visit) -> HttpResponse:
    """Lead on after a no; back on the account's page it is said that it was heard."""
    page_name = _after_nothing_changed(here)
    if page_name == "accounts:home":
        messages.success(here.request, NOTED)
    return redirect(page_name)


def _after_nothing_changed(here: Visit) -> str:
    """Return where a no leads: on with booking, unless something is to be answered or told first."""
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


# --- No: each ticked answer is looked at ------------------------------------


@page
@step
def still(here: Visit) -> HttpResponse:
    """Show each ticked answer in words: still true, or changed."""
    complete = _complete(here)
    codes = due.codes_to_confirm(here, due.kept_document(here)) if complete is not None else []
    if complete is None or not codes:
        return redirect(_after_nothing_changed(here))
    said = {code: here.request.POST.get(f"is-{code}", "") for code in codes}
    is_sent = here.request.method == "POST"
    # Nobody confirms an answer that they have not seen.
    is_seen = here.request.POST.get("revision") == str(complete.revision)
    if is_sent and is_seen and set(said.values()) <= {"still", "changed"}:
        return _keep_said(here, said)
    if is_sent and not is_seen:
        messages.info(here.request, OTHER_WINDOW)
    rows = [(answer, said[answer.code]) for answer in _in_words(here, complete, codes)]
    context = {
        **flow.frame(here),
        "rows": rows,
        "revision": complete.revision,
        "error": SAY_EACH if is_sent and is_seen else "",
        "is_stronger": here.wanted.is_stronger,
    }
    return render(here.request, "screening/still.html", context)


def _in_words(here: Visit, complete: Screening, codes: list[str]) -> list[Answer]:
    """Return what is kept of the rows, in words. A person reads it, which is recorded."""
    opened = vault.open_answers(
        complete, reader=here.reader, purpose="looking whether it is still true", now=here.now, address=here.address
    )
    document = selectors.read_as(complete, here.rules, opened)
    return [answer for answer in answers_in_words(here.rules, document) if answer.code in codes]


def _keep_said(here: Visit, said: dict[str, str]) -> HttpResponse:
    changed = [code for code, word in said.items() if word == "changed"]
    services.confirm(
        client=here.client,
        still=[code for code in said if code not in changed],
        changed=changed,
        today=here.today,
        now=here.now,
    )
    if changed:
        return redirect(flow.current_page(here))
    return _noted(here)


# --- Yes: what is new -------------------------------------------------------


@page
@step
def changed(here: Visit) -> HttpResponse:
    """Ask what is new; only the rows that it touches are asked again."""
    if _complete(here) is None:
        return redirect(flow.current_page(here))
    data = here.request.POST
    if "everything" in data:
        services.start_or_resume(client=here.client, today=here.today, now=here.now)
        return redirect("screening:now")
    if "nothing" in data and due.must_say_what(here):
        services.nothing_after_all(client=here.client, now=here.now)
        return redirect(flow.current_page(here))
    offered = [
        change for change in what_changed.changes_offered(here.rules) if change.id != what_changed.SOMETHING_ELSE
    ]
    chosen = {change.id for change in offered} & set(data.getlist("what"))
    if chosen:
        _end(here, chosen)
        return redirect(flow.current_page(flow.visit(here.request) or here))
    error = SAY_WHAT if here.request.method == "POST" else ""
    return render(here.request, "screening/changed.html", {**flow.frame(here), "changes": offered, "error": error})


def _end(here: Visit, chosen: set[str]) -> None:
    ticked = due.kept_document(here).rows
    touched = what_changed.reopened(here.rules, chosen, ticked)
    services.end_for(client=here.client, codes_by_trigger=touched, today=here.today, now=here.now)
