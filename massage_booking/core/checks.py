"""Deploy checks: what must not go live. Run by `manage.py check --deploy`."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, Final
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.http.request import validate_host

# Caches that each process keeps for itself: counts of tries and holds would then be per worker.
PRIVATE_CACHES: Final = (
    "django.core.cache.backends.locmem.LocMemCache",
    "django.core.cache.backends.dummy.DummyCache",
)

Check = Callable[..., list[CheckMessage]]


def deploy_check(check: Callable[[], list[CheckMessage]]) -> Check:
    """Register a check that runs with `--deploy` only."""

    def run(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
        return check()

    register(run, Tags.security, deploy=True)
    return check


@deploy_check
def check_keys() -> list[CheckMessage]:
    """Refuse a start without keys of its own."""
    found: list[CheckMessage] = []
    if settings.SECRET_KEY == settings.INSECURE_KEY:
        found.append(Error("SECRET_KEY is the one that everybody knows.", id="house.E001"))
    if not settings.VAULT_KEYS:
        found.append(Error("VAULT_KEYS is empty: health answers could not be kept.", id="house.E002"))
    for number, key in enumerate(settings.VAULT_KEYS, start=1):
        try:
            Fernet(key)
        except ValueError:
            found.append(Error(f"Key {number} of VAULT_KEYS is not a Fernet key.", id="house.E007"))
    return found


@deploy_check
def check_mode() -> list[CheckMessage]:
    """Refuse what only a demo may do."""
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(Error("DEBUG is on.", id="house.E003"))
    if settings.MAILBOX:
        found.append(Error("MAILBOX is on: mails would be shown on a page instead of sent.", id="house.E004"))
    if not settings.STAFF_MFA_REQUIRED:
        found.append(Error("Staff could sign in without a second factor.", id="house.E006"))
    if getattr(settings, "CELERY_TASK_ALWAYS_EAGER", False):
        found.append(Error("Celery is eager: reminders would be sent inside somebody's request.", id="house.E008"))
    return found


@deploy_check
def check_address() -> list[CheckMessage]:
    """Refuse links in mails that would not lead back here."""
    address = urlsplit(settings.SITE_URL)
    if address.scheme != "https" or not address.hostname:
        return [Error("SITE_URL must be the studio's address, beginning with https://.", id="house.E005")]
    if not validate_host(address.hostname, settings.ALLOWED_HOSTS):
        return [
            Error(
                f"SITE_URL names {address.hostname}, which ALLOWED_HOSTS does not list: links in mails would fail.",
                id="house.E009",
            )
        ]
    return []


@deploy_check
def check_services() -> list[CheckMessage]:
    """Name weak spots of database, cache, broker and mail."""
    found: list[CheckMessage] = []
    if settings.CACHES["default"]["BACKEND"] in PRIVATE_CACHES:
        found.append(Error("The cache is not shared by all workers: limits could be passed by.", id="house.E010"))
    if find_spec("psycopg") is not None:
        found.append(
            Error(
                "psycopg 3 is installed beside psycopg2 and would be used instead of it.",
                hint="pip uninstall psycopg psycopg-binary",
                id="house.E011",
            )
        )
    if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
        found.append(
            Warning(
                "The database is an SQLite file: fine on one host and a local disk, not beyond.",
                hint="Set DATABASE_URL to a PostgreSQL database for more than one host.",
                id="house.W001",
            )
        )
    if not settings.REDIS_URL:
        found.append(Warning("REDIS_URL is not set: worker and beat need one.", id="house.W002"))
    if settings.DEFAULT_FROM_EMAIL.strip("<> ").endswith("@localhost"):
        found.append(
            Warning("DEFAULT_FROM_EMAIL is not set: many mail servers refuse mails from localhost.", id="house.W003")
        )
    return found
