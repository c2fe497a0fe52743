"""`manage.py setup_studio`: open a real studio, by questions or by flags."""

import os
from argparse import ArgumentParser
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from massage_booking.core import clock
from massage_booking.demo import opening
from massage_booking.demo.opening import NotMeant


@dataclass(frozen=True)
class Question:
    """One thing to know. `default` None: there is no way around answering."""

    key: str
    text: str
    default: str | None = None

    @property
    def flag(self) -> str:
        return "--" + self.key.replace("_", "-")


QUESTIONS: Final = (
    Question("name", "Name of the studio"),
    Question("address", "Address, its parts divided by commas"),
    Question("zone", "Time zone, for example Europe/Dublin"),
    Question("currency", "Currency, three letters"),
    Question("phone", "Telephone of the studio"),
    Question("email", "E-mail of the studio; answers to its mails go there"),
    Question("emergency_number", "Emergency number, shown when answers need help at once", "112"),
    Question("urgent_number", "Local line for urgent advice, for example NHS 111 (may stay empty)", ""),
    Question("admin_email", "E-mail of the first admin, who signs in with a mailed code"),
    Question("admin_name", "Name of the first admin (may stay empty)", ""),
)
ADMIN_KEYS: Final = {"admin_email", "admin_name"}
NO_TABLES: Final = "The database is not ready. Run first: python manage.py migrate"


def zone_of_this_machine() -> str | None:
    """Return the zone this machine keeps, as a suggestion; None for UTC, which says nothing of where it stands."""
    named = os.environ.get("TZ", "").strip(":")
    link = Path("/etc/localtime")
    if not named and link.is_symlink():
        named = str(link.readlink()).rpartition("zoneinfo/")[2]
    try:
        found = opening.zone(named)
    except NotMeant:
        return None
    return found if "/" in found and not found.startswith("Etc/") else None


class Command(BaseCommand):
    help = "Open a real studio, empty of demo data. Asks for what the flags leave out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for question in QUESTIONS:
            parser.add_argument(question.flag, metavar="TEXT", help=question.text)
        parser.add_argument("--no-input", action="store_true", help="ask nothing; what is missing is an error")
        parser.add_argument(
            "--update-admin", action="store_true", help="the studio is open already: only make --admin-email an admin"
        )

    def handle(self, *args: Any, no_input: bool, update_admin: bool, **options: Any) -> None:
        try:
            existing = opening.selectors.current()
        except DatabaseError:
            raise CommandError(NO_TABLES) from None
        if update_admin and existing is None:
            raise CommandError("There is no studio yet: run setup_studio without --update-admin.")
        if existing is not None and not update_admin:
            raise CommandError(
                f"“{existing.name}” is open here already. Its settings are in the admin, under “Studio settings”. "
                "For another admin: setup_studio --update-admin --admin-email ADDRESS"
            )
        wanted = [question for question in QUESTIONS if not update_admin or question.key in ADMIN_KEYS]
        answers = self.read_flags(wanted, options) if no_input else self.ask(wanted, options)
        try:
            self.write_down(answers, update_admin)
        except DatabaseError:
            raise CommandError(NO_TABLES) from None
        except opening.Refused:
            raise CommandError("Somebody else has opened the studio meanwhile.") from None

    def read_flags(self, wanted: list[Question], options: dict[str, Any]) -> dict[str, str]:
        """Take everything from the flags, and name all that is missing or wrong at once."""
        answers, missing, wrong = {}, [], []
        for question in wanted:
            given = question.default if options[question.key] is None else options[question.key]
            if given is None:
                missing.append(question.flag)
                continue
            try:
                answers[question.key] = opening.READERS[question.key](given)
            except NotMeant as error:
                wrong.append(f"{question.flag}: {error}")
        if missing:
            wrong.append(f"Missing: {', '.join(missing)}")
        if wrong:
            raise CommandError("\n".join(wrong))
        return answers

    def ask(self, wanted: list[Question], options: dict[str, Any]) -> dict[str, str]:
        answers: dict[str, str] = {}
        try:
            for question in wanted:
                answers[question.key] = self.answer_to(question, options[question.key])
        except (KeyboardInterrupt, EOFError):
            left = ", ".join(question.flag for question in wanted if question.key not in answers)
            raise CommandError(f"\nStopped before everything was answered; nothing was written. Left: {left}") from None
        return answers

    def answer_to(self, question: Question, given: str | None) -> str:
        """Take the flag if it was given and makes sense, else ask until the answer does."""
        default = zone_of_this_machine() if question.key == "zone" else question.default
        offer = f" [{default}]" if default else ""
        while True:
            try:
                text = given if given is not None else input(f"{question.text}{offer}: ")
                given = None
                return opening.READERS[question.key](text if text.strip() or default is None else default)
            except UnicodeDecodeError:
                self.stdout.write("  That could not be read; please type it again.")
            except NotMeant as error:
                self.stdout.write(f"  {error}")

    def write_down(self, answers: dict[str, str], update_admin: bool) -> None:
        now = clock.now()
        admin_email, admin_name = answers["admin_email"], answers["admin_name"]
        if update_admin:
            opening.appoint_admin(email=admin_email, name=admin_name, now=now)
            self.stdout.write(f"{admin_email} is an admin now and signs in with a mailed code.")
            return
        details = opening.Details(**{field.name: answers[field.name] for field in fields(opening.Details)})
        studio, _ = opening.open_studio(details=details, admin_email=admin_email, admin_name=admin_name, now=now)
        self.tell_next_steps(studio.name, admin_email)

    def tell_next_steps(self, studio_name: str, admin_email: str) -> None:
        sign_in, admin = (
            f"{settings.SITE_URL}{path}" if settings.SITE_URL else f"{path} on the site"
            for path in ("/accounts/login/code/", "/admin/")
        )
        steps = [
            "Start the site as docs/operations.md says. To look around on this machine only: make run.",
            f"Sign in at {sign_in} as {admin_email}: the code comes by mail.",
            "Set up an authenticator app or a passkey, which staff pages ask for.",
            f"In the admin at {admin} add rooms and tables, services with prices, and your therapists",
            "Give each therapist weekly hours. From then on visitors see free times.",
        ]
        self.stdout.write(
            f"\n{studio_name} is open: one room with one table, ten techniques, nobody in it yet.\n\nNext:"
        )
        for number, step in enumerate(steps, start=1):
            self.stdout.write(f"  {number}. {step.rstrip('.')}.")
