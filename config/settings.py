"""Settings, read from the environment; every default lets a fresh clone run on one machine.

`MAILLAGE_*` variables are listed with their meaning in `docs/guides/exploitation.md`.
"""

import contextlib
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dj_database_url
from cryptography.fernet import Fernet
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from maillage.foundations.kernel.database import EmbeddedPostgres

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("MAILLAGE_VAR", BASE_DIR / "var")).resolve()
DEBUG = os.environ.get("MAILLAGE_DEBUG", "") == "1"
PRODUCTION = os.environ.get("MAILLAGE_PRODUCTION", "") == "1"


def _key(variable: str, name: str, draw: Callable[[], str]) -> str:
    """Return the configured key, or one drawn once and kept under var/ (never in production)."""
    if key := os.environ.get(variable):
        return key
    if PRODUCTION:
        raise ImproperlyConfigured(f"{variable} est obligatoire en production.")
    path = VAR_DIR / name
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(draw())
        with contextlib.suppress(FileExistsError):  # the first of two processes wins: a link replaces nothing
            os.link(draft, path)
        draft.unlink()
    return path.read_text()


SECRET_KEY = _key("MAILLAGE_SECRET_KEY", "secret_key", get_random_secret_key)
# Encryption at rest (`kernel.encryption`): the first key encrypts, all decrypt.
MAILLAGE_CLES = _key("MAILLAGE_CLES", "cles", lambda: Fernet.generate_key().decode()).split(",")
MAILLAGE_CLE_EMPREINTE = _key("MAILLAGE_CLE_EMPREINTE", "cle_empreinte", get_random_secret_key)
ALLOWED_HOSTS = os.environ.get("MAILLAGE_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "workspaces:mon_espace"
LOGOUT_REDIRECT_URL = "workspaces:accueil"

INSTALLED_APPS = [
    "maillage.interfaces.workspaces",
    "maillage.interfaces.imports",
    "maillage.interfaces.donnees_personnelles",
    "maillage.interfaces.indicateurs",
    "maillage.domains.offre",
    "maillage.domains.diagnostics",
    "maillage.domains.entreprises",
    "maillage.domains.parcours",
    "maillage.references.structures",
    "maillage.references.personnes",
    "maillage.references.economie",
    "maillage.references.accounts",
    "maillage.references.territoires",
    "maillage.foundations.analytics",
    "maillage.foundations.kernel",
    "maillage.demo",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "csp",
    "dsfr",
    "widget_tweaks",
    "procrastinate.contrib.django",
    "pgtrigger",
    "pghistory",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
]

MIDDLEWARE = [
    # Above the files: what they set is on every answer.
    "django.middleware.security.SecurityMiddleware",
    "maillage.foundations.kernel.middleware.EnTetes",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "maillage.foundations.kernel.middleware.Texte",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "maillage.references.accounts.middleware.Acteur",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

FORM_RENDERER = "maillage.foundations.kernel.ui.forms.Renderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "maillage.foundations.kernel.ui.context.site",
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "maillage.foundations.kernel.templatetags.ui",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]
COTTON_DIR = "components"


# Commands that never touch the database must not start one; `db` manages the server itself.
_OFFLINE = {"collectstatic", "makemessages", "compilemessages", "help", "version", "db", "--help", "--version"}
_TESTING = "MAILLAGE_TEST" in os.environ

# The server that we run ourselves, or None when DATABASE_URL names another.
EMBEDDED_POSTGRES = (
    None
    if os.environ.get("DATABASE_URL")
    else EmbeddedPostgres(VAR_DIR / ("postgres-test" if _TESTING else "postgres"), durable=not _TESTING)
)


def _database_url() -> str:
    if EMBEDDED_POSTGRES is None:
        return os.environ["DATABASE_URL"]
    offline = os.environ.get("MAILLAGE_OFFLINE") == "1" or bool(_OFFLINE & set(sys.argv[1:2]))
    return EMBEDDED_POSTGRES.url if offline else EMBEDDED_POSTGRES.start()


# The role under which the web server and the worker connect (`kernel.privileges`); "": as the owner of the tables.
MAILLAGE_DB_ROLE = os.environ.get("MAILLAGE_DB_ROLE", "maillage_app")
if MAILLAGE_DB_ROLE and not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", MAILLAGE_DB_ROLE):
    raise ImproperlyConfigured(f"MAILLAGE_DB_ROLE n’est pas un nom de rôle : « {MAILLAGE_DB_ROLE} ».")
# Whoever imports config.wsgi serves pages; every other process is a command, of the owner but for the worker.
_SERVING = "config.wsgi" in sys.modules or sys.argv[1:2] == ["worker"]


def _database(url: str) -> dict[str, Any]:
    """Return the connection of this process: the application's account when it serves, else the owner's."""
    if not (_SERVING and MAILLAGE_DB_ROLE):
        return {**dj_database_url.parse(url)}
    if EMBEDDED_POSTGRES:
        return {**dj_database_url.parse(url), "USER": MAILLAGE_DB_ROLE}
    if other := os.environ.get("DATABASE_URL_APP"):
        return {**dj_database_url.parse(other)}
    database: dict[str, Any] = {**dj_database_url.parse(url)}
    options = database.setdefault("OPTIONS", {})
    options["options"] = f"{options.get('options', '')} -c role={MAILLAGE_DB_ROLE}".strip()
    return database


DATABASES = {
    "default": {
        **_database(_database_url()),
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}

# Jobs live in the `jobs.py` of each app; the kernel's messages and their daily summary are jobs too.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_IMPORT_PATHS = [f"maillage.foundations.kernel.{name}" for name in ("mail", "notifications", "sms")]

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
# In production, `manage.py collectstatic` fingerprints and compresses the files; elsewhere they are served in place.
STATIC_ROOT = VAR_DIR / "static" if PRODUCTION else None
WHITENOISE_USE_FINDERS = not PRODUCTION
if PRODUCTION:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
MEDIA_ROOT = VAR_DIR / "fichiers"
# The snapshots of the warehouse (ADR 0014).
MAILLAGE_ENTREPOT = VAR_DIR / ("entrepot-test" if _TESTING else "entrepot")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
# Where clamd listens (`host:port`, or the path of its socket): every file received is shown to it; "": no antivirus.
MAILLAGE_CLAMAV = os.environ.get("MAILLAGE_CLAMAV", "")

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "prenom", "nom")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "maillage.references.accounts.validators.EntropyValidator"},
]
# The link that resets a password works once, for an hour.
PASSWORD_RESET_TIMEOUT = 60 * 60

# Errors go to the standard error, which the server's log file or the supervisor keeps.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
}

# The mail server; without one, messages are written on the console, which production refuses.
EMAIL_HOST = os.environ.get("MAILLAGE_EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("MAILLAGE_EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("MAILLAGE_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("MAILLAGE_EMAIL_PASSWORD", "")
_TLS = os.environ.get("MAILLAGE_EMAIL_TLS", "starttls")
if _TLS not in {"starttls", "tls", "non"}:
    raise ImproperlyConfigured(f"MAILLAGE_EMAIL_TLS vaut « starttls », « tls » ou « non », pas « {_TLS} ».")
EMAIL_USE_TLS, EMAIL_USE_SSL = _TLS == "starttls", _TLS == "tls"
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
_COURRIEL = ("MAILLAGE_EMAIL_HOST", "MAILLAGE_EMAIL_FROM", "MAILLAGE_ADRESSE")
if PRODUCTION and (_MISSING := [name for name in _COURRIEL if not os.environ.get(name)]):
    raise ImproperlyConfigured(
        f"{', '.join(_MISSING)} : obligatoire en production, les invitations partent par courriel et mènent ici."
    )
DEFAULT_FROM_EMAIL = os.environ.get("MAILLAGE_EMAIL_FROM", "ne-pas-repondre@maillage.invalid")
# The service that sends text messages; none by default.
MAILLAGE_SMS_URL = os.environ.get("MAILLAGE_SMS_URL", "")
MAILLAGE_SMS_JETON = os.environ.get("MAILLAGE_SMS_JETON", "")
MAILLAGE_SMS_EXPEDITEUR = os.environ.get("MAILLAGE_SMS_EXPEDITEUR", "Maillage")
if PRODUCTION and MAILLAGE_SMS_URL and not MAILLAGE_SMS_URL.startswith("https://"):
    raise ImproperlyConfigured("MAILLAGE_SMS_URL commence par « https:// » en production : des numéros y passent.")
# Where people reach the platform: messages lead back to it.
MAILLAGE_ADRESSE = os.environ.get("MAILLAGE_ADRESSE", "http://localhost:8000").rstrip("/")

# Nothing inline, nothing from elsewhere: no template writes a script or a style, so none needs a nonce.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# `Lax`: a link received by e-mail must find its reader signed in; every act is a POST, guarded by a token.
SESSION_ENGINE = "maillage.references.accounts.sessions"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
# A browser takes a cookie of this prefix from this very host only, over HTTPS, for the whole site.
_PREFIX = "__Host-" if PRODUCTION else ""
SESSION_COOKIE_NAME = f"{_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{_PREFIX}csrftoken"
MAILLAGE_MESSAGES_COOKIE = f"{_PREFIX}messages"
MESSAGE_STORAGE = "maillage.foundations.kernel.ui.messages.Messages"

# Addresses of the proxies whose `X-Forwarded-For` is believed: the client's is read there, else that of the connection.
MAILLAGE_MANDATAIRES = [each.strip() for each in os.environ.get("MAILLAGE_MANDATAIRES", "").split(",") if each.strip()]
if "*" in MAILLAGE_MANDATAIRES:
    raise ImproperlyConfigured("MAILLAGE_MANDATAIRES nomme des adresses : « * » laisserait chacun choisir la sienne.")
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    # To be written into browsers for good is up to the owner of the domain, not to the software.
    SILENCED_SYSTEM_CHECKS = ["security.W021"]

# `neutre` (default) or `etat`: the State's block and the Marianne font are for State services only (ADR 0005).
MAILLAGE_MARQUE = os.environ.get("MAILLAGE_MARQUE", "neutre")
if MAILLAGE_MARQUE not in {"etat", "neutre"}:
    raise ImproperlyConfigured(f"MAILLAGE_MARQUE vaut « etat » ou « neutre », pas « {MAILLAGE_MARQUE} ».")
# The region steered from this deployment (INSEE code).
MAILLAGE_REGION = os.environ.get("MAILLAGE_REGION", "11")
# Wording of the State's block, a bar between two lines.
MAILLAGE_INTITULE = os.environ.get("MAILLAGE_INTITULE", "République|Française").replace("|", "\n")
# ProConnect, switched on when the three are given (ADR 0011).
MAILLAGE_PROCONNECT_ISSUER = os.environ.get("MAILLAGE_PROCONNECT_ISSUER", "").rstrip("/")
MAILLAGE_PROCONNECT_CLIENT_ID = os.environ.get("MAILLAGE_PROCONNECT_CLIENT_ID", "")
MAILLAGE_PROCONNECT_CLIENT_SECRET = os.environ.get("MAILLAGE_PROCONNECT_CLIENT_SECRET", "")
# Levels of assurance (`acr`) that are accepted, comma-separated; none: whatever ProConnect vouches for.
MAILLAGE_PROCONNECT_ACR = list(filter(None, os.environ.get("MAILLAGE_PROCONNECT_ACR", "").split(",")))

# Writes the accounts of the fictional region (`manage.py demo`) on the sign-in page.
MAILLAGE_DEMO = os.environ.get("MAILLAGE_DEMO") == "1" and not PRODUCTION
# Operators, whoever reads people by name or lets others do sign in with a second factor
# (accounts.rules.needs_second_factor). Not in the demonstration, whose accounts are everybody's.
MAILLAGE_SECOND_FACTEUR = os.environ.get("MAILLAGE_SECOND_FACTEUR", "0" if MAILLAGE_DEMO else "1") == "1"
MAILLAGE_DEMO_COMPTE = ("exploitant@maillage.example", "region-fictive-2018")
# Who publishes and who hosts, named on the legal pages (loi n° 2004-575 du 21 juin 2004, art. 1-1).
MAILLAGE_EDITEUR = os.environ.get("MAILLAGE_EDITEUR", "La région fictive" if MAILLAGE_DEMO else "")
MAILLAGE_HEBERGEUR = os.environ.get("MAILLAGE_HEBERGEUR", "")
# The data protection officer, and who answers for the processings when it is not the publisher: on the privacy page.
MAILLAGE_DPO = os.environ.get("MAILLAGE_DPO", "dpo@maillage.example" if MAILLAGE_DEMO else "")
MAILLAGE_RESPONSABLE = os.environ.get("MAILLAGE_RESPONSABLE", MAILLAGE_EDITEUR)

# A sentence on top of every page: invented figures, a maintenance to come, a test instance.
MAILLAGE_BANDEAU = os.environ.get(
    "MAILLAGE_BANDEAU",
    "Plateforme de démonstration : les données de la région fictive sont inventées, sur des communes réelles."
    if MAILLAGE_DEMO
    else "",
)

DSFR_USE_INTEGRITY_CHECKSUMS = False
