"""All settings. Each that an owner may change is read from the environment and listed in the README."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import dj_database_url

from massage_booking import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env.text("VAR_DIR") or BASE_DIR / "var").resolve()

# --- Mode -----------------------------------------------------------------
DEBUG = env.flag("DEBUG", default=False)
INSECURE_KEY = "insecure-key-for-tests-and-first-looks-only"
SECRET_KEY = env.secret("SECRET_KEY", file=VAR / "secret_key") or INSECURE_KEY
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
# Comma-separated master keys of the vault (Fernet format); the first encrypts, all decrypt.
VAULT_KEYS = [key.strip() for key in env.secret("VAULT_KEYS", file=VAR / "vault_keys").split(",") if key.strip()]
# Who was erased and when: applied again to a restored backup. Copy it off the machine often.
ERASURES_FILE = Path(env.text("ERASURES_FILE") or VAR / "erasures")
# pg_dump for backups, and pg_restore beside it: not older than the server. Without it they are looked for.
PG_DUMP = env.text("PG_DUMP")
# Seals the keys inside a backup; without it `manage.py backup` asks.
BACKUP_PASSPHRASE = env.text("BACKUP_PASSPHRASE")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]" if DEBUG else "")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
# The address that links in mails begin with, without a slash at the end.
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000" if DEBUG else "").rstrip("/")
# The mailbox page shows every mail, sign-in codes too: only DEBUG may have it.
MAILBOX = env.flag("MAILBOX", default=DEBUG)
if MAILBOX and not DEBUG:
    raise env.BadSetting("MAILBOX=true needs DEBUG=true: the page would show sign-in codes to everybody.")
# Only DEBUG may let staff in without a second factor.
STAFF_MFA_REQUIRED = env.flag("STAFF_MFA_REQUIRED", default=True) or not DEBUG
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", default=0)

# --- What is installed ----------------------------------------------------
INSTALLED_APPS = [
    "massage_booking.accounts.admin_config.HouseAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "massage_booking.core",
    "massage_booking.studio",
    "massage_booking.outbox",
    "massage_booking.accounts",
    "massage_booking.demo",
    "screening",
    "therapists",
    "sessions.apps.SessionsConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "massage_booking.core.middleware.RefuseGarbage",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "massage_booking.studio.middleware.StudioZone",
    "massage_booking.core.middleware.NoStore",
    "massage_booking.core.middleware.PlainNotFound",
]

ROOT_URLCONF = "massage_booking.urls"
WSGI_APPLICATION = "massage_booking.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "massage_booking.core.context_processors.house",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database -------------------------------------------------------------
DEFAULT_DATABASE_URL = f"sqlite:///{quote(str(VAR / 'studio.sqlite3'))}"
DATABASE_URL = env.text("DATABASE_URL") or DEFAULT_DATABASE_URL
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE is SQLite's lock: without it two writers meet as "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        # What is erased leaves no trace in the file's free pages.
        " PRAGMA secure_delete=ON;",
    }
    VAR.mkdir(parents=True, exist_ok=True, mode=0o700)  # what lies here is personal

# --- Time and words -------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"  # what is stored; pages are shown in the studio's zone
LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = "massage_booking.core.formats"
USE_I18N = True

# --- Redis, cache, Celery -------------------------------------------------
REDIS_URL = env.text("REDIS_URL")
# Every worker must see the same counts of tries and holds, so a cache in the process's own memory will not do.
CACHES: dict[str, dict[str, Any]] = {
    "database": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
}
if REDIS_URL:
    CACHES["default"] = {
        "BACKEND": "massage_booking.core.cache.RedisElseDatabase",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},  # seconds; somebody waits for the page
    }
else:
    CACHES["default"] = CACHES["database"]

CELERY_BROKER_URL = REDIS_URL or "redis://127.0.0.1:6379/0"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_DEFAULT_QUEUE = "upkeep"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for Redis as long as it takes
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "celerybeat-schedule")
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- Mail -----------------------------------------------------------------
MAIL_DIR = VAR / "mail"
if MAILBOX:
    EMAIL_BACKEND = "massage_booking.outbox.backends.MailboxBackend"
else:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL", default=False)
EMAIL_TIMEOUT = 5  # seconds; sign-in codes are sent while a person waits
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "studio@localhost")

# --- Sign-in --------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "massage_booking.accounts.backends.AdminsMayEdit",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Tries are counted by the visitor's address, not by the proxy's.
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
ACCOUNT_ADAPTER = "massage_booking.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
MFA_TOTP_ISSUER = "Massage booking"
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "accounts:landing"

# --- Cookies and transport ------------------------------------------------
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
STAFF_SESSION_HOURS = 12
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "sid" if DEBUG else "__Host-sid"
CSRF_COOKIE_NAME = "csrf" if DEBUG else "__Host-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=not DEBUG)
SECURE_REDIRECT_EXEMPT = [r"^health/$"]  # asked by the machine itself, without TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 0 if DEBUG else env.number("SECURE_HSTS_SECONDS", default=60 * 60 * 24 * 365)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.flag("SECURE_HSTS_PRELOAD", default=False)
# Django asks for both, but they bind a studio's other hosts under the same domain, which may not speak TLS.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "massage_booking.core.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
        "manifest-src": ["'self'"],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
# Files stay in memory, within a bound; many at once are refused in a sentence, not with an error.
FILE_UPLOAD_HANDLERS = ["massage_booking.core.uploads.BoundedMemory"]
DATA_UPLOAD_MAX_NUMBER_FILES = 500

# --- Payments -------------------------------------------------------------
# What takes cards: a class with the methods of sessions.payments.Till. Built in: the studio's own terminal, by hand.
PAYMENTS_TILL = env.text("PAYMENTS_TILL", default="sessions.payments.ByHand")

# --- Static files ---------------------------------------------------------
# Serve what collectstatic has made, compressed; on a server under names with a hash, which browsers keep for good.
# Otherwise: the files as they lie in their folders.
STATIC_COLLECTED = env.flag("STATIC_COLLECTED", default=not DEBUG)
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if not STATIC_COLLECTED
        else "whitenoise.storage.CompressedStaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = not STATIC_COLLECTED

# --- Logs -----------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "massage_booking.core.logs.DiscreetFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # Without Django's own handlers, which would write all a second time and links in full.
        "django": {"handlers": [], "level": "INFO"},
        # Addresses that do not exist and hosts that are not ours: scanners' daily noise.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "massage_booking": {"level": "INFO"},
        "sessions": {"level": "INFO"},
        "screening": {"level": "INFO"},
    },
}
