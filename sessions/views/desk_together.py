"""Two at once, booked by phone: find both clients, choose what each has, press a time. Moving and cancelling both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from massage_booking.accounts.models import Client
from massage_booking.accounts.permissions import desk_required
from massage_booking.accounts.selectors import search_clients
from massage_booking.core import clock
from massage_booking.core.errors import DomainError
from massage_booking.core.ids import new_public_id
from massage_booking.core.parsing import to_date, to_month
from sessions import staff_messages
from sessions.domain.status import Act, may
from sessions.forms.desk import SearchForm, TimeForm
from sessions.forms.together import SEATS
from sessions.models import MassageSession
from sessions.models.session import BookedVia
from sessions.permissions import sessions_visible_to_staff
from sessions.selectors import phone, together
from sessions.selectors.together import Pair, Seat
from sessions.services import asking_ahead, record, together_changes
from sessions.services.together import Sessions, Terms, book_two
from sessions.views.day_acts import role_in
from sessions.views.desk_booking import ANYONE, AT_ONCE
from sessions.views.together_changes import picker_of, words_of
from sessions.views.together_picker import AskedForTwo, PickerForTwo
from therapists.eligibility import eligibility_windows
from therapists.models import Service, Therapist
from therapists.selectors import bookable_services

# How many of those found are shown: whoever is on the phone can say more of the name.
FOUND_MOST: Final = 10
TITLES: Final = ("The first", "The second")


@dataclass(frozen=True)
class DeskSeat:
    """One of the two as far as it was chosen at the desk, and what can be chosen."""

    name: str
    data: Mapping[str, Any]
    services: list[Service]
    now: datetime

    @cached_property
    def client(self) -> Client | None:
        """Guests who are still filling in are nobody yet."""
        people = Client.objects.select_related("account").filter(confirmed_at__isnull=False)
        return people.filter(public_id=str(self.data.get(self.name, ""))[:22]).first()

    @cached_property
    def service(self) -> Service | None:
        slug = self.data.get(f"{self.name}_service")
        return next((service for service in self.services if service.slug == slug), None)

    @cached_property
    def therapists(self) -> list[Therapist]:
        if self.service is None:
            return list(Therapist.objects.filter(is_active=True).order_by("position", "name"))
        return [therapist for therapist, _ in eligibility_windows(service=self.service).values()]

    @cached_property
    def therapist(self) -> Therapist | None:
        slug = self.data.get(f"{self.name}_therapist")
        return next((person for person in self.therapists if person.slug == slug), None)

    @property
    def is_wrong_therapist(self) -> bool:
        """Say whether somebody was asked for who does not give this service."""
        return self.therapist is None and self.data.get(f"{self.name}_therapist") not in (None, "", ANYONE)

    @cached_property
    def judge(self) -> phone.Judge:
        assert self.client is not None
        return phone.assessor(client=self.client, now=self.now)

    @property
    def words(self) -> dict[str, str]:
        """Return what was chosen as an address and a form say it."""
        said = {
            self.name: self.client.public_id if self.client else "",
            f"{self.name}_service": self.service.slug if self.service else "",
            f"{self.name}_therapist": self.therapist.slug if self.therapist else "",
        }
        return {key: value for key, value in said.items() if value}

    @cached_property
    def search(self) -> SearchForm:
        return SearchForm(self.data, prefix=self.name)

    @cached_property
    def found(self) -> list[Client]:
        words = self.search.cleaned_data["q"].strip() if self.search.is_valid() else ""
        return list(search_clients(words)[:FOUND_MOST]) if words else []

    def seat(self) -> Seat:
        assert self.client is not None and self.service is not None
        allowed = phone.allowed_on(client=self.client, service=self.service, judge=self.judge, now=self.now)
        return Seat(self.client, self.service, self.therapist, allowed)


@dataclass(frozen=True)
class DeskTwo:
    """A wish for two at the desk: what was chosen so far, in an address or in a form."""

    data: Mapping[str, Any]
    now: datetime
    page: str

    @cached_property
    def seats(self) -> list[DeskSeat]:
        services = list(bookable_services())
        return [DeskSeat(name, self.data, services, self.now) for name in SEATS]

    @property
    def side_by_side(self) -> bool:
        return self.data.get("rooms") == "side"

    @property
    def words(self) -> dict[str, str]:
        said = {key: value for seat in self.seats for key, value in seat.words.items()}
        return {**said, **({"rooms": "side"} if self.side_by_side else {})}

    @cached_property
    def why_not(self) -> str:
        """Return what of the choice cannot be, in a sentence; nothing where all is well so far."""
        clients = [seat.client for seat in self.seats]
        if None not in clients and clients[0] == clients[1]:
            return staff_messages.SENTENCES["same_client_twice"]
        if any(seat.is_wrong_therapist for seat in self.seats):
            return "This therapist does not give this service."
        people = [seat.therapist for seat in self.seats]
        if people[0] is not None and people[0] == people[1]:
            return "One therapist can give one of the two. Choose somebody else for the other, or anyone."
        return ""

    @cached_property
    def pair(self) -> Pair | None:
        """Return what the engine is asked; None while something is missing."""
        if self.why_not or any(seat.client is None or seat.service is None for seat in self.seats):
            return None
        return Pair(*(seat.seat() for seat in self.seats), side_by_side=self.side_by_side, notice=AT_ONCE)

    def picker(self, pair: Pair, key: str) -> PickerForTwo:
        asked = AskedForTwo(
            service=pair.first.service,
            now=self.now,
            page=self.page,
            post_to=self.page,
            parameters=self.words,
            fields={**self.words, "key": key},
            pair=pair,
            notice=AT_ONCE,
        )
        return PickerForTwo(asked, to_month(self.data.get("month")), to_date(self.data.get("day")))

    def candidates(self) -> list[dict[str, Any]]:
        """Return for each of the two who was found, each with the address that chooses them."""
        rows = []
        for title, seat in zip(TITLES, self.seats, strict=True):
            others = {name: value for name, value in self.words.items() if name != seat.name}
            found = [
                (client, f"{self.page}?{urlencode({**others, seat.name: client.public_id})}") for client in seat.found
            ]
            change = f"{self.page}?{urlencode(others)}" if others else self.page
            rows.append({"title": title, "seat": seat, "found": found, "change": change, "others": others.items()})
        return rows


@dataclass(frozen=True)
class Refusal:
    """Why not, and the nearest three common times instead."""

    sentence: str
    nearest: Sequence[together.Together] = ()


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def book(request: HttpRequest) -> HttpResponse:
    """Book two clients on the phone at the same time."""
    page = reverse("sessions:desk_together")
    desk = DeskTwo(request.POST if request.method == "POST" else request.GET, clock.now(), page)
    refusal = Refusal(desk.why_not) if desk.why_not else None
    if request.method == "POST":
        result = _take(request, desk)
        if not isinstance(result, Refusal):
            return _booked(request, result, now=desk.now)
        refusal = result
    key = new_public_id()
    context: dict[str, Any] = {
        "desk": desk,
        "rows": desk.candidates(),
        "anyone": ANYONE,
        "refusal": refusal,
        "key": key,
        "page": page,
        "pair": desk.pair,
        "words": desk.words.items(),
        "nav": "desk",
    }
    if desk.pair is not None:
        picker = desk.picker(desk.pair, key)
        context |= {"month": picker.month, "times": picker.times}
        if picker.month.first_free is None:
            context["none_open"] = "No time is open for both as it is. Try anyone, two rooms, or another service."
    return render(request, "sessions/desk/together.html", context, status=409 if refusal else 200)


def _take(request: HttpRequest, desk: DeskTwo) -> Sessions | Refusal:
    """Read the chosen time and book both; a refusal comes with the nearest three."""
    if desk.why_not:
        return Refusal(desk.why_not)
    form, pair = TimeForm(desk.data), desk.pair
    if pair is None:
        return Refusal("Choose both clients and what each is to have first.")
    if not form.is_valid():
        return Refusal(staff_messages.sentence(DomainError("unreadable_time")))
    if "anyone" in desk.data:
        pair = pair.with_anyone()
    starts_at, key = form.cleaned_data["starts_at"], form.cleaned_data["key"]
    terms = Terms(
        (desk.seats[0].judge(starts_at), desk.seats[1].judge(starts_at)),
        request.user,  # type: ignore[arg-type]
        via=BookedVia.PHONE,
        by="desk",
        form_key=key,
        form_digest=record.digest_of({**desk.words, "starts_at": starts_at, "anyone": "anyone" in desk.data}),
    )
    try:
        return book_two(pair, terms, starts_at=starts_at, now=desk.now)
    except DomainError as error:
        return _refusal(error, pair, starts_at, desk.now)


def _refusal(error: DomainError, pair: Pair, starts_at: datetime, now: datetime) -> Refusal:
    sentence = staff_messages.sentence(error)
    if "index" in error.params:
        sentence = f"{pair.seats[error.params['index']].client.name}: {sentence}"
    if error.code == "form_reused":
        return Refusal(sentence)
    nearest = error.params.get("nearest") or together.nearest(pair, wanted=max(starts_at, now), now=now)
    return Refusal(sentence, nearest)


def _booked(request: HttpRequest, booked: Sessions, *, now: datetime) -> HttpResponse:
    for session in booked:
        asking_ahead.ask(session=session, now=now)
    _tell(request, "book_two", booked)
    return redirect("sessions:staff_session", public_id=booked[0].public_id)


def _tell(request: HttpRequest, act: str, both: Sequence[MassageSession]) -> None:
    """Say what was done, and who must be called because no letter reaches them."""
    people = [session.client for session in both if session.client is not None]
    silent = [client.first_name for client in people if not client.mail_address]
    words = {
        "name": people[0].short_name,
        "other": people[1].short_name,
        "address": " and ".join(dict.fromkeys(client.mail_address for client in people)),
        "silent": " and ".join(silent),
    }
    messages.success(request, staff_messages.done(f"{act}_silent" if silent else act, **words))


# --- Afterwards ---------------------------------------------------------------


def _both_or_404(request: HttpRequest, public_id: str) -> tuple[MassageSession, MassageSession | None]:
    session = get_object_or_404(sessions_visible_to_staff(request.user), public_id=public_id)
    return session, together.companion_of(session)


def _alone(request: HttpRequest, session: MassageSession) -> HttpResponse:
    messages.error(request, staff_messages.SENTENCES["changed_meanwhile"])
    return redirect("sessions:staff_session", public_id=session.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask once, then cancel both."""
    session, other = _both_or_404(request, public_id)
    if other is None or not all(may(one.state, Act.CANCEL) for one in (session, other)):
        return _alone(request, session)
    if request.method == "POST":
        by, now = role_in(request.user, session), clock.now()
        try:
            together_changes.cancel_both(sessions=(session, other), actor=request.user, by=by, now=now)  # type: ignore[arg-type]
            _tell(request, "cancel_two", (session, other))
        except DomainError as error:
            messages.error(request, f"{staff_messages.sentence(error)} Both stay.")
        return redirect("sessions:staff_session", public_id=session.public_id)
    context = {"session": session, "other": other, "nav": "desk"}
    return render(request, "sessions/desk/cancel_both.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def move(request: HttpRequest, public_id: str) -> HttpResponse:
    """Move both to another time, with the same therapists or anyone."""
    session, other = _both_or_404(request, public_id)
    if other is None or not all(may(one.state, Act.MOVE) for one in (session, other)):
        return _alone(request, session)
    now, data = clock.now(), request.POST if request.method == "POST" else request.GET
    seats = [_moving_seat(one, anyone=data.get("with") == "anyone", now=now) for one in (session, other)]
    pair = Pair(*seats, side_by_side=data.get("rooms") == "side", notice=AT_ONCE)
    refusal = None
    if request.method == "POST":
        result = _move(request, pair, now)
        if not isinstance(result, Refusal):
            _tell(request, "move_two", result)
            return redirect("sessions:staff_session", public_id=session.public_id)
        refusal = result
    key, page = new_public_id(), reverse("sessions:desk_move_both", args=[session.public_id])
    picker = picker_of(request, pair, page=page, key=key, now=now)
    context = {
        "session": session,
        "other": other,
        "refusal": refusal,
        "key": key,
        "page": page,
        "words": words_of(pair).items(),
        "with_anyone": pair.first.therapist is None,
        "side_by_side_only": pair.side_by_side,
        "month": picker.month,
        "times": picker.times,
        "nav": "desk",
    }
    return render(request, "sessions/desk/move_both.html", context, status=409 if refusal else 200)


def _moving_seat(session: MassageSession, *, anyone: bool, now: datetime) -> Seat:
    assert session.client is not None
    judge = phone.assessor(client=session.client, now=now)
    allowed = phone.allowed_on(client=session.client, service=session.service, judge=judge, now=now)
    return Seat(session.client, session.service, None if anyone else session.therapist, allowed, session)


def _move(request: HttpRequest, pair: Pair, now: datetime) -> Sessions | Refusal:
    form = TimeForm(request.POST)
    if not form.is_valid():
        return Refusal(staff_messages.sentence(DomainError("unreadable_time")))
    starts_at = form.cleaned_data["starts_at"]
    judged = [phone.assessor(client=seat.client, now=now)(starts_at) for seat in pair.seats]
    wish = {
        "sessions": sorted(seat.own.pk for seat in pair.seats if seat.own),
        "starts_at": starts_at,
        **words_of(pair),
    }
    try:
        return together_changes.move_both(
            pair,
            starts_at=starts_at,
            assessments=(judged[0], judged[1]),
            actor=request.user,  # type: ignore[arg-type]
            by="desk",
            now=now,
            form_key=form.cleaned_data["key"],
            form_digest=record.digest_of(wish),
        )
    except DomainError as error:
        return _refusal(error, pair, starts_at, now)
