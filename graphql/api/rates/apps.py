"""The table of rate buckets."""

from django.apps import AppConfig


class RatesConfig(AppConfig):
    """Rate buckets, in the schema `public`."""

    name = "api.rates"
    label = "rates"
    verbose_name = "Rates"
