"""Put the demo studio into an empty database."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from massage_booking.core import clock
from massage_booking.demo.demo_studio import open_demo_studio
from massage_booking.studio.models import Studio


class Command(BaseCommand):
    help = "Put the demo studio into an empty database: six therapists, twelve services, forty clients, their sessions."

    def handle(self, *args: Any, **options: Any) -> None:
        if Studio.objects.exists():
            raise CommandError("There is a studio in this database already; the demo goes into an empty one only.")
        if not settings.VAULT_KEYS:
            raise CommandError("There is no vault key for the health answers: run `make run` once, or set VAULT_KEYS.")
        with transaction.atomic():
            made = open_demo_studio(now=clock.now())
        words = ", ".join(f"{count} {name}" for name, count in made.items())
        self.stdout.write(self.style.SUCCESS(f"The demo studio is open: {words}."))
