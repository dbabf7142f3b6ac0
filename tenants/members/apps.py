"""The people of one chain."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """Users, what they are assigned, how they sign in, and the tokens of machines."""

    name = "members"
