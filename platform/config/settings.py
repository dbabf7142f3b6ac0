"""Settings of OneBanner: one file, read from the environment, the same for development and production."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from config.environment import read

ROOT = Path(__file__).resolve().parents[2]

DEBUG = False
DEVELOPMENT = read("ONEBANNER_DEBUG", "") == "1"
SECRET_KEY = read("SECRET_KEY", "")
ONEBANNER_PUBLIC_HOST = read("ONEBANNER_PUBLIC_HOST", "onebanner.localhost")
ONEBANNER_ROLE_PREFIX = read("ONEBANNER_ROLE_PREFIX", "onebanner")
ONEBANNER_STATE = Path(read("ONEBANNER_STATE", str(ROOT / ".onebanner")))

# HostMiddleware decides which hosts there are; Django's own list would have to name every chain.
ALLOWED_HOSTS = ["*"]
USE_X_FORWARDED_HOST = False

# --- Apps: which schema an app's tables are in ----------------------------------------------------------------------
SHARED_APPS = [
    "django.contrib.contenttypes",
    "django_tenants",
    # Before every app with a tasks room: it collects them when the apps get ready.
    "procrastinate.contrib.django",
    "chains",
    "accounts",
]
TENANT_APPS = [
    "members",
    "journal",
    "stores",
    "clocks",
    "customers",
    "standards",
    "complaints",
    "api",
]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS, "kit", "graphene_django", "django.contrib.staticfiles"]

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


_LOGIN_URL = read("DATABASE_LOGIN_URL", "")
# A process that serves requests is not given the owner's address; then the alias can do no more than the login role.
_OWNER_URL = read("DATABASE_OWNER_URL", "") or _LOGIN_URL
DATABASES = {
    "default": _database(_LOGIN_URL, "chains.backends.scoped"),
    "public": _database(
        _LOGIN_URL,
        "django.db.backends.postgresql",
        OPTIONS={"options": f"-c role={ONEBANNER_ROLE_PREFIX}_public -c search_path=public"},
    ),
    "owner": _database(_OWNER_URL, "chains.backends.owner", CONN_MAX_AGE=0),
}

# --- Requests -------------------------------------------------------------------------------------------------------
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "chains.hosts.HostMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES: list[dict[str, object]] = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {}}
]
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 102_400

# --- Languages and time ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese")), ("zh-hant", _("Traditional Chinese"))]
LOCALE_PATHS = [ROOT / "platform" / "locale", ROOT / "tenants" / "locale", ROOT / "franchise" / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# --- Files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = ONEBANNER_STATE / "static"
STATICFILES_DIRS: list[tuple[str, Path]] = []
MEDIA_ROOT = ONEBANNER_STATE / "media"
MEDIA_LINK_SECONDS = 300
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
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }


CACHES = {"default": _cache("chains.cache.chain_key"), "platform": _cache("chains.cache.platform_key")}

# --- GraphQL --------------------------------------------------------------------------------------------------------
GRAPHENE = {"SCHEMA": "api.schema.schema", "SCHEMA_OUTPUT": "graphql/schema.graphql"}

# --- Silence what does not hold for us ------------------------------------------------------------------------------
# ALLOWED_HOSTS, see above.
SILENCED_SYSTEM_CHECKS: list[str] = []
