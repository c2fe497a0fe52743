"""The front desk: everybody's day, and clients. Times and limits, never conditions."""

from datetime import date, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from massage_booking.accounts import services as accounts
from massage_booking.accounts.forms import HandOverForm
from massage_booking.accounts.models import Client
from massage_booking.accounts.permissions import desk_required
from massage_booking.accounts.selectors import may_hand_over, search_clients, twice_on_an_account
from massage_booking.core import clock
from massage_booking.studio import selectors as studio_selectors
from screening import selectors as screening
from sessions import limits, staff_messages
from sessions.domain.money import Bill
from sessions.domain.status import Act, may
from sessions.forms.desk import ContactForm, NewClientForm, SearchForm
from sessions.models import MassageSession
from sessions.selectors import account, money, phone
from sessions.selectors import day as days
from sessions.views import pairs, session_page
from sessions.views.calendar import chosen_day

A_PAGE = 20
# How many days the row of chips offers.
CHIPS = 7


def _row(session: MassageSession, *, day_taps: list[session_page.Tap], bill: Bill) -> dict[str, object]:
    return {
        "session": session,
        "bill": bill,
        "limits": limits.line(session),
        "taps": day_taps,
        "may_move": may(session.state, Act.MOVE),
        "may_cancel": may(session.state, Act.CANCEL),
        "call": _why_call(session),
        "answers_due": session.state in days.AHEAD and session.decision_id is None,
    }


def _why_call(session: MassageSession) -> str:
    """Return why somebody should phone this client, or nothing."""
    if session.state not in days.AHEAD or session.client is None:
        return ""
    if getattr(session, "not_reminded", False):
        return "not reminded: call"
    return "" if session.client.mail_address else "no e-mail: call"


@require_safe
@desk_required
def today(request: HttpRequest) -> HttpResponse:
    """Show everybody's sessions of a day."""
    now, studio = clock.now(), studio_selectors.require()
    wanted, this_day = chosen_day(request, studio, now)
    found = days.desk_day(user=request.user, day=wanted, studio=studio)
    bills = money.bills(found)
    rows = [
        _row(
            session,
            day_taps=session_page.taps_for(session, own=False, now=now, zone=studio.tz),
            bill=bills[session.pk],
        )
        for session in found
    ]
    begin = wanted - timedelta(days=1)
    context = {
        "day": wanted,
        "today": this_day,
        "rows": rows,
        "count": sum(session.state in days.COUNTED for session in found),
        "before": wanted - timedelta(days=CHIPS),
        "after": wanted + timedelta(days=CHIPS),
        "chips": [begin + timedelta(days=number) for number in range(CHIPS)],
        "search": SearchForm(),
        "nav": "desk",
    }
    return render(request, "sessions/desk/today.html", context)


@require_safe
@desk_required
def clients(request: HttpRequest) -> HttpResponse:
    """Find a client by name, phone or e-mail."""
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    page = Paginator(search_clients(words), A_PAGE).get_page(request.GET.get("page")) if words else None
    context = {
        "search": form,
        "words": words,
        "page_obj": page,
        "twice": [] if words else twice_on_an_account(),
        "nav": "desk",
    }
    return render(request, "sessions/desk/clients.html", context)


def _known(data: dict[str, object]) -> Client | None:
    """Return the client of this name and birthday who is on file already."""
    same = Client.objects.filter(
        confirmed_at__isnull=False, name__iexact=data["name"], date_of_birth=data["date_of_birth"]
    )
    return same.order_by("pk").first()


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def add_client(request: HttpRequest) -> HttpResponse:
    """Put somebody on file who is on the phone. The same person twice is once."""
    form = NewClientForm(request.POST or None, initial={"name": request.GET.get("name", "")[:120]})
    if request.method == "POST" and form.is_valid():
        client, told = put_on_file(form)
        messages.success(request, told)
        page = "sessions:desk_walk_in" if "walk-in" in request.GET else "sessions:desk_client"
        return redirect(page, public_id=client.public_id)
    context = {"form": form, "back_to": reverse("sessions:desk_clients"), "nav": "desk"}
    return render(request, "sessions/desk/client_add.html", context)


def put_on_file(form: NewClientForm) -> tuple[Client, str]:
    """Return the client of a form, whether on file before or not, and what to say about it."""
    known = _known(form.cleaned_data)
    client = known or accounts.add_client_by_phone(**form.cleaned_data, now=clock.now())
    return client, staff_messages.done("client_known" if known else "client_added", name=client.name)


def confirmed_client(public_id: str) -> Client:
    """Return a client whom the desk may see: guests who are still filling in are nobody yet."""
    rows = Client.objects.select_related("account").filter(confirmed_at__isnull=False)
    return get_object_or_404(rows, public_id=public_id)


@require_safe
@desk_required
def client(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show how to reach a client, and their sessions. Of health only whether the questions are answered."""
    found = confirmed_client(public_id)
    now, studio = clock.now(), studio_selectors.require()
    upcoming, past = account.sessions_of(client=found, now=now)
    days.fill_in(upcoming)
    bills = money.bills([*upcoming, *past])
    context = {
        "client": found,
        "age": screening.age_of(found, now.astimezone(studio.tz).date()),
        "is_adult": phone.is_adult(found, now.astimezone(studio.tz).date()),
        "may_hand_over": may_hand_over(found, now.astimezone(studio.tz).date()),
        "answers_complete": phone.answers_complete(client=found, now=now),
        "upcoming": [
            (session, limits.line(session), limits.status_words(session, now=now), bills[session.pk])
            for session in upcoming
        ],
        "past": [(session, bills[session.pk]) for session in past],
        **pairs.desk_context(found),
        "nav": "desk",
    }
    return render(request, "sessions/desk/client.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def client_contact(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change how to reach a client. With an address, whoever has no account gets one to answer questions in."""
    found = confirmed_client(public_id)
    had_account = found.account is not None
    now_known = {"phone": found.phone, "email": found.email}
    form = ContactForm(request.POST or None, initial=now_known, account=found.account)
    if request.method == "POST" and form.is_valid():
        accounts.set_contact(client=found, **form.cleaned_data, now=clock.now())
        told = "account_given" if found.account and not had_account else "contact_saved"
        messages.success(request, staff_messages.done(told, name=found.name, address=found.mail_address))
        return redirect("sessions:desk_client", public_id=found.public_id)
    return render(request, "sessions/desk/client_contact.html", {"client": found, "form": form, "nav": "desk"})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def client_hand_over(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give somebody who has come of age, and asks for it, an account of their own: it is not the parents' to refuse."""
    found = confirmed_client(public_id)
    if found.account is None or not may_hand_over(found, _today()):
        raise Http404
    form = HandOverForm(request.POST or None, own_address=found.account.email)
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        accounts.hand_over(client=found, email=address, by=found.account, now=clock.now())
        messages.success(request, staff_messages.done("account_given", name=found.name, address=address))
        return redirect("sessions:desk_client", public_id=found.public_id)
    return render(request, "sessions/desk/client_hand_over.html", {"client": found, "form": form, "nav": "desk"})


def _today() -> date:
    return clock.now().astimezone(studio_selectors.require().tz).date()
