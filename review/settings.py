"""Every setting of the service. The environment is read here and nowhere else.

A value comes from the process environment, else from DATA/env, the file the embedded launcher writes.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

# --- The environment -------------------------------------------------------------------------------

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("DATA", BASE_DIR / ".data")).resolve()


def _read_env_file(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


_environment = {**_read_env_file(DATA_DIR / "env"), **os.environ}


def text(name: str, default: str | None = None) -> str:
    value = _environment.get(name, default)
    if value is None:
        raise ImproperlyConfigured(
            f"{name} is not set. Start the embedded services, or set it: deploy/environment.example."
        )
    return value


def flag(name: str, default: bool) -> bool:
    value = text(name, "yes" if default else "no").lower()
    if value not in {"yes", "no"}:
        raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")
    return value == "yes"


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def names(name: str, default: str) -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def database(url: str) -> dict[str, object]:
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts["dbname"],
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"sslmode": parts["sslmode"]} if "sslmode" in parts else {},
    }


# --- Who and where ---------------------------------------------------------------------------------

SECRET_KEY = text("SECRET_KEY")
DEBUG = False
HTTPS = flag("HTTPS", False)
ALLOWED_HOSTS = names("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = names("TRUSTED_ORIGINS", "")
ROOT_URLCONF = "review.urls"
ASGI_APPLICATION = "review.asgi.application"
LANGUAGE_CODE = "en-gb"
TIME_ZONE = text("TIME_ZONE", "UTC")
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Databases: one schema, four roles -------------------------------------------------------------
# `default` is the role `app`, the only one the web has. Workers and the dispatcher also have `dispatcher`,
# which sees the routing columns of jobs and nothing else; `owner` and `maintenance` are for an operator's shell.

DATABASES = {"default": database(text("DATABASE_URL"))}
for _alias in ("owner", "dispatcher", "maintenance"):
    if _url := text(f"{_alias.upper()}_DATABASE_URL", ""):
        DATABASES[_alias] = database(_url)
DATABASE_ROUTERS: list[str] = []

# --- Blobs and jobs --------------------------------------------------------------------------------

BLOB_URL = text("BLOB_URL", f"file://{DATA_DIR / 'blobs'}")
if urlsplit(BLOB_URL).scheme != "file":
    raise ImproperlyConfigured("BLOB_URL must be file:///a/folder; other stores are not built yet.")

CELERY_BROKER_URL = text("BROKER_URL")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False  # with it a job that kills its worker would run for ever
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_DB_REUSE_MAX = (
    500  # without it every task opens its connections anew, which costs more than reading a page
)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 4200  # above the longest a file may take in its child
CELERY_TASK_DEFAULT_QUEUE = "cpu"
JOB_LEASE_SECONDS = number("JOB_LEASE_SECONDS", 60)  # renewed by a heartbeat while the worker lives
JOB_ATTEMPTS = 3

# --- Readers of whole case files ---------------------------------------------------------------------
# Which of them a firm uses, its administrators say under Readers; what there is to choose from is said here.

MODELS_DIR = Path(text("MODELS_DIR", str(DATA_DIR / "models"))).resolve()
READER_ENDPOINTS = names("READER_ENDPOINTS", "")  # the only servers; empty: any at a private address
READER_TURN_SECONDS = number(
    "READER_TURN_SECONDS", 20
)  # a case file keeps a worker, while others wait for it
READER_CA_FILE = text("READER_CA_FILE", "")  # trusted besides the system's authorities
READER_KEYS = {name: key for name, key in _environment.items() if name.startswith("READER_KEY")}

# --- Readings that are kept --------------------------------------------------------------------------
# Sealed with a key made of this secret and one of the matter's in the database: neither opens them alone.

READINGS_DIR = Path(text("READINGS_DIR", str(DATA_DIR / "readings"))).resolve()
READINGS_SECRET = text("READINGS_SECRET", "")  # without it nothing is saved, and every reading says so
if READINGS_SECRET and len(READINGS_SECRET) < 32:
    raise ImproperlyConfigured("READINGS_SECRET must have at least 32 characters.")
READINGS_DISK_BYTES = number("READINGS_DISK_GB", 200) * 1024**3  # of a firm that has set no budget
READINGS_DAYS = number("READINGS_DAYS", 30)

# --- Uploads ---------------------------------------------------------------------------------------

UPLOAD_CHUNK_BYTES = 4 * 1024 * 1024
UPLOAD_FILE_LIMIT_BYTES = number("UPLOAD_FILE_LIMIT_MB", 2048) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * UPLOAD_CHUNK_BYTES
DATA_UPLOAD_MAX_NUMBER_FILES = 5000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

# --- Applications ----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "template_partials",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "review.accounts",
    "review.tenancy",
    "review.matters",
    "review.documents",
    "review.readers",
    "review.jobs",
    "review.intake",
    "review.playbooks",
    "review.readings",
    "review.findings",
    "review.measurement",
    "review.asking",
    "review.annotation",
    "review.reports",
    "review.web",
    "review.api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

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
                "csp.context_processors.nonce",
                "review.web.context.shell",
            ],
        },
    }
]

# --- Sign-in ---------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "review.accounts.adapter.AccountAdapter"
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Engross"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # e-mail is unique by a constraint on its lower case
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = text("EMAIL_HOST", "localhost")
DEFAULT_FROM_EMAIL = text("EMAIL_FROM", "engross@localhost")
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# --- The browser -----------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'", NONCE],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

STATIC_URL = "static/"
STATIC_ROOT = Path(text("STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [("vendor", BASE_DIR / "deploy" / "vendor" / "dist")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- The API ---------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["review.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "review.api.pages.Pages",
    "EXCEPTION_HANDLER": "review.api.errors.answer_error",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Engross",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {  # several enumerations are called `state`
        "DocumentState": "review.documents.models.DocumentState.choices",
        "ReadingState": "review.documents.models.ReadingState.choices",
        "MachineState": "review.findings.models.MachineState.choices",
        "ReviewState": "review.findings.models.ReviewState.choices",
        "BundleState": "review.api.bundles.STATES",
        "BackTestState": "review.measurement.models.BackTestState.choices",
        "ReaderKind": "review.readers.models.ReaderKind.choices",
        "PartState": "review.readings.models.PartState.choices",
        "AnswerState": "review.readings.models.AnswerState.choices",
        "AiTerms": "review.matters.models.AiTerms.choices",
        "WhoAnswers": "review.api.learned.WHO",
        "WhyWithdrawn": "review.findings.models.Withdrawn.choices",
    },
}

# --- Logs: no document text, ever ------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": text("LOG_LEVEL", "INFO")},
}
