"""A client takes away a copy of everything that is kept."""

from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from massage_booking.accounts.models import Client
from massage_booking.core import clock, visitors
from screening import exporting, selectors, vault
from screening.vault import Reader
from screening.views.doors import closed_kindly

PURPOSE: Final = "a copy of everything"


@require_POST
@login_required
@closed_kindly
def export(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give everything that is kept about a client as a file: JSON, and the letters. Written down as a reading."""
    in_care = Client.objects.filter(account=request.user.pk, confirmed_at__isnull=False, is_claimed=True)
    client, now = get_object_or_404(in_care.select_related("account"), public_id=public_id), clock.now()
    if not selectors.may_read_answers(request.user, client):
        raise Http404
    reader = Reader.of(request.user, "client")  # type: ignore[arg-type]
    everything = vault.open_everything(
        client, reader=reader, purpose=PURPOSE, now=now, address=visitors.address_of(request)
    )
    content = exporting.as_zip(exporting.gather(client, everything, now=now))
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="everything-{now:%Y-%m-%d}.zip"'
    response["Cache-Control"] = "no-store"
    return response
