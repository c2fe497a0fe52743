"""The waitlist at the desk: who is in line, and taking somebody out of it who called. Nothing of health."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from massage_booking.accounts.permissions import desk_required
from massage_booking.core import clock
from sessions import staff_messages
from sessions.models import WaitlistEntry
from sessions.selectors import waiting
from sessions.services import waitlist


@require_safe
@desk_required
def line(request: HttpRequest) -> HttpResponse:
    """Show everybody who waits for a time, first come first."""
    return render(request, "sessions/desk/waitlist.html", {"line": waiting.line(), "nav": "desk"})


@require_POST
@desk_required
def end(request: HttpRequest, entry_id: str) -> HttpResponse:
    """Take somebody out of the line; a time that is kept for them goes to the next."""
    entry = get_object_or_404(WaitlistEntry.objects.select_related("client"), public_id=entry_id)
    waitlist.end(entry=entry, now=clock.now())
    messages.success(request, staff_messages.done("waits_no_more", name=entry.client.short_name))
    return redirect("sessions:desk_waitlist")
