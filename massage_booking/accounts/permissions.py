"""Who may do what. Strangers get 404, so that they learn nothing; nobody signed in is asked to sign in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from massage_booking.accounts.models import Client
from massage_booking.core import clock

# Public ids of clients that this browser is filling in without an account.
GUEST_CLIENTS = "guest_clients"

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Roles:
    therapist: bool = False
    desk: bool = False
    admin: bool = False

    @property
    def staff(self) -> bool:
        return self.therapist or self.desk or self.admin


def is_therapist(user: Any) -> bool:
    therapist = getattr(user, "therapist", None) if user.is_authenticated else None
    return therapist is not None and therapist.is_active


def is_desk(user: Any) -> bool:
    return bool(user.is_authenticated and (user.is_desk or user.is_staff))


def is_admin(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_staff)


def roles(user: Any) -> Roles:
    """Return the roles of a user; an admin may do what the desk may."""
    if not user.is_authenticated:
        return Roles()
    return Roles(therapist=is_therapist(user), desk=is_desk(user), admin=is_admin(user))


def has_second_factor(user: Any) -> bool:
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(user=user, type__in=kinds).exists()


def staff_session_is_fresh(request: HttpRequest) -> bool:
    """Staff sign in anew after a working day; the stamp is set when they sign in."""
    signed_in_at = request.session.get("signed_in_at")
    if signed_in_at is None:
        return False
    age = clock.now().timestamp() - float(signed_in_at)
    return age < timedelta(hours=settings.STAFF_SESSION_HOURS).total_seconds()


def staff_obstacle(request: HttpRequest) -> HttpResponse | None:
    """Return where a member of staff must go first: to sign in anew, or to set up the second factor."""
    if not staff_session_is_fresh(request):
        # Signed out first: the sign-in page sends whoever is still signed in straight back here.
        logout(request)
        messages.info(request, "Please sign in again: staff pages close after a working day.")
        return redirect_to_login(request.get_full_path())
    if settings.STAFF_MFA_REQUIRED and not has_second_factor(request.user):
        messages.info(request, "Staff pages need a second factor: set up an authenticator app or a passkey first.")
        return redirect("mfa_index")
    return None


def _required(test: Callable[[Any], bool]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not test(request.user):
                raise Http404
            return staff_obstacle(request) or view(request, *args, **kwargs)

        return guarded

    return decorate


therapist_required = _required(is_therapist)
desk_required = _required(is_desk)
admin_required = _required(is_admin)
staff_required = _required(lambda user: roles(user).staff)


def clients_visible_to(request: HttpRequest) -> QuerySet[Client]:
    """Return the account's clients, and those that this browser is filling in as a guest."""
    mine = Q(pk__in=[])
    if request.user.is_authenticated:
        mine |= Q(account=request.user, confirmed_at__isnull=False)
    guests = request.session.get(GUEST_CLIENTS, [])
    if guests:
        mine |= Q(public_id__in=guests, confirmed_at__isnull=True)
    return Client.objects.filter(mine)


def remember_guest(request: HttpRequest, client: Client) -> None:
    """Let this browser go on filling in a client that has no account yet."""
    known = request.session.get(GUEST_CLIENTS, [])
    request.session[GUEST_CLIENTS] = [*known[-4:], client.public_id]
