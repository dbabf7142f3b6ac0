"""What leaves the process about itself: one escaped JSON line per log record, and faults to Sentry without secrets."""

import sentry_sdk
from pythonjsonlogger.core import RESERVED_ATTRS
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.scrubber import DEFAULT_DENYLIST, EventScrubber
from sentry_sdk.types import Event, Hint

from config.environment import read

SECRETS = [
    *DEFAULT_DENYLIST,
    "digest",
    "email",
    "idempotencykey",
    "key",
    "new_password",
    "phone",
    "recovery_codes",
    "secret",
    "token",
    "totp",
]


def start_sentry() -> None:
    """Send faults to Sentry when SENTRY_DSN is set; never bodies, cookies, addresses or values that look secret."""
    dsn = read("SENTRY_DSN", "")
    if dsn:
        sentry_sdk.init(
            dsn=dsn,
            release=read("ONEBANNER_RELEASE", "") or None,
            max_request_body_size="never",
            include_local_variables=True,
            event_scrubber=EventScrubber(denylist=SECRETS, recursive=True),
            # A fault is sent by whoever masks it, with its reference; its log line is no second event.
            integrations=[DjangoIntegration(), LoggingIntegration(event_level=None)],
            before_send=_without_query,
            shutdown_timeout=2,
        )


def _without_query(event: Event, _hint: Hint) -> Event:
    event.get("request", {}).pop("query_string", None)
    return event


def logging_to_lines(level: str) -> dict[str, object]:
    """Return the logging settings: JSON lines to standard error; a line break in a value stays inside its string."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "format": "{asctime}{levelname}{name}{message}",
                "style": "{",
                # Django hangs the request on its records: told as text, it would show the query and keys in it (A10).
                "reserved_attrs": [*RESERVED_ATTRS, "request"],
                "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
            }
        },
        "handlers": {"lines": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["lines"], "level": level},
        "loggers": {
            # Django's own would mail and print beside ours.
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # Tells every task that it knows, at every start.
            "procrastinate": {"level": "WARNING"},
            # Tells each retry towards Sentry.
            "urllib3": {"level": "ERROR"},
        },
    }
