"""A therapist's own pages: weekly hours and time off. A change shows at once in what clients can book."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from massage_booking.accounts.permissions import therapist_required
from massage_booking.core import clock
from massage_booking.core.errors import Refused
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Location
from therapists import selectors, services
from therapists.forms import TimeOffForm, WeekForm
from therapists.messages import sentence


@require_http_methods(["GET", "HEAD", "POST"])
@therapist_required
def hours(request: HttpRequest) -> HttpResponse:
    """Show the working week as a form; save it as a whole."""
    therapist = request.user.therapist  # type: ignore[union-attr]
    week = WeekForm(
        request.POST if request.method == "POST" else None,
        rows=therapist.weekly_hours.all(),
        locations=list(Location.objects.all()),
    )
    if request.method == "POST" and week.is_valid():
        try:
            services.replace_weekly_hours(therapist=therapist, blocks=week.blocks, now=clock.now())
        except Refused as error:
            week.refuse(error)
        else:
            messages.success(request, "Saved. This is what clients can book from now on.")
            return redirect("therapists:hours")
    context = {"week": week, "therapist": therapist, "nav": "hours"}
    return render(request, "therapists/hours.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@therapist_required
def time_off(request: HttpRequest) -> HttpResponse:
    """List what is ahead, and add to it."""
    therapist, now = request.user.therapist, clock.now()  # type: ignore[union-attr]
    form = TimeOffForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_time_off(therapist=therapist, zone=studio_selectors.require().tz, now=now, **form.stretch)
        except Refused as error:
            form.add_error(None, sentence(error))
        else:
            messages.success(request, "Added. Clients see no times in it from now on.")
            return redirect("therapists:time_off")
    context = {
        "form": form,
        "ahead": selectors.time_off_ahead(therapist=therapist, now=now),
        "therapist": therapist,
        "nav": "hours",
    }
    return render(request, "therapists/time_off.html", context)


@require_POST
@therapist_required
def remove_time_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a stretch of time off back to bookings."""
    therapist = request.user.therapist  # type: ignore[union-attr]
    services.remove_time_off(time_off=get_object_or_404(therapist.time_off, pk=pk), now=clock.now())
    messages.success(request, "Removed. Clients can book that time again.")
    return redirect("therapists:time_off")
