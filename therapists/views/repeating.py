"""A therapist's own time off that comes back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from massage_booking.accounts.permissions import therapist_required
from massage_booking.core import clock
from massage_booking.core.errors import Refused
from massage_booking.studio import selectors as studio_selectors
from therapists import selectors, services
from therapists.forms import RepeatingForm
from therapists.messages import sentence


@require_http_methods(["GET", "HEAD", "POST"])
@therapist_required
def repeating(request: HttpRequest) -> HttpResponse:
    """List what comes back, each with its next dates, and add to it."""
    therapist, now = request.user.therapist, clock.now()  # type: ignore[union-attr]
    zone = studio_selectors.require().tz
    today = now.astimezone(zone).date()
    form = RepeatingForm(request.POST if request.method == "POST" else None, initial={"first": today})
    if request.method == "POST" and form.is_valid():
        try:
            services.add_repeating_time_off(therapist=therapist, zone=zone, now=now, **form.cleaned_data)
        except Refused as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, "Added. Clients see no times in it from now on.")
            return redirect("therapists:repeating")
    ahead = selectors.repeating_ahead(therapist=therapist, today=today)
    context = {"form": form, "ahead": ahead, "therapist": therapist, "nav": "hours"}
    return render(request, "therapists/repeating.html", context)


@require_POST
@therapist_required
def remove_repeating(request: HttpRequest, repeating_pk: int) -> HttpResponse:
    """Give all that is ahead of it back to bookings."""
    therapist = request.user.therapist  # type: ignore[union-attr]
    row = get_object_or_404(therapist.repeating_time_off, pk=repeating_pk)
    services.remove_repeating_time_off(repeating=row, now=clock.now())
    messages.success(request, "Removed. Clients can book these times again.")
    return redirect("therapists:repeating")
