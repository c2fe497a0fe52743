"""With whom: what a client wishes, on their own page. Nobody is asked why, and nobody else is told."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from massage_booking.accounts import selectors as accounts
from massage_booking.accounts.models import Client
from massage_booking.core import clock
from sessions.forms.wishes import ApartForm, GenderForm
from sessions.models import ApartSide
from sessions.selectors import who
from sessions.selectors import wishes as selectors
from sessions.services import wishes as services
from therapists.models import Therapist


def _own_client(request: HttpRequest, client_id: str) -> Client:
    return get_object_or_404(accounts.clients_of(request.user), public_id=client_id)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def with_whom(request: HttpRequest, client_id: str) -> HttpResponse:
    """Show and keep whether somebody wishes for a woman or a man, and with whom they are not booked any more."""
    client, now = _own_client(request, client_id), clock.now()
    form = GenderForm(request.POST if request.method == "POST" else None, initial={"gender": who.wish_of(client)})
    if request.method == "POST" and form.is_valid():
        services.wish_for(client=client, gender=form.cleaned_data["gender"], now=now)
        messages.success(request, "Saved. It counts from the next session you book; what is booked stays.")
        return redirect("sessions:with_whom", client_id=client.public_id)
    return _page(request, client, now=now, form=form)


@require_POST
@login_required
def apart(request: HttpRequest, client_id: str) -> HttpResponse:
    """Book somebody with a therapist no more."""
    client, now = _own_client(request, client_id), clock.now()
    form = ApartForm(request.POST, therapists=_therapists(client, now=now))
    if not form.is_valid():
        return _page(request, client, now=now, apart_form=form)
    therapist = form.cleaned_data["therapist"]
    services.keep_apart(client=client, therapist=therapist, side=ApartSide.CLIENT, actor=request.user, now=now)  # type: ignore[arg-type]
    messages.success(request, f"Saved. {therapist.first_name} is not offered to you any more.")
    return redirect("sessions:with_whom", client_id=client.public_id)


@require_POST
@login_required
def apart_end(request: HttpRequest, client_id: str, slug: str) -> HttpResponse:
    """Let somebody be booked with a therapist again, as far as it was their own wish."""
    client = _own_client(request, client_id)
    therapist = get_object_or_404(Therapist, slug=slug)
    if services.end_apart(client=client, therapist=therapist, side=ApartSide.CLIENT, now=clock.now()):
        messages.success(request, "Ended. It was your wish alone, and it does not stand any more.")
    return redirect("sessions:with_whom", client_id=client.public_id)


def _therapists(client: Client, *, now: datetime) -> list[Therapist]:
    """Return whom somebody could still leave out: everybody who works here, but those they have left out."""
    out = {kept.apart.therapist_id for kept in selectors.kept_apart(client=client, now=now, side=ApartSide.CLIENT)}
    return [person for person in Therapist.objects.filter(is_active=True) if person.pk not in out]


def _page(request: HttpRequest, client: Client, *, now: datetime, **forms: Any) -> HttpResponse:
    named = request.GET.get("therapist", "")[:60]
    therapists = _therapists(client, now=now)
    context = {
        "client": client,
        "form": forms.get("form") or GenderForm(initial={"gender": who.wish_of(client)}),
        "apart_form": forms.get("apart_form") or ApartForm(therapists=therapists, initial={"therapist": named}),
        "kept": selectors.kept_apart(client=client, now=now, side=ApartSide.CLIENT),
    }
    return render(request, "sessions/with_whom.html", context)
