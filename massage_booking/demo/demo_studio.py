"""Putting the demo studio into an empty database."""

import random
from datetime import datetime, timedelta

from massage_booking.demo import demo_care, demo_diary, demo_house, demo_money, sign_ins, techniques
from massage_booking.demo.studio_data import people
from massage_booking.outbox.models import Message, MessageStatus
from massage_booking.studio.models import Studio
from sessions.models import MassageSession


def settle_mails(now: datetime) -> None:
    """Count the mails of the past as sent; what falls due from now on is sent for real."""
    owed = Message.objects.filter(due_at__lte=now, status=MessageStatus.QUEUED)
    owed.update(status=MessageStatus.SENT, sent_at=now)


def open_demo_studio(*, now: datetime) -> dict[str, int]:
    """Fill an empty database; return how many of each were made."""
    locations = demo_house.make_house()
    zone = Studio.objects.get().tz
    today = now.astimezone(zone).date()
    long_ago = now - timedelta(weeks=demo_diary.WEEKS_BACK + 2)
    known = techniques.save_all()
    services = demo_house.make_services(known)
    specialties = demo_house.make_specialties(known)
    therapists = []
    for position, person in enumerate(people.THERAPISTS):
        made = demo_house.make_therapist(
            person,
            position=position,
            locations=locations,
            services=services,
            specialties=specialties,
            today=today,
            now=long_ago,
        )
        therapists.append(made)
    demo_house.stand_in(therapists[0], day=today, location=locations[people.WEIR])
    demo_house.keep_time(therapists[0], today=today, location=locations[people.WEIR])
    demo_house.make_staff(sign_ins.DESK.email, "Dora Byrne", now=long_ago, is_desk=True)
    demo_house.make_staff(sign_ins.ADMIN.email, "Aisling Lynch", now=long_ago, is_staff=True, is_superuser=True)
    clients = demo_house.make_clients(now=long_ago)
    # A fixed seed: two demo studios opened on the same day look alike.
    chance = random.Random(today.toordinal())  # noqa: S311 - nothing secret is drawn
    diary = demo_diary.Diary(zone, today, now, services, therapists, clients, chance)
    demo_diary.fill_past(diary)
    demo_diary.fill_future(diary)
    demo_diary.fill_today(diary, therapists[0])
    demo_diary.let_one_arrive(diary)
    demo_diary.cancel_one_ahead(diary)
    demo_diary.book_a_couple(diary)
    demo_diary.hold_one(diary)
    demo_diary.accept_plans(diary)
    demo_care.let_a_letter_arrive(diary, therapists[0])
    demo_care.let_somebody_report(diary, therapists[0])
    demo_money.leave_one_fee(diary)
    demo_money.take_the_money(diary)
    settle_mails(now)
    return {
        "therapists": len(therapists),
        "services": len(services),
        "clients": len(clients),
        "sessions": MassageSession.objects.count(),
    }
