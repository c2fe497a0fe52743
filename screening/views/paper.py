"""The end of a paper form that a therapist has typed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from massage_booking.accounts.permissions import therapist_required
from screening import kiosk


@require_safe
@therapist_required
def done(request: HttpRequest) -> HttpResponse:
    """Say that it is noted, and lead back to the session and the calendar."""
    return render(request, "screening/kiosk/paper_done.html", {"back": request.session.get(kiosk.PAPER_DONE, "")})
