"""The app `loops`."""

from typing import Any

from django.apps import AppConfig

from customers.rules.holdings import Holding, register


class LoopsConfig(AppConfig):
    """What went wrong, brought back to the clause, the person and the lesson, until it goes right again."""

    name = "loops"

    def ready(self) -> None:
        """Name what is exported to a customer and erased for them; what the chain has learnt names nobody."""
        nouns: Any = self.models_module
        register(
            Holding(
                "loops",
                nouns.loops.Loop,
                nouns.loops.about_customers,
                shown=("happened_at", "matter_kind", "state", "closed_at", "reason"),
                texts=("reason",),
            )
        )
