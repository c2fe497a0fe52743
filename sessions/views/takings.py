"""What was taken, by the studio's own calendar: a list with sums, and the same as a table of figures (CSV)."""

import calendar
import csv
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from massage_booking.accounts.permissions import desk_required
from massage_booking.core import amounts, clock
from massage_booking.core.parsing import to_date, to_month
from massage_booking.core.spreadsheets import cell
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from sessions.models import Payment
from sessions.selectors.money import Takings, still_due
from sessions.selectors.money import takings as takings_between

HEADS = (
    "taken on", "at", "client", "session on", "session at", "service", "therapist", "how", "amount", "currency",
    "note", "taken by", "amount taken back", "taken back on", "taken back by", "reference",
)  # fmt: skip
# Excel reads UTF-8 only with this mark in front; other programs pass over it.
MARK = "\ufeff"


def _asked(request: HttpRequest, studio: Studio) -> tuple[date, date]:
    """Return the first and the last day asked for: a month, a day, else today. What cannot be read means today."""
    month = to_month(request.GET.get("month"))
    if month is not None:
        return month, month.replace(day=calendar.monthrange(month.year, month.month)[1])
    day = to_date(request.GET.get("day")) or clock.now().astimezone(studio.tz).date()
    return day, day


@require_safe
@desk_required
def takings(request: HttpRequest) -> HttpResponse:
    """Show what was taken on a day or in a month, by way of payment, with sums."""
    studio = studio_selectors.require()
    first, last = _asked(request, studio)
    is_month = first != last
    context = {
        "found": takings_between(first=first, last=last, studio=studio),
        "still_due": still_due(first=first, last=last, studio=studio),
        "first": first,
        "last": last,
        "is_month": is_month,
        "query": f"month={first:%Y-%m}" if is_month else f"day={first.isoformat()}",
        "nav": "desk",
    }
    return render(request, "sessions/desk/takings.html", context)


@require_safe
@desk_required
def takings_csv(request: HttpRequest) -> HttpResponse:
    """Return the same as a table of figures. Amounts are plain; no cell can be taken for a formula."""
    studio = studio_selectors.require()
    first, last = _asked(request, studio)
    name = f"takings-{first:%Y-%m}.csv" if first != last else f"takings-{first.isoformat()}.csv"
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    response.write(MARK)
    writer = csv.writer(response)
    writer.writerow(HEADS)
    writer.writerows(_rows(takings_between(first=first, last=last, studio=studio), studio))
    return response


def _rows(found: Takings, studio: Studio) -> list[list[str]]:
    rows = sorted([*found.payments, *found.taken_back], key=lambda payment: (payment.taken_at, payment.pk))
    return [_row(payment, studio) for payment in rows]


def _row(payment: Payment, studio: Studio) -> list[str]:
    session, stands = payment.session, payment.voided_at is None
    amount = amounts.plain(payment.amount, payment.currency)
    taken, begins, back = (_local(at, studio) for at in (payment.taken_at, session.starts_at, payment.voided_at))
    texts: list[Any] = [
        *taken, session.client, *begins, session.service, session.therapist, payment.get_how_display(),
        amount if stands else "", payment.currency, payment.note, payment.taken_by or "",
        "" if stands else amount, " ".join(back).strip(), payment.voided_by or "", payment.reference,
    ]  # fmt: skip
    return [cell(text) for text in texts]


def _local(moment: datetime | None, studio: Studio) -> tuple[str, str]:
    if moment is None:
        return "", ""
    local = moment.astimezone(studio.tz)
    return local.strftime("%Y-%m-%d"), local.strftime("%H:%M")
