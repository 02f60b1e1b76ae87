"""The one settings file. Everything that differs between machines comes from the environment:
first the process, then DATA/env (kept), then DATA/run/env (written anew at each start)."""

import os
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent


class Env(environ.Env):
    ENVIRON = dict(os.environ)  # a copy: what the files say must not leak to every subprocess


env = Env()
DATA = Path(env("FOOTLIGHT_DATA", default=str(BASE_DIR / "var"))).resolve()
for kept in (DATA / "env", DATA / "run" / "env"):
    if kept.is_file():
        env.read_env(kept)

DEBUG = env.bool("DEBUG", default=False)
DEVELOPMENT_KEY = "development-only-" + "0" * 40
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # older ones, while a new one takes over
SECRET_KEY = env("SECRET_KEY", default=DEVELOPMENT_KEY if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is empty and DEBUG is off: set it, or start with bin/up.")
if not DEBUG and (SECRET_KEY == DEVELOPMENT_KEY or len(SECRET_KEY) < 50):
    raise ImproperlyConfigured("SECRET_KEY is the development one or too short (50 characters) while DEBUG is off.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
# Full origins (scheme, host, port): they guard both forms and sockets.
SITE_ORIGINS = env.list("SITE_ORIGINS", default=["http://127.0.0.1:8000", "http://localhost:8000"])
CSRF_TRUSTED_ORIGINS = SITE_ORIGINS
HTTPS = any(origin.startswith("https://") for origin in SITE_ORIGINS)

INSTALLED_APPS = [
    "daphne",
    "unfold",
    "unfold.contrib.import_export",
    "import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "channels",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_prometheus",
    "django_structlog",
    "lucide",
    "corsheaders",
    "csp",
    "core",
    "billing",
    "chat",
    "rooms",
    "partners",
]

MIDDLEWARE = [
    "core.health.ProbeMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.PolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "core.staff_door.StaffDoorMiddleware",
    "core.middleware.GuestMiddleware",
    "core.middleware.DomainErrorMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
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
                "core.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "core.templatetags.icons",
            ],
        },
    }
]

# ---- Database, Redis, media engine: each URL replaces the embedded part it names ----
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA / 'footlight.sqlite3'}")}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: a transaction takes the write lock when it begins, so what it read stays true until it wrote.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
    _database["TEST"] = {"NAME": str(DATA / "test.sqlite3")}  # a file: threads of a race need connections of their own
else:
    _database.setdefault("OPTIONS", {})["pool"] = {  # beside what the URL says, sslmode for one
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL", default=16),
        "timeout": 10,
    }
    _database["CONN_MAX_AGE"] = 0  # the pool keeps connections; an ASGI server must not
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SOCKET_THREADS = env.int("SOCKET_THREADS", default=8)  # threads a process gives its sockets for database work
WAITING_THREADS = env.int("WAITING_THREADS", default=32)  # and for asking the servers of apps

REDIS_URL = env("REDIS_URL", default=f"unix://{DATA / 'run' / 'redis.sock'}?db=0")
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {
            "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
            "IGNORE_EXCEPTIONS": True,  # a lost cache must not take pages with it
            "SOCKET_CONNECT_TIMEOUT": 1,
            "SOCKET_TIMEOUT": 1,
        },
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "footlight", "serializer_format": "json"},
    }
}

JANUS_URL = env("JANUS_URL", default="ws://127.0.0.1:8188")
JANUS_API_SECRET = env("JANUS_API_SECRET", default="")
JANUS_ADMIN_KEY = env("JANUS_ADMIN_KEY", default="")
# Empty: no traffic is counted, and no media are hung up for a process that is dead.
JANUS_ADMIN_URL = env("JANUS_ADMIN_URL", default="")
JANUS_ADMIN_SECRET = env("JANUS_ADMIN_SECRET", default="")
RELAY_HOST = env("RELAY_HOST", default="")  # where the engine reaches this machine; empty: from where we reach it
MEDIA_BITRATE = env.int("MEDIA_BITRATE", default=2_500_000)  # bits a second a publisher may send
# What relay workers make of shows. Off: no work is asked for, and what is shown instead is the cover.
THUMBNAILS = env.bool("THUMBNAILS", default=True)  # pictures of running shows, for lobby and staff
HLS = env.bool("HLS", default=True)  # for those who watch by HLS, and for recordings
HLS_KEEP_FREE = env.int("HLS_KEEP_FREE", default=1024)  # MiB of its disk that are left free: below, nothing is made
STUN_URLS = env.list("STUN_URLS", default=[])
TURN_URLS = env.list("TURN_URLS", default=[])
TURN_SECRET = env("TURN_SECRET", default="")

# ---- HLS: written by relay workers, read by servers; all machines share it ----
HLS_ROOT = Path(env("HLS_ROOT", default=str(DATA / "hls"))).resolve()
HLS_CDN_URL = env("HLS_CDN_URL", default="").rstrip("/")  # segments that are everybody's are fetched from there

# ---- People ----
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_USERNAME_MIN_LENGTH = 3
ACCOUNT_USERNAME_VALIDATORS = "core.accounts.USERNAME_VALIDATORS"
ACCOUNT_ADAPTER = "core.accounts.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
STAFF_MFA_REQUIRED = env.bool("STAFF_MFA_REQUIRED", default=not DEBUG)  # a second step before any staff page
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Footlight <no-reply@localhost>")

SESSION_ENGINE = "django.contrib.sessions.backends.db"  # sign-in outlives a Redis that is gone
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# ---- Web security ----
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked over loopback
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# HSTS speaks for this name alone: the house does not decide for other names of the domain.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],  # the nonce is the import map's, which cannot be a file
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:", *filter(None, [HLS_CDN_URL])],
        "connect-src": [SELF, *filter(None, [HLS_CDN_URL])],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# Pages of a working app's origins call the REST door, never with cookies: whom it lets in says partners/cors.py.
CORS_ALLOWED_ORIGINS = []
CORS_URLS_REGEX = r"^/api/v1/.*$"
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_HEADERS = ["accept", "authorization", "content-type", "idempotency-key"]
CORS_PREFLIGHT_MAX_AGE = 600  # seconds
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# ---- Words, time, files ----
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = env("TIME_ZONE", default="UTC")

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
if (BASE_DIR / "bin" / "vendor" / "static").is_dir():  # what bin/up fetched: the HLS player
    STATICFILES_DIRS.append(("vendor", BASE_DIR / "bin" / "vendor" / "static"))
WHITENOISE_USE_FINDERS = DEBUG
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# ---- Recordings: films of shows, in a folder of the house or a bucket (any S3) ----
RECORDINGS_KEEP_DAYS = env.int("RECORDINGS_KEEP_DAYS", default=30)  # 0: for good
RECORDINGS_MOST_GB = env.int("RECORDINGS_MOST_GB", default=0)  # of all films together; 0: any number
# A proxy in front sends the files itself (X-Accel-Redirect): the address under which it has the folder.
RECORDINGS_ACCEL = env("RECORDINGS_ACCEL", default="")
RECORDINGS_ROOT = Path(env("RECORDINGS_ROOT", default=str(DATA / "recordings")))
STORAGES["recordings"] = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": RECORDINGS_ROOT, "base_url": None},  # no address: only who may watch is given a film
}
if RECORDINGS_S3_BUCKET := env("RECORDINGS_S3_BUCKET", default=""):
    STORAGES["recordings"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": RECORDINGS_S3_BUCKET,
            "endpoint_url": env("RECORDINGS_S3_ENDPOINT", default=None),
            "region_name": env("RECORDINGS_S3_REGION", default=None),
            "access_key": env("RECORDINGS_S3_KEY", default=None),
            "secret_key": env("RECORDINGS_S3_SECRET", default=None),
            "addressing_style": env("RECORDINGS_S3_ADDRESSING", default="auto"),
            "signature_version": "s3v4",
            "querystring_expire": 6 * 3600,  # seconds that a film's address is good: longer than a film
            "file_overwrite": True,
        },
    }
    # Where browsers fetch films from: with the scheme, without a path.
    for _kind in ("media-src", "img-src"):
        CONTENT_SECURITY_POLICY["DIRECTIVES"][_kind].append(env("RECORDINGS_S3_ORIGIN"))

# ---- REST ----
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "partners.auth.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["partners.auth.KeyScope"],  # whatever else may be done, the services decide
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.bodies.StrictJSON", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_PAGINATION_CLASS": "core.api.Page",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["core.api.PersonThrottle", "partners.auth.KeyThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "person": env("API_RATE", default="600/min"),
        "key": env("KEY_RATE", default="3000/min"),
    },
    "EXCEPTION_HANDLER": "core.api.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Footlight",
    "DESCRIPTION": (
        "Channels, groups, people and coins of a Footlight house. The site's pages come with a session; an app's "
        "server with `Authorization: Bearer` and its key, and `X-User` to speak for one of its people; these with "
        "their UserSig. What is open to everybody needs none of that."
    ),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "core.schema.refusals"],
    "ENUM_NAME_OVERRIDES": {
        "AppStatus": "partners.models.Status.values",
        "CallKind": "rooms.models.CallKind.values",
        "WebhookStatus": "partners.models.WebhookStatus.values",
        "DeliveryState": "partners.flows.DeliveryState.values",
        "ChannelKind": "rooms.models.Kind.values",  # as serializers list them
        "RestrictionKind": "chat.models.RestrictionKind.values",
        "StayRole": "rooms.models.Role.values",
        "StayState": "rooms.flows.StayState.values",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# ---- How long what is kept (0: for good) ----
EVENTS_KEEP_DAYS = env.int("EVENTS_KEEP_DAYS", default=30)  # what happened, and was told
ADDRESSES_KEEP_DAYS = env.int("ADDRESSES_KEEP_DAYS", default=30)  # from where people watched
REQUESTS_KEEP_DAYS = env.int("REQUESTS_KEEP_DAYS", default=90)  # for seats and calls that came to nothing
LETTERS_KEEP_DAYS = env.int("LETTERS_KEEP_DAYS", default=90)  # what the house said to one person
AUDIT_KEEP_YEARS = env.int("AUDIT_KEEP_YEARS", default=0)  # what staff did

# ---- Chat ----
CHAT_KEEP_DAYS = env.int("CHAT_KEEP_DAYS", default=30)  # what was said
CHAT_KEEP_MODERATED_DAYS = env.int("CHAT_KEEP_MODERATED_DAYS", default=180)  # what moderators acted upon
SOCKETS_PER_PERSON = env.int("SOCKETS_PER_PERSON", default=20)  # on each server process; 0: any number
SOCKETS_PER_ADDRESS = env.int("SOCKETS_PER_ADDRESS", default=200)

# ---- Third parties ----
# Networks of one's own that webhooks and callbacks may reach, though they lie behind the house's walls.
WEBHOOK_KEEP_DAYS = env.int("WEBHOOK_KEEP_DAYS", default=30)  # deliveries, with what was sent
WEBHOOK_ALLOW = env.list("WEBHOOK_ALLOW", default=["127.0.0.0/8", "::1/128"] if DEBUG else [])

# Networks of one's own that streams may be pulled from.
PULL_ALLOW = env.list("PULL_ALLOW", default=["127.0.0.0/8", "::1/128"] if DEBUG else [])
PULL_HEIGHT = env.int("PULL_HEIGHT", default=1080)  # what is made anew, because browsers cannot show it, is no larger
PULL_FPS = env.int("PULL_FPS", default=30)

# ---- Money ----
STRIPE_SECRET_KEY = env("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET = env("STRIPE_WEBHOOK_SECRET", default="")
STRIPE_API_URL = env("STRIPE_API_URL", default="https://api.stripe.com")
PAYMENT_PROVIDERS = {"local": "billing.providers.local.Local"}
if STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET:
    PAYMENT_PROVIDERS["stripe"] = "billing.providers.stripe.Stripe"
# Who takes payments for coin packs; empty: nothing is for sale. The local one is for trying: it takes no money at all.
_usual = "stripe" if "stripe" in PAYMENT_PROVIDERS else "local" if DEBUG else ""
PAYMENT_PROVIDER = env("PAYMENT_PROVIDER", default=_usual)
if PAYMENT_PROVIDER and PAYMENT_PROVIDER not in PAYMENT_PROVIDERS:
    raise ImproperlyConfigured(
        f"PAYMENT_PROVIDER is {PAYMENT_PROVIDER}; there are {', '.join(PAYMENT_PROVIDERS)}. "
        "Stripe needs STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET."
    )

# ---- Ports: what a lower part may ask of a higher one (core/ports.py) ----
PORTS = {
    "member_left": ["rooms.services.stays.on_member_left"],
    "group_disbanded": ["rooms.services.channels.on_group_disbanded"],
    "reads_group": ["rooms.access.watches_by_list"],
    "barred": ["rooms.access.bars_from_chat"],
    "price_set": ["rooms.services.pricing.on_price_set"],
    "person_leaves": [
        "billing.farewell.forget",
        "rooms.services.farewell.forget",
        "chat.services.farewell.forget",
        "partners.services.farewell.forget",
    ],
    "person_export": [
        "billing.farewell.export",
        "rooms.services.farewell.export",
        "chat.services.farewell.export",
        "partners.services.farewell.export",
    ],
    "thumbnail": ["rooms.folders.thumbnail"],  # the address of a picture of a running show, or ""
    "records": ["rooms.services.recordings.records"],  # whether a recording is made of this show
    "keeps_files": ["rooms.services.films.needs"],  # whether a recording still needs the files of this show
    "follows": ["rooms.services.follows.follows"],
    "words_kept": ["rooms.services.replays.words_kept"],
    "before_message": ["chat.services.commands.obey"],
    "asks_about_messages": ["partners.selectors.asks_about_messages"],
    "decide_message": ["partners.callbacks.messages.decide"],
    "lets_in": ["partners.callbacks.permissions.lets_in"],
    "identify": ["partners.auth.identify"],
    "lets_in_origin": ["partners.selectors.lets_in_origin"],
    "ban_ruled": ["partners.services.kicking.on_ban_ruled"],
    "stays_ended": ["partners.services.kicking.on_stays_ended"],
    "restored": [
        "partners.services.deliveries.on_restored",
        "rooms.services.restored.end_what_was_open",
        "billing.audit.on_restored",
    ],
    "quit_sync": ["partners.selectors.quit_sync"],
}

# ---- Worker and clock of the house ----
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_connect_timeout": 2}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    # A beat is a nudge, not a clock: what is due is written in the rows. Late nudges are dropped.
    "sweep-stays": {"task": "rooms.sweep_stays", "schedule": timedelta(seconds=5), "options": {"expires": 5}},
    "sweep-seats": {"task": "rooms.sweep_seats", "schedule": timedelta(seconds=5), "options": {"expires": 5}},
    "sweep-calls": {"task": "rooms.sweep_calls", "schedule": timedelta(seconds=2), "options": {"expires": 2}},
    "sweep-engine": {"task": "rooms.sweep_engine", "schedule": timedelta(seconds=2), "options": {"expires": 2}},
    "charge-minutes": {"task": "rooms.charge_minutes", "schedule": timedelta(seconds=5), "options": {"expires": 5}},
    "count-traffic": {"task": "rooms.count_traffic", "schedule": timedelta(seconds=10), "options": {"expires": 10}},
    "audit": {"task": "billing.audit", "schedule": timedelta(hours=1), "options": {"expires": 3600}},
    "keep-figures": {"task": "rooms.keep_figures", "schedule": timedelta(minutes=1), "options": {"expires": 60}},
    "count-likes": {"task": "chat.count_likes", "schedule": timedelta(seconds=1), "options": {"expires": 1}},
    "forget-messages": {"task": "chat.forget_messages", "schedule": timedelta(hours=1), "options": {"expires": 3600}},
    "forget-old": {"task": "core.forget_old", "schedule": timedelta(hours=1), "options": {"expires": 3600}},
    "forget-in-rooms": {"task": "rooms.forget_old", "schedule": timedelta(hours=6), "options": {"expires": 3600}},
    "forget-calls": {"task": "core.forget_calls", "schedule": timedelta(hours=1), "options": {"expires": 3600}},
    "sweep-recordings": {
        "task": "rooms.sweep_recordings",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "forget-told": {"task": "rooms.forget_told", "schedule": timedelta(hours=1), "options": {"expires": 3600}},
    "send-kicking-rules": {
        "task": "partners.send_kicking_rules",
        "schedule": timedelta(seconds=2),
        "options": {"expires": 2},
    },
    "forget-notices": {
        "task": "partners.forget_notices",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "tell-webhooks": {"task": "partners.tell_webhooks", "schedule": timedelta(seconds=1), "options": {"expires": 1}},
    "forget-deliveries": {
        "task": "partners.forget_deliveries",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "keep-series": {"task": "core.keep_series", "schedule": timedelta(minutes=1), "options": {"expires": 50}},
    "tick": {"task": "core.tick", "schedule": timedelta(seconds=5), "options": {"expires": 5}},
}

# ---- Health: what /readyz asks before people are sent here, and what /metrics adds to its counters ----
HEALTH_CHECKS = [
    "core.health.database",
    "core.health.redis",
    "core.health.migrations",
    "core.health.beat",
    "rooms.checks.engine",
]
# What staff should look at, though people are served.
HEALTH_NOTES = [
    "billing.checks.billing",
    "billing.checks.settling",
    "rooms.checks.engine_sweep",
    "rooms.checks.relay_worker",
    "partners.checks.outbox",
]
GAUGES = [
    "rooms.checks.live_channels",
    "rooms.checks.viewers_now",
    "billing.checks.billing_halted",
    "billing.checks.payouts_waiting",
    "billing.checks.unsettled_rows",
    "partners.checks.outbox_lag_seconds",
    "partners.checks.webhooks_failing",
    "partners.checks.webhooks_disabled",
    "partners.checks.deliveries_waiting",
]

# ---- Dashboard of the staff pages: each part of the house names what it shows there (core/dashboard.py) ----
DASHBOARD_FIGURES = [
    "rooms.dashboard.figures",
    "chat.dashboard.figures",
    "billing.dashboard.figures",
    "partners.dashboard.figures",
]
DASHBOARD_PANELS = ["rooms.dashboard.live_rooms"]
# What is counted every minute for the charts. A "level" is asked for now, a "flow" for what came between two moments.
SERIES = {
    "viewers": ("level", "rooms.checks.viewers_now", _("Viewers")),
    "publishers": ("level", "rooms.checks.publishers_now", _("On the air")),
    "messages": ("flow", "chat.dashboard.said", _("Messages")),
    "revenue": ("flow", "billing.revenue.between", _("Revenue, coins")),
}
CHARTS = (("viewers", "publishers"), ("messages",), ("revenue",))
SERIES_KEEP_DAYS = env.int("SERIES_KEEP_DAYS", default=14)

# ---- Logs ----
LOG_LEVEL = env("LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "core.logs.formatter", "json": not DEBUG}},
    "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stream"], "level": LOG_LEVEL},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "daphne": {"level": "WARNING"},
        "websockets": {"level": "WARNING"},
    },
}

# ---- Staff pages ----
UNFOLD = {
    "SITE_TITLE": "Footlight",
    "SITE_HEADER": "Footlight",
    "SITE_SUBHEADER": _("Staff"),
    "SITE_SYMBOL": "wb_incandescent",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("icon.svg")}],
    "STYLES": [lambda request: static("css/admin.css"), lambda request: static("css/control.css")],
    "DASHBOARD_CALLBACK": "core.dashboard.first_page",
    "SHOW_LANGUAGES": True,
    "SIDEBAR": {"show_search": True, "navigation": "core.sidebar.navigation"},
    # The house's own colours (static/css/tokens.css): cool surfaces, one warm light.
    "COLORS": {
        "base": {
            "50": "oklch(.978 .004 195)",
            "100": "oklch(.955 .006 195)",
            "200": "oklch(.895 .009 195)",
            "300": "oklch(.83 .011 195)",
            "400": "oklch(.68 .016 200)",
            "500": "oklch(.53 .02 200)",
            "600": "oklch(.43 .02 208)",
            "700": "oklch(.36 .02 208)",
            "800": "oklch(.27 .017 205)",
            "900": "oklch(.205 .015 205)",
            "950": "oklch(.155 .012 205)",
        },
        "primary": {
            "50": "oklch(.98 .018 88)",
            "100": "oklch(.95 .04 85)",
            "200": "oklch(.91 .075 82)",
            "300": "oklch(.87 .11 80)",
            "400": "oklch(.83 .135 76)",
            "500": "oklch(.64 .12 68)",
            "600": "oklch(.51 .105 62)",
            "700": "oklch(.45 .095 60)",
            "800": "oklch(.38 .08 60)",
            "900": "oklch(.31 .065 62)",
            "950": "oklch(.235 .045 62)",
        },
    },
}
