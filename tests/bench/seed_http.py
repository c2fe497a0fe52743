"""Fill an empty database for the figures over HTTP, and print the forms that book, as JSON."""

import json
import os
import sys
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "massage_booking.settings")
django.setup()

CSRF = "b" * 32


def main(count: int, therapists: int = 50) -> None:
    """Fill a studio, with `count` people who are signed in, have answered the health questions and hold a time."""
    from django.conf import settings

    from massage_booking.core import clock
    from tests.bench import full_studio

    now = clock.now()
    studio = full_studio.fill(therapists=therapists, first=now.date() + timedelta(days=2))
    forms = [form(number, held, now) for number, held in enumerate(holds(studio, count, now))]
    for each in forms:
        each["cookie"] += f"; {settings.CSRF_COOKIE_NAME}={CSRF}"
    sys.stdout.write(json.dumps({"service": studio.service.slug, "month": f"{studio.first:%Y-%m}", "forms": forms}))


def holds(studio: Any, count: int, now: Any) -> list[Any]:
    """Hold openings that are an hour apart at least, each in a browser of its own."""
    from massage_booking.core.ids import new_public_id
    from sessions.models import MassageSession
    from sessions.selectors import openings
    from tests.bench.full_studio import session
    from therapists.models import Service

    service = Service.objects.select_related("technique").get(pk=studio.service.pk)
    tables = dict(MassageSession.objects.values_list("therapist_id", "place_id").distinct())
    made, until = [], {}
    if not count:
        return made
    for opening in openings.openings(service=service, first=studio.first, last=studio.last, now=now):
        key = opening.therapist.pk
        if opening.starts_at < until.get(key, opening.starts_at):
            continue
        until[key] = opening.blocked_until
        row = session(service, opening.therapist, None, None, opening.starts_at)
        row.place_id, row.status, row.held_by = tables[key], "held", new_public_id()
        row.held_since, row.held_until, row.created_at = now, now + timedelta(hours=6), now
        made.append(row)
        if len(made) == count:
            break
    assert len(made) == count, f"only {len(made)} openings"
    return MassageSession.objects.bulk_create(made, batch_size=500)


def form(number: int, held: Any, now: Any) -> dict[str, str]:
    """Return the form that books a held time, as the browser of somebody known would send it."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from tests import cast

    account = cast.make_user(f"bench{number}@massage.example", f"Bench Number {number}")
    client = cast.make_client(account.name, account=account, created_at=now, confirmed_at=now)
    cast.answer(client, now=now)
    store = SessionStore()
    store.update(
        {
            SESSION_KEY: str(account.pk),
            BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: account.get_session_auth_hash(),
            "browser": held.held_by,
            "booking": {"client": client.public_id, "service": held.service.slug, "key": f"bench-form-{number:06}"},
        }
    )
    store.create()
    body = {
        "csrfmiddlewaretoken": CSRF,
        "starts_at": held.starts_at.isoformat(),
        "service": held.service.slug,
        "therapist": held.therapist.slug,
        "name": client.name,
        "booker_name": account.name,
        "email": account.email,
        "phone": "087 555 0101",
        "accepts": "on",
        "key": f"bench-form-{number:06}",
    }
    cookie = f"{settings.SESSION_COOKIE_NAME}={store.session_key}"
    return {"path": "/sessions/confirm/", "body": urlencode(body), "cookie": cookie}


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
