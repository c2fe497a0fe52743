"""Two who are not booked together, as staff keep it: the desk for either side, a therapist for their own."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from massage_booking.accounts.models import Client
from massage_booking.accounts.permissions import desk_required, therapist_required
from massage_booking.core import clock
from sessions import staff_messages
from sessions.forms.wishes import ApartForm, GenderForm
from sessions.models import ApartSide
from sessions.selectors import day as days
from sessions.services import wishes as services
from sessions.views.day_acts import is_own
from sessions.views.desk import confirmed_client
from therapists.models import Therapist


def _to_client(client: Client) -> HttpResponse:
    return redirect(f"{reverse('sessions:desk_client', args=[client.public_id])}#with-whom")


@require_POST
@desk_required
def desk_wish(request: HttpRequest, public_id: str) -> HttpResponse:
    """Keep for a client whether they wish for a woman or a man."""
    client = confirmed_client(public_id)
    form = GenderForm(request.POST)
    if form.is_valid():
        services.wish_for(client=client, gender=form.cleaned_data["gender"], now=clock.now())
        messages.success(request, staff_messages.done("wish_saved", name=client.name))
    return _to_client(client)


@require_POST
@desk_required
def desk_apart(request: HttpRequest, public_id: str) -> HttpResponse:
    """Book a client and a therapist together no more, for whichever side asks for it."""
    client = confirmed_client(public_id)
    form = ApartForm(request.POST, therapists=Therapist.objects.filter(is_active=True), staff=True)
    if not form.is_valid():
        messages.error(request, "Choose a therapist, and whose wish it is.")
        return _to_client(client)
    therapist, side = form.cleaned_data["therapist"], ApartSide(form.cleaned_data["side"])
    services.keep_apart(client=client, therapist=therapist, side=side, actor=request.user, now=clock.now())  # type: ignore[arg-type]
    words = {"name": client.short_name, "therapist": therapist.first_name}
    messages.success(request, staff_messages.done("apart", **words))
    return _to_client(client)


@require_POST
@desk_required
def desk_apart_end(request: HttpRequest, public_id: str, slug: str, side: str) -> HttpResponse:
    """End what one side wished."""
    client, therapist = confirmed_client(public_id), get_object_or_404(Therapist, slug=slug)
    if side not in ApartSide.values:
        raise Http404
    if services.end_apart(client=client, therapist=therapist, side=ApartSide(side), now=clock.now()):
        messages.success(request, staff_messages.done("apart_ended"))
    return _to_client(client)


@require_POST
@therapist_required
def own_apart(request: HttpRequest, public_id: str) -> HttpResponse:
    """Note that a therapist would not be booked with a client any more, or end it."""
    session = get_object_or_404(days.staff_sessions(request.user), public_id=public_id)
    if session.client is None or not is_own(request.user, session):
        raise Http404
    pair = {"client": session.client, "therapist": session.therapist, "side": ApartSide.THERAPIST, "now": clock.now()}
    if request.POST.get("end"):
        services.end_apart(**pair)
        messages.success(request, staff_messages.done("own_apart_ended"))
    else:
        services.keep_apart(**pair, actor=request.user)
        messages.success(request, staff_messages.done("own_apart", name=session.client.short_name))
    return redirect(f"{reverse('sessions:staff_session', args=[session.public_id])}#with-whom")
