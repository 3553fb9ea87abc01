"""How Hamrin runs, read from the environment; docs/running.md lists the variables."""

from pathlib import Path

import pghistory
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env, validate

from config.rates import read_rates
from config.secret import kept_key

env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent
HAMRIN_DATA = Path(env.str("HAMRIN_DATA", "") or BASE_DIR / ".data").expanduser().resolve()

# Security

DEBUG = env.bool("HAMRIN_DEBUG", False)
HTTPS = env.bool("HAMRIN_HTTPS", False)
# Only a site for oneself may make up its key; the machines of a public one share theirs.
KEPT_KEY = HAMRIN_DATA / "secret_key"
SECRET_KEY = env.str("HAMRIN_SECRET_KEY") if HTTPS else env.str("HAMRIN_SECRET_KEY", "") or kept_key(KEPT_KEY)
ALLOWED_HOSTS = env.list("HAMRIN_ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"], subcast=str.strip)

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{validator}"}
    for validator in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Applications

# The project's own come first, so that their commands and templates replace Django's.
INSTALLED_APPS = [
    "config",
    "explorer",
    "incidents",
    "operations",
    "sources",
    "editing",
    "reading",
    "publication",
    "records",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
]

MIDDLEWARE = [
    "config.middleware.readers_database",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.any_site",
    "config.middleware.read_only",
    "config.middleware.short_address",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.Compression",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pghistory.middleware.HistoryMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
        },
    }
]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

# Database

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

EMBEDDED = {
    "ENGINE": "config.postgres",
    "NAME": "postgres",
    "USER": "postgres",
    "PORT": "5432",
    "FOLDER": HAMRIN_DATA / "postgres",
    "DURABLE": True,
}
DATABASES = {"default": env.dj_db_url("DATABASE_URL") if env.str("DATABASE_URL", "") else EMBEDDED}
KEPT_OPEN = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DATABASES["default"] |= KEPT_OPEN

# Readers are served from an alias: of the same database, or of a replica, whose role needs no more than SELECT. Its
# sessions stop a query that takes too long, and write nothing. PgBouncer refuses these options in the startup packet
# unless its `ignore_startup_parameters` names `options`; then set the limits with ALTER ROLE … SET instead.
HAMRIN_QUERY_SECONDS = env.float("HAMRIN_QUERY_SECONDS", 15, validate=validate.Range(min=0.001))
LIMITS = f"-c statement_timeout={round(HAMRIN_QUERY_SECONDS * 1000)} -c default_transaction_read_only=on"
READERS = env.dj_db_url("DATABASE_REPLICA_URL") if env.str("DATABASE_REPLICA_URL", "") else DATABASES["default"]
# Statements that are sent by psycopg's own cursors are prepared the first time; Django's cursors prepare none.
OPTIONS = {"prepare_threshold": 0} | READERS.get("OPTIONS", {})
DATABASES["reading"] = (
    READERS
    | KEPT_OPEN
    | {
        "OPTIONS": OPTIONS | {"options": f"{OPTIONS.get('options', '')} {LIMITS}".strip()},
        "TEST": {"MIRROR": "default"},
    }
)
DATABASE_ROUTERS = ["reading.routing.Router"]

# The role of the web site, where it is another one than the owner of the tables: `migrate` gives it its rights.
HAMRIN_WEB_ROLE = env.str("HAMRIN_WEB_ROLE", "")

for variable, alias in (("DATABASE_URL", "default"), ("DATABASE_REPLICA_URL", "reading")):
    if DATABASES[alias]["ENGINE"] not in ("config.postgres", "django.db.backends.postgresql"):
        raise ImproperlyConfigured(
            f"{variable} must name a PostgreSQL server: postgresql://user:password@host:port/name"
        )

# Cache

# What readers asked is counted here, so all processes of a site need one cache. Without HAMRIN_CACHE_URL it is the
# memory of this process: enough for the server of `manage.py demo`, which is one process of threads. Other caches are
# refused, because two readers who ask at once could be counted as one there.
CACHES = {"default": env.dj_cache_url("HAMRIN_CACHE_URL", "locmem://?max_entries=100000")}
if CACHES["default"]["BACKEND"].rpartition(".")[2] not in ("LocMemCache", "RedisCache", "PyMemcacheCache"):
    raise ImproperlyConfigured("HAMRIN_CACHE_URL must name a Redis or Memcached server: redis://host:6379/0")

# Review

# False lets one person alone code and approve; the review of each such record says so.
HAMRIN_SECOND_PERSON = env.bool("HAMRIN_SECOND_PERSON", default=True)

# The log

# What `manage.py head` signs with: 32 random bytes as 64 hexadecimal digits. Without it a key is made and kept in the
# data folder, when it is first needed.
HAMRIN_SIGNING_KEY = env.str("HAMRIN_SIGNING_KEY", "", validate=validate.Regexp("^([0-9a-f]{64})?$"))

# Edit history

PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
PGHISTORY_APPEND_ONLY = True
# Who edited and why stands in the event itself, which never changes, and not in a table of contexts, which does.
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_CONTEXT_ID_FIELD = pghistory.ContextUUIDField(db_index=True)
# The moment of the edit, not of its transaction, so that edits can be told in their order.
PGHISTORY_CREATED_AT_FUNCTION = "CLOCK_TIMESTAMP()"
PGHISTORY_ADMIN_ALL_EVENTS = False
# A read changes nothing, and asking who reads would make every answer depend on the session cookie.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# Static files

STATIC_URL = "/static/"
STATIC_ROOT = HAMRIN_DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# The public API: read-only and anonymous, so it never looks at a session

# How often one address may ask.
HAMRIN_RATE_LIMIT = read_rates(env.str("HAMRIN_RATE_LIMIT", "300/minute,20000/day"))
# How much memory each process may fill with answers to give again; 0 keeps none.
HAMRIN_ANSWER_CACHE_MB = env.int("HAMRIN_ANSWER_CACHE_MB", 32, validate=validate.Range(min=0))

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "reading.schema.ApiSchema",
    "EXCEPTION_HANDLER": "reading.problems.problem",
    "DEFAULT_THROTTLE_CLASSES": ["reading.throttle.ClientThrottle"],
    # Only so many of the addresses in X-Forwarded-For were written by proxies of one's own.
    "NUM_PROXIES": env.int("HAMRIN_PROXIES", 0, validate=validate.Range(min=0)),
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Hamrin",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    # Title, description, contact and licence are those of the published theatre.
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "explorer.introduction.introduce",
    ],
    "TAGS": [
        {"name": "incidents", "description": "Attacks, clashes and other acts, each at one place and time."},
        {"name": "casualties", "description": "People harmed in incidents: one estimate for each group and harm."},
        {"name": "tolls", "description": "Cumulative counts. Never add them to incidents."},
        {"name": "stats", "description": "Sums in which no death is counted twice."},
        {"name": "operations", "description": "Military undertakings with their phases."},
        {"name": "phases", "description": "Who took part in an operation, who did not, and what came of it."},
        {"name": "conflicts", "description": "Wars, with their sides and the forces on each side."},
        {"name": "forces", "description": "Armed actors and authorities, by all their names."},
        {"name": "places", "description": "Places, by all their names, and who controls them."},
        {"name": "articles", "description": "The reports that everything else rests on."},
        {"name": "theatres", "description": "What the database as a whole is about, and whose it is. There is one."},
        {"name": "changes", "description": "Every revision in the order in which it was published."},
        {"name": "releases", "description": "Numbered copies of everything, which never change."},
        {"name": "codelists", "description": "What the codes mean."},
        {"name": "codebook", "description": "Every coding rule."},
        {"name": "meta", "description": "How much there is, and how to cite it."},
    ],
    "ENUM_NAME_OVERRIDES": {
        "PublishedBasisEnum": "sources.choices.PublishedBasis",
        "PhaseBasisEnum": "operations.choices.PhaseBasis",
        "CasualtyBasisEnum": "incidents.choices.Basis",
        "MediaKindEnum": "sources.choices.MediaKind",
        "LinkKindEnum": "incidents.choices.LinkKind",
        "IncidentKindEnum": "incidents.choices.IncidentKind",
        "VictimStatusEnum": "incidents.choices.VictimStatus",
        "ArticleStatusEnum": "sources.choices.ArticleStatus",
        "SumsBasisEnum": "incidents.stats.answer.BASES",
        "EstimateEnum": "incidents.stats.answer.ESTIMATES",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# Logging

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"style": "{", "format": "{asctime} {levelname} {name}: {message}"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    # Instead of Django's own handlers, which would write each line a second time.
    "loggers": {"django": {"handlers": []}},
}
