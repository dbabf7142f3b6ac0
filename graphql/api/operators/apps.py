"""The operators' own table."""

from django.apps import AppConfig


class OperatorsConfig(AppConfig):
    """Answers kept for operators, in the schema `public`."""

    name = "api.operators"
    label = "operators"
    verbose_name = "Operators' API"
