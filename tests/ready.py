"""`python -m tests.ready` makes what the first tests would wait for: the tests' server and the template database."""

import os

import tests.bootstrap  # noqa: F401  # as pytest begins

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # reads the settings chosen above

django.setup()

from tests.database import template  # noqa: E402  # the apps have to be ready

if __name__ == "__main__":
    template()
