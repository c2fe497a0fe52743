"""How somebody comes to a session: by the link of a mail, which is a key; signed in; in the browser that booked it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import NewClients
from sessions import links
from sessions.domain.status import Status
from sessions.models import MassageSession
from sessions.permissions import sessions_visible_to
from sessions.views import state

# Name of a page -> its address by link, and without one.
PAGES = {
    "detail": ("sessions:manage", "sessions:detail"),
    "move": ("sessions:manage_move", "sessions:move"),
    "cancel": ("sessions:manage_cancel", "sessions:cancel"),
    # A link of a mail is a key to one session: for the following ones too, somebody signs in.
    "following": ("sessions:following", "sessions:following"),
    "move_both": ("sessions:manage_move_both", "sessions:move_both"),
    "cancel_both": ("sessions:manage_cancel_both", "sessions:cancel_both"),
    "undo": ("sessions:manage_undo", "sessions:undo"),
    "withdraw": ("sessions:manage_change_withdraw", "sessions:change_withdraw"),
    "today": ("sessions:manage_today", "sessions:today"),
    "ics": ("sessions:manage_ics", "sessions:ics"),
    "plan": ("sessions:manage_plan", "sessions:rhythm"),
}
# The address is a key: it must not travel as a referrer. Not plain "no-referrer", which would make browsers send
# "Origin: null" with our own forms, and the check against forged forms would refuse them; it stands there for browsers
# that know no other word.
KEY_HEADERS = {
    "Referrer-Policy": "no-referrer, strict-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Door:
    """A session, and how it was opened: by `token`, by its account, or by the browser that booked it."""

    session: MassageSession
    token: str = ""
    is_own: bool = False

    def url(self, page: str) -> str:
        by_link, without = PAGES[page]
        return (
            reverse(by_link, args=[self.token])
            if self.token and by_link != without
            else reverse(without, args=[self.session.public_id])
        )

    @property
    def urls(self) -> dict[str, str]:
        return {page: self.url(page) for page in PAGES}

    @property
    def is_stranger(self) -> bool:
        """Say whether nothing proves that this is who the session's address belongs to."""
        return not self.token and not self.is_own

    @property
    def status(self) -> str:
        """The state to show. A browser that typed a known address is not told by it that the address is known.

        Such a booking waits for a therapist's look; whoever the address belongs to learns that by mail.
        """
        session = self.session
        # What waits for a document is a request for everybody; so is what anybody new can only ask for.
        waits_for_review = session.status == Status.REQUESTED and session.clearance_until is None
        if studio_selectors.require().new_clients == NewClients.REQUEST:
            return session.status
        if self.is_stranger and waits_for_review and session.client and not session.client.is_claimed:
            return Status.BOOKED.value
        return session.status


def door_of(request: HttpRequest, public_id: str) -> Door | None:
    """Return the way to a session that this browser has without a link: its account's, or that it booked it."""
    found = sessions_visible_to(request.user).filter(public_id=public_id).first()
    if found is not None:
        return Door(found, is_own=True)
    if not state.has_booked(request, public_id):
        return None
    sessions = MassageSession.objects.select_related(
        "service__technique", "therapist", "client__account", "place__room__location"
    )
    found = sessions.filter(public_id=public_id).exclude(status=Status.HELD.value).first()
    return Door(found) if found else None


def private(view: View) -> View:
    """Keep the address of a page out of referrers, search engines and caches."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        for name, value in KEY_HEADERS.items():
            response[name] = value
        return response

    return kept


def opened(view: View) -> View:
    """Give a view the door to its session, by `token` or `public_id`. Strangers and old links get 404.

    Nobody signed in, at an address that has no link in it, is led to sign in; that a session exists is not told by it.
    """

    @wraps(view)
    def guarded(request: HttpRequest, token: str = "", public_id: str = "") -> HttpResponse:
        if state.studio_of(request) is None:
            raise Http404
        if token:
            session = links.read(token)
            door = Door(session, token) if session else None
        else:
            door = door_of(request, public_id)
            if door is None and not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
        if door is None:
            raise Http404
        return view(request, door)

    return private(guarded)
