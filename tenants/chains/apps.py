"""Where one chain ends and the next begins."""

from django.apps import AppConfig


class ChainsConfig(AppConfig):
    """Chains, their provisioning, and the walls around them."""

    name = "chains"
    verbose_name = "Chains"
