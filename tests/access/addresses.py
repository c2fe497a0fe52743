"""Every address of the site, with real things filled in: Nadia's session with Ana, and what hangs on it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.test import Client as Browser
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from massage_booking.accounts.models import Client, User
from screening.models import Letter
from sessions import links
from sessions.models import MassageSession, Payment, Rearrangement, Series, SymptomReport, WaitlistEntry
from tests import cast
from therapists.models import DatedHours, OutsideCalendar, RepeatingTimeOff, TimeOff

# Pages of staff that are about a client, not about a session.
OF_CLIENTS = (
    "sessions:desk_client", "sessions:desk_book", "sessions:desk_wish", "sessions:desk_apart",
    "sessions:desk_walk_in", "sessions:own_book", "sessions:own_walk_in",
)  # fmt: skip
ROLES = ("anonymous", "nadia", "ben", "ana", "uma", "dora", "adam")


def names(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    """Yield the full name of every address; one without a name is an error of its own."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from names(entry, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name or entry.pattern}"


def account_of(house: cast.House, role: str) -> User | None:
    people = {
        "nadia": house.nadias_account,
        "ben": house.bens_account,
        "ana": house.ana.user,
        "uma": house.uma.user,
        "dora": house.desk,
        "adam": house.admin,
    }
    return people.get(role)


def browser_of(house: cast.House, role: str) -> Browser:
    """Return a fresh browser in which a role has signed in."""
    browser = Browser(raise_request_exception=False)
    user = account_of(house, role)
    if user is not None:
        browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


class Things:
    """What addresses name: Nadia's, Ana's, and a mail in the mailbox."""

    def __init__(self, house: cast.House) -> None:
        self.house = house
        self.cookies: dict[str, str] = {}
        self.session: MassageSession = cast.book(house)
        self.nadia: Client = house.nadia
        self.time_off = TimeOff.objects.create(
            therapist=house.ana, starts_at=cast.at(9, days=20), ends_at=cast.at(17, days=20)
        )
        self.date = DatedHours.objects.create(therapist=house.ana, day=cast.TODAY + timedelta(days=21))
        self.repeating = RepeatingTimeOff.objects.create(therapist=house.ana, weekday=6, first=cast.TODAY)
        # From a file, so that nothing is looked for elsewhere.
        self.calendar = OutsideCalendar.objects.create(therapist=house.ana, name="Choir", created_at=cast.NOW)
        self.letter = Letter.objects.create(client=house.nadia, received_at=cast.NOW)
        self.report = SymptomReport.objects.create(
            session=self.session, client=self.nadia, reported_at=cast.NOW, by="client"
        )
        self.payment = Payment.objects.create(
            session=self.session, amount=10, currency="EUR", how="cash", taken_at=cast.NOW
        )
        self.series = Series.objects.create(
            client=self.nadia, service=house.swedish, therapist=house.ana, interval_days=14, created_at=cast.NOW
        )
        MassageSession.objects.filter(pk=self.session.pk).update(series=self.series, series_number=1)
        self.entry = WaitlistEntry.objects.create(
            client=self.nadia, service=house.swedish, first=cast.TODAY, last=cast.TODAY, weekdays=[0], made_at=cast.NOW
        )
        self.rearrangement = Rearrangement.objects.create(
            form_key="a-form-key-of-a-test", therapist=house.ana, first=cast.TODAY, last=cast.TODAY, made_at=cast.NOW
        )

    def browser_of(self, role: str) -> Browser:
        """Return a fresh browser in which a role is signed in; they sign in once, so take back what signs them out."""
        if role not in self.cookies:
            signed_in = browser_of(self.house, role).cookies.get(settings.SESSION_COOKIE_NAME)
            self.cookies[role] = signed_in.value if signed_in else ""
        browser = Browser(raise_request_exception=False)
        if self.cookies[role]:
            browser.cookies[settings.SESSION_COOKIE_NAME] = self.cookies[role]
        return browser

    def token(self, name: str) -> str:
        if name.endswith("answer_first"):
            return links.make(self.session, purpose="answer-first")
        return links.make(self.session) if "manage" in name else "nonsense"

    def filled(self, name: str) -> str | None:
        """Return the address of a name, or None when nothing here fits it."""
        about_session = {"public_id": self.session.public_id}
        about_client = {"public_id": self.nadia.public_id}
        if name == "sessions:rearranged":
            return reverse(name, kwargs={"public_id": self.rearrangement.public_id})
        tries: list[dict[str, Any]] = [
            {},
            about_client if name.startswith(("screening:", "accounts:", *OF_CLIENTS)) else about_session,
            {**about_session, "act": "arrive"},
            {**about_session, "report_id": self.report.public_id},
            {**about_session, "payment_id": self.payment.public_id},
            {"letter_id": self.letter.public_id},
            {"entry_id": self.entry.public_id},
            {"series_id": self.series.public_id},
            {**about_client, "letter_id": self.letter.public_id},
            {"client_id": self.nadia.public_id},
            {"client_id": self.nadia.public_id, "slug": self.house.ana.slug},
            {**about_client, "slug": self.house.ana.slug, "side": "client"},
            {"token": self.token(name)},
            {"slug": self.house.ana.slug},
            {"pk": self.time_off.pk},
            {"day": self.date.day.isoformat()},
            {"repeating_pk": self.repeating.pk},
            {"calendar_id": self.calendar.public_id},
            {"stem": "20260601T070000000000-deadbeef"},
            {"stem": "20260601T070000000000-deadbeef", "number": 1},
            {"key": "nonsense"},
            {"provider": "nonsense"},
            {"uidb36": "1", "key": "nonsense"},
        ]
        for kwargs in tries:
            try:
                return reverse(name, kwargs=kwargs)
            except NoReverseMatch:
                continue
        return None
