"""Settings as a server would have them, read in a process of their own."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

import sessions
from tests import servers

ROOT = Path(__file__).resolve().parent.parent.parent
CLOSED: dict[str, Any] = {
    "DEBUG": False,
    "MAILBOX": False,
    "STAFF_MFA_REQUIRED": True,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SESSION_COOKIE_NAME": "__Host-sid",
    "CSRF_COOKIE_NAME": "__Host-csrf",
    "SECURE_SSL_REDIRECT": True,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "STATIC_COLLECTED": True,
    "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": False,
}
READ = """
import json, sys
from django.conf import settings
names = json.loads(sys.argv[1])
print(json.dumps({name: getattr(settings, name) for name in names}, default=str))
"""


def process(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = {"DJANGO_SETTINGS_MODULE": "massage_booking.settings", **plain, **environment}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )


def read(*names: str, **environment: str) -> dict[str, Any]:
    done = process(READ, json.dumps(names), **environment)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def complaint(**environment: str) -> str:
    done = process(READ, '["DEBUG"]', **environment)
    assert done.returncode != 0
    return done.stderr.strip().splitlines()[-1]


def test_a_server_is_closed_by_default(tmp_path: Path) -> None:
    with servers.with_production() as environment:
        found = read(*CLOSED, **environment)

    assert found == CLOSED


def test_only_debug_opens_what_a_demo_needs(tmp_path: Path) -> None:
    found = read("MAILBOX", "STAFF_MFA_REQUIRED", DEBUG="true", STAFF_MFA_REQUIRED="false", VAR_DIR=str(tmp_path))
    assert found == {"MAILBOX": True, "STAFF_MFA_REQUIRED": False}

    closed = read("STAFF_MFA_REQUIRED", DEBUG="false", STAFF_MFA_REQUIRED="false", VAR_DIR=str(tmp_path))
    assert closed == {"STAFF_MFA_REQUIRED": True}


def test_the_mailbox_page_cannot_be_had_on_a_server(tmp_path: Path) -> None:
    assert "MAILBOX" in complaint(MAILBOX="true", VAR_DIR=str(tmp_path))


@pytest.mark.parametrize(
    ("name", "value"),
    [("DEBUG", "ture"), ("EMAIL_PORT", "smtp"), ("SECURE_HSTS_SECONDS", "1 year"), ("TRUSTED_PROXIES", "-1")],
)
def test_a_wrong_value_stops_the_start_and_is_named(tmp_path: Path, name: str, value: str) -> None:
    assert f"{name}=" in complaint(VAR_DIR=str(tmp_path), **{name: value})


def test_a_key_file_that_others_may_read_stops_the_start(tmp_path: Path) -> None:
    key = tmp_path / "secret_key"
    key.write_text("secret")
    key.chmod(0o644)

    assert "chmod 600" in complaint(VAR_DIR=str(tmp_path))


def test_a_folder_with_odd_signs_in_its_name_holds_the_database(tmp_path: Path) -> None:
    folder = tmp_path / "My studio #1 (100%) é?"

    found = read("DATABASES", VAR_DIR=str(folder))["DATABASES"]["default"]

    assert found["NAME"] == str(folder / "studio.sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert folder.stat().st_mode & 0o077 == 0


def test_limits_are_counted_in_one_place_for_all_workers(tmp_path: Path) -> None:
    with_redis = read("CACHES", REDIS_URL="redis://127.0.0.1:1/0", VAR_DIR=str(tmp_path))
    without = read("CACHES", VAR_DIR=str(tmp_path))

    assert with_redis["CACHES"]["default"]["BACKEND"].endswith("RedisElseDatabase")
    assert without["CACHES"]["default"]["BACKEND"].endswith("DatabaseCache")


def test_the_driver_of_postgresql_is_psycopg2() -> None:
    from django.db.backends.postgresql.psycopg_any import is_psycopg3

    assert is_psycopg3 is False
    assert find_spec("psycopg") is None
    if connection.vendor == "postgresql":
        assert connection.Database.__name__ == "psycopg2"


def test_the_word_sessions_means_our_folder() -> None:
    assert Path(sessions.__file__).parent == ROOT / "sessions"


def test_the_tables_of_both_sessions_are_apart() -> None:
    from django.contrib.sessions.models import Session

    from sessions.models import MassageSession

    assert (Session._meta.label, MassageSession._meta.label) == ("sessions.Session", "massage_sessions.MassageSession")
    assert (Session._meta.db_table, MassageSession._meta.db_table) == ("django_session", "massage_session")
