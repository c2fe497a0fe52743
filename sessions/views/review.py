"""The review queue: all that waits for a therapist, the most urgent first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from massage_booking.accounts.permissions import therapist_required
from massage_booking.core import clock
from massage_booking.studio import selectors as studio_selectors
from sessions.selectors import reviewing


@require_safe
@therapist_required
def review(request: HttpRequest) -> HttpResponse:
    """List what waits, with what to do about each."""
    entries = reviewing.queue(user=request.user, studio=studio_selectors.require(), now=clock.now())
    groups = [
        ("now", "First", [entry for entry in entries if entry.why in reviewing.NOW]),
        ("soon", "Before the next days", [entry for entry in entries if entry.why in reviewing.SOON]),
        ("look", "To look at", [entry for entry in entries if entry.why in reviewing.LOOK]),
    ]
    context = {"groups": [group for group in groups if group[2]], "waiting_count": len(entries), "nav": "review"}
    return render(request, "sessions/calendar/review.html", context)
