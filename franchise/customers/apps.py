"""Customers: who buys from a store, as far as serving them needs it."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """The register of each store's customers."""

    name = "customers"
