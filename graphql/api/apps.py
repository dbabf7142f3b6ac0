"""The API's own tables in a chain's schema."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The GraphQL API."""

    name = "api"
    verbose_name = "API"
