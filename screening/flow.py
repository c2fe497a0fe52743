"""The way through step 2 of booking: who is being asked, which page comes next, when the form is complete."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest
from django.urls import reverse

from massage_booking.accounts.models import Client
from massage_booking.accounts.permissions import clients_visible_to
from massage_booking.core import clock, visitors
from screening import document as documents
from screening import due, help_now, kiosk, selectors, services, signals, wanted
from screening.document import Document
from screening.domain.form import Form, form_for, today_group
from screening.domain.rules import Rules
from screening.models import RuleVersion, Screening
from screening.vault import Reader

# Session keys; the values are ids and names of addresses, never health data.
CLIENT_KEY: Final = "screening_client"
NEXT_KEY: Final = "screening_next"
# Where the health step may lead to, and what its button says.
NEXT_STEPS: Final[dict[str, str]] = {
    "sessions:time": "Go on to the time",
    "sessions:confirm": "Go on and confirm",
    "sessions:together_time": "Go on",
    "sessions:together_confirm": "Go on and confirm",
    "accounts:home": "Back to your account",
    "sessions:series_again": "Go on to your dates",
}
# Where the steps of a single booking do not stand around the questions.
OUTSIDE_BOOKING: Final = frozenset({"accounts:home", "sessions:series_again"})
# Where a booking for two has its own pages: (session, time, confirm).
FOR_TWO: Final = ("sessions:together", "sessions:together_time", "sessions:together_confirm")
FOR_ONE: Final = ("sessions:book", "sessions:time", "sessions:confirm")
DEFAULT_NEXT: Final = "sessions:time"

# Mode -> what stands around a page of the health step.
LAYOUTS: Final[dict[str, str]] = {
    "": "screening/account_base.html",
    kiosk.Mode.KIOSK.value: "screening/kiosk/frame.html",
    kiosk.Mode.PAPER.value: "screening/kiosk/paper_frame.html",
}

HOUR: Final = 3600


@dataclass(frozen=True)
class Visit:
    """One request of somebody in the health step."""

    request: HttpRequest
    client: Client
    now: datetime
    zone: ZoneInfo
    wanted: wanted.Wanted
    version: RuleVersion
    rules: Rules
    # Of screening.kiosk: on the studio's tablet, or typed off paper; empty otherwise.
    mode: str = ""

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def session_on(self) -> date:
        """Return the day of the session that is being booked, today while none is chosen."""
        start = self.wanted.starts_at
        return start.astimezone(self.zone).date() if start else self.today

    @property
    def age(self) -> int:
        """Return the age on the day of the session; the date of birth is known by then."""
        return selectors.age_of(self.client, self.session_on) or 0

    @property
    def form(self) -> Form:
        return form_for(self.rules, self.age)

    @property
    def reader(self) -> Reader:
        user = self.request.user
        if self.mode == kiosk.Mode.KIOSK:
            return Reader(name="On the studio’s tablet", role="client")
        if self.mode == kiosk.Mode.PAPER:
            return Reader.of(user, "therapist")  # type: ignore[arg-type]
        return Reader.of(user, "client") if user.is_authenticated else Reader.guest()

    @property
    def address(self) -> str:
        return visitors.address_of(self.request)

    @property
    def is_booking(self) -> bool:
        return not self.mode and next_name(self.request) not in OUTSIDE_BOOKING

    @cached_property
    def is_write_only(self) -> bool:
        """Tell whether whoever fills this in may not see what was answered before."""
        if self.mode:
            return True
        in_care = self.client.account_id is not None and self.request.user.is_authenticated
        return in_care and not selectors.may_read_answers(self.request.user, self.client)


def zone_of(request: HttpRequest) -> ZoneInfo:
    studio = getattr(request, "studio", None)
    return studio.tz if studio else ZoneInfo("UTC")


def next_name(request: HttpRequest) -> str:
    """Return the address name that the health step leads to, one of ours whatever the session says."""
    name = request.session.get(NEXT_KEY)
    return name if isinstance(name, str) and name in NEXT_STEPS else DEFAULT_NEXT


def pages_of_booking(request: HttpRequest) -> tuple[str, str, str]:
    """Return the pages of session, time and confirmation of what is being booked, by the names of their addresses."""
    return FOR_TWO if next_name(request) in FOR_TWO else FOR_ONE


def client_under_way(request: HttpRequest) -> Client | None:
    """Return the client who is being asked, None when nobody is. Raises Http404 for somebody else's."""
    grant = kiosk.grant_of(request)
    if grant is not None:
        return kiosk.client_of(grant) if clock.now() < grant.until else None
    public_id = request.session.get(CLIENT_KEY)
    if not isinstance(public_id, str):
        return None
    client = clients_visible_to(request).filter(public_id=public_id).first()
    if client is None:
        raise Http404
    return client


def begin(request: HttpRequest, client: Client, *, then: str) -> None:
    """Send this browser into the health step for a client, and on to `then` (one of NEXT_STEPS) afterwards."""
    kiosk.drop(request)
    request.session[CLIENT_KEY] = client.public_id
    request.session[NEXT_KEY] = then if then in NEXT_STEPS else DEFAULT_NEXT


def visit(request: HttpRequest) -> Visit | None:
    """Return what a page of the health step works with, None when this browser is not in the middle of it."""
    client = client_under_way(request)
    if client is None:
        return None
    now = clock.now()
    version, rules = selectors.published_rules()
    grant = kiosk.grant_of(request)
    mode = grant.mode.value if grant else ""
    return Visit(request, client, now, zone_of(request), wanted.find(request, now), version, rules, mode)


# --- Which page comes next --------------------------------------------------


def consent_is_open(here: Visit) -> bool:
    """Tell whether something of the first page is still to be said: date of birth, consent, a guardian's yes."""
    if here.client.date_of_birth is None or selectors.consent_in_force(here.client) is None:
        return True
    return selectors.needs_guardian(here.client, here.session_on)


def may_add_today(here: Visit) -> bool:
    """Tell whether the card about today can be added to answers that are complete otherwise."""
    if here.is_write_only:
        return False
    draft, complete = selectors.forms_of(here.client)
    if draft is not None or complete is None:
        return False
    return not documents.undone_groups(here.rules, selectors.document_of(complete, here.rules))


def is_too_young(here: Visit) -> bool:
    """Tell whether no answer could make a session possible: then nothing is asked (guide, section 3, rule A1)."""
    age = selectors.age_of(here.client, here.session_on)
    return age is not None and any(effect.code in here.rules.set_by_age for effect in here.rules.age_effect(age).ticks)


def today_is_needed(here: Visit, document: Document) -> bool:
    """Tell whether the card about today must be gone through: the session is near, or something of it is ticked."""
    group = today_group(here.rules)
    seen = document.seen.get(group.id)
    valid_for_days = min(here.rules.rows[code].valid_for_days for code in group.codes)
    if seen is not None and (here.today - seen).days <= valid_for_days:
        return False
    start = here.wanted.starts_at
    within = here.rules.extra.booking_ahead.ask_within_hours
    near = start is not None and (start - here.now).total_seconds() / HOUR <= within
    return near or any(code in document.rows for code in group.codes)


def open_page(here: Visit, document: Document) -> str:
    """Return the page of a form under way that comes next, nothing when all is answered."""
    first = here.form.now.id
    if document.seen.get(first) != here.today or not documents.is_done(here.rules, document, first):
        return "screening:now"
    if documents.undone_groups(here.rules, document) or _back_pain_is_open(here, document):
        return "screening:questions"
    return "screening:today" if today_is_needed(here, document) else ""


def _back_pain_is_open(here: Visit, document: Document) -> bool:
    return asks_back_pain(here) and document.back_pain is None


def asks_back_pain(here: Visit) -> bool:
    """Tell whether "is back pain the reason?" matters at this age (guide, section 3, rule A4)."""
    return bool(here.rules.age_effect(here.age).ticks_with_back_pain)


def is_emergency(here: Visit, document: Document) -> bool:
    """Tell whether the answers so far ask for help at once, whatever is still open."""
    return help_now.is_emergency(here.rules, document, date_of_birth=here.client.date_of_birth, day=here.session_on)


def current_page(here: Visit) -> str:
    """Return the name of the page where this client goes on. Reads, never writes."""
    if here.client.date_of_birth is not None and is_too_young(here):
        return "screening:result"
    if consent_is_open(here):
        return "screening:consent"
    draft, complete = selectors.forms_of(here.client)
    if here.is_write_only:
        elsewhere, draft = draft, kiosk.own_draft(here.request, here.client)
        if draft is None and (here.mode or elsewhere is not None):
            return "screening:now"
    if draft is not None:
        return open_page(here, selectors.document_of(draft, here.rules)) or "screening:questions"
    if complete is None:
        return "screening:now"
    if due.whole_form_is_due(here):
        return "screening:now"
    if selectors.asked_lately(client=here.client, now=here.now) or due.said_changed(here):
        return _after_asked(here)
    return "screening:again"


def _after_asked(here: Visit) -> str:
    """Return the page after “has anything changed?”: what must be asked again, confirmed or asked of today first."""
    if due.must_say_what(here):
        return "screening:changed"
    if due.codes_due(here):
        return "screening:reask"
    document = due.kept_document(here)
    if here.wanted.is_stronger and due.codes_to_confirm(here, document):
        return "screening:still"
    return "screening:today" if today_is_needed(here, document) else "screening:result"


def settle(here: Visit, document: Document) -> str:
    """Complete the form when all is answered, or when help is needed at once; return the page that comes next."""
    emergency = is_emergency(here, document)
    page = "" if emergency else open_page(here, document)
    if page:
        return page
    return finish(here, emergency=emergency)


def finish(here: Visit, *, emergency: bool) -> str:
    """Complete the form under way; return the page of the result."""
    services.complete(client=here.client, now=here.now)
    advised = services.record_advice(client=here.client, zone=here.zone, now=here.now)
    if emergency:
        signals.emergency_shown.send(sender=Screening, client=here.client, request=here.request)
    if not here.mode:
        return "screening:result"
    return kiosk.finish(here.request, here.mode, advises=emergency or advised is not None)


# --- What every page shows around its form ----------------------------------


def steps(here: Visit) -> list[tuple[int, str, str | None, str]]:
    """Return the steps of booking for includes/stepper.html; the time is done where only the confirmation is left."""
    session, time, confirm = pages_of_booking(here.request)
    has_time = next_name(here.request) == confirm
    return [
        (1, "Session", reverse(session), "done"),
        (2, "Health", None, "current"),
        (3, "Time", reverse(time) if has_time else None, "done" if has_time else "todo"),
        (4, "Confirm", None, "todo"),
    ]


def frame(here: Visit) -> dict[str, object]:
    """Return the context that all pages of the step share."""
    return {
        "layout": "screening/flow.html" if here.is_booking else LAYOUTS[here.mode],
        "mode": here.mode,
        "steps": steps(here) if here.is_booking else [],
        "client": here.client,
        "is_booking": here.is_booking,
        "session_step": pages_of_booking(here.request)[0],
        "rules_version": here.version,
    }
