"""What every view of screening stands behind: somebody to ask, and a vault that opens."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from screening import flow
from screening.flow import Visit
from screening.vault import VaultClosed

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]


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
    """Give a view of the health step its Visit; a browser that is not in it is sent to the beginning of booking."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        here = flow.visit(request)
        return redirect("sessions:book") if here is None else view(here)

    return closed_kindly(guarded)
