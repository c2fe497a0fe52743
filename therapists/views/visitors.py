"""What everybody may see: the list of therapists, a profile, a portrait."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import condition, require_safe

from massage_booking.core import clock
from therapists import selectors
from therapists.matching import Options, match
from therapists.models import Portrait
from therapists.profiles import Profile

# A new portrait has a new address, so that browsers may keep the old one.
PORTRAIT_CACHE = "public, max-age=86400"


def _today(request: HttpRequest) -> date:
    studio = getattr(request, "studio", None)
    return clock.today(studio.tz) if studio else clock.now().date()


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List everybody, sorted by what was asked for, with the reasons."""
    on = _today(request)
    profiles = [Profile(therapist, on) for therapist in selectors.active_therapists()]
    options = Options.of(profiles)
    wish = options.read(request.GET)
    matches = match(profiles, wish)
    fitting = [item for item in matches if item.fits]
    others = [item for item in matches if not item.fits]
    context = {"options": options, "wish": wish, "fitting": fitting, "others": others, "count": len(matches)}
    return render(request, "therapists/index.html", context)


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one therapist."""
    therapist = get_object_or_404(selectors.active_therapists(), slug=slug)
    return render(
        request, "therapists/detail.html", {"profile": Profile(therapist, _today(request)), "therapist": therapist}
    )


def _portrait_etag(request: HttpRequest, slug: str) -> str | None:
    changed_at = Portrait.objects.filter(therapist__slug=slug, therapist__is_active=True).values_list(
        "changed_at", flat=True
    )
    found = changed_at.first()
    return f'"{slug}-{found.timestamp()}"' if found else None


@require_safe
@condition(etag_func=_portrait_etag)
def portrait(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the picture itself."""
    picture = get_object_or_404(Portrait, therapist__slug=slug, therapist__is_active=True)
    return HttpResponse(
        bytes(picture.image), content_type=picture.content_type, headers={"Cache-Control": PORTRAIT_CACHE}
    )
