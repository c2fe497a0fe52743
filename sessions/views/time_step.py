"""What step 3 knows: which sessions fit these answers, what of the kept time is left, and why not."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from massage_booking.accounts.models import Client
from massage_booking.core import wording
from massage_booking.studio import selectors as studio_selectors
from screening.assessment import Assessment
from screening.domain.booking_ahead import Block
from sessions import messages as sentences
from sessions.forms.choice import Choice
from sessions.models import MassageSession
from sessions.selectors import offer, openings
from sessions.selectors.offer import Offered
from sessions.views.steps import obstacle_of
from therapists.models import Service


@dataclass(frozen=True)
class TimeStep:
    """A client who may choose a time. `standing` is what the answers mean while none is chosen."""

    client: Client
    choice: Choice
    services: list[Service]
    held: MassageSession | None
    standing: Assessment
    now: datetime

    @cached_property
    def zone(self) -> Any:
        return studio_selectors.require().tz

    @cached_property
    def judge(self) -> Any:
        return offer.assessor(client=self.client, now=self.now)

    @property
    def not_before(self) -> date | None:
        """The end of a wait, when there is one."""
        earliest = self.standing.earliest
        today = self.now.astimezone(self.zone).date()
        return earliest if earliest and earliest > today and Block.WAIT in self.standing.blocks else None

    @property
    def day(self) -> date | None:
        """The day to open the calendar at: the one asked for, else that of the kept time while it is of use."""
        if self.choice.day or self.choice.month or self.held is None or not (self.picked or self.may_carry):
            return self.choice.day
        return self.held.starts_at.astimezone(self.zone).date()

    @cached_property
    def assessment(self) -> Assessment:
        """The answers as they count on the day that is looked at."""
        day = self.choice.day or self.not_before
        if day is None and self.held:
            day = self.held.starts_at.astimezone(self.zone).date()
        return (day and self.judge(offer.noon_of(day, self.zone))) or self.standing

    @cached_property
    def offered(self) -> list[Offered]:
        return offer.offered(services=self.services, assessment=self.assessment)

    @cached_property
    def groups(self) -> list[dict[str, Any]]:
        """The sessions by technique, each length with the address that shows its times."""
        groups: dict[int, dict[str, Any]] = {}
        for item in self.offered:
            technique = item.service.technique
            group = groups.setdefault(
                technique.pk, {"technique": technique, "lengths": [], "reasons": {}, "open": False}
            )
            group["lengths"].append({"item": item, "service": item.service, "url": self._url(item.service)})
            group["open"] = group["open"] or item.allowed
            if item.why_not:
                group["reasons"][item.why_not] = None
        return list(groups.values())

    @cached_property
    def shared_reason(self) -> str:
        """Return the one reason against several techniques, to be said once; nothing where there are more such."""
        counts = Counter(reason for group in self.groups for reason in group["reasons"])
        shared = [reason for reason, count in counts.items() if count > 1]
        return shared[0] if len(shared) == 1 else ""

    @property
    def chosen(self) -> Offered:
        return next(item for item in self.offered if item.service.pk == self.choice.service.pk)

    @property
    def instead(self) -> list[dict[str, Any]]:
        """What is open when the wanted session is not: each with its times, and whether the kept time fits it."""
        return [
            {"service": item.service, "url": self._url(item.service), "keeps": self._fits_in_hold(item.service)}
            for item in self.offered
            if item.allowed and item.service.minutes <= self.choice.service.minutes
        ]

    @cached_property
    def obstacle(self) -> str:
        """Why the kept time is not for these answers, as a code; nothing when it is, or when none is kept."""
        if self.held is None:
            return ""
        code = obstacle_of(self.judge(self.held.starts_at), self.held.service)
        return "" if code == Block.TODAYS_ROWS else code

    @property
    def picked(self) -> MassageSession | None:
        """The kept time, when it is for the wanted session and these answers."""
        held, choice = self.held, self.choice
        if held is None or self.obstacle or held.service_id != choice.service.pk:
            return None
        return held if choice.therapist is None or choice.therapist.pk == held.therapist_id else None

    @cached_property
    def may_carry(self) -> bool:
        """Say whether the kept time is free for the session that is wanted now."""
        if self.held is None or self.picked or not self.chosen.allowed:
            return False
        if obstacle_of(self.judge(self.held.starts_at), self.choice.service) not in ("", Block.TODAYS_ROWS):
            return False
        day = self.held.starts_at.astimezone(self.zone).date()
        found = openings.look(
            service=self.choice.service, first=day, last=day, now=self.now, therapist=self.choice.therapist,
            client=self.client, without=self.held,
        )  # fmt: skip
        return any(opening.starts_at == self.held.starts_at for opening in found.all())

    @property
    def reason(self) -> str:
        """One sentence for why the kept time is not offered."""
        if self.not_before and (not self.held or self.obstacle == Block.WAIT):
            return f"Your answers ask you to wait a little: choose a day from {wording.long_date(self.not_before)}."
        if self.obstacle and self.obstacle in {block.value for block in Block}:
            return sentences.of_code(self.obstacle)
        return ""

    def _fits_in_hold(self, service: Service) -> bool:
        """Say whether a session surely fits where the hold is: same therapist and kind of place, no longer than it."""
        held = self.held
        if held is None or service.technique.place_kind != held.service.technique.place_kind:
            return False
        shorter = service.minutes + service.turnover_minutes <= held.service.minutes + held.service.turnover_minutes
        return shorter and held.therapist.services.filter(pk=service.pk).exists()

    def _url(self, service: Service) -> str:
        day = self.choice.day.isoformat() if self.choice.day else ""
        therapist = self.choice.therapist.slug if self.choice.therapist else ""
        query = {"service": service.slug, "therapist": therapist, "day": day}
        return f"{reverse('sessions:time')}?{urlencode({name: value for name, value in query.items() if value})}"
