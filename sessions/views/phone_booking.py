"""Booking an open time for somebody on the phone, and moving a session to one, from either seat."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from massage_booking.core import clock
from sessions.models import MassageSession
from sessions.services import asking_ahead, booking, changes
from sessions.views.counter import (
    AT_ONCE,
    Desk,
    choices_for,
    moving_from,
    take,
    to_session,
    told_of,
    told_of_move,
)
from sessions.views.desk import confirmed_client
from sessions.views.seats import Seat


def book_at(request: HttpRequest, seat: Seat, public_id: str) -> HttpResponse:
    """Book for a client: on the phone at the desk, or into the therapist's own calendar."""
    client = confirmed_client(public_id)
    page = seat.url("book", client.public_id)
    desk = Desk(seat, request.POST if request.method == "POST" else request.GET, client, clock.now(), page)
    refusal = None
    if request.method == "POST":

        def write(**choice: Any) -> MassageSession:
            return booking.book(
                client=client,
                service=desk.service,
                via=seat.via,
                actor=request.user,  # type: ignore[arg-type]
                by=seat.by,
                notice=AT_ONCE,
                **choice,
            )

        result = take(desk, write)
        if isinstance(result, MassageSession):
            asking_ahead.ask(session=result, now=desk.now)
            messages.success(request, told_of(result, client))
            return to_session(result)
        refusal = result
    context = {**desk.context(refusal), **choices_for(desk)}
    return render(request, "sessions/desk/book.html", context, status=409 if refusal else 200)


def move_at(request: HttpRequest, seat: Seat, public_id: str) -> HttpResponse:
    """Move a session to another time: at the desk with the same therapist or anyone, else in one's own calendar."""
    desk = moving_from(request, seat, public_id, "move")
    if isinstance(desk, HttpResponse):
        return desk
    session = desk.moving
    refusal = None
    if request.method == "POST":

        def write(**choice: Any) -> MassageSession:
            return changes.move(session=session, actor=request.user, by=seat.by, **choice)  # type: ignore[arg-type]

        result = take(desk, write)
        if isinstance(result, MassageSession):
            messages.success(request, told_of_move(desk.client))
            return to_session(result)
        refusal = result
    context = {**desk.context(refusal), "session": session}
    return render(request, "sessions/desk/move.html", context, status=409 if refusal else 200)
