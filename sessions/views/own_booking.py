"""A therapist books for a client, into their own calendar and no other. See `phone_booking` and its neighbours."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from massage_booking.accounts.permissions import therapist_required
from sessions.forms.desk import NewClientForm, SearchForm
from sessions.selectors import people
from sessions.views import anyway, walk_in
from sessions.views.desk import put_on_file
from sessions.views.phone_booking import book_at, move_at
from sessions.views.seats import own_seat


@require_safe
@therapist_required
def clients(request: HttpRequest) -> HttpResponse:
    """Find a client to book: a name and the last digits of the phone, no more."""
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    context = {"search": form, "words": words, "found": people.found_by_therapist(words), "nav": "today"}
    return render(request, "sessions/calendar/clients.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@therapist_required
def add_client(request: HttpRequest) -> HttpResponse:
    """Put somebody on file who is on the phone. The same person twice is once."""
    form = NewClientForm(request.POST or None, initial={"name": request.GET.get("name", "")[:120]})
    if request.method == "POST" and form.is_valid():
        client, told = put_on_file(form)
        messages.success(request, told)
        page = "sessions:own_walk_in" if "walk-in" in request.GET else "sessions:own_book"
        return redirect(page, public_id=client.public_id)
    context = {"form": form, "back_to": own_seat(request).url("clients"), "nav": "today"}
    return render(request, "sessions/desk/client_add.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@therapist_required
def book(request: HttpRequest, public_id: str) -> HttpResponse:
    """Book a client into one's own calendar."""
    return book_at(request, own_seat(request), public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@therapist_required
def book_anyway(request: HttpRequest, public_id: str) -> HttpResponse:
    """Book into one's own calendar against the usual times, with a reason."""
    return anyway.book_at(request, own_seat(request), public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@therapist_required
def move(request: HttpRequest, public_id: str) -> HttpResponse:
    """Move a session within one's own calendar."""
    return move_at(request, own_seat(request), public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@therapist_required
def move_anyway(request: HttpRequest, public_id: str) -> HttpResponse:
    """Move a session within one's own calendar against the usual times, with a reason."""
    return anyway.move_at(request, own_seat(request), public_id)


@require_safe
@therapist_required
def walk_ins(request: HttpRequest) -> HttpResponse:
    """Find who has walked in."""
    return walk_in.who_at(request, own_seat(request))


@require_http_methods(["GET", "HEAD", "POST"])
@therapist_required
def walk_in_of(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take somebody who has walked in, now, in one's own calendar."""
    return walk_in.take_at(request, own_seat(request), public_id)
