"""The web application, for a WSGI server with sync workers."""

import os

from django.core.wsgi import get_wsgi_application

from config.telemetry import start_sentry

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
start_sentry()

application = get_wsgi_application()
