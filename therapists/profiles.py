"""A therapist as pages show one: plain values and words, made from what `selectors.active_therapists` fetched."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse

from massage_booking.core import wording
from massage_booking.core.vocabulary import TECHNIQUE_LABELS
from therapists.models import Service, SpecialtyKind, Technique, Therapist, TherapistSpecialty, Weekday


@dataclass(frozen=True)
class Price:
    """What a length costs at least; `varies` when techniques differ."""

    minutes: int
    amount: Decimal
    varies: bool


@dataclass(frozen=True)
class Training:
    """A row of “Trained for” on a day."""

    name: str
    note: str
    certificate: str
    until: str
    has_lapsed: bool


@dataclass(frozen=True)
class Profile:
    """What a page says about a therapist on a day. `therapist` comes from `selectors.active_therapists`."""

    therapist: Any
    on: date

    @property
    def url(self) -> str:
        return reverse("therapists:detail", args=[self.therapist.slug])

    @property
    def portrait_url(self) -> str:
        return portrait_url(self.therapist)

    @cached_property
    def services(self) -> list[Service]:
        """What the therapist may give on the day: a lapsed certificate takes its services away."""
        return [service for service in self.therapist.offered if self._may_give(service)]

    @cached_property
    def technique_list(self) -> list[Technique]:
        return list({service.technique_id: service.technique for service in self.services}.values())

    @property
    def techniques(self) -> str:
        """Swedish, trigger point, hot stone."""
        return listed_techniques(self.technique_list)

    @property
    def languages(self) -> str:
        """Irish and English."""
        return wording.listed(language.name for language in self.therapist.languages.all())

    @property
    def good_at(self) -> str:
        """Neck and shoulders · Older adults: complaints and groups; techniques are told already."""
        return " · ".join(
            row.specialty.name for row in self.therapist.trained if row.specialty.kind != SpecialtyKind.TECHNIQUE
        )

    @cached_property
    def weekdays(self) -> list[int]:
        return sorted({block.weekday for block in self.therapist.week})

    @property
    def days(self) -> str:
        return days_in_words(self.weekdays)

    @property
    def prices(self) -> list[Price]:
        return prices(self.services)

    @property
    def trainings(self) -> list[Training]:
        return [training_on(row, self.on) for row in self.therapist.trained]

    @property
    def years(self) -> str:
        """Therapist since 2013, here since 2019."""
        since, here = self.therapist.since_year, self.therapist.here_since_year
        told = [f"therapist since {since}" if since else "", f"here since {here}" if here else ""]
        words = ", ".join(part for part in told if part)
        return words[:1].upper() + words[1:]

    def training_in(self, specialty_id: int) -> TherapistSpecialty | None:
        return next((row for row in self.therapist.trained if row.specialty_id == specialty_id), None)

    def _may_give(self, service: Service) -> bool:
        if not service.technique.needs_certificate:
            return True
        return any(
            row.has_certificate and not has_lapsed(row, self.on)
            for row in self.therapist.trained
            if row.specialty.technique_id == service.technique_id
        )


def has_lapsed(row: TherapistSpecialty, on: date) -> bool:
    """Say whether a certificate's last day lies before a day."""
    return row.expires_on is not None and row.expires_on < on


def training_on(row: TherapistSpecialty, on: date) -> Training:
    """Return a training as the table shows it on a day."""
    lapsed = has_lapsed(row, on)
    until = ""
    if row.has_certificate and row.expires_on:
        month = wording.written_date(row.expires_on, "F Y")
        until = f"ended {month}" if lapsed else month
    elif row.has_certificate:
        until = "no expiry"
    # A certificate counts, here as in booking, once the studio has seen it.
    return Training(row.specialty.name, row.note, row.certificate if row.has_certificate else "", until, lapsed)


def portrait_url(therapist: Therapist) -> str:
    """Return the address of the portrait, new for each new picture, or nothing when the initial stands."""
    changed_at = getattr(therapist, "portrait_changed_at", None)
    if changed_at is None:
        return ""
    return f"{reverse('therapists:portrait', args=[therapist.slug])}?v={int(changed_at.timestamp())}"


def listed_techniques(techniques: Iterable[Technique]) -> str:
    """Write techniques as a sentence would: Swedish, deep tissue. A studio's own names stay as they are."""
    words: list[str] = []
    for technique in techniques:
        usual = technique.name == TECHNIQUE_LABELS.get(technique.screened_as)
        may_lower = usual and technique.screened_as not in wording.NAMES
        words.append(technique.name.lower() if words and may_lower else technique.name)
    return ", ".join(words)


def prices(services: Iterable[Service]) -> list[Price]:
    """Return the lowest price of each length, shortest first."""
    by_minutes: dict[int, set[Decimal]] = {}
    for service in services:
        by_minutes.setdefault(service.minutes, set()).add(service.price)
    return [Price(minutes, min(amounts), len(amounts) > 1) for minutes, amounts in sorted(by_minutes.items())]


def days_in_words(weekdays: Iterable[int]) -> str:
    """Write weekdays: three or more in a row are “Tuesday to Friday”, others are listed."""
    runs: list[list[int]] = []
    for day in sorted(set(weekdays)):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    words: list[str] = []
    for run in runs:
        names = [str(Weekday(day).label) for day in run]
        words += [f"{names[0]} to {names[-1]}"] if len(run) > 2 else names
    return wording.listed(words)
