"""Who may see which session. Strangers get 404."""

from typing import Any

from django.db.models import Q, QuerySet

from massage_booking.accounts.permissions import is_desk, is_therapist
from sessions.models import MassageSession


def _with_people() -> QuerySet[MassageSession]:
    return MassageSession.objects.select_related(
        "service__technique", "therapist", "client__account", "place__room__location", "decision"
    )


def sessions_visible_to(user: Any) -> QuerySet[MassageSession]:
    """Return what a user may see as a client: the sessions of the people in their care."""
    if not user.is_authenticated:
        return MassageSession.objects.none()
    return _with_people().filter(client__account=user).exclude(status="held")


def sessions_of_therapist(user: Any) -> QuerySet[MassageSession]:
    """Return the therapist's own sessions, and nobody else's."""
    if not is_therapist(user):
        return MassageSession.objects.none()
    return _with_people().filter(therapist=user.therapist)


def sessions_of_desk(user: Any) -> QuerySet[MassageSession]:
    """Return every session: the desk sees times and limits, never conditions."""
    return _with_people() if is_desk(user) else MassageSession.objects.none()


def sessions_visible_to_staff(user: Any) -> QuerySet[MassageSession]:
    """Return what somebody may see at work: own sessions as a therapist, all as the desk."""
    wanted = Q(pk__in=[])
    if is_desk(user):
        return _with_people().exclude(status="held")
    if is_therapist(user):
        wanted |= Q(therapist=user.therapist)
    return _with_people().filter(wanted).exclude(status="held")
