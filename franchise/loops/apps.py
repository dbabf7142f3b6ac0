"""The app `loops`."""

from django.apps import AppConfig


class LoopsConfig(AppConfig):
    """What went wrong, brought back to the clause, the person and the lesson, until it goes right again."""

    name = "loops"
