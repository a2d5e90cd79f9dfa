"""Django settings. Every choice an installation can make is an environment variable, read here and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.env import Environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = Environment()

# Security
DEBUG = env.flag("DEBUG", "Show tracebacks in the browser. Never on a machine that others can reach.")
SECRET_KEY = env.text(
    "SECRET_KEY",
    "Signs sessions and links. At least 50 random characters.",
    default="not-secret-only-for-debug" if DEBUG else None,
    cure='Make one with: python -c "import secrets; print(secrets.token_urlsafe(50))"',
)
ENCRYPTION_KEYS = env.names(
    "ENCRYPTION_KEYS",
    "Keys that encrypt HighLevel tokens in the database, comma separated: the first encrypts, all decrypt.",
    default="bm90LXNlY3JldC1vbmx5LWZvci1kZWJ1Zy0tLS0tLS0=" if DEBUG else None,
    cure='Make one with: python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"',
)
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", "Host names that Rota answers to.", default="localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS", "Origins, with scheme, that may post forms behind a proxy.")
HTTPS = env.flag("HTTPS", "Rota is reached over https only: secure cookies, redirect and HSTS.")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
# Django's own choice, same-origin, would cut off the window in which HighLevel signs somebody in.
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin-allow-popups"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "accounts.views.errors.csrf_failed"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Applications
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "auditlog",
    "axes",
    "csp",
    "django_celery_beat",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "lucide",
    "template_partials",
    "config",
    "highlevel",
    "accounts",
    "planner",
    "queues",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.ViewerMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.frame.frame",
            ],
        },
    },
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
FILES_DIR = Path(
    env.text(
        "FILES_DIR",
        "A folder for uploads, files to import and small copies of pictures; web and workers share it.",
        default=str(VAR_DIR / "files"),
        cure="Set it to a folder.",
    )
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# Data
def database() -> dict[str, Any]:
    """The default database, with the options that were measured to hold under load (WAL and IMMEDIATE on SQLite)."""
    url = env.text(
        "DATABASE_URL",
        "PostgreSQL or SQLite, as postgres://user:password@host/name or sqlite:///path.",
        default=f"sqlite:///{VAR_DIR / 'rota.sqlite3'}",
    )
    try:
        settings: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    except (ValueError, KeyError):
        cure = "Use postgres://user:password@host/name or sqlite:///path."
        raise ImproperlyConfigured(
            f"DATABASE_URL cannot be used: it names no database that Rota knows. {cure}"
        ) from None
    if settings["ENGINE"].endswith("sqlite3"):
        settings["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000; "
            "PRAGMA cache_size=-20000; PRAGMA temp_store=MEMORY;",
        }
    return settings


DATABASES = {"default": database()}
REDIS_URL = env.url(
    "REDIS_URL",
    "Redis or Valkey: task broker, cache, rate limits.",
    default="redis://127.0.0.1:6379/0",
    schemes=("redis", "rediss", "unix"),
)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 5, "socket_connect_timeout": 3},  # a page does not wait for a server that is gone
    }
}

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "planner:today"
PASSWORD_RESET_TIMEOUT = 3600  # seconds that a link from the mail works
SESSION_COOKIE_AGE = 14 * 24 * 3600
AXES_FAILURE_LIMIT = env.number(
    "SIGN_IN_ATTEMPTS", "Wrong passwords for one e-mail and address before a pause.", default="5", least=1
)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "accounts.views.sign_in.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# Language and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"


# Mail
EMAIL_URL = urlsplit(
    env.url(
        "EMAIL_URL",
        "Who takes mail: smtp://user:password@host:587, smtps:// for TLS from the first byte, console:// to print it.",
        default="console://",
        schemes=("smtp", "smtps", "console"),
    )
)
EMAIL_BACKEND = f"django.core.mail.backends.{'console' if EMAIL_URL.scheme == 'console' else 'smtp'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = EMAIL_URL.hostname or "localhost", EMAIL_URL.port or 587
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(EMAIL_URL.username or ""), unquote(EMAIL_URL.password or "")
EMAIL_USE_SSL = EMAIL_URL.scheme == "smtps"
EMAIL_USE_TLS = EMAIL_URL.scheme == "smtp" and "tls=no" not in EMAIL_URL.query
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM", "Who mails come from.", default="Rota <rota@localhost>")
PUBLIC_URL = env.text(
    "PUBLIC_URL", "The address under which people reach Rota, for links in mails that no page sends."
).rstrip("/")

# Work in the background
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "push"
# What waits for foreign servers has a queue of its own, so that it never stands before what HighLevel has to be told.
FOREIGN = ("thumbnail_task", "link_preview_task", "media_measure_task", "post_check_task")
CELERY_TASK_ROUTES = {
    "highlevel.tasks.pull_*": {"queue": "pull"},
    **{f"planner.tasks.{name}": {"queue": "celery"} for name in FOREIGN},
}
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
    "socket_connect_timeout": 3,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = "UTC"
PULL_EVERY_MINUTES = env.number(
    "PULL_EVERY_MINUTES", "How often each location is brought up to date.", default="5", least=1
)
PULL_DAYS_BACK = env.number("PULL_DAYS_BACK", "How many days of past posts each pull reads.", default="90", least=1)
PULL_DAYS_AHEAD = env.number(
    "PULL_DAYS_AHEAD", "How many days of coming posts each pull reads.", default="180", least=1
)
OUTBOX_TURN_SECONDS = env.number(
    "OUTBOX_TURN_SECONDS", "How long a worker may take over one change before it is ended.", default="90", least=3
)
OUTBOX_SETTLING_SECONDS = env.number(
    "OUTBOX_SETTLING_SECONDS",
    "How long after an attempt what HighLevel does not have is surely not coming any more.",
    default="120",
    least=1,
)
OUTBOX_LOOK_SECONDS = env.number(
    "OUTBOX_LOOK_SECONDS", "How long after an attempt without an answer it is looked up.", default="20", least=1
)
OUTBOX_RETRY_SECONDS = env.number(
    "OUTBOX_RETRY_SECONDS",
    "Half of the first wait before a change is sent again; each is twice as long as the last.",
    default="5",
    least=1,
)

# Posts

DUPLICATE_DAYS = env.number(
    "DUPLICATE_DAYS", "Within how many days the same words on the same account are a duplicate.", default="30"
)
DUPLICATE_MINUTES = env.number(
    "DUPLICATE_MINUTES", "Within how many minutes two posts on the same account are too close.", default="15"
)

# HighLevel
HIGHLEVEL_BASE_URL = env.url(
    "HIGHLEVEL_BASE_URL",
    "Where HighLevel's API answers.",
    default="https://services.leadconnectorhq.com",
    schemes=("https", "http"),
)
HIGHLEVEL_VERSION = env.text("HIGHLEVEL_VERSION", "The Version header of each request.", default="v3")
HIGHLEVEL_SKIPS_SHIFT = env.flag(
    "HIGHLEVEL_SKIPS_SHIFT", "Whether the item of a skipped slot takes the next one, instead of waiting a round."
)
HIGHLEVEL_COMPANY_ID = env.text("HIGHLEVEL_COMPANY_ID", "The agency's company id in HighLevel.")
HIGHLEVEL_CLIENT_ID = env.text("HIGHLEVEL_CLIENT_ID", "The marketplace app's client id.")
HIGHLEVEL_CLIENT_SECRET = env.text("HIGHLEVEL_CLIENT_SECRET", "The marketplace app's client secret.")
HIGHLEVEL_MARKETPLACE_URL = env.url(
    "HIGHLEVEL_MARKETPLACE_URL",
    "Where an agency lets the marketplace app in; for a white label https://marketplace.leadconnectorhq.com.",
    default="https://marketplace.gohighlevel.com",
    schemes=("https", "http"),
)
HIGHLEVEL_CONNECT_ORIGINS = env.names(
    "HIGHLEVEL_CONNECT_ORIGINS",
    "Origins of HighLevel whose windows may report that somebody has signed in to a network; a white label adds its "
    "own. The origin of HIGHLEVEL_BASE_URL counts always, and alone where that is a sandbox.",
    default="https://app.gohighlevel.com,https://app.leadconnectorhq.com,https://marketplace.gohighlevel.com,"
    "https://marketplace.leadconnectorhq.com",
)
HIGHLEVEL_SCOPES_LEFT_OUT = env.names(
    "HIGHLEVEL_SCOPES_LEFT_OUT", "Scopes that Rota does not ask for, because the app is not allowed to have them."
)
HIGHLEVEL_WEBHOOK_KEYS = env.names(
    "HIGHLEVEL_WEBHOOK_KEYS",
    "HighLevel's Ed25519 public keys for webhooks, in base64 or PEM. Without one no webhook is accepted.",
)
HIGHLEVEL_WEBHOOK_RSA_KEYS = env.names(
    "HIGHLEVEL_WEBHOOK_RSA_KEYS", "RSA public keys for the older X-WH-Signature header, which is refused without one."
)
HIGHLEVEL_TOKEN = env.text("HIGHLEVEL_TOKEN", "A private integration token of the agency.")
HIGHLEVEL_LOCATION_TOKENS = env.mapping(
    "HIGHLEVEL_LOCATION_TOKENS",
    "Private integration tokens of single locations, as a JSON object of location id to token.",
    cure='Write {"location id": "token"}.',
)
HIGHLEVEL_ANSWER_SECONDS = env.number(
    "HIGHLEVEL_ANSWER_SECONDS",
    "How long HighLevel may stay silent before a request is given up.",
    default="10",
    least=1,
)
HIGHLEVEL_REQUESTS_PER_INTERVAL = env.number(
    "HIGHLEVEL_REQUESTS_PER_INTERVAL", "Requests HighLevel allows a location in 10 seconds.", default="100", least=1
)
HIGHLEVEL_REQUESTS_PER_DAY = env.number(
    "HIGHLEVEL_REQUESTS_PER_DAY", "Requests HighLevel allows a location a day.", default="200000", least=1
)

# Logs
LOG_LEVEL = env.text("LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR.", default="INFO")
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
    raise ImproperlyConfigured("LOG_LEVEL cannot be used. Use DEBUG, INFO, WARNING or ERROR.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
