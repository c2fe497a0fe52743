"""What step 3 knows: which sessions fit these answers, what of the kept time is left, and why not."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from django.urls import reverse
from django.utils.http import urlencode

from massage_booking.accounts.models import Client
from massage_booking.studio import selectors as studio_selectors
from screening.assessment import Assessment
from screening.domain.booking_ahead import Block
from sessions import messages as sentences
from sessions.domain import who as rule
from sessions.forms import choice as choices
from sessions.forms.choice import Choice
from sessions.models import MassageSession
from sessions.selectors import clearance, offer, openings, who
from sessions.selectors.earliest import FirstDay, first_day_of
from sessions.selectors.offer import Offered
from sessions.views import reasons
from sessions.views.steps import against_held, obstacle_of, params_of, without_reasons
from therapists.models import Service, Therapist

# What can stand against keeping a time for a letter.
KEEPING: Final = ("too_soon_for_letter", "letter_waits_already")

# What can stand against the therapist of a kept time.
AGAINST: Final = frozenset(against.value for against in rule.Against)


@dataclass(frozen=True)
class TimeStep:
    """A client who may choose a time. `standing` is what the answers mean while none is chosen.

    Without `reads` whoever chooses may not read the answers: nothing says why something is out.
    """

    client: Client
    choice: Choice
    services: list[Service]
    held: MassageSession | None
    standing: Assessment
    now: datetime
    reads: bool = True

    @cached_property
    def zone(self) -> Any:
        return studio_selectors.require().tz

    @cached_property
    def judge(self) -> Any:
        return offer.assessor(client=self.client, now=self.now)

    @cached_property
    def earliest(self) -> FirstDay | None:
        """From when the wanted session may be had, where something has to be waited for."""
        return first_day_of(self.standing, self.choice.service, today=self.now.astimezone(self.zone).date())

    @property
    def not_before(self) -> date | None:
        """The first day of all that can be chosen, when it is not today."""
        return self.earliest.day if self.earliest else None

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
    def therapists(self) -> list[Therapist]:
        """Whom the client may ask for by name, with these answers."""
        return who.offered_to(
            client=self.client,
            service=self.choice.service,
            day=self.assessment.for_date,
            needs=self.assessment.trainings_needed,
        )

    def for_client(self) -> "TimeStep":
        """Return the step as this client may have it: without a therapist who is not for them."""
        return replace(self, choice=choices.for_client(self.choice, self.therapists))

    @property
    def nobody_trained(self) -> bool:
        """Say whether the answers ask for a training that nobody has who gives this session."""
        return bool(self.assessment.trainings_needed) and not self.therapists

    @cached_property
    def offered(self) -> list[Offered]:
        found = offer.offered(services=self.services, assessment=self.assessment)
        return found if self.reads else without_reasons(found)

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
        starts_at = self.held.starts_at
        assessment = self.judge(starts_at)
        code = obstacle_of(assessment, self.held.service, starts_at=starts_at, now=self.now)
        if code in ("", Block.TODAYS_ROWS):
            return against_held(self.held, self.client, assessment)
        return code

    @property
    def picked(self) -> MassageSession | None:
        """The kept time, when it is for the wanted session and these answers."""
        held, choice = self.held, self.choice
        if held is None or self.obstacle or held.service_id != choice.service.pk:
            return None
        if choice.gender and held.therapist.gender != choice.gender:
            return None
        return held if choice.therapist is None or choice.therapist.pk == held.therapist_id else None

    @cached_property
    def may_carry(self) -> bool:
        """Say whether the kept time is free for the session that is wanted now."""
        if self.held is None or self.picked or not self.chosen.allowed:
            return False
        starts_at = self.held.starts_at
        obstacle = obstacle_of(self.judge(starts_at), self.choice.service, starts_at=starts_at, now=self.now)
        if obstacle not in ("", Block.TODAYS_ROWS):
            return False
        day = self.held.starts_at.astimezone(self.zone).date()
        found = openings.look(
            service=self.choice.service, first=day, last=day, now=self.now, therapist=self.choice.therapist,
            client=self.client, without=self.held, gender=self.choice.gender,
            allowed_on=rule.always(offer.needs_of(self.judge(starts_at))),
        )  # fmt: skip
        return any(opening.starts_at == self.held.starts_at for opening in found.all())

    @property
    def reason(self) -> str:
        """One sentence for why the kept time is not offered."""
        if self.earliest and (not self.held or self.obstacle):
            first = self.earliest.sentence if self.reads else f"{self.earliest.opening}."
            return f"{first} Earlier days cannot be chosen."
        if self.obstacle and self.obstacle in {*(block.value for block in Block), *KEEPING}:
            return sentences.of_code(self.obstacle, params_of(self.obstacle, now=self.now))
        if self.held and self.obstacle in AGAINST and not self.may_carry and not self.nobody_trained:
            return sentences.of_code(self.obstacle, {"therapist": self.held.therapist.first_name})
        return ""

    @property
    def names_reasons(self) -> bool:
        """Say whether the step tells whoever chooses what was answered."""
        waits = bool(self.reason) and reasons.in_wait(self.earliest)
        return self.reads and (waits or reasons.in_offer(self.offered))

    @property
    def letter_first_day(self) -> date | None:
        """The first day on which a time can be kept for a letter, where one is missing; None where none is."""
        missing = clearance.needs_only_letter(self.standing) or clearance.needs_only_letter(self.assessment)
        return clearance.first_day(self.now) if missing else None

    @cached_property
    def letter_session(self) -> MassageSession | None:
        """The time that waits for a letter already; there is one at a time."""
        return clearance.waiting_of(self.client.pk)

    def _fits_in_hold(self, service: Service) -> bool:
        """Say whether a session surely fits where the hold is: same therapist and kind of place, no longer than it."""
        held = self.held
        if held is None or self.obstacle in AGAINST:
            return False
        if service.technique.place_kind != held.service.technique.place_kind:
            return False
        shorter = service.minutes + service.turnover_minutes <= held.service.minutes + held.service.turnover_minutes
        return shorter and held.therapist.services.filter(pk=service.pk).exists()

    def _url(self, service: Service) -> str:
        day = self.choice.day.isoformat() if self.choice.day else ""
        query = {"service": service.slug, "therapist": self.choice.with_whom, "day": day}
        return f"{reverse('sessions:time')}?{urlencode({name: value for name, value in query.items() if value})}"
