"""Where the admin leads after a change that sessions ahead do not fit any more."""

from collections.abc import Callable

from django.urls import reverse

from massage_booking.core import clock
from massage_booking.core.admin_base import after_saving
from massage_booking.studio.models import Room, Studio
from sessions.domain.outside import Outside
from sessions.selectors import conflicts
from sessions.selectors.conflicts import Stranded
from therapists.models import Technique, Therapist


def _page_if_any(test: Callable[[Stranded], bool]) -> str:
    return reverse("sessions:outside") if any(map(test, conflicts.open_ones(now=clock.now()))) else ""


@after_saving(Therapist)
def of_therapist(therapist: Therapist) -> str:
    """Lead to the sessions of a therapist who works other hours, gives less, or does not work here any more."""
    if not conflicts.open_ones(now=clock.now(), therapist=therapist):
        return ""
    return f"{reverse('sessions:outside')}?therapist={therapist.slug}"


@after_saving(Room)
def of_room(room: Room) -> str:
    """Lead to the sessions at a table that is out of use."""
    return _page_if_any(lambda one: Outside.PLACE in one.reasons and _room_of(one) == room.pk)


def _room_of(one: Stranded) -> int | None:
    return one.session.place.room_id if one.session.place else None


@after_saving(Studio)
def of_studio(studio: Studio) -> str:
    """Lead to the sessions on public holidays."""
    return _page_if_any(lambda one: Outside.HOLIDAY in one.reasons)


@after_saving(Technique)
def of_technique(technique: Technique) -> str:
    """Lead to the sessions whose therapists have no certificate for what needs one now."""
    return _page_if_any(
        lambda one: Outside.CERTIFICATE in one.reasons and one.session.service.technique_id == technique.pk
    )
