"""The studio's tablet: a code lets one client in, to answer and not to read; the end signs everything out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from massage_booking.core import clock, visitors
from massage_booking.core.errors import Refused
from screening import flow, kiosk, selectors
from screening.flow import Visit
from screening.forms import CodeForm
from screening.result import Result, result_of, too_young
from screening.services import kiosk as services

SENTENCES = {
    "kiosk_code": "This code is not good, or not any more. Please ask for a new one.",
    "kiosk_tries": "Too many codes were tried. Please ask the desk to begin on this device.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for the code; with a good one make this browser the client's, whoever was signed in here."""
    now = clock.now()
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "screening/kiosk/enter.html", {"form": form})
    try:
        client = services.redeem(code=form.cleaned_data["code"], address=visitors.address_of(request), now=now)
    except Refused as refusal:
        form.add_error("code", SENTENCES[refusal.code])
        return render(request, "screening/kiosk/enter.html", {"form": form})
    kiosk.begin(request, client, now=now)
    return redirect("screening:consent")


@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Give up, or hand the tablet back: nothing stays in this browser."""
    grant = kiosk.grant_of(request)
    if grant is None:
        return redirect("screening:kiosk_done")
    kiosk.stop(request, kiosk.client_of(grant), now=clock.now())
    return redirect(kiosk.leave(request, grant.mode))


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """Thank, and ask for the tablet back."""
    return render(request, "screening/kiosk/done.html")


# --- The last page of whoever may not see older answers ---------------------


def ended(here: Visit) -> HttpResponse:
    """Say no more than must be said after a form: to seek help at once, that one is too young, or that it is noted."""
    if flow.is_too_young(here):
        return _too_young(here)
    if flow.consent_is_open(here):
        return redirect("screening:consent")
    if here.mode:
        found = _result(here) if kiosk.HELP in here.request.session else None
        if found is None or not found.messages:
            return redirect(flow.current_page(here))
        name = "emergency" if found.is_emergency else "advice"
        return render(here.request, f"screening/kiosk/{name}.html", {**flow.frame(here), "result": found})
    return _noted(here)


def _too_young(here: Visit) -> HttpResponse:
    context = {**flow.frame(here), "result": too_young(here)}
    name = "screening/kiosk/too_young.html" if here.mode else "screening/result.html"
    return render(here.request, name, context)


def _result(here: Visit) -> Result | None:
    """Return what the answers mean that were given a moment ago. A reading, and recorded as one."""
    assessment = selectors.assess(
        client=here.client,
        starts_at=here.wanted.starts_at,
        zone=here.zone,
        now=here.now,
        reader=here.reader,
        address=here.address,
        last_visit_on=here.wanted.last_visit_on,
    )
    return result_of(here, assessment) if assessment else None


def _noted(here: Visit) -> HttpResponse:
    """Tell somebody who answers for another, but may not read along, how booking goes on; never why."""
    found = None
    if kiosk.has_completed(here.request, here.client):
        found = _result(here)
        if found is not None and found.is_emergency:
            context = {"result": found, "back_to": "screening:now", "back_url": reverse("screening:now")}
            return render(here.request, "screening/emergency.html", context)
    assessment = selectors.assess(
        client=here.client,
        starts_at=here.wanted.starts_at,
        zone=here.zone,
        now=here.now,
        last_visit_on=here.wanted.last_visit_on,
    )
    if assessment is None:
        return redirect(flow.current_page(here))
    name = flow.next_name(here.request)
    goes_on = assessment.may_choose_time or not here.is_booking
    context = {
        **flow.frame(here),
        "next_name": name if goes_on else "",
        "next_label": flow.NEXT_STEPS[name],
        "told": found.messages if found else (),
    }
    return render(here.request, "screening/kiosk/noted.html", context)
