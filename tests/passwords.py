"""Passwords in tests: the algorithm of production, at no cost, but where its cost is what a test is about."""

from django.contrib.auth.hashers import ScryptPasswordHasher
from django.test import override_settings


class CheapScrypt(ScryptPasswordHasher):
    """Hashes that production reads as well, made with almost no work."""

    work_factor = 2


def cheap_passwords() -> override_settings:
    """Let passwords be hashed cheaply, in this process, while the block runs."""
    return override_settings(PASSWORD_HASHERS=[f"{CheapScrypt.__module__}.{CheapScrypt.__qualname__}"])
