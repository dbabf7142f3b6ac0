"""Small parts that every app may use."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    """Keys, refusals and other small parts."""

    name = "kit"
