"""Every page speaks the studio's wall-clock time."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from massage_booking.core import money
from massage_booking.studio import selectors


class StudioZone:
    """Put the studio on the request, its zone and its currency in force while the page is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        studio = selectors.current()
        request.studio = studio  # type: ignore[attr-defined]
        if studio is None:
            return self.get_response(request)
        with selectors.in_force(studio), timezone.override(studio.tz), money.in_currency(studio.currency):
            return self.get_response(request)
