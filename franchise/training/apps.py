"""The app `training`."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """Courses, who takes them, and what duties ask for."""

    name = "training"
