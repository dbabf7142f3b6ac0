"""The app `stores`."""

from django.apps import AppConfig


class StoresConfig(AppConfig):
    """Areas, stores, hours and positions."""

    name = "stores"
