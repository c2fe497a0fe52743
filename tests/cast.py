"""The fixed cast: Nadia and Ben are clients, Ana and Uma therapists, Dora has the desk, Adam is the admin.

It is always Monday, 1 June 2026, eight in the morning in Dublin (seven in UTC), unless a test says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress

from massage_booking.accounts.models import Client, User
from massage_booking.studio.models import Location, Place, Room, Studio
from screening import consent
from screening import selectors as screening_selectors
from screening import services as screening_services
from screening.assessment import Assessment
from screening.document import Given, GivenRow, form_groups, group_codes
from screening.domain.form import first_group, today_group
from sessions.models import MassageSession
from sessions.selectors import offer
from sessions.services import booking
from therapists.models import Service, Specialty, SpecialtyKind, Technique, Therapist, TherapistSpecialty, WeeklyHours

NOW = datetime(2026, 6, 1, 7, 0, tzinfo=UTC)
TODAY = date(2026, 6, 1)


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """Return a time of the wall in Dublin, summer time, `days` after today."""
    return datetime(2026, 6, 1, hour, minute, tzinfo=UTC) + timedelta(days=days) - timedelta(hours=1)


def make_studio(**changes: object) -> Studio:
    values: dict[str, object] = {
        "name": "Stillwater Massage",
        "address": "4 Weir Lane\nGalway",
        "phone": "020 912 0144",
        "email": "hello@stillwater.example",
        "zone": "Europe/Dublin",
        "currency": "EUR",
        "emergency_number": "112",
        "urgent_number": "1850 000 111",
        "opening_text": "Monday to Saturday, 8:00 to 19:30",
        # Letters about a change are due at once, and late changes are made by phone; tests/sessions/acts has the rest.
        "undo_minutes": 0,
        "late_changes": "call",
    }
    studio, _ = Studio.objects.update_or_create(pk=1, defaults={**values, **changes})
    return studio


def make_user(email: str, name: str, **flags: bool) -> User:
    user = User.objects.create_user(email, name=name, date_joined=NOW, **flags)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user


def make_client(name: str, *, account: User | None = None, born: date = date(1990, 5, 1), **more: object) -> Client:
    values: dict[str, object] = {"phone": "087 555 0101", "created_at": NOW, "confirmed_at": NOW}
    return Client.objects.create(name=name, account=account, date_of_birth=born, **{**values, **more})


def make_technique(code: str = "swedish", **changes: object) -> Technique:
    values: dict[str, object] = {
        "name": code.replace("_", " ").capitalize(),
        "screened_as": code,
        "summary": "Long strokes, light to medium.",
    }
    return Technique.objects.get_or_create(slug=code.replace("_", "-"), defaults={**values, **changes})[0]


def make_service(code: str = "swedish", minutes: int = 60, **changes: object) -> Service:
    technique = make_technique(code)
    values: dict[str, object] = {
        "turnover_minutes": 15,
        "price": Decimal("68.00"),
        "technique": technique,
        "minutes": minutes,
    }
    return Service.objects.get_or_create(slug=f"{technique.slug}-{minutes}", defaults={**values, **changes})[0]


def make_therapist(
    name: str,
    *,
    user: User | None = None,
    location: Location,
    services: list[Service] | None = None,
    opens: time = time(9),
    closes: time = time(17),
    weekdays: range | tuple[int, ...] = range(5),
) -> Therapist:
    therapist = Therapist.objects.create(name=name, slug=name.lower().replace(" ", "-"), user=user)
    therapist.services.set(services or [])
    WeeklyHours.objects.bulk_create(
        [
            WeeklyHours(therapist=therapist, location=location, weekday=day, starts=opens, ends=closes)
            for day in weekdays
        ]
    )
    return therapist


def make_training(therapist: Therapist, technique: Technique, *, expires_on: date | None = None) -> TherapistSpecialty:
    specialty, _ = Specialty.objects.get_or_create(
        slug=technique.slug, defaults={"name": technique.name, "kind": SpecialtyKind.TECHNIQUE, "technique": technique}
    )
    return TherapistSpecialty.objects.create(
        therapist=therapist, specialty=specialty, certificate="Diploma", has_certificate=True, expires_on=expires_on
    )


def make_further_training(
    therapist: Therapist, *needs: str, expires_on: date | None = None
) -> list[TherapistSpecialty]:
    """Train a therapist for clients who go only to somebody trained for them: pregnancy, oncology."""
    made = []
    for need in needs:
        specialty, _ = Specialty.objects.get_or_create(
            slug=f"for-{need}", defaults={"name": f"For {need}", "kind": SpecialtyKind.GROUP, "needed_for": need}
        )
        made.append(
            TherapistSpecialty.objects.create(
                therapist=therapist, specialty=specialty, certificate="Course", has_certificate=True,
                expires_on=expires_on,
            )
        )  # fmt: skip
    return made


@dataclass(frozen=True)
class House:
    """A small studio in the middle of a working week."""

    studio: Studio
    location: Location
    tables: list[Place]
    chair: Place
    swedish: Service
    swedish45: Service
    deep: Service
    ana: Therapist
    uma: Therapist
    nadia: Client
    ben: Client
    desk: User
    admin: User

    @property
    def nadias_account(self) -> User:
        assert self.nadia.account is not None
        return self.nadia.account

    @property
    def bens_account(self) -> User:
        assert self.ben.account is not None
        return self.ben.account


def make_house() -> House:
    studio = make_studio()
    location = Location.objects.create(name="Weir Lane")
    quiet = Room.objects.create(location=location, name="Room 1")
    pair = Room.objects.create(location=location, name="Room 2", position=1)
    tables = [
        Place.objects.create(room=quiet, name="Table"),
        Place.objects.create(room=pair, name="Left table"),
        Place.objects.create(room=pair, name="Right table"),
    ]
    chair = Place.objects.create(room=quiet, name="Chair", kind="chair")
    swedish, swedish45 = make_service("swedish", 60), make_service("swedish", 45, price=Decimal("55.00"))
    deep = make_service("deep_tissue", 60)
    both = [swedish, swedish45, deep]
    ana = make_therapist(
        "Ana Quiroga", user=make_user("ana@stillwater.example", "Ana Quiroga"), location=location, services=both
    )
    uma = make_therapist(
        "Uma Ruiz",
        user=make_user("uma@stillwater.example", "Uma Ruiz"),
        location=location,
        services=[swedish, swedish45],
    )
    return House(
        studio=studio,
        location=location,
        tables=tables,
        chair=chair,
        swedish=swedish,
        swedish45=swedish45,
        deep=deep,
        ana=ana,
        uma=uma,
        nadia=make_client("Nadia Rahman", account=make_user("nadia@example.com", "Nadia Rahman")),
        ben=make_client("Ben Kelly", account=make_user("ben@example.com", "Ben Kelly")),
        desk=make_user("dora@stillwater.example", "Dora Byrne", is_desk=True),
        admin=make_user("adam@stillwater.example", "Adam Lynch", is_staff=True, is_superuser=True),
    )


def answer(
    client: Client,
    rows: Mapping[str, GivenRow] | None = None,
    *,
    now: datetime = NOW,
    today_too: bool = True,
    back_pain: bool | None = None,
) -> None:
    """Let a client give consent and complete the health questions; without rows everything is fine."""
    _, rules = screening_selectors.published_rules()
    first, today = first_group(rules).id, today_group(rules).id
    groups = tuple(group for group in (first, *form_groups(rules), today) if today_too or group != today)
    groups = tuple(dict.fromkeys(groups))
    ticked = set(rows or {})
    none = frozenset(group for group in groups if not ticked & set(group_codes(rules, group)))
    screening_services.give_consent(client=client, version=consent.CURRENT.version, given_by=client.account, now=now)
    form = screening_services.start_or_resume(client=client, today=now.date(), now=now)
    screening_services.save_groups(
        client=client,
        given=Given(groups=groups, rows=rows or {}, none=none, back_pain=back_pain),
        based_on=form.revision,
        rules_label=form.rules.label,
        today=now.date(),
        now=now,
        whole=True,
    )
    screening_services.complete(client=client, now=now)


def assess(client: Client, starts_at: datetime, *, now: datetime = NOW) -> Assessment:
    """Return what the client's answers mean for a session."""
    assessment = offer.assess(client=client, starts_at=starts_at, now=now)
    assert assessment is not None, "answer the questions first"
    return assessment


def book(
    house: House, *, client: Client | None = None, starts_at: datetime | None = None, **more: Any
) -> MassageSession:
    """Book Swedish, 60 minutes, with Ana, tomorrow at ten, for Nadia, unless told otherwise.

    Answers are given if missing.
    """
    client = client or house.nadia
    starts_at = starts_at or at(10, days=1)
    now = more.pop("now", NOW)
    if screening_selectors.needs_screening(client=client, now=now):
        answer(client, now=now)
    values: dict[str, Any] = {
        "service": house.swedish,
        "therapist": house.ana,
        "assessment": assess(client, starts_at, now=now),
        "via": "web",
        "actor": client.account,
        "by": "client",
    }
    return booking.book(client=client, starts_at=starts_at, now=now, **{**values, **more})
