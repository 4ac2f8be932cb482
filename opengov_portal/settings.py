"""One settings file, driven by the environment; `.env.example` lists every variable.

Safe as it stands: DEBUG is off unless asked for, and what production cannot do
without stops the start with a sentence that says what to set.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_email_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from environs import Env

from opengov_portal.clock import SCHEDULE
from opengov_portal.lib.databases import caches, database, replicated
from opengov_portal.lib.faults import report_to
from opengov_portal.lib.logs import logging_to_stderr
from opengov_portal.lib.mailboxes import checked_mailbox
from opengov_portal.lib.social import APPS as SOCIAL_APPS
from opengov_portal.lib.social import providers

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(BASE_DIR / ".env")


def required(name: str, why: str) -> str:
    """The value of a variable the portal cannot start without.

    Raises ImproperlyConfigured with a sentence that says what to set.
    """
    value: str = env.str(name, "")
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set. {why} Set it in the environment or in .env; "
            "`make setup` writes a .env for this machine."
        )
    return value


# --- Where this is, and how it is reached -----------------------------------

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = required("SECRET_KEY", "It signs sessions and links.")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
SITE_URL = required(
    "SITE_URL", "It is the portal's own address, such as https://example.ca."
).rstrip("/")
VAR_DIR = Path(env.str("VAR_DIR", "") or BASE_DIR / "var")
try:
    VAR_DIR.mkdir(parents=True, exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(
        f"VAR_DIR is {VAR_DIR}, which is not there and cannot be made: {error.strerror}. Name a "
        "folder in which the portal may write, or make it for the portal's user."
    ) from error

_site = urlsplit(SITE_URL)
if _site.scheme not in {"http", "https"} or not _site.hostname:
    raise ImproperlyConfigured(
        f"SITE_URL is “{SITE_URL}”. It must be a whole address, such as https://example.ca."
    )
HTTPS = _site.scheme == "https"
if not HTTPS and _site.hostname not in {"127.0.0.1", "localhost", "::1"}:
    raise ImproperlyConfigured(
        f"SITE_URL is “{SITE_URL}”. Beyond this machine the portal is served over "
        "https only: set SITE_URL to an https:// address."
    )
ALLOWED_HOSTS = [_site.hostname, *env.list("ALLOWED_HOSTS", [])]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# Members may sign in by another site's account where this is set; staff never do.
SOCIAL_PROVIDERS = providers(env.str("SOCIAL_PROVIDERS", ""))

INSTALLED_APPS = [
    "opengov_portal",
    "proposals",
    "commitments",
    "network",
    "modelsearch",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    *(SOCIAL_APPS if SOCIAL_PROVIDERS else []),
    "django_htmx",
    "csp",
    "opengov_portal.admin_config.PortalAdminConfig",
    "django.forms",  # so that templates/django/forms/ may draw fields our way
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    # Around all else, so that whatever is logged says of which request it is.
    "opengov_portal.middleware.RequestIdMiddleware",
    # Before what costs anything, so that a page already drawn costs next to nothing.
    "opengov_portal.middleware.PageCacheMiddleware",
    # Before all that may answer, so that every answer carries their headers.
    "opengov_portal.middleware.ResponseHeadersMiddleware",
    "opengov_portal.middleware.PolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "opengov_portal.middleware.MaintenanceMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "opengov_portal.middleware.SeenMiddleware",
    "opengov_portal.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "opengov_portal.middleware.OriginMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "opengov_portal.middleware.RefusedMiddleware",
]

ROOT_URLCONF = "opengov_portal.urls"
WSGI_APPLICATION = "opengov_portal.wsgi.application"
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
                "opengov_portal.lib.pages.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.l10n",
                "django.templatetags.static",
                "opengov_portal.lib.tags",
            ],
        },
    }
]

# --- Where things are kept ---------------------------------------------------

_pool = env.int("DATABASE_POOL", 8)
DATABASES: dict[str, dict[str, Any]] = {
    "default": database(env.str("DATABASE_URL", ""), folder=VAR_DIR, pool=_pool)
}
DATABASE_ROUTERS = replicated(DATABASES, env.str("DATABASE_REPLICA_URL", ""), _pool)

REDIS_URL = env.str("REDIS_URL", "")
CACHES = caches(REDIS_URL, folder=VAR_DIR)

# How long a page drawn for readers is kept, and how long a process trusts what
# it last knew of the edition (network.Edition) before it asks the database.
PAGE_CACHE_SECONDS = env.int("PAGE_CACHE_SECONDS", 300)
EDITION_MEMO_SECONDS = env.float("EDITION_MEMO_SECONDS", 1.0)

# While this is on, or a file of that name is there, every page says 503.
MAINTENANCE = env.bool("MAINTENANCE", False)
MAINTENANCE_FILE = VAR_DIR / "maintenance"

# --- Tasks and letters -------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = SCHEDULE

JOIN_ADDRESS = env.str("JOIN_ADDRESS", "join@localhost")
DEFAULT_FROM_EMAIL = JOIN_ADDRESS
# The mailbox that join@ is read from, where no mail server hands messages over itself.
JOIN_IMAP_URL = checked_mailbox(env.str("JOIN_IMAP_URL", ""))
# Where in it messages are moved once they are taken.
JOIN_IMAP_TAKEN = env.str("JOIN_IMAP_TAKEN", "Taken")
# Under which name the receiving server writes what it found of a sender (RFC 8601);
# with it, whom it did not find proven is not answered but waits for staff.
AUTHSERV_ID = env.str("AUTHSERV_ID", "")
# What is kept of one message: bytes of it as it came and of its text; parts that
# are looked at, and how many may nest.
INBOUND_RAW_BYTES = env.int("INBOUND_RAW_BYTES", 1_000_000)
INBOUND_TEXT_BYTES = env.int("INBOUND_TEXT_BYTES", 256 * 1024)
INBOUND_PARTS = env.int("INBOUND_PARTS", 100)
INBOUND_NESTING = env.int("INBOUND_NESTING", 20)
INBOUND_ANSWERS_AN_HOUR = env.int("INBOUND_ANSWERS_AN_HOUR", 100)
# How long a message is kept once nothing more is to be done with it.
INBOUND_KEPT_DAYS = env.int("INBOUND_KEPT_DAYS", 90)
# Within how many days moderators promise to decide about a proposal.
MODERATION_DAYS = env.int("MODERATION_DAYS", 14)
# Every letter says who sends it, from where, and whom to ask: the law wants it so.
if HTTPS and not DEBUG:
    SENDER_NAME = required("SENDER_NAME", "Every letter says who sends it.")
    MAILING_ADDRESS = required(
        "MAILING_ADDRESS", "Every letter gives its sender's address by post, in one line."
    )
    CONTACT_ADDRESS = required(
        "CONTACT_ADDRESS", "Every letter gives an address at which a person answers."
    )
else:
    SENDER_NAME = env.str("SENDER_NAME", "") or "OpenGov Portal"
    MAILING_ADDRESS = env.str("MAILING_ADDRESS", "") or "(MAILING_ADDRESS)"
    CONTACT_ADDRESS = env.str("CONTACT_ADDRESS", "") or JOIN_ADDRESS
SENDER_NAME_FR = env.str("SENDER_NAME_FR", "") or (
    "Portail GouvOuvert" if SENDER_NAME == "OpenGov Portal" else SENDER_NAME
)
_email = dj_email_url.parse(env.str("EMAIL_URL", "") or "file://")
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
if EMAIL_BACKEND == "django.core.mail.backends.filebased.EmailBackend":
    EMAIL_BACKEND = "opengov_portal.lib.mail.FileBackend"
    EMAIL_FILE_PATH = str(VAR_DIR / "mail")
elif EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend":
    EMAIL_BACKEND = "opengov_portal.lib.mail.SmtpBackend"
    EMAIL_HOST = _email["EMAIL_HOST"]
    EMAIL_PORT = _email["EMAIL_PORT"]
    EMAIL_HOST_USER = _email["EMAIL_HOST_USER"]
    EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS = _email["EMAIL_USE_TLS"]
    EMAIL_USE_SSL = _email["EMAIL_USE_SSL"]
# How long a mail server may keep us waiting for one word. Without a worker it is
# the visitor who waits.
EMAIL_TIMEOUT = env.float("EMAIL_TIMEOUT", 20 if REDIS_URL else 4)
# How long a worker may hold a letter before another takes it. A letter that is
# posted slowly hears a dozen words of the mail server: keep it well above that.
LETTER_LEASE_SECONDS = env.int("LETTER_LEASE_SECONDS", 300)

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
# An address typed without a scheme is https, as it will be in Django 6.
FORMS_URLFIELD_ASSUME_HTTPS = True

# --- Languages ---------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "America/Toronto"

# --- Search ------------------------------------------------------------------

MODELSEARCH_BACKENDS: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": env.str("SEARCH_BACKEND", "modelsearch.backends.database")}
}
if search := env.str("SEARCH_URL", ""):
    MODELSEARCH_BACKENDS["default"]["URLS"] = [search]

# --- Subjects (taggit) -------------------------------------------------------

TAGGIT_CASE_INSENSITIVE = True

# --- Accounts ----------------------------------------------------------------

AUTH_USER_MODEL = "network.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("home")
ACCOUNT_LOGOUT_REDIRECT_URL = reverse_lazy("home")
ACCOUNT_ADAPTER = "network.accounts.adapters.AccountAdapter"
MFA_ADAPTER = "network.accounts.factors.SecondFactorAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Members have no password: they sign in by a code that comes by mail.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_RATE_LIMITS = {"request_login_code": "10/m/ip,3/15m/key"}
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "add_webauthn": "network.forms.accounts.AddPasskeyForm",
    "authenticate_webauthn": "network.forms.accounts.PasskeyForm",
    "reauthenticate_webauthn": "network.forms.accounts.PasskeyAgainForm",
}
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_TOTP_ISSUER = "OpenGov Portal"
# Browsers allow security keys without TLS on localhost alone, and so does the portal.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
REQUIRE_STAFF_MFA = env.bool("REQUIRE_STAFF_MFA", True)

SOCIALACCOUNT_ADAPTER = "network.accounts.social.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [provider.app for provider in SOCIAL_PROVIDERS],
        "OAUTH_PKCE_ENABLED": True,
    }
}

# --- What every answer carries -----------------------------------------------

COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "opengov_portal.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked by machines beside us
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
TRUST_PROXY = env.bool("TRUST_PROXY", False)
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

_own = ["script", "style", "img", "font", "connect", "manifest"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        **{f"{kind}-src": [SELF] for kind in _own},
        # A form that leads on to another site is stopped there, unless it is named.
        "form-action": [SELF, *(origin for one in SOCIAL_PROVIDERS for origin in one.origins)],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_HANDLERS = [
    "opengov_portal.lib.uploads.MeasuredUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- Static files ------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str(
            "STATICFILES_STORAGE",
            "whitenoise.storage.CompressedManifestStaticFilesStorage",
        )
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ROOT = BASE_DIR / "static" / "root"  # /favicon.ico and its like

# --- What it tells of itself ---------------------------------------------------

LOGGING = logging_to_stderr(env.str("LOG_LEVEL", "WARNING"), env.str("LOG_FORMAT", "text"))
# With this secret, and with nothing else, Prometheus may ask for /metrics.
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
if METRICS_TOKEN:
    MIDDLEWARE.insert(0, "opengov_portal.middleware.metrics.MetricsMiddleware")
if sentry := env.str("SENTRY_DSN", ""):
    report_to(sentry, str(_site.hostname))
