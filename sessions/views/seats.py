"""From where staff book and move: the desk for everybody, a therapist in their own calendar."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from sessions.models import MassageSession
from sessions.models.session import BookedVia
from sessions.permissions import sessions_of_therapist, sessions_visible_to_staff
from therapists.models import Therapist


@dataclass(frozen=True)
class Seat:
    """From where staff book. `therapist` is whose calendar alone it is; None: everybody's."""

    by: str
    via: str
    nav: str
    therapist: Therapist | None = None

    @property
    def is_own(self) -> bool:
        return self.therapist is not None

    def url(self, page: str, *args: str) -> str:
        """Return the address of one of the pages that each seat has: `book` is desk_book, or own_book."""
        return reverse(f"sessions:{'own' if self.is_own else 'desk'}_{page}", args=args)

    def session_or_404(self, request: HttpRequest, public_id: str) -> MassageSession:
        """Return a session that may be moved from here."""
        rows = sessions_of_therapist(request.user) if self.is_own else sessions_visible_to_staff(request.user)
        return get_object_or_404(rows.exclude(status="held"), public_id=public_id)


DESK = Seat("desk", BookedVia.PHONE, "desk")


def own_seat(request: HttpRequest) -> Seat:
    """Return the seat of the therapist who is signed in."""
    return Seat("therapist", BookedVia.STAFF, "today", request.user.therapist)  # type: ignore[union-attr]
