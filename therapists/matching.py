"""Who fits what a visitor asked for, and why: a sorted list with a line for each wish."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from massage_booking.core import wording
from massage_booking.core.parsing import to_int
from therapists.models import Language, Specialty, Technique, Weekday
from therapists.models.people import Gender
from therapists.profiles import Profile, has_lapsed

GENDER_WORDS = {Gender.WOMAN: "a woman", Gender.MAN: "a man"}


@dataclass(frozen=True)
class Point:
    """One line: what fits, or what does not."""

    fits: bool
    text: str


@dataclass(frozen=True)
class Match:
    profile: Profile
    points: list[Point]

    @property
    def fits(self) -> bool:
        return all(point.fits for point in self.points)


@dataclass(frozen=True)
class Wish:
    """What a visitor asked for. Everything may be missing."""

    reason: Specialty | None = None
    language: Language | None = None
    technique: Technique | None = None
    weekday: int | None = None
    gender: str = ""

    @property
    def words(self) -> str:
        """Return the wish as a visitor would say it, or nothing."""
        parts = [
            self.reason.name if self.reason else "",
            self.technique.name if self.technique else "",
            self.language.name if self.language else "",
            str(Weekday(self.weekday).label) if self.weekday is not None else "",
            GENDER_WORDS[Gender(self.gender)] if self.gender else "",
        ]
        return ", ".join(part for part in parts if part)

    def __bool__(self) -> bool:
        return bool(self.words)


@dataclass(frozen=True)
class Options:
    """What can be asked for here: only what somebody offers."""

    reasons: list[Specialty]
    languages: list[Language]
    techniques: list[Technique]
    weekdays: list[int]
    genders: list[str]

    @classmethod
    def of(cls, profiles: Sequence[Profile]) -> "Options":
        people = [profile.therapist for profile in profiles]
        techniques = {technique.pk: technique for profile in profiles for technique in profile.technique_list}
        specialties = {row.specialty_id: row.specialty for person in people for row in person.trained}
        languages = {language.pk: language for person in people for language in person.languages.all()}
        present = {person.gender for person in people}
        return cls(
            reasons=sorted(specialties.values(), key=lambda item: (not item.on_home_page, item.position, item.name)),
            languages=sorted(languages.values(), key=lambda item: item.name),
            techniques=sorted(techniques.values(), key=lambda item: (item.position, item.name)),
            weekdays=sorted({day for profile in profiles for day in profile.weekdays}),
            genders=[gender.value for gender in GENDER_WORDS if gender.value in present],
        )

    def read(self, raw: Mapping[str, Any]) -> Wish:
        """Read a wish from an address. What nobody offers, and garbage, counts as not asked."""
        language, weekday = str(raw.get("language", "")).casefold(), to_int(raw.get("day"), most=6)
        gender = str(raw.get("with", ""))
        return Wish(
            reason=next((item for item in self.reasons if item.slug == raw.get("reason")), None),
            language=next((item for item in self.languages if item.name.casefold() == language), None),
            technique=next((item for item in self.techniques if item.slug == raw.get("technique")), None),
            weekday=weekday if weekday in self.weekdays else None,
            gender=gender if gender in self.genders else "",
        )


def match(profiles: Sequence[Profile], wish: Wish) -> list[Match]:
    """Return everybody, those who fit best first; equals keep the studio's own order."""
    matches = [Match(profile, points(profile, wish) if wish else notes(profile)) for profile in profiles]
    return sorted(matches, key=lambda item: (not item.fits, sum(not point.fits for point in item.points)))


def notes(profile: Profile) -> list[Point]:
    """Return what to say when nothing was asked: up to two reasons to choose this person."""
    return [Point(True, row.note) for row in profile.therapist.trained if row.note][:2]


def points(profile: Profile, wish: Wish) -> list[Point]:
    """Return a line for each wish, or two where a certificate belongs to it."""
    found: list[Point] = []
    if wish.reason:
        found += _on_reason(profile, wish.reason)
    if wish.technique:
        found.append(_on_technique(profile, wish.technique))
    if wish.language:
        speaks = wish.language in profile.therapist.languages.all()
        found.append(Point(speaks, f"Speaks {wish.language}" if speaks else f"No {wish.language}"))
    if wish.weekday is not None:
        works, day = wish.weekday in profile.weekdays, Weekday(wish.weekday).label
        found.append(Point(works, f"Here on {day}s" if works else f"Not here on {day}s"))
    if wish.gender and profile.therapist.gender != wish.gender:
        found.append(Point(False, f"You asked for {GENDER_WORDS[Gender(wish.gender)]}"))
    return found


def _on_reason(profile: Profile, reason: Specialty) -> list[Point]:
    row = profile.training_in(reason.pk)
    if row is None:
        return [Point(False, f"{reason}: not what {profile.therapist.first_name} is trained for")]
    found = [Point(True, row.note or f"{reason}: trained for it")]
    if not row.has_certificate:
        return found
    if row.expires_on and has_lapsed(row, profile.on):
        found.append(Point(False, f"The certificate ended in {wording.written_date(row.expires_on, 'F Y')}"))
    elif row.certificate:
        until = f", valid until {wording.written_date(row.expires_on, 'F Y')}" if row.expires_on else ""
        found.append(Point(True, f"Certificate: {row.certificate}{until}"))
    return found


def _on_technique(profile: Profile, technique: Technique) -> Point:
    lengths = [service.minutes for service in profile.services if service.technique_id == technique.pk]
    if not lengths:
        return Point(False, f"{technique}: not with {profile.therapist.first_name}")
    told = wording.listed([str(minutes) for minutes in lengths], last=" or ")
    return Point(True, f"{technique}: {told} min")
