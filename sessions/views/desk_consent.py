"""Taking consent back for somebody who tells us: not everybody has an account to do it in."""

import logging

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from massage_booking.accounts.permissions import desk_required
from massage_booking.core import clock
from screening import selectors as screening
from screening import services, vault
from sessions import staff_messages
from sessions.views.desk import confirmed_client

logger = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say what taking consent back means; POST erases. Nobody here reads an answer."""
    found = confirmed_client(public_id)
    if request.method == "POST":
        services.withdraw_consent(client=found, now=clock.now())
        # By ids alone, so that it can be found out who did it.
        logger.info("consent of client %s taken back at the desk by account %s", found.public_id, request.user.pk)
        messages.success(request, staff_messages.done("consent_taken_back", name=found.name))
        return redirect("sessions:desk_client", public_id=found.public_id)
    context = {
        "client": found,
        "consent": screening.consent_in_force(found),
        "is_something_kept": vault.holds_anything_of(found),
        "nav": "desk",
    }
    return render(request, "sessions/desk/withdraw.html", context)
