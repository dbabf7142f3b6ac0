"""Customers: who buys from a store, as far as serving them needs it."""

from typing import Any

from django.apps import AppConfig

from customers.rules.holdings import Holding, register

_HELD = "customer_id"


class CustomersConfig(AppConfig):
    """The register of each store's customers."""

    name = "customers"

    def ready(self) -> None:
        """Tell what the register itself holds on a person; the record itself is erased with its keys by the action."""
        nouns: Any = self.models_module
        for holding in (
            Holding(
                "purchases",
                nouns.Purchase,
                _HELD,
                shown=("product", "model", "quantity", "amount_minor", "currency", "bought_at", "taken_back_at"),
            ),
            Holding(
                "consents",
                nouns.Consent,
                _HELD,
                shown=("purpose", "given_at", "proof", "withdrawn_at", "withdrawal_proof"),
                texts=("proof", "withdrawal_proof"),
            ),
            Holding(
                "classes",
                nouns.Classification,
                _HELD,
                shown=("customer_class__name", "purchases", "amount_minor", "began_at", "ended_at"),
            ),
            Holding(
                "greetings", nouns.Greeting, _HELD, shown=("occasion", "due_on", "note", "greeted_at"), texts=("note",)
            ),
        ):
            register(holding)
