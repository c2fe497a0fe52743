"""A therapist's own calendars kept elsewhere, whose busy times are kept free here."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from massage_booking.accounts.permissions import therapist_required
from massage_booking.core import clock
from massage_booking.core.errors import Refused
from therapists import selectors, services
from therapists.forms import AddressForm, FileForm
from therapists.messages import SENTENCES, sentence
from therapists.models import OutsideCalendar


@require_http_methods(["GET", "HEAD", "POST"])
@therapist_required
def calendars(request: HttpRequest) -> HttpResponse:
    """List the calendars; add one by its address, and read it at once."""
    form = AddressForm(request.POST if request.method == "POST" else None, prefix="address")
    if request.method == "POST" and form.is_valid():
        therapist, now = request.user.therapist, clock.now()  # type: ignore[union-attr]
        try:
            added = services.add_calendar(therapist=therapist, now=now, **form.cleaned_data)
        except Refused as error:
            form.add_error(None, sentence(error))
        else:
            _read(request, added)
            return redirect("therapists:calendars")
    return _page(request, address_form=form)


@require_POST
@therapist_required
def add_file(request: HttpRequest) -> HttpResponse:
    """Read busy times from a file."""
    form = FileForm(request.POST, request.FILES, prefix="file")
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.add_calendar_file(
                therapist=request.user.therapist,  # type: ignore[union-attr]
                name=data["name"],
                data=data["file"],
                now=clock.now(),
            )
        except Refused as error:
            form.add_error("file", sentence(error))
        else:
            messages.success(request, "Read. Nobody can book you in its busy times.")
            return redirect("therapists:calendars")
    return _page(request, file_form=form)


@require_POST
@therapist_required
def read(request: HttpRequest, calendar_id: str) -> HttpResponse:
    """Read a calendar from its address now."""
    _read(request, _own(request, calendar_id))
    return redirect("therapists:calendars")


@require_POST
@therapist_required
def replace_file(request: HttpRequest, calendar_id: str) -> HttpResponse:
    """Let a new file stand for the one given before."""
    calendar = _own(request, calendar_id)
    form = FileForm(request.POST, request.FILES)
    if calendar.url or not form.is_valid():
        words = [str(error) for errors in form.errors.values() for error in errors]
        messages.error(request, " ".join(words) or "This calendar is read from its address.")
        return redirect("therapists:calendars")
    try:
        services.replace_calendar_file(calendar=calendar, data=form.cleaned_data["file"], now=clock.now())
    except Refused as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, f"Read. The new file stands for “{calendar.name}” now.")
    return redirect("therapists:calendars")


@require_POST
@therapist_required
def remove(request: HttpRequest, calendar_id: str) -> HttpResponse:
    """Forget a calendar and its busy times."""
    services.remove_calendar(calendar=_own(request, calendar_id), now=clock.now())
    messages.success(request, "Removed. Clients can book its times again.")
    return redirect("therapists:calendars")


def _own(request: HttpRequest, calendar_id: str) -> OutsideCalendar:
    therapist = request.user.therapist  # type: ignore[union-attr]
    return get_object_or_404(therapist.outside_calendars, public_id=calendar_id[:22])


def _read(request: HttpRequest, calendar: OutsideCalendar) -> None:
    """Read a calendar and say what came of it."""
    try:
        went_well = services.read_calendar(calendar=calendar, now=clock.now())
    except Refused as error:
        messages.info(request, sentence(error))
        return
    if went_well:
        messages.success(request, f"“{calendar.name}” was read. Nobody can book you in its busy times.")
        return
    calendar.refresh_from_db()
    messages.warning(request, f"“{calendar.name}” could not be read. {SENTENCES.get(calendar.error, '')}")


def _page(request: HttpRequest, **forms: Any) -> HttpResponse:
    therapist = request.user.therapist  # type: ignore[union-attr]
    context = {
        "address_form": AddressForm(prefix="address"),
        "file_form": FileForm(prefix="file"),
        "calendars": selectors.outside_calendars(therapist=therapist, now=clock.now()),
        "therapist": therapist,
        "nav": "hours",
        **forms,
    }
    return render(request, "therapists/calendars.html", context)
