"""A busy studio, as a process of its own: it books, cancels and reads without a pause until it is stopped.

python -m tests.drills.writing FILE     appends to FILE the public id of each session once it is committed
"""

import random
import sys
from datetime import timedelta
from pathlib import Path

import django


def main(told: Path) -> None:
    django.setup()
    from massage_booking.accounts.models import Client
    from massage_booking.core import clock
    from massage_booking.core.errors import DomainError
    from screening import vault
    from screening.models import Screening
    from sessions.selectors import offer
    from sessions.services import booking, changes
    from therapists.models import Service, Therapist

    chance = random.Random(7)
    people, service = list(Client.objects.order_by("pk")), Service.objects.get(slug="swedish-60")
    therapists = list(Therapist.objects.order_by("pk"))
    reader = vault.Reader(name="Ana Quiroga", role="therapist")
    with told.open("a") as handle:
        while True:
            client, now = chance.choice(people), clock.now()
            starts_at = (now + timedelta(days=chance.randrange(1, 50))).replace(
                hour=chance.randrange(8, 16), minute=chance.choice([0, 15, 30, 45]), second=0, microsecond=0
            )
            form = Screening.objects.get(client=client, state="complete")
            vault.open_answers(form, reader=reader, purpose="before a session", now=now)
            assessment = offer.assess(client=client, starts_at=starts_at, now=now)
            try:
                session = booking.book(
                    client=client, service=service, therapist=chance.choice(therapists), starts_at=starts_at,
                    assessment=assessment, via="web", actor=None, by="client", now=now,
                )  # fmt: skip
            except DomainError:
                continue
            handle.write(f"{session.public_id}\n")
            handle.flush()
            if chance.random() < 0.5:
                changes.cancel(session=session, actor=None, by="desk", now=now)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
