"""The demo studio's house and people: settings, rooms, services, therapists, clients."""

import unicodedata
from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress

from massage_booking.accounts import services as accounts
from massage_booking.accounts.models import Client, User
from massage_booking.demo.studio_data import house, people
from massage_booking.studio import holidays_here
from massage_booking.studio.models import Location, Place, Room, Studio
from therapists.models import (
    DatedHours,
    Language,
    RepeatingTimeOff,
    Service,
    Specialty,
    SpecialtyKind,
    Technique,
    Therapist,
    TherapistSpecialty,
    Weekday,
    WeeklyHours,
)


def slug_of(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return "-".join("".join(sign for sign in word if sign.isalnum()) for word in plain.split())


def mail_of(name: str) -> str:
    return f"{slug_of(name).replace('-', '.')}@example.com"


def make_staff(email: str, name: str, *, now: datetime, **flags: bool) -> User:
    """Make an account of somebody who works here and has signed in before."""
    user: User = User.objects.create_user(email, name=name, date_joined=now, **flags)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user


def make_house() -> dict[str, Location]:
    """Make studio, locations, rooms and places."""
    Studio(**house.STUDIO).save()
    locations = {}
    for position, (name, facts) in enumerate(house.LOCATIONS.items()):
        locations[name] = Location.objects.create(
            name=name, address=facts["address"], directions=facts.get("directions", ""), position=position
        )
        for number, (room_name, (note, places)) in enumerate(facts["rooms"].items()):
            room = Room.objects.create(location=locations[name], name=room_name, note=note, position=number)
            Place.objects.bulk_create([Place(room=room, name=place, kind=kind) for place, kind in places])
    return locations


def make_services(techniques: dict[str, Technique]) -> list[Service]:
    """Make the twelve services."""
    return [
        Service.objects.create(
            technique=techniques[code], minutes=minutes, price=price, slug=f"{techniques[code].slug}-{minutes}"
        )
        for code, minutes, price in house.SERVICES
    ]


def make_specialties(techniques: dict[str, Technique]) -> dict[str, Specialty]:
    """Make a specialty for each technique, and those that people ask for."""
    found = {
        code: Specialty.objects.create(
            slug=technique.slug,
            name=technique.name,
            kind=SpecialtyKind.TECHNIQUE,
            technique=technique,
            position=50 + number,
        )
        for number, (code, technique) in enumerate(techniques.items())
    }
    for number, (slug, name, kind, on_home_page) in enumerate(house.SPECIALTIES):
        found[slug] = Specialty.objects.create(
            slug=slug, name=name, kind=kind, on_home_page=on_home_page, position=number,
            needed_for=house.NEEDED_FOR.get(slug, ""),
        )  # fmt: skip
    return found


def make_therapist(
    person: people.Person,
    *,
    position: int,
    locations: dict[str, Location],
    services: list[Service],
    specialties: dict[str, Specialty],
    today: date,
    now: datetime,
) -> Therapist:
    """Make one therapist with training, languages, services and hours."""
    therapist = Therapist.objects.create(
        user=make_staff(person.email, person.name, now=now),
        slug=slug_of(person.name),
        name=person.name,
        pronouns=person.pronouns,
        gender=person.gender,
        quote=person.quote,
        about=person.about,
        since_year=person.since,
        here_since_year=person.here_since,
        position=position,
    )
    therapist.languages.set([Language.objects.get_or_create(name=name)[0] for name in person.languages])
    therapist.services.set([service for service in services if service.technique.screened_as in person.techniques])
    TherapistSpecialty.objects.bulk_create(
        [
            TherapistSpecialty(
                therapist=therapist,
                specialty=specialties[training.specialty],
                certificate=training.certificate,
                has_certificate=bool(training.certificate),
                note=training.note,
                expires_on=today + timedelta(days=training.until) if training.until else None,
            )
            for training in person.trainings
        ]
    )
    WeeklyHours.objects.bulk_create(
        [
            WeeklyHours(therapist=therapist, location=locations[where], weekday=day, starts=starts, ends=ends)
            for day, blocks in person.hours.items()
            for starts, ends, where in blocks
        ]
    )
    return therapist


def stand_in(therapist: Therapist, *, day: date, location: Location) -> None:
    """See that the demo's therapist works today, also on a Sunday or a holiday: an empty calendar shows nothing."""
    is_holiday = bool(holidays_here.names(studio=Studio.objects.get(), first=day, last=day))
    if is_holiday or not therapist.weekly_hours.filter(weekday=day.weekday()).exists():
        DatedHours.objects.bulk_create(
            [
                DatedHours(therapist=therapist, day=day, location=location, starts=starts, ends=ends)
                for starts, ends, _ in people.DAY
            ]
        )


def keep_time(therapist: Therapist, *, today: date, location: Location) -> None:
    """Let a therapist have a date of other hours, and an afternoon off every other week."""
    saturday = today + timedelta(days=(5 - today.weekday()) % 7 + 7)
    DatedHours.objects.create(
        therapist=therapist, day=saturday, location=location, starts=people.TEN, ends=people.TWO, note="Open house"
    )
    RepeatingTimeOff.objects.create(
        therapist=therapist,
        weekday=Weekday.THURSDAY,
        starts=people.FOUR,
        ends=people.SIX,
        every_weeks=2,
        # From next week, so that today is a whole day whatever day it is.
        first=today + timedelta(days=7),
        note="Course",
    )


def make_clients(*, now: datetime) -> dict[str, Client]:
    """Make the forty clients; families share an account, and those who book by phone have none."""
    made: dict[str, Client] = {}
    for person in sorted(people.CLIENTS, key=lambda visitor: bool(visitor.account)):
        born = date.fromisoformat(person.born)
        phone = f"091 555 0{100 + len(made)}"
        if person.by_phone:
            made[person.name] = accounts.add_client_by_phone(
                name=person.name, email="", phone=phone, date_of_birth=born, now=now
            )
            continue
        holder = person.account or person.name
        account, is_new = accounts.account_for(email=mail_of(holder), name=holder, phone=phone, now=now)
        if is_new:
            EmailAddress.objects.filter(user=account).update(verified=True)
        made[person.name] = accounts.add_client(
            account=account, name=person.name, date_of_birth=born, relation=person.relation, now=now
        )
    return made
