"""Settings of OneBanner: one file, read from the environment, the same for development and production."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from config.environment import checkout, read, state_folder
from config.telemetry import logging_to_lines
from config.texts import catalogues

_CHECKOUT = checkout()

DEBUG = False
DEVELOPMENT = read("ONEBANNER_DEBUG", "") == "1"
SECRET_KEY = read("SECRET_KEY", "")
ONEBANNER_PUBLIC_HOST = read("ONEBANNER_PUBLIC_HOST", "onebanner.localhost")
ONEBANNER_ROLE_PREFIX = read("ONEBANNER_ROLE_PREFIX", "onebanner")
ONEBANNER_STATE = state_folder()

# HostMiddleware decides which hosts there are; Django's own list would have to name every chain.
ALLOWED_HOSTS = ["*"]
USE_X_FORWARDED_HOST = False
# How many proxies of ours stand before us and write X-Forwarded-For.
ONEBANNER_TRUSTED_PROXIES = int(read("ONEBANNER_TRUSTED_PROXIES", "0"))

# --- Apps: which schema an app's tables are in ----------------------------------------------------------------------
SHARED_APPS = [
    "django.contrib.contenttypes",
    # For allauth, which imports its models; its tables stay empty, and no chain has them.
    "django.contrib.auth",
    "django_tenants",
    # Before every app with a tasks room: it collects them when the apps get ready.
    "procrastinate.contrib.django",
    "chains",
    "accounts",
    "api.rates",
    "api.operators",
]
TENANT_APPS = [
    "members",
    "django.contrib.sessions",
    "allauth.account",
    "allauth.mfa",
    "journal",
    "stores",
    "clocks",
    "customers",
    "files",
    "standards",
    "training",
    "inspections",
    "inquiries",
    "orders",
    "complaints",
    "feedback",
    "visits",
    "loops",
    "api",
]
INSTALLED_APPS = [
    *SHARED_APPS,
    *TENANT_APPS,
    "kit",
    "allauth",
    "allauth.headless",
    "graphene_django",
    "django.contrib.staticfiles",
]

TENANT_MODEL = "chains.Chain"
TENANT_DOMAIN_MODEL = "chains.Domain"
TENANT_DB_ALIAS = "owner"
PUBLIC_SCHEMA_URLCONF = "config.public_urls"
ROOT_URLCONF = "config.urls"
DATABASE_ROUTERS = ["chains.router.WallRouter", "django_tenants.routers.TenantSyncRouter"]

AUTH_USER_MODEL = "members.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Databases: a connection per wall -------------------------------------------------------------------------------


def _database(url: str, engine: str, **more: object) -> dict[str, object]:
    parts = urlsplit(url)
    return {
        "ENGINE": engine,
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 600,
        **more,
    }


# A statement, and what it waits for, end before a caller's patience does (G22, F19).
_TIMEOUTS = f"-c statement_timeout={read('ONEBANNER_STATEMENT_TIMEOUT', '5000')} -c lock_timeout=3000"
_LOGIN_URL = read("DATABASE_LOGIN_URL", "")
# A process that serves requests is not given the owner's address; then the alias can do no more than the login role.
_OWNER_URL = read("DATABASE_OWNER_URL", "") or _LOGIN_URL
DATABASES = {
    "default": _database(
        _LOGIN_URL,
        "chains.backends.scoped",
        OPTIONS={"options": f"{_TIMEOUTS} -c idle_in_transaction_session_timeout=60000"},
    ),
    "public": _database(
        _LOGIN_URL,
        "django.db.backends.postgresql",
        OPTIONS={"options": f"{_TIMEOUTS} -c role={ONEBANNER_ROLE_PREFIX}_public -c search_path=public"},
    ),
    "owner": _database(_OWNER_URL, "chains.backends.owner", CONN_MAX_AGE=0),
}

# --- Requests -------------------------------------------------------------------------------------------------------
MIDDLEWARE = [
    "kit.proxies.ClientAddressMiddleware",
    "config.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "chains.hosts.HostMiddleware",
    "members.signin.middleware.SignInMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "members.signin.middleware.UserMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES: list[dict[str, object]] = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {}}
]
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 102_400

# --- Sign-in: a library's, inside each chain's schema ----------------------------------------------------------------
HTTPS = not DEVELOPMENT
# Cookies belong to one host, hence to one chain: no *_COOKIE_DOMAIN.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
# The web app reads it.
CSRF_COOKIE_HTTPONLY = False

AUTHENTICATION_BACKENDS = ["members.signin.backends.PasswordBackend"]
PASSWORD_HASHERS = [
    "members.signin.hashing.Scrypt",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATION}UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": f"{_VALIDATION}MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATION}CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600

ACCOUNT_ADAPTER = "members.signin.adapters.AccountAdapter"
ACCOUNT_USER_DISPLAY = "members.signin.adapters.name_of_user"
MFA_ADAPTER = "members.signin.adapters.SecondFactorAdapter"
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)
HEADLESS_FRONTEND_URLS = {
    "account_reset_password": "/password/reset",
    "account_reset_password_from_key": "/password/reset/{key}",
    "account_signup": "/sign-in",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# An address is proven by its invitation, or before it replaces the old one.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "members.signin.keys.ResetKeys"
# This session goes on; all others die by the session's hash.
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "10/m/ip,5/900s/key",
    "reset_password": "20/m/ip,5/900s/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user,20/d/user",
    "reauthenticate": "5/900s/user",
    "change_email": "5/900s/user,20/d/user",
    "confirm_email": "20/m/ip",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# More would let a code be replayed after its mark is gone (A06).
MFA_TOTP_TOLERANCE = 0
MFA_RECOVERY_CODE_COUNT = 10
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEVELOPMENT

# --- Mail: sent by jobs only ----------------------------------------------------------------------------------------
EMAIL_BACKEND = read("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_FILE_PATH = str(ONEBANNER_STATE / "mail")
EMAIL_HOST = read("EMAIL_HOST", "localhost")
EMAIL_PORT = int(read("EMAIL_PORT", "25"))
EMAIL_HOST_USER = read("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = read("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = read("EMAIL_USE_TLS", "") == "1"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = read("EMAIL_FROM", "OneBanner <noreply@onebanner.localhost>")
# How a chain's pages are reached from a mail.
ONEBANNER_LINK = read("ONEBANNER_LINK", "https://{host}")

# --- Languages and time ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese")), ("zh-hant", _("Traditional Chinese"))]
# Named although Django finds those of apps by itself: so our words win over the libraries'.
LOCALE_PATHS = sorted({file.parents[2] for file in catalogues(_CHECKOUT)})
USE_TZ = True
TIME_ZONE = "UTC"

# --- Files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
# The web app's build, which a wheel has beside this file; WhiteNoise serves it as it is, its names carry their hashes.
WEB_DIST = _CHECKOUT / "frontend" / "dist" if _CHECKOUT else Path(__file__).with_name("web")
STATICFILES_DIRS = [("web", WEB_DIST)] if WEB_DIST.is_dir() else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/web/assets/"
MEDIA_ROOT = ONEBANNER_STATE / "media"
MEDIA_LINK_SECONDS = 300
# How many bytes are kept for one store, and for the chain's own files.
FILES_MOST_BYTES = int(read("ONEBANNER_FILES_MOST_BYTES", str(5 * 1024**3)))
# No form of ours has more than one file.
DATA_UPLOAD_MAX_NUMBER_FILES = 1
STORAGES = {
    "default": {"BACKEND": "chains.storage.ChainStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# --- Queue and cache: rows of the schema `public`; a cache key carries its chain -------------------------------------
PROCRASTINATE_DATABASE_ALIAS = "public"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"


def _cache(key_function: str) -> dict[str, object]:
    return {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "onebanner_cache",
        "KEY_FUNCTION": key_function,
        "TIMEOUT": 300,
        # The counters of failed sign-ins live here: a flood must not push them out.
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }


CACHES = {"default": _cache("chains.cache.chain_key"), "platform": _cache("chains.cache.platform_key")}

# --- GraphQL --------------------------------------------------------------------------------------------------------
GRAPHENE = {"SCHEMA": "api.schema.schema", "DJANGO_CHOICE_FIELD_ENUM_CONVERT": False}
# The web app's own operations, {"sha256:<hash>": document}; its build writes them down.
_OPERATIONS = WEB_DIST / "trusted-documents.json"
GATE_TRUSTED_DOCUMENTS = read("ONEBANNER_TRUSTED_DOCUMENTS", str(_OPERATIONS) if _OPERATIONS.is_file() else "")
# Points that may be spent at once, and points that come back per second.
GATE_CALLER_RATE = (10_000, 500)
GATE_CHAIN_RATE = (40_000, 4_000)

# --- Logs: one JSON line each, to standard error ----------------------------------------------------------------------
LOGGING = logging_to_lines(read("ONEBANNER_LOG_LEVEL", "INFO"))
