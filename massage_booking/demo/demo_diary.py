"""The weeks of the demo's clients, before and after today. Each act goes through the services, at its own time."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from massage_booking.accounts.models import Client
from massage_booking.core.errors import DomainError
from massage_booking.core.intervals import instant_of
from massage_booking.core.walltime import first_shown
from massage_booking.demo.studio_data import answers, people
from screening import consent
from screening import selectors as screening_selectors
from screening import services as screening
from screening.document import Given, GivenRow, form_groups, group_codes
from screening.domain.form import today_group
from sessions.domain.status import Status
from sessions.models import MassageSession
from sessions.models.session import BookedVia
from sessions.selectors import asking, offer
from sessions.selectors import openings as opening_selectors
from sessions.selectors import together as together_selectors
from sessions.services import booking, changes, holds, plans, together
from therapists.models import Service, Therapist

WEEKS_BACK, WEEKS_AHEAD = 6, 3
LIKED = {"swedish", "deep_tissue", "prenatal", "myofascial"}
# Who comes today, so that the day pages have something to show.
TODAY = ["Orla Casey", "Liam Walsh", "Mei Chen", "Emer Sheridan", "Aoife Brennan", "Yuki Tanaka", "Shane McGrath"]
ASKS_FIRST = "Lucía Fernández"
DEMO_CLIENT = "Nadia Rahman"
COUPLE = (DEMO_CLIENT, "Amina Rahman")


@dataclass
class Diary:
    """A notebook of what is still to be booked, with a die that falls the same way each time."""

    zone: ZoneInfo
    today: date
    now: datetime
    services: list[Service]
    therapists: list[Therapist]
    clients: dict[str, Client]
    chance: random.Random

    def at(self, day: date, hour: int) -> datetime:
        return instant_of(first_shown(datetime.combine(day, time(hour)), self.zone))

    def give_answers(self, client: Client, name: str, *, now: datetime) -> None:
        """Let a client consent and answer the health questions at a moment."""
        _, rules = screening_selectors.published_rules()
        today = now.astimezone(self.zone).date()
        groups = tuple(dict.fromkeys((*form_groups(rules), today_group(rules).id)))
        rows = {
            code: GivenRow(
                answer=answer,
                sites=sites,
                due_or_birth_on=self.today + timedelta(days=98) if code == "pregnancy" else None,
            )
            for code, (answer, sites) in answers.ANSWERS[name].items()
        }
        none = frozenset(group for group in groups if not set(rows) & set(group_codes(rules, group)))
        screening.give_consent(client=client, version=consent.CURRENT.version, given_by=client.account, now=now)
        if screening_selectors.needs_guardian(client, today):
            screening.give_guardian_consent(
                client=client,
                name=client.account.name if client.account else "",
                relation="parent",
                child_agrees=True,
                given_by=client.account,
                now=now,
            )
        form = screening.start_or_resume(client=client, today=today, now=now)
        screening.save_groups(
            client=client,
            given=Given(groups=groups, rows=rows, none=none),
            based_on=form.revision,
            rules_label=form.rules.label,
            today=today,
            now=now,
            whole=True,
        )
        screening.complete(client=client, now=now)

    def book(
        self,
        client: Client,
        day: date,
        *,
        asked_at: datetime,
        therapist: Therapist | None = None,
        needs_review: bool = False,
        days: int = 3,
    ) -> MassageSession | None:
        """Book some opening on a day or one of those after it; None when nothing fits."""
        judge = offer.assessor(client=client, now=asked_at)
        for on in (day + timedelta(days=shift) for shift in range(days)):
            assessment = judge(self.at(on, 12))
            if assessment is None or not assessment.may_book:
                return None
            fitting = [
                service
                for service in self.services
                if not assessment.refusals(service.technique.screened_as, service.minutes)
            ]
            if therapist is not None:
                given = set(therapist.services.values_list("pk", flat=True))
                fitting = [service for service in fitting if service.pk in given]
            liked = [service for service in fitting if service.technique.screened_as in LIKED]
            if not fitting:
                return None
            service = self.chance.choice(liked or fitting)
            asked = opening_selectors.look(service=service, first=on, last=on, now=asked_at, therapist=therapist)
            found = list(asked.all())
            if not found:
                continue
            opening = self.chance.choice(found)
            final = judge(opening.starts_at)
            try:
                return booking.book(
                    client=client,
                    service=service,
                    therapist=opening.therapist,
                    starts_at=opening.starts_at,
                    assessment=final or assessment,
                    via=BookedVia.WEB if client.account else BookedVia.PHONE,
                    actor=client.account,
                    by="client" if client.account else "desk",
                    now=asked_at,
                    needs_review=needs_review,
                )
            except DomainError:
                continue
        return None

    def book_as_usual(
        self, number: int, client: Client, day: date, *, asked_at: datetime, needs_review: bool = False
    ) -> MassageSession | None:
        """Book with the therapist whom this client usually sees, else with anyone."""
        usual = self.therapists[number % len(self.therapists)]
        return self.book(client, day, asked_at=asked_at, therapist=usual, needs_review=needs_review) or self.book(
            client, day, asked_at=asked_at, needs_review=needs_review
        )

    def come(self, session: MassageSession) -> None:
        """Let the day of a past session happen: nearly everybody comes."""
        fate = self.chance.random()
        who = {"actor": session.therapist.user, "by": "therapist"}
        if fate < 0.06:
            changes.cancel(session=session, actor=None, by="client", now=session.starts_at - timedelta(hours=40))
        elif fate < 0.10:
            changes.no_show(session=session, now=session.starts_at + timedelta(minutes=20), **who)
        else:
            session = self.begin(session)
            changes.complete(session=session, now=session.ends_at, **who)

    def begin(self, session: MassageSession) -> MassageSession:
        """Let somebody arrive, be asked about the day, and lie down."""
        who = {"actor": session.therapist.user, "by": "therapist"}
        starts_at = session.starts_at
        changes.arrive(session=session, now=starts_at - timedelta(minutes=6), **who)
        if asking.is_due(session):
            session = changes.asked_again(session=session, unchanged=True, now=starts_at - timedelta(minutes=3), **who)
        return changes.start(session=session, now=starts_at, **who)


def _dates(diary: Diary, every: int, first: int) -> Iterator[date]:
    day = diary.today - timedelta(weeks=WEEKS_BACK) + timedelta(days=first)
    while day < diary.today - timedelta(days=1):
        yield day
        day += timedelta(days=every)


def fill_past(diary: Diary) -> None:
    """Let the clients come for six weeks: those with a plan every fortnight, the others now and then."""
    for number, person in enumerate(people.CLIENTS):
        client = diary.clients[person.name]
        for day in _dates(diary, 14 if person.plan else 28, number % 13):
            asked_at = diary.at(day - timedelta(days=2), 11)
            diary.give_answers(client, person.answers, now=asked_at - timedelta(minutes=10))
            session = diary.book_as_usual(number, client, day, asked_at=asked_at)
            if session is not None and session.ends_at < diary.now:
                diary.come(session)


def fill_future(diary: Diary) -> None:
    """Let most clients have something booked in the next weeks; one of them waits for a yes."""
    for number, person in enumerate(people.CLIENTS):
        client = diary.clients[person.name]
        asked_at = diary.now - timedelta(hours=5 + number)
        diary.give_answers(client, person.answers, now=asked_at - timedelta(minutes=10))
        if number % 5 == 4 and person.name != ASKS_FIRST:
            continue
        # The demo's own client always has something a few days ahead.
        days = 3 if person.name == DEMO_CLIENT else 1 + number % (7 * WEEKS_AHEAD - 2)
        diary.book_as_usual(
            number,
            client,
            diary.today + timedelta(days=days),
            asked_at=asked_at,
            needs_review=person.name == ASKS_FIRST,
        )


def fill_today(diary: Diary, therapist: Therapist) -> None:
    """Let today look like a working day: some done, somebody on the table, some to come; most with one therapist."""
    asked_at = diary.at(diary.today - timedelta(days=1), 16)
    here_already = set(
        MassageSession.objects.filter(
            starts_at__range=(diary.at(diary.today, 0), diary.at(diary.today, 23)), client__name__in=TODAY
        ).values_list("client__name", flat=True)
    )
    for number, name in enumerate(TODAY):
        if name in here_already:
            continue
        session = diary.book(
            diary.clients[name],
            diary.today,
            asked_at=asked_at,
            therapist=therapist if number < 5 else None,
            days=1,
        )
        if session is None:
            continue
        if session.ends_at < diary.now:
            diary.come(session)
        elif session.starts_at < diary.now:
            diary.begin(session)
        elif session.starts_at - timedelta(minutes=10) < diary.now:
            changes.arrive(session=session, actor=session.therapist.user, by="therapist", now=diary.now)


def let_one_arrive(diary: Diary) -> None:
    """See that somebody is in the waiting room, if anybody still comes today."""
    end_of_day = diary.at(diary.today, 23)
    coming = MassageSession.objects.filter(starts_at__range=(diary.now, end_of_day)).select_related("therapist__user")
    if not coming.filter(status=Status.ARRIVED.value).exists():
        session = coming.filter(status=Status.BOOKED.value).order_by("starts_at").first()
        if session is not None:
            changes.arrive(session=session, actor=session.therapist.user, by="therapist", now=diary.now)


def book_a_couple(diary: Diary) -> None:
    """Let Nadia and her mother lie side by side in a couple of weeks, with two therapists at the same time."""
    service = next(item for item in diary.services if item.technique.screened_as == "swedish" and item.minutes == 60)
    asked_at = diary.now - timedelta(hours=4)
    first = diary.today + timedelta(days=10)
    seats = []
    for name in COUPLE:
        client = diary.clients[name]
        allowed = offer.allowed_on(client=client, service=service, now=asked_at)
        seats.append(together_selectors.Seat(client, service, None, allowed))
    pair = together_selectors.Pair(*seats, side_by_side=True)
    found = together_selectors.look(pair, first=first, last=first + timedelta(days=14), now=asked_at)
    for minute in found.anyone():
        starts_at = found.at(minute).starts_at
        judged = [offer.assess(client=seat.client, starts_at=starts_at, now=asked_at) for seat in pair.seats]
        terms = together.Terms((judged[0], judged[1]), pair.first.client.account)
        try:
            together.book_two(pair, terms=terms, starts_at=starts_at, now=asked_at)
        except DomainError:
            continue
        return


def hold_one(diary: Diary) -> None:
    """Let somebody be half-way through booking."""
    service = diary.services[0]
    first = diary.today + timedelta(days=1)
    found = opening_selectors.openings(service=service, first=first, last=first + timedelta(days=6), now=diary.now)
    if found:
        holds.hold(
            service=service,
            therapist=found[0].therapist,
            starts_at=found[0].starts_at,
            browser="somebody",
            address="",
            signed_in=True,
            now=diary.now,
        )


def cancel_one_ahead(diary: Diary) -> None:
    """Let one person have changed their mind in time."""
    ahead = (
        MassageSession.objects.filter(status=Status.BOOKED.value, starts_at__gt=diary.now + timedelta(days=4))
        .exclude(client=diary.clients[DEMO_CLIENT])
        .select_related("client__account", "service__technique", "therapist")
        .order_by("starts_at")
    )
    session = ahead.first()
    if session is not None:
        changes.cancel(session=session, actor=None, by="client", now=diary.now - timedelta(hours=1))


def accept_plans(diary: Diary) -> None:
    """Let those who keep a rhythm have tapped “twice a month” after their first session."""
    for person in people.CLIENTS:
        sessions = (
            MassageSession.objects.filter(client=diary.clients[person.name])
            .exclude(status=Status.CANCELLED.value)
            .select_related("client", "service", "therapist")
        )
        first = sessions.order_by("starts_at").first()
        if person.plan and first is not None:
            plans.accept(session=first, now=first.booked_at or diary.now)
