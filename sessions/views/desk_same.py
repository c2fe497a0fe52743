"""The same person twice: two records side by side, and one of them kept. Names, reach and counts, never health."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from massage_booking.accounts.models import Client
from massage_booking.accounts.permissions import desk_required
from massage_booking.accounts.selectors import perhaps_the_same
from massage_booking.core import clock
from massage_booking.core.errors import DomainError
from sessions import staff_messages
from sessions.forms.desk import SameForm
from sessions.models import MassageSession
from sessions.services import people
from sessions.views.desk import confirmed_client


@dataclass(frozen=True)
class Record:
    """One of two records as the page shows it."""

    client: Client
    sessions: int
    last_at: Any


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def same(request: HttpRequest, public_id: str) -> HttpResponse:
    """List who may be the same person; compare two records; make one of them."""
    client = confirmed_client(public_id)
    data = request.POST if request.method == "POST" else request.GET
    if not data.get("with"):
        context = {"client": client, "candidates": perhaps_the_same(client), "nav": "desk"}
        return render(request, "sessions/desk/same.html", context)
    other = confirmed_client(data["with"][:22])
    form = SameForm(request.POST if request.method == "POST" else None, one=client, other=other)
    if request.method == "POST" and form.is_valid():
        kept, gone = (client, other) if form.cleaned_data["keep"] == client.public_id else (other, client)
        try:
            merged = people.merge(kept=kept, gone=gone, actor=request.user, now=clock.now())  # type: ignore[arg-type]
        except DomainError as refusal:
            form.add_error(None, staff_messages.sentence(refusal))
        else:
            messages.success(request, staff_messages.done("merged", name=merged.name))
            return redirect("sessions:desk_client", public_id=merged.public_id)
    context = {"client": client, "other": other, "form": form, "records": _records(client, other), "nav": "desk"}
    return render(request, "sessions/desk/same_two.html", context)


def _records(*clients: Client) -> list[Record]:
    rows = MassageSession.objects.filter(client__in=clients).exclude(status="held").order_by().values("client_id")
    counts = {row["client_id"]: row for row in rows.annotate(sessions=Count("pk"), last_at=Max("starts_at"))}
    found = []
    for client in clients:
        row = counts.get(client.pk, {"sessions": 0, "last_at": None})
        found.append(Record(client, row["sessions"], row["last_at"]))
    return found
