"""The desk's booking pages: for everybody, with anybody. What they do, `phone_booking` and its neighbours say."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from massage_booking.accounts.permissions import desk_required
from sessions.views import anyway, walk_in
from sessions.views.phone_booking import book_at, move_at
from sessions.views.seats import DESK


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def book(request: HttpRequest, public_id: str) -> HttpResponse:
    """Book for a client on the phone."""
    return book_at(request, DESK, public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def book_anyway(request: HttpRequest, public_id: str) -> HttpResponse:
    """Book against the studio's times, with a reason."""
    return anyway.book_at(request, DESK, public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def move(request: HttpRequest, public_id: str) -> HttpResponse:
    """Move a session to another time, with the same therapist or anyone."""
    return move_at(request, DESK, public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def move_anyway(request: HttpRequest, public_id: str) -> HttpResponse:
    """Move a session against the studio's times, with a reason."""
    return anyway.move_at(request, DESK, public_id)


@require_http_methods(["GET", "HEAD"])
@desk_required
def walk_ins(request: HttpRequest) -> HttpResponse:
    """Find who has walked in."""
    return walk_in.who_at(request, DESK)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def walk_in_of(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take somebody who has walked in, with whoever is free now."""
    return walk_in.take_at(request, DESK, public_id)
