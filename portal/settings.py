"""Settings of the site. The environment is read here and nowhere else in this room.

``IMPACT_DATA`` and its relatives say where returns lie (see ``sources.settings``). Of the portal's own:

==========================  ==========================================================================
``IMPACT_SECRET_KEY``       signs sessions and links; else made once and kept in ``IMPACT_DATA/portal/secret``
``IMPACT_PORTAL_DB``        people and sessions, as a database URL; default SQLite in ``IMPACT_DATA/portal.db``
``IMPACT_PORTAL_HOSTS``     names the site answers to, separated by commas; default loopback only
``IMPACT_PORTAL_URL``       address people type, for links in e-mails
``IMPACT_PORTAL_HTTPS``     ``0`` where the site is served without TLS, on loopback only
``IMPACT_PORTAL_PROXY``     ``1`` behind one proxy that sets ``X-Forwarded-Proto`` and ``X-Forwarded-For``
``IMPACT_MAIL``             mail server, as for reminders; default writes files under ``IMPACT_DATA/portal/mail``
``IMPACT_MAIL_FROM``        sender of e-mails
``IMPACT_EMAIL_BACKEND``    another Django mail back end
``IMPACT_OIDC_…``           single sign-on, see ``portal.accounts.oidc``
==========================  ==========================================================================
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from sources.settings import Settings

_ENV = os.environ
ROOM = Path(__file__).parent
IMPACT = Settings.from_env(_ENV)
#: What the portal keeps besides people and sessions: the secret, staged uploads, e-mails written to files.
PORTAL_FOLDER = IMPACT.data / "portal"


def _secret() -> str:
    given = _ENV.get("IMPACT_SECRET_KEY")
    if given:
        return given
    path = PORTAL_FOLDER / "secret"
    PORTAL_FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii")
    with os.fdopen(handle, "w") as stream:
        stream.write(secrets.token_urlsafe(64))
    return path.read_text("ascii")


def _listed(name: str, default: str) -> list[str]:
    return [part.strip() for part in _ENV.get(name, default).split(",") if part.strip()]


DEBUG = False
SECRET_KEY = _secret()
ALLOWED_HOSTS = _listed("IMPACT_PORTAL_HOSTS", "127.0.0.1,localhost,[::1]")
PORTAL_URL = _ENV.get("IMPACT_PORTAL_URL", "http://127.0.0.1:8000").rstrip("/")
HTTPS = _ENV.get("IMPACT_PORTAL_HTTPS", "1") != "0"
CSRF_TRUSTED_ORIGINS = [PORTAL_URL] if PORTAL_URL.startswith("https://") else []
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "portal",
    "portal.accounts",
    "portal.partners",
    "portal.leads",
    "portal.leadership",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.written_down",
    "portal.middleware.headers",
    "portal.middleware.upload_size",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.middleware.session_ends",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.site",
            ],
        },
    },
]

# People and sessions.
DATABASES = {
    "default": dj_database_url.parse(
        _ENV.get("IMPACT_PORTAL_DB") or f"sqlite:///{IMPACT.data / 'portal.db'}", conn_max_age=60
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# Length and known-bad lists only: rules about kinds of characters make passwords worse.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "portal.accounts.passwords.MaximumLength", "OPTIONS": {"max_length": 256}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "portal.accounts.passwords.NotOurWords"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
PASSWORD_RESET_TIMEOUT = 60 * 60

# Sessions end after inactivity, and after a working day whatever happens (portal.middleware.session_ends).
SESSION_INACTIVITY_SECONDS = 60 * 60
SESSION_ABSOLUTE_SECONDS = 12 * 60 * 60
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Guessing passwords: five tries per account and address, then a quarter of an hour's rest.
AXES_USERNAME_FORM_FIELD = "username"
AXES_CLIENT_IP_CALLABLE = "portal.throttle.address"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "portal.errors.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# The address is stored as typed: counting tries per account needs it. Passwords never are.
AXES_SENSITIVE_PARAMETERS = ["password"]
#: ``limits`` notation per costly thing: by user, by address. Of signing in only wrong tries count. What signed-in
#: people do is limited by person; an address may be a whole office, or a proxy with everybody behind it.
RATES = {
    "sign_in": ("", "60/hour"),
    "reset": ("", "10/hour"),
    "upload": ("40/hour", "5000/hour"),
    "download": ("300/hour", "10000/hour"),
    "decide": ("300/hour", "10000/hour"),
}

# Uploads: looked at before a byte of the body is read.
UPLOAD_FILE_BYTES = 25 * 1024 * 1024
UPLOAD_TOTAL_BYTES = 60 * 1024 * 1024
UPLOAD_FILES = 20
UPLOAD_DAY_BYTES = 500 * 1024 * 1024
UPLOAD_DAY_COUNT = 200
UPLOAD_STAGED_SECONDS = 2 * 60 * 60
FORM_BYTES = 256 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = FORM_BYTES
DATA_UPLOAD_MAX_NUMBER_FILES = UPLOAD_FILES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# Headers.
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
PROXY = _ENV.get("IMPACT_PORTAL_PROXY") == "1"
if PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# Static files come from the packages themselves; nothing is collected or built.
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 300

# One language, one clock.
LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

# E-mails: files, or the server reminders use too.
EMAIL_FILE_PATH = str(PORTAL_FOLDER / "mail")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = IMPACT.mail_from
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
if IMPACT.mail:
    _mail = urlsplit(IMPACT.mail)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_USE_SSL = _mail.scheme == "smtps"
    EMAIL_USE_TLS = not EMAIL_USE_SSL and "tls=no" not in _mail.query
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or (465 if EMAIL_USE_SSL else 587)
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
EMAIL_BACKEND = _ENV.get("IMPACT_EMAIL_BACKEND", EMAIL_BACKEND)

# Single sign-on, only where a provider is named.
OIDC = bool(_ENV.get("IMPACT_OIDC_CLIENT_ID"))
if OIDC:
    INSTALLED_APPS.append("mozilla_django_oidc")
    AUTHENTICATION_BACKENDS.append("portal.accounts.oidc.ExistingAccounts")
    OIDC_RP_CLIENT_ID = _ENV["IMPACT_OIDC_CLIENT_ID"]
    OIDC_RP_CLIENT_SECRET = _ENV.get("IMPACT_OIDC_CLIENT_SECRET", "")
    OIDC_OP_AUTHORIZATION_ENDPOINT = _ENV["IMPACT_OIDC_AUTHORIZATION"]
    OIDC_OP_TOKEN_ENDPOINT = _ENV["IMPACT_OIDC_TOKEN"]
    OIDC_OP_USER_ENDPOINT = _ENV["IMPACT_OIDC_USER"]
    OIDC_OP_JWKS_ENDPOINT = _ENV.get("IMPACT_OIDC_JWKS")
    OIDC_RP_SIGN_ALGO = _ENV.get("IMPACT_OIDC_ALGORITHM", "RS256")
    OIDC_RP_SCOPES = "openid email"
    OIDC_CREATE_USER = False
    OIDC_USE_PKCE = True
    LOGIN_REDIRECT_URL_FAILURE = "/sign-in/?refused=1"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    # Requests are written down elsewhere (sources.logs); the terminal shows what needs somebody.
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "level": "WARNING"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "great_expectations": {"level": "WARNING"},
        "portal": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
