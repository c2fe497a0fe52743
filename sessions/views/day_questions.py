"""The questions of the day, by the link of the reminder and signed in. GET shows, POST keeps.

By the link nothing that is kept is shown: the questions that everybody is asked, blank. What only some are asked,
because of what they have told us, waits until they are signed in.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from massage_booking.accounts.models import Client
from massage_booking.core import clock, visitors
from massage_booking.studio import selectors as studio_selectors
from screening import flow as screening_flow
from screening import selectors as screening
from screening.assessment import Assessment
from screening.day_form import DayForm, day_form_of
from screening.result import help_of
from screening.vault import Reader
from screening.views.doors import closed_kindly
from screening.views.help_page import emergency_page
from sessions.selectors import asking, offer
from sessions.services import day_questions
from sessions.services.day_questions import Told
from sessions.views import manage, reasons
from sessions.views.doors import Door, opened


@dataclass(frozen=True)
class Asking:
    """Who is asked, through which door, about which day."""

    request: HttpRequest
    door: Door
    client: Client
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return studio_selectors.require().tz

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @cached_property
    def assessment(self) -> Assessment | None:
        return offer.assess(client=self.client, starts_at=self.door.session.starts_at, now=self.now)

    @property
    def reader(self) -> Reader | None:
        """Return who may be asked by name about what they have told us: whoever signed in with a mailed code."""
        user: Any = self.request.user
        if not (self.door.is_own and screening.may_read_answers(user, self.client)):
            return None
        return Reader.of(user, "client")

    @property
    def is_answered(self) -> bool:
        return asking.day_is_answered(self.door.session, self.zone)

    @property
    def has_answers(self) -> bool:
        """Say whether there is anything to put the answers of the day beside."""
        _, complete = screening.forms_of(self.client)
        return complete is not None and screening.consent_in_force(self.client) is not None

    @cached_property
    def due(self) -> tuple[str, ...]:
        """Return the rows of this client that will be too old on the day, or must be asked again by now."""
        if self.assessment is None:
            return ()
        ahead = self.assessment.ahead
        found = dict.fromkeys((*ahead.reask_codes, *ahead.ask_now_codes))
        # What a wait is about is asked when it ends, not before.
        return tuple(code for code in found if code not in ahead.held_codes)

    @property
    def must_ask_now(self) -> bool:
        """Say whether something is to be answered wherever this client stands, this session apart."""
        if self.assessment is None:
            return True
        ahead = self.assessment.ahead
        return bool(ahead.ask_now_codes or ahead.verdict.incomplete or ahead.whole_form_due)

    def form(self, data: QueryDict | None = None) -> DayForm:
        """Return the page's form; who has answered what everybody is asked is asked only for the rest."""
        full = day_form_of(
            self.client,
            now=self.now,
            today=self.today,
            also=self.due,
            reader=self.reader,
            address=visitors.address_of(self.request),
            data=data,
        )
        if not (self.is_answered and full.asks_outright):
            return full
        age = screening.age_of(self.client, self.today)
        return DayForm(
            full.rules,
            (),
            False,
            data,
            age=30 if age is None else age,
            today=self.today,
            known=full.asks_outright,
            label=full.label,
        )

    @property
    def more_wait(self) -> bool:
        """Say whether rows of this client are still to be asked, signed in."""
        return bool(self.due)


@require_http_methods(["GET", "HEAD", "POST"])
@closed_kindly
@opened
def today(request: HttpRequest, door: Door) -> HttpResponse:
    """Ask about today; say what the answers mean for the session."""
    now, session = clock.now(), door.session
    if session.client is None or door.is_stranger or session.starts_at <= now:
        return redirect(door.url("detail"))
    here = Asking(request, door, session.client, now)
    opens_at = asking.opens_at(session, here.zone)
    if now < opens_at or not here.has_answers:
        return _page(here, None, opens_at=opens_at if now < opens_at else None)
    if not asking.may_answer(session, now=now, zone=here.zone):
        return redirect(door.url("detail"))
    if request.method != "POST":
        return _page(here, here.form())
    form = here.form(request.POST)
    if not form.is_valid and not form.asks_for_help(here.client.date_of_birth):
        # The rows that this client has are named once more.
        named = bool(form.asks_outright)
        reasons.note(request, here.client, purpose="questions of the day", named=named, what="answers")
        return _page(here, form)
    actor: Any = request.user if door.is_own else None
    told = day_questions.answer(session=session, form=form, actor=actor, by="client", now=now, generic=bool(form.rows))
    return _answered(here, told)


def _answered(here: Asking, told: Told) -> HttpResponse:
    """Help first and alone where it is needed; then advice; then how the session stands."""
    door, outcome = here.door, told.outcome
    if outcome.is_emergency:
        return emergency_page(here.request, outcome.messages, back_url=door.url("today"))
    now_open = Door(told.session, door.token, door.is_own)
    if outcome.messages:
        _, rules = screening.published_rules()
        shown = help_of(rules, outcome.messages, studio_selectors.current())
        context = {**manage.context_of(now_open, now=here.now), "help": shown}
        manage.note_reasons(here.request, now_open, context)
        return render(here.request, "sessions/day_questions_advice.html", context)
    if told.session.held_back_at is None:
        fresh = Asking(here.request, now_open, here.client, here.now)
        if fresh.must_ask_now or (fresh.more_wait and fresh.reader is None):
            return redirect(_answer_url(door))
        messages.success(here.request, "Thank you. Nothing stands in the way.")
    return redirect(door.url("detail"))


def _answer_url(door: Door) -> str:
    return reverse("sessions:answer", args=[door.session.public_id])


def _page(here: Asking, form: DayForm | None, *, opens_at: datetime | None = None) -> HttpResponse:
    door = here.door
    context = {
        "session": door.session,
        "urls": door.urls,
        "form": form,
        "notices": form.notices if form else [],
        "opens_at": opens_at,
        "answer_url": _answer_url(door),
        "is_answered": here.is_answered,
        "more_wait": form is not None and here.reader is None and here.more_wait,
    }
    return render(here.request, "sessions/day_questions.html", context)


@require_safe
@closed_kindly
@opened
def answer(request: HttpRequest, door: Door) -> HttpResponse:
    """Lead whoever is signed in to the questions that wait for them, and to nothing else."""
    now, session = clock.now(), door.session
    if not door.is_own:
        return redirect_to_login(request.get_full_path())
    if session.client is None or session.starts_at <= now:
        return redirect(door.url("detail"))
    here = Asking(request, door, session.client, now)
    if here.must_ask_now:
        screening_flow.begin(request, session.client, then="accounts:home")
        return redirect("screening:reask" if here.has_answers else "screening:consent")
    if here.due and asking.may_answer(session, now=now, zone=here.zone):
        return redirect(door.url("today"))
    return redirect(door.url("detail"))
