"""Money at a session: taking it, taking it back, letting a fee go. The desk for all, a therapist for their own."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from massage_booking.accounts.permissions import staff_required
from massage_booking.core import clock
from massage_booking.core import money as core_money
from massage_booking.core.errors import DomainError
from sessions import staff_messages
from sessions.domain.money import What
from sessions.forms.money import PaidForm, WaiveForm
from sessions.models import MassageSession, Payment
from sessions.permissions import sessions_visible_to_staff
from sessions.selectors import money as money_selectors
from sessions.services import money, record
from sessions.views.day_acts import back, is_own, role_in


def _session(request: HttpRequest, public_id: str) -> MassageSession:
    return get_object_or_404(sessions_visible_to_staff(request.user), public_id=public_id)


def _context(request: HttpRequest, session: MassageSession, **more: Any) -> dict[str, Any]:
    payments = money_selectors.payments_of(session)
    own = is_own(request.user, session)
    return {
        "session": session,
        "own": own,
        "bill": money_selectors.bill_of(session, payments),
        "payments": payments,
        "nav": "today" if own else "desk",
        **more,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def pay(request: HttpRequest, public_id: str) -> HttpResponse:
    """Note what was paid. The same form twice is one payment."""
    session = _session(request, public_id)
    bill = money_selectors.bill_of(session)
    form = PaidForm(request.POST or None, currency=session.currency, due=bill.due)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                return _paid(request, session, form)
            except DomainError as error:
                form.add_error(None, staff_messages.sentence(error))
        status = 409
    return render(request, "sessions/desk/pay.html", _context(request, session, form=form), status=status)


def _paid(request: HttpRequest, session: MassageSession, form: PaidForm) -> HttpResponse:
    given = form.cleaned_data
    said = {"pay": session.pk, **{name: str(given[name]) for name in ("amount", "currency", "how", "note")}}
    taken = money.take(
        session=session,
        paid=money.Sum(given["amount"], given["how"], given["note"]),
        actor=request.user,  # type: ignore[arg-type]
        by=role_in(request.user, session),
        now=clock.now(),
        form_key=given["key"],
        form_digest=record.digest_of(said),
    )
    due = money_selectors.bill_of(taken).due
    told = "paid_part" if due else "paid"
    messages.success(request, staff_messages.done(told, due=core_money.write(due, taken.currency)))
    return back(request, session)


@require_POST
@staff_required
def take_back(request: HttpRequest, public_id: str, payment_id: str) -> HttpResponse:
    """Take a mistaken payment back; its row stays."""
    session = _session(request, public_id)
    payment = get_object_or_404(Payment.objects.select_related("session"), session=session, public_id=payment_id)
    by = role_in(request.user, session)
    try:
        money.take_back(payment=payment, actor=request.user, by=by, now=clock.now())  # type: ignore[arg-type]
        messages.success(request, staff_messages.done("taken_back"))
    except DomainError as error:
        messages.error(request, staff_messages.sentence(error))
    return redirect("sessions:pay", public_id=session.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def waive(request: HttpRequest, public_id: str) -> HttpResponse:
    """Let a fee go, with the reason."""
    session = _session(request, public_id)
    form = WaiveForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 409
        if form.is_valid():
            try:
                money.waive(
                    session=session,
                    because=form.cleaned_data["reason"],
                    actor=request.user,  # type: ignore[arg-type]
                    by=role_in(request.user, session),
                    now=clock.now(),
                )
            except DomainError as error:
                form.add_error(None, staff_messages.sentence(error))
            else:
                name = session.client.short_name if session.client else ""
                messages.success(request, staff_messages.done("fee_let_go", name=name))
                return back(request, session)
    context = _context(request, session, form=form)
    context["may_waive"] = context["bill"].what is What.FEE
    return render(request, "sessions/desk/waive.html", context, status=status)


@require_POST
@staff_required
def ask_for_fee(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask for a fee all the same that was let go by hand."""
    session = _session(request, public_id)
    by = role_in(request.user, session)
    try:
        money.ask_for_fee(session=session, actor=request.user, by=by, now=clock.now())  # type: ignore[arg-type]
        messages.success(request, staff_messages.done("fee_asked_for"))
    except DomainError as error:
        messages.error(request, staff_messages.sentence(error))
    return back(request, session)
