"""The web application, for a WSGI server with sync workers."""

import os

from django.core.wsgi import get_wsgi_application

from config.environment import checkout
from config.telemetry import start_sentry
from config.texts import refuse_english_instead

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
start_sentry()
refuse_english_instead(checkout())

application = get_wsgi_application()
