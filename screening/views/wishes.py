"""Where it hurts, where to work, where not to: a client's own page, in the flow and from the account."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from massage_booking.accounts.models import Client
from massage_booking.core import clock, visitors
from massage_booking.core.errors import Refused
from massage_booking.core.vocabulary import AREA_LABELS
from screening import flow, selectors, services, vault, whose
from screening import wishes as kept_wishes
from screening.views.doors import closed_kindly
from screening.wishes import MARKS, WORDS_LENGTH, Wishes

CONTRADICTION = "You marked both “work here” and “leave alone”: {areas}. Please keep one of the two."
# How the marks are offered, in the order of the page.
OFFERED = {"hurts": "Hurts", "work": "Work here", "avoid": "Leave alone"}


@require_http_methods(["GET", "HEAD", "POST"])
@closed_kindly
def wishes(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show the body map with what was wished for, and keep what is wished for now."""
    client = _own(request, public_id)
    here = flow.visit(request)
    under_way = here if here is not None and here.client.pk == client.pk else None
    if selectors.consent_in_force(client) is None:
        flow.begin(request, client, then=flow.next_name(request))
        return redirect("screening:consent")
    error = ""
    if request.method == "POST":
        wanted, said_at = _sent(request), None
        try:
            services.keep_wishes(client=client, wanted=wanted, now=clock.now())
        except Refused:
            error = CONTRADICTION.format(areas=kept_wishes.named(wanted.contradiction))
        else:
            messages.success(request, "Kept. Your therapist sees this before the session.")
            return redirect("screening:result" if under_way and under_way.is_booking else "accounts:home")
    else:
        wanted, said_at = kept_wishes.read(
            client,
            reader=_reader(request),
            purpose="own wishes",
            now=clock.now(),
            address=visitors.address_of(request),
        )
    frame = flow.frame(under_way) if under_way else {"layout": "screening/account_base.html", "client": client}
    context = {**frame, "rows": _rows(wanted), "marks": OFFERED, "wishes": wanted, "said_at": said_at, "error": error}
    return render(request, "screening/wishes.html", {**context, "longest": WORDS_LENGTH})


def _own(request: HttpRequest, public_id: str) -> Client:
    """Return the client whose wishes may be read and written here. Raises Http404 for everybody else's."""
    client = whose.open_to(request, public_id)
    if client is None:
        raise Http404
    return client


def _reader(request: HttpRequest) -> vault.Reader:
    return vault.Reader.of(request.user, "client") if request.user.is_authenticated else vault.Reader.guest()


def _sent(request: HttpRequest) -> Wishes:
    marks = {mark: request.POST.getlist(mark) for mark in MARKS}
    return kept_wishes.wishes_of(marks, str(request.POST.get("words", "")))


def _rows(wanted: Wishes) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    """Return (area, its words, [(mark, its words, is it set)]) for every area."""
    return [
        (
            area,
            words[:1].upper() + words[1:],
            [(mark, said, area in wanted.areas(mark)) for mark, said in OFFERED.items()],
        )
        for area, words in AREA_LABELS.items()
    ]
