"""The account pages: where sign-in leads, the people in one's care, one's own name and phone."""

from datetime import date
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from massage_booking.accounts import selectors, services
from massage_booking.accounts.forms import DetailsForm, HandOverForm, PersonForm
from massage_booking.accounts.models import Client, Relation, User
from massage_booking.accounts.permissions import roles
from massage_booking.core import clock

# A page of a plan should list a family, not a village.
MOST_PEOPLE = 20


@require_safe
@login_required
def landing(request: HttpRequest) -> HttpResponse:
    """Lead on after sign-in: to where somebody was going, else to their work, else to their own page."""
    wanted = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    if ours and wanted.startswith("/"):
        return HttpResponseRedirect(wanted)
    may = roles(request.user)
    if may.therapist:
        return redirect("sessions:calendar")
    if request.user.is_desk:  # type: ignore[union-attr]
        return redirect("sessions:desk")
    return redirect("admin:index" if may.admin else "accounts:home")


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show one client's sessions, rhythm and past; the account's own person first."""
    people = list(selectors.clients_of(request.user))
    chosen = people[0] if people else None
    if "who" in request.GET:
        chosen = get_object_or_404(selectors.clients_of(request.user), public_id=request.GET["who"])
    grown_up = [person for person in people if selectors.may_hand_over(person, _today())]
    return render(request, "accounts/home.html", {"people": people, "client": chosen, "grown_up": grown_up})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def details(request: HttpRequest) -> HttpResponse:
    """Change one's own name and phone; addresses and passkeys have their own pages."""
    account = cast(User, request.user)
    initial = {"name": account.name, "phone": account.phone}
    form = DetailsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.change_details(account=account, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("accounts:home")
    return render(request, "accounts/details.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add_person(request: HttpRequest) -> HttpResponse:
    """Add somebody in one's care."""
    people = list(selectors.clients_of(request.user))
    form = PersonForm(request.POST if request.method == "POST" else None, may_be_self=not _own(people))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if any(person.name == data["name"] and person.date_of_birth == data["date_of_birth"] for person in people):
            form.add_error("name", "This person is on your page already.")
        elif len(people) >= MOST_PEOPLE:
            form.add_error(None, "That is as many people as one account looks after. Please call us.")
        else:
            client = services.add_client(account=request.user, now=clock.now(), **data)  # type: ignore[arg-type]
            messages.success(request, f"{client.first_name} is on your page now.")
            return redirect(f"{reverse('accounts:home')}?who={client.public_id}")
    return render(request, "accounts/person.html", {"form": form, "client": None})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def person(request: HttpRequest, public_id: str) -> HttpResponse:
    """Correct who somebody in one's care is."""
    client = get_object_or_404(selectors.clients_of(request.user), public_id=public_id)
    initial = {"name": client.name, "relation": client.relation, "date_of_birth": client.date_of_birth}
    form = PersonForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        # Nobody becomes oneself by a correction: one's own answers are open, those of somebody in care may not be.
        may_be_self=client.relation == Relation.SELF,
    )
    if request.method == "POST" and form.is_valid():
        services.change_client(client=client, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect(f"{reverse('accounts:home')}?who={client.public_id}")
    return render(request, "accounts/person.html", {"form": form, "client": client})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def hand_over(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give somebody who was a child on this account, and is of age now, an account of their own."""
    client = get_object_or_404(selectors.clients_of(request.user), public_id=public_id)
    if not selectors.may_hand_over(client, _today()):
        raise Http404
    account = cast(User, request.user)
    form = HandOverForm(request.POST if request.method == "POST" else None, own_address=account.email)
    if request.method == "POST" and form.is_valid():
        services.hand_over(client=client, email=form.cleaned_data["email"], by=account, now=clock.now())
        messages.success(request, f"Done. {client.first_name} gets a letter that says how to sign in.")
        return redirect("accounts:home")
    return render(request, "accounts/hand_over.html", {"form": form, "client": client})


def _today() -> date:
    return timezone.localtime(clock.now()).date()


def _own(people: list[Client]) -> Client | None:
    return next((client for client in people if client.relation == Relation.SELF), None)
