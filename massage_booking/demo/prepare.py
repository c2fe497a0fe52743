"""What `make run` does in Django before it starts anything: style sheets, database, demo studio.

Says on the error stream what takes a while, and prints one line of JSON: whom to sign in as.
"""

import hashlib
import json
import os
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import django
from django.conf import settings
from django.core.checks import Tags
from django.core.management import call_command


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def fingerprint_of_static_files() -> str:
    """Return a digest that changes with every file that pages load, and with what prepares them."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256(repr((django.VERSION, str(settings.STATIC_ROOT))).encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            stat = os.stat(storage.path(name))
            digest.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_static_files() -> None:
    """Hash and compress the files that pages load, when any of them has changed since the last time."""
    if not settings.STATIC_COLLECTED:
        return
    stamp = Path(settings.STATIC_ROOT) / "made-from.txt"
    fingerprint = fingerprint_of_static_files()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    say("Preparing style sheets, scripts and drawings ...")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(fingerprint)


def demo_is_wanted() -> bool:
    """Say whether the demo studio belongs here: only in the default file, only under DEBUG, only when it is new.

    A marker stays until the studio is loaded, so that a first start that was broken off is made good by the next.
    """
    marker = settings.VAR / "demo-wanted"
    if not settings.DEBUG or settings.DATABASE_URL != settings.DEFAULT_DATABASE_URL:
        return False
    file = Path(settings.DATABASES["default"]["NAME"])
    if not file.exists() or file.stat().st_size == 0:
        marker.touch()
    return bool(marker.exists())


def prepare_database() -> None:
    wanted = demo_is_wanted()
    if wanted:
        say("Making the database ...")
    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    # What the code looks like is checked by the worker as it starts; here only whether the guards are in force.
    call_command("check", tags=[Tags.database], databases=["default"], stdout=StringIO())
    if wanted:
        say("Furnishing the demo studio ...")
        call_command("load_demo", stdout=StringIO())
        (settings.VAR / "demo-wanted").unlink()


def report() -> dict[str, object]:
    """Return the studio's name and the demo accounts that are there, as role and address."""
    from massage_booking.accounts.models import User
    from massage_booking.demo.sign_ins import SIGN_INS
    from massage_booking.studio import selectors

    studio = selectors.current()
    present = set(
        User.objects.filter(email__in=[sign_in.email for sign_in in SIGN_INS]).values_list("email", flat=True)
    )
    return {
        "studio": studio.name if studio else "",
        "sign_ins": [list(sign_in) for sign_in in SIGN_INS if sign_in.email in present],
        "mailbox": settings.MAILBOX,
    }


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "massage_booking.settings")
    django.setup()
    with redirect_stdout(sys.stderr):
        prepare_database()
        collect_static_files()
    sys.stdout.write(json.dumps(report()) + "\n")


if __name__ == "__main__":
    main()
