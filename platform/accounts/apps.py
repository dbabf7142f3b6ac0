"""Operators: our own staff, on the public host."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Operators and their keys."""

    name = "accounts"
