"""The first page of step 2: consent, before any question; for a minor, a guardian's yes; for others, who answers."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from massage_booking.accounts.models import Relation
from screening import consent as consent_texts
from screening import flow, selectors, services
from screening.flow import Visit
from screening.forms import CarerForm, ConsentForm, DateOfBirthForm, GuardianForm
from screening.kiosk import Mode
from screening.models import ConsentWay
from screening.views.doors import step


@require_http_methods(["GET", "HEAD", "POST"])
@step
def consent(here: Visit) -> HttpResponse:
    """Ask for consent before the first question; for a minor, for a guardian's yes as well."""
    if flow.is_too_young(here) or not flow.consent_is_open(here):
        return redirect(flow.current_page(here))
    data = here.request.POST if here.request.method == "POST" else None
    forms = _forms(here, data)
    # All are checked, so that one sending shows everything that is missing.
    valid = [form.is_valid() for form in forms.values()] if data is not None else [False]
    if all(valid):
        _keep(here, forms)
        return redirect(flow.current_page(flow.visit(here.request) or here))
    context = {
        **flow.frame(here),
        "text": consent_texts.CURRENT,
        "forms": forms,
        "age": selectors.age_of(here.client, here.session_on),
    }
    return render(here.request, "screening/consent.html", context)


def _forms(here: Visit, data: Any) -> dict[str, Any]:
    """Return the forms that are still open, by their place on the page."""
    forms: dict[str, Any] = {}
    if here.client.date_of_birth is None:
        forms["birth"] = DateOfBirthForm(data, today=here.today)
    if selectors.consent_in_force(here.client) is None:
        forms["consent"] = ConsentForm(data)
        if _asks_who_answers(here):
            own = here.client.relation == Relation.SELF
            name = "" if here.mode else getattr(here.request.user, "name", "")
            forms["carer"] = CarerForm(
                data, is_self=own, whom=here.client.first_name, mode=here.mode, initial={"carer_name": name}
            )
    if selectors.needs_guardian(here.client, here.session_on):
        on_paper = here.mode == Mode.PAPER
        forms["guardian"] = GuardianForm(
            data,
            is_self=here.client.relation == Relation.SELF,
            on_paper=on_paper,
            typed_by=str(here.request.user) if on_paper else "",
            whose=here.client.name,
        )
    return forms


def _asks_who_answers(here: Visit) -> bool:
    """Tell whether to ask who answers: for an adult in somebody's care; at the studio, where somebody may help."""
    age = selectors.age_of(here.client, here.today)
    if age is None or age < selectors.ADULT_AGE:
        return False
    return bool(here.mode) or here.client.relation != Relation.SELF


def _keep(here: Visit, forms: dict[str, Any]) -> None:
    user = here.request.user if here.request.user.is_authenticated else None
    if "birth" in forms:
        services.set_date_of_birth(client=here.client, **forms["birth"].cleaned_data)
    if "consent" in forms:
        services.give_consent(
            client=here.client,
            version=consent_texts.CURRENT.version,
            given_by=user,
            now=here.now,
            way=here.mode or ConsentWay.ONLINE,
            carer=forms["carer"].carer() if "carer" in forms else None,
        )
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
