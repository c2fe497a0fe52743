"""Settings of the tests: only what differs from the application's."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# A folder of its own, so that a test never sees the keys, mails or files of a running studio.
_folder = Path(tempfile.mkdtemp(prefix="massage-booking-tests-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ.setdefault("VAR_DIR", str(_folder))
os.environ.setdefault("DEBUG", "true")
os.environ.setdefault("SITE_URL", "http://testserver")

from massage_booking.settings import *  # noqa: E402, F403
from massage_booking.settings import DATABASES, STORAGES  # noqa: E402

SECRET_KEY = "for-tests-only-" + "x" * 40
VAULT_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", "OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg="]
DEBUG = False
ALLOWED_HOSTS = ["*"]
STAFF_MFA_REQUIRED = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, never memory: threads of a race test must meet in the same database.
    DATABASES["default"]["TEST"] = {
        "NAME": str(_folder / f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.sqlite3")
    }
DATABASES["default"]["CONN_MAX_AGE"] = 0
