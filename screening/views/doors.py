"""What every view of screening stands behind: somebody to ask, and a vault that opens."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from massage_booking.core import clock
from screening import flow, kiosk
from screening.flow import Visit
from screening.vault import VaultClosed

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]
BEGINNING: Final = "sessions:book"
FORGOTTEN: Final = (
    "This page was open for so long that we no longer know whom it is about. Please begin here once more; "
    "signed in, you find what was saved."
)


def closed_kindly(view: View) -> View:
    """Answer 503 with a kind page when the vault stays closed; the log names no person and no answer."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except VaultClosed as closed:
            logger.error("%s", closed)
            return render(request, "screening/closed.html", status=503)

    return guarded


def step(view: Callable[[Visit], HttpResponse]) -> View:
    """Give a view of the health step its Visit; a browser that is not in it is sent to the beginning of booking.

    Whoever may not see older answers gets to the pages that show none.
    """

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        here = flow.visit(request)
        if here is None:
            page = _outside(request)
            if request.method == "POST" and page == BEGINNING:
                messages.warning(request, FORGOTTEN)
            return redirect(page)
        name = request.resolver_match.url_name if request.resolver_match else ""
        if here.is_write_only and name not in kiosk.PAGES and (here.mode or name != "again"):
            return redirect("screening:now")
        return view(here)

    return closed_kindly(guarded)


def _outside(request: HttpRequest) -> str:
    """Return where a browser belongs that nobody is asked in: the tablet to its own page, its half hour being over."""
    grant = kiosk.grant_of(request)
    if grant is not None:
        kiosk.stop(request, kiosk.client_of(grant), now=clock.now())
        return kiosk.leave(request, grant.mode)
    return "screening:kiosk" if kiosk.TABLET in request.session else BEGINNING
