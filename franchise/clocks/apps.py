"""The app `clocks`."""

from django.apps import AppConfig


class ClocksConfig(AppConfig):
    """Clocks and the working time they run by."""

    name = "clocks"
