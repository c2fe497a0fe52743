"""`check --deploy` refuses what must not go live."""

from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest

from massage_booking.core import checks

ALL = (checks.check_keys, checks.check_mode, checks.check_address, checks.check_services)


@pytest.fixture(autouse=True)
def server(settings: Any) -> Iterator[Any]:
    """Settings that may go live; each test spoils one of them."""
    settings.SECRET_KEY = "k" * 64
    settings.DEBUG = settings.MAILBOX = False
    settings.STAFF_MFA_REQUIRED = True
    settings.SITE_URL = "https://massage.example"
    settings.ALLOWED_HOSTS = ["massage.example"]
    settings.DEFAULT_FROM_EMAIL = "studio@massage.example"
    settings.REDIS_URL = "redis://127.0.0.1:6379/0"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}
    database = settings.DATABASES["default"]
    engine = database["ENGINE"]
    database["ENGINE"] = "django.db.backends.postgresql"
    yield settings
    database["ENGINE"] = engine


def found() -> list[str]:
    return [str(message.id) for check in ALL for message in check()]


def test_a_server_set_up_well_has_nothing_to_complain_of() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("SECRET_KEY", "insecure-key-for-tests-and-first-looks-only", "house.E001"),
        ("VAULT_KEYS", [], "house.E002"),
        ("VAULT_KEYS", ["too short"], "house.E007"),
        ("DEBUG", True, "house.E003"),
        ("MAILBOX", True, "house.E004"),
        ("SITE_URL", "http://massage.example", "house.E005"),
        ("SITE_URL", "https://", "house.E005"),
        ("SITE_URL", "", "house.E005"),
        ("SITE_URL", "https://elsewhere.example", "house.E009"),
        ("STAFF_MFA_REQUIRED", False, "house.E006"),
        ("CELERY_TASK_ALWAYS_EAGER", True, "house.E008"),
        ("CACHES", {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}, "house.E010"),
        ("REDIS_URL", "", "house.W002"),
        ("DEFAULT_FROM_EMAIL", "studio@localhost", "house.W003"),
    ],
)
def test_each_weak_spot_is_named(server: Any, name: str, value: object, complaint: str) -> None:
    setattr(server, name, value)

    assert found() == [complaint]


def test_an_sqlite_file_is_worth_a_warning(server: Any) -> None:
    server.DATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"

    assert found() == ["house.W001"]


def test_a_second_driver_of_postgresql_is_refused() -> None:
    with mock.patch.object(checks, "find_spec", return_value=object()):
        assert found() == ["house.E011"]


def test_the_checks_run_with_deploy_only() -> None:
    from django.core.checks.registry import registry

    ours = [check for check in registry.deployment_checks if check.__module__ == checks.__name__]
    assert len(ours) == len(ALL)
    assert not [check for check in registry.registered_checks if check.__module__ == checks.__name__]
