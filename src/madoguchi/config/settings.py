"""Django's settings, built from the environment. Nothing else reads environment variables."""

import secrets
import sqlite3
from typing import Any
from urllib.parse import unquote, urlsplit

from madoguchi.config.environment import read_environment
from madoguchi.config.sqlite.version import safe_for_wal

ENVIRONMENT = read_environment()
DATA_DIR = ENVIRONMENT.data_dir
KEY_DIR = ENVIRONMENT.key_dir
CLOCK_FILE = ENVIRONMENT.clock_file
BASE_URL = ENVIRONMENT.base_url
CLAMD_URL = ENVIRONMENT.clamd_url
NOTICE_SECONDS = ENVIRONMENT.notice_seconds
DEMO = ENVIRONMENT.demo
DEBUG = False

_host = urlsplit(BASE_URL).hostname or "localhost"
HTTPS = BASE_URL.startswith("https://")
TRUSTED_PROXIES = 1 if HTTPS else 0  # each writes the address it was asked from into X-Forwarded-For
ALLOWED_HOSTS = [_host, *(["127.0.0.1", "localhost", "[::1]"] if ENVIRONMENT.local else [])]


def _secret_key() -> str:
    """Given by the environment, or kept beside the other keys; before `init` one that signs nothing lasting."""
    if ENVIRONMENT.secret_key:
        return ENVIRONMENT.secret_key
    path = ENVIRONMENT.secret_key_file or KEY_DIR / "secret.key"
    return path.read_text(encoding="ascii").strip() if path.exists() else secrets.token_urlsafe(48)


SECRET_KEY = _secret_key()


def _sqlite() -> dict[str, Any]:
    journal = "WAL" if safe_for_wal(sqlite3.sqlite_version_info) else "DELETE"
    pragmas = (
        f"PRAGMA journal_mode={journal}",
        "PRAGMA synchronous=FULL",  # NORMAL loses acknowledged inquiries at a power cut
        "PRAGMA secure_delete=ON",
        "PRAGMA trusted_schema=OFF",
        "PRAGMA wal_autocheckpoint=2000",
    )
    return {
        "ENGINE": "madoguchi.config.sqlite",
        "NAME": DATA_DIR / "madoguchi.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {"timeout": 5, "transaction_mode": "IMMEDIATE", "init_command": ";".join(pragmas)},
        "TEST": {"NAME": DATA_DIR / "test.sqlite3"},
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    options = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or options.pop("host", ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


DATABASES = {"default": _postgresql(ENVIRONMENT.database_url) if ENVIRONMENT.database_url else _sqlite()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "madoguchi.foundation.ui",
    "madoguchi.rooms.vault",
    "madoguchi.rooms.jobs",
    "madoguchi.rooms.audit",
    "madoguchi.rooms.organisation",
    "madoguchi.rooms.gate",
    "madoguchi.rooms.delivery",
    "madoguchi.rooms.people",
    "madoguchi.rooms.inventory",
    "madoguchi.rooms.policy",
    "madoguchi.rooms.consent",
    "madoguchi.rooms.forms",
    "madoguchi.rooms.screening",
    "madoguchi.rooms.inquiries",
    "madoguchi.rooms.outreach",
    "madoguchi.rooms.rights",
    "madoguchi.faces.public_site",
    "madoguchi.faces.staff_site",
]

MIDDLEWARE = [
    "madoguchi.foundation.ui.headers.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "madoguchi.faces.staff_site.gate.SessionTimes",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "madoguchi.config.urls"
WSGI_APPLICATION = "madoguchi.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["madoguchi.foundation.ui.templatetags.ui"],
        },
    }
]

LANGUAGE_CODE = "ja"
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_I18N = True

# What a visitor may send at most; beyond it a page says so in Japanese (413, 400).
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
# What is sent as a file stays in memory, never in a temporary file; more at once is refused before it is read.
FILE_UPLOAD_HANDLERS = ["madoguchi.foundation.ui.uploads.InMemory"]
FILE_UPLOAD_MAX_MEMORY_SIZE = (
    22 * 1024 * 1024
)  # twenty megabytes of attachments and what is written around them

# -- sign-in, staff only ---------------------------------------------------------------------------
AUTH_USER_MODEL = "organisation.Staff"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/desk/sign-in/"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/desk/sign-in/"

ACCOUNT_ADAPTER = "madoguchi.faces.staff_site.sign_in.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # nobody signs up: there is no address for it
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
# Ten wrong passwords or codes for one account in ten minutes; the counts lie in the database.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/10m/key", "login": "60/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_ADAPTER = "madoguchi.faces.staff_site.sign_in.adapter.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ENVIRONMENT.local and not HTTPS  # a trial on http://localhost
CACHES = {"default": {"BACKEND": "madoguchi.faces.staff_site.memory.Memory"}}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
MESSAGE_TAGS = {20: "info", 25: "info", 30: "info", 40: "wrong"}

_prefix = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{_prefix}session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_ENGINE = "madoguchi.faces.staff_site.sessions"
CSRF_COOKIE_NAME = f"{_prefix}csrftoken"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "madoguchi.faces.staff_site.errors.csrf_failure"

# Behind a proxy that ends TLS; the proxy must set the header itself (docs: production).
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

SILENCED_SYSTEM_CHECKS = [
    "security.W004",
    "security.W008",  # HSTS and the redirect are the work of our headers and the proxy
]

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "madoguchi.config.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "madoguchi": {"level": "INFO"},
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
    },
}
