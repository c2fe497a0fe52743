"""Every way to get a session on a day: online, by phone, from a letter, by staff. Each tries, and says nothing."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.test import Client as Browser
from django.urls import reverse

from massage_booking.accounts.models import Client, User
from massage_booking.core.errors import DomainError
from massage_booking.core.ids import new_public_id
from sessions import links
from sessions.models import MassageSession, Plan, Series, WaitlistEntry, WaitlistOffer
from sessions.selectors import offer
from sessions.selectors.openings import Opening
from sessions.services import booking, holds, waitlist
from tests import cast
from therapists.models import Service

ADMIN = "/admin/massage_sessions/massagesession/"


@dataclass
class Case:
    """Somebody, what they want, and when."""

    house: cast.House
    client: Client
    service: Service
    starts_at: datetime

    def browser(self, user: User | None) -> Browser:
        browser = Browser()
        if user is not None:
            browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return browser

    @property
    def own(self) -> Browser:
        """The browser of whoever looks after the client, in the middle of booking for them."""
        browser = self.browser(self.client.account)
        body = {"service": self.service.slug, "therapist": "ana-quiroga", "whom": self.client.public_id}
        browser.post(reverse("sessions:book"), body)
        return browser

    @property
    def time(self) -> dict[str, str]:
        return {
            "service": self.service.slug,
            "therapist": "ana-quiroga",
            "starts_at": self.starts_at.isoformat(),
            "key": new_public_id(),
        }

    @property
    def signed(self) -> dict[str, str]:
        who = {"name": self.client.name, "email": "nadia@example.com", "phone": "087 555 0199", "accepts": "on"}
        return {**self.time, **who}


Way = Callable[[Case], None]


# --- Booking ------------------------------------------------------------------


def online_with_a_kept_time(case: Case) -> None:
    browser = case.own
    browser.post(reverse("sessions:hold"), case.time)
    for page in ("sessions:time", "sessions:confirm"):
        browser.get(reverse(page))
    browser.post(reverse("sessions:confirm"), case.signed)


def online_without_one(case: Case) -> None:
    case.own.post(reverse("sessions:confirm"), case.signed)


def online_choosing_another_time_at_the_last_step(case: Case) -> None:
    body = {**case.signed, "instead": f"{case.starts_at.isoformat()}/ana-quiroga"}
    browser = case.own
    browser.post(reverse("sessions:confirm"), body)
    browser.post(reverse("sessions:confirm"), case.signed)


def by_a_nudge(case: Case) -> None:
    plan, _ = Plan.objects.update_or_create(
        client=case.client,
        defaults={"service": case.service, "therapist": case.house.ana, "accepted_at": cast.NOW, "ended_at": None},
    )
    opening = Opening(case.starts_at, case.service, case.house.ana, case.house.location.pk)
    case.browser(None).post(reverse("sessions:nudge", args=[links.make_offer(plan, opening)]), case.time)


def by_the_waitlist(case: Case) -> None:
    """Waiting for this very time; and, should the rules have changed since it was kept, by the letter's link."""
    local = case.starts_at.astimezone(case.house.studio.tz)
    entry = WaitlistEntry.objects.create(
        client=case.client, service=case.service, therapist=case.house.ana, first=local.date(), last=local.date(),
        weekdays=[local.weekday()], earliest=local.time(), latest=local.time(), made_at=cast.NOW,
    )  # fmt: skip
    waitlist.offer_free(now=cast.NOW)
    if not entry.offers.exists():
        held = holds.hold(
            service=case.service, therapist=case.house.ana, starts_at=case.starts_at, browser=entry.public_id,
            address="a", signed_in=True, now=cast.NOW,
        )  # fmt: skip
        WaitlistEntry.objects.filter(pk=entry.pk).update(state="offered")
        WaitlistOffer.objects.create(
            entry=entry, session=held, therapist=held.therapist, starts_at=held.starts_at, offered_at=cast.NOW,
            kept_until=cast.NOW + timedelta(hours=3),
        )  # fmt: skip
    address = reverse("sessions:waitlist_offer", args=[links.make_waitlist(entry.offers.get())])
    for browser in (case.browser(None), case.own):
        browser.post(address, {"act": "book", "key": new_public_id()})
    waitlist.end(entry=entry, now=cast.NOW)


def by_phone(case: Case) -> None:
    case.browser(case.house.desk).post(reverse("sessions:desk_book", args=[case.client.public_id]), case.time)


def by_staff(case: Case) -> None:
    """Through the service itself, as any later page would."""
    for via in ("staff", "nudge", "web", "phone"):
        with suppress(DomainError):
            booking.book(
                client=case.client, service=case.service, therapist=case.house.ana, starts_at=case.starts_at, via=via,
                assessment=offer.assess(client=case.client, starts_at=case.starts_at, now=cast.NOW),
                actor=case.house.ana.user, by="therapist", now=cast.NOW,
            )  # fmt: skip


def by_a_hold_confirmed(case: Case) -> None:
    assessment = offer.assess(client=case.client, starts_at=case.starts_at, now=cast.NOW)
    if assessment is None:
        return
    held = holds.hold(
        service=case.service, therapist=case.house.ana, starts_at=case.starts_at, browser="b", address="a",
        signed_in=True, now=cast.NOW,
    )  # fmt: skip
    try:
        booking.confirm_hold(session=held, client=case.client, assessment=assessment, actor=None, now=cast.NOW)
    except DomainError:
        held.delete()


def by_the_admin(case: Case) -> None:
    local = case.starts_at.astimezone(case.house.studio.tz)
    body = {"client": case.client.pk, "service": case.service.pk, "therapist": case.house.ana.pk, "status": "booked",
            "starts_at_0": f"{local:%Y-%m-%d}", "starts_at_1": f"{local:%H:%M}"}  # fmt: skip
    case.browser(case.house.admin).post(f"{ADMIN}add/", body)


def _of_a_series(case: Case) -> dict[str, str]:
    """Say what the planner says for this date and one two weeks after it."""
    local = case.starts_at.astimezone(case.house.studio.tz)
    return {
        "service": case.service.slug, "therapist": "ana-quiroga", "interval": "14", "count": "2",
        "begin": local.date().isoformat(), "weekday": "", "time": f"{local:%H:%M}", "act": "book",
        "date-1": f"{case.starts_at.isoformat()}~ana-quiroga", "date-2": "out", "key": new_public_id(),
    }  # fmt: skip


def by_a_series(case: Case) -> None:
    for mode in ("all", "possible"):
        address = reverse("sessions:series_plan", args=[case.client.public_id])
        case.own.post(address, {**_of_a_series(case), "mode": mode})


def by_a_series_on_the_phone(case: Case) -> None:
    for mode in ("all", "possible"):
        address = reverse("sessions:desk_client_series", args=[case.client.public_id])
        case.browser(case.house.desk).post(address, {**_of_a_series(case), "mode": mode})


BOOKING: tuple[Way, ...] = (
    online_with_a_kept_time, online_without_one, online_choosing_another_time_at_the_last_step, by_a_nudge,
    by_the_waitlist, by_phone, by_staff, by_a_hold_confirmed, by_the_admin, by_a_series, by_a_series_on_the_phone,
)  # fmt: skip


# --- Moving a session there -----------------------------------------------------

Move = Callable[[Case, MassageSession], None]


def moved_by_link(case: Case, session: MassageSession) -> None:
    case.browser(None).post(reverse("sessions:manage_move", args=[links.make(session)]), _to(case))


def moved_by_link_as_another_service(case: Case, session: MassageSession) -> None:
    other = {**_to(case), "service": case.house.deep.slug}
    case.browser(None).post(reverse("sessions:manage_move", args=[links.make(session)]), other)


def moved_signed_in(case: Case, session: MassageSession) -> None:
    case.browser(case.client.account).post(reverse("sessions:move", args=[session.public_id]), _to(case))


def moved_by_the_desk(case: Case, session: MassageSession) -> None:
    case.browser(case.house.desk).post(reverse("sessions:desk_move", args=[session.public_id]), _to(case))


def moved_by_the_admin(case: Case, session: MassageSession, *, more: dict[str, Any] | None = None) -> None:
    """Put it there in the admin; with `more`, leave it where it is and try to change other things of it."""
    sent: dict[str, Any] = {
        "therapist": session.therapist_id,
        "place": session.place_id,
        "events-TOTAL_FORMS": "0",
        "events-INITIAL_FORMS": "0",
    }
    sent |= more or {}
    starts_at = session.starts_at if more else case.starts_at
    ends_at = starts_at + timedelta(minutes=session.minutes)
    moments = {"starts_at": starts_at, "ends_at": ends_at, "blocked_until": ends_at + timedelta(minutes=15)}
    for name, moment in moments.items():
        local = moment.astimezone(case.house.studio.tz)
        sent |= {f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M}"}
    case.browser(case.house.admin).post(f"{ADMIN}{session.pk}/change/", sent)


def moved_because_nobody_is_in(case: Case, session: MassageSession) -> None:
    """In the one act of the desk for somebody who is away on the day of the session."""
    day = session.starts_at.astimezone(case.house.studio.tz).date().isoformat()
    sent = {
        "therapist": session.therapist.slug,
        "first": day,
        "last": day,
        "words": "",
        "key": new_public_id(),
        f"choice-{session.public_id}": f"time|{case.starts_at.isoformat()}|ana-quiroga",
        f"revision-{session.public_id}": str(session.revision),
    }
    case.browser(case.house.desk).post(reverse("sessions:away"), sent)


def _to(case: Case) -> dict[str, str]:
    return {name: value for name, value in case.time.items() if name != "service"}


def moved_with_the_following(case: Case, session: MassageSession) -> None:
    """Put it into a series, and move it there with all that follow it, as the client and as the desk."""
    series = Series.objects.create(client=case.client, service=session.service, interval_days=14, created_at=cast.NOW)
    MassageSession.objects.filter(pk=session.pk).update(series=series, series_number=1)
    local = case.starts_at.astimezone(case.house.studio.tz)
    body = {
        "day": local.date().isoformat(), "time": f"{local:%H:%M}", "therapist": "ana-quiroga", "act": "move",
        "ids": session.public_id, "date-1": f"{case.starts_at.isoformat()}~ana-quiroga",
    }  # fmt: skip
    for name, user in (("following", case.client.account), ("desk_following", case.house.desk)):
        for mode in ("all", "possible"):
            address = reverse(f"sessions:{name}", args=[session.public_id])
            case.browser(user).post(address, {**body, "mode": mode, "key": new_public_id()})


MOVING: tuple[Move, ...] = (
    moved_by_link, moved_by_link_as_another_service, moved_signed_in, moved_by_the_desk, moved_by_the_admin,
    moved_with_the_following,
    moved_because_nobody_is_in,
)  # fmt: skip


# --- A yes to what was asked for ------------------------------------------------


def approved(case: Case, session: MassageSession) -> None:
    address = reverse("sessions:act", args=[session.public_id, "approve"])
    case.browser(case.house.ana.user).post(address)


def acted(case: Case, session: MassageSession, act: str) -> None:
    case.browser(case.house.ana.user).post(reverse("sessions:act", args=[session.public_id, act]))


# --- Changes around it ------------------------------------------------------------


def edited(case: Case, row: Any, sent: dict[str, Any]) -> Any:
    """Change a row in the admin."""
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return case.browser(case.house.admin).post(address, {**sent, "slug": row.slug})


def born_anew(case: Case, day: date, *, by_admin: bool = False) -> None:
    """Correct a date of birth, on the account's page or in the admin."""
    client = case.client
    sent = {"name": client.name, "relation": client.relation, "date_of_birth": day.isoformat()}
    if by_admin:
        address = reverse("admin:accounts_client_change", args=[client.pk])
        case.browser(case.house.admin).post(address, {**sent, "email": client.email, "phone": client.phone})
        return
    case.browser(client.account).post(reverse("accounts:person", args=[client.public_id]), sent)
