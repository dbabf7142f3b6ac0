"""Standards that execute: what good service is, and whether it was given."""

from django.apps import AppConfig


class StandardsConfig(AppConfig):
    """Standards with their versions, clauses, rollouts, acknowledgements and verdicts."""

    name = "standards"
