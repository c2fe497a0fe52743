"""The front page."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from massage_booking.core import clock
from massage_booking.studio.models import Studio
from sessions import words
from sessions.selectors import openings
from sessions.selectors.openings import Opening
from sessions.views import state
from sessions.views.picker import TIMES
from therapists import profiles
from therapists import selectors as therapist_selectors
from therapists.profiles import Profile

SHOWN = 3
USUAL_MINUTES = 60


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say what the studio offers, what massage can do, and when somebody is free."""
    studio = state.studio_of(request)
    if studio is None:
        return render(request, "sessions/not_open.html")
    return render(request, "home.html", context_of(studio, clock.now()))


def context_of(studio: Studio, now: datetime) -> dict[str, Any]:
    next_by_therapist = openings.next_openings(now=now)
    today = now.astimezone(studio.tz).date()
    people = [Profile(therapist, today) for therapist in therapist_selectors.active_therapists()]
    return {
        "next_openings": [_opening(opening, studio) for opening in _soonest(next_by_therapist)],
        "reasons": _reasons(),
        "therapists": [_therapist(profile, next_by_therapist) for profile in people[:SHOWN]],
        "therapist_count": len(people),
        "prices": _prices(),
    }


def _soonest(next_by_therapist: dict[int, Opening]) -> list[Opening]:
    """Return the next few openings by start: different times before the same again, the usual length first."""
    ordered = sorted(
        next_by_therapist.values(), key=lambda item: (item.starts_at, item.service.minutes != USUAL_MINUTES)
    )
    first_at: dict[datetime, Opening] = {}
    for opening in ordered:
        first_at.setdefault(opening.starts_at, opening)
    different = list(first_at.values())
    again = [opening for opening in ordered if first_at[opening.starts_at] is not opening]
    return sorted((different + again)[:SHOWN], key=lambda opening: opening.starts_at)


def _opening(opening: Opening, studio: Studio) -> dict[str, Any]:
    day = opening.starts_at.astimezone(studio.tz).date()
    query = {"service": opening.service.slug, "therapist": opening.therapist.slug, "day": day.isoformat()}
    return {
        "starts_at": opening.starts_at,
        "therapist": opening.therapist.first_name,
        "service": words.in_a_sentence(opening.service),
        "url": f"{reverse('sessions:find')}?{urlencode(query)}{TIMES}",
    }


def _reasons() -> list[dict[str, Any]]:
    trained = Count("trainings", filter=Q(trainings__therapist__is_active=True))
    index = reverse("therapists:index")
    return [
        {"name": row.name, "count": row.trained, "url": f"{index}?{urlencode({'reason': row.slug})}"}
        for row in therapist_selectors.reasons().annotate(trained=trained)
    ]


def _therapist(profile: Profile, next_by_therapist: dict[int, Opening]) -> dict[str, Any]:
    opening = next_by_therapist.get(profile.therapist.pk)
    return {
        "name": profile.therapist.name,
        "url": profile.url,
        "techniques": profile.techniques,
        "portrait_url": profile.portrait_url,
        "next_opening": opening.starts_at if opening else None,
    }


def _prices() -> list[dict[str, Any]]:
    return [
        {"minutes": price.minutes, "price": price.amount, "varies": price.varies}
        for price in profiles.prices(therapist_selectors.bookable_services())
    ]
