"""A therapist's own hours on dates: other than the week's, more, or none."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from massage_booking.accounts.permissions import therapist_required
from massage_booking.core import clock, wording
from massage_booking.core.errors import Refused
from massage_booking.core.parsing import to_date
from massage_booking.studio import holidays_here
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Location, Studio
from therapists import selectors, services
from therapists.domain.dates import blocks_on
from therapists.domain.hours import DatedBlock, WeeklyBlock
from therapists.forms import DatedHoursForm
from therapists.messages import sentence
from therapists.models import DatedHours, Therapist


@require_http_methods(["GET", "HEAD", "POST"])
@therapist_required
def dates(request: HttpRequest) -> HttpResponse:
    """List the dates ahead that have hours of their own; add one or change it (`?day=`)."""
    therapist, now = request.user.therapist, clock.now()  # type: ignore[union-attr]
    studio = studio_selectors.require()
    today = now.astimezone(studio.tz).date()
    day = to_date(request.GET.get("day"))
    form = _form_of(request, therapist, day)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.set_dated_hours(
                therapist=therapist, day=data["day"], blocks=form.blocks, note=data["note"], studio=studio, now=now
            )
        except Refused as error:
            form.add_error(None, sentence(error))
        else:
            said = "That is what clients can book on" if form.blocks else "Nobody can book you on"
            messages.success(request, f"Saved. {said} {wording.long_date(data['day'])}.")
            return redirect("therapists:dates")
    context = {
        "form": form,
        "day": day,
        "holiday": _holiday_on(day, studio),
        "ahead": selectors.dated_ahead(therapist=therapist, today=today),
        "several": len(form.locations) > 1,
        "therapist": therapist,
        "nav": "hours",
    }
    return render(request, "therapists/dates.html", context)


def _form_of(request: HttpRequest, therapist: Therapist, day: date | None) -> DatedHoursForm:
    """Return the form as sent, or filled with what the day asked for has now: its own hours, else its weekday's."""
    locations = list(Location.objects.all())
    if request.method == "POST":
        return DatedHoursForm(request.POST, locations=locations)
    initial: dict[str, Any] = {"day": day}
    blocks: list[DatedBlock] = []
    if day is not None:
        rows = list(DatedHours.objects.filter(therapist=therapist, day=day))
        dated = [DatedBlock(row.day, row.starts, row.ends, row.location_id) for row in rows]
        weekly = [
            WeeklyBlock(*row) for row in therapist.weekly_hours.values_list("weekday", "starts", "ends", "location_id")
        ]
        blocks = blocks_on(day, weekly=weekly, dated=dated)
        initial |= {"is_off": bool(rows) and not blocks, "note": rows[0].note if rows else ""}
    return DatedHoursForm(None, locations=locations, blocks=blocks, initial=initial)


def _holiday_on(day: date | None, studio: Studio) -> str:
    return holidays_here.names(studio=studio, first=day, last=day).get(day, "") if day else ""


@require_POST
@therapist_required
def remove_date(request: HttpRequest, day: str) -> HttpResponse:
    """Let a date go by the week again."""
    therapist, on = request.user.therapist, to_date(day)  # type: ignore[union-attr]
    if on is None or not services.remove_dated_hours(therapist=therapist, day=on, now=clock.now()):
        raise Http404
    messages.success(request, f"Removed. {wording.long_date(on)} goes by your week again.")
    return redirect("therapists:dates")
