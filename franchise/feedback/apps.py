"""Feedback: surveys, ratings and praise."""

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig

from customers.rules.holdings import Holding, register


class FeedbackConfig(AppConfig):
    """Feedback of customers; it tells what it holds on a person."""

    name = "feedback"

    def ready(self) -> None:
        """Name what is exported to a customer and erased for them."""
        nouns: Any = self.models_module
        for holding in _held(nouns):
            register(holding)


def _held(nouns: Any) -> Iterator[Holding]:
    """Tell what feedback holds on a person: what they wrote is erased, what they rated stays for the figures."""
    surveys, praise = nouns.surveys, nouns.praise
    yield Holding(
        "surveys",
        surveys.Survey,
        "customer_id",
        shown=("reference", "matter_kind", "language", "state", "sent_at", "answered_at"),
    )
    yield Holding(
        "answers to surveys",
        surveys.SurveyAnswer,
        "survey__customer_id",
        shown=("comment", "answered_at"),
        texts=("comment",),
    )
    yield Holding("ratings", surveys.Rating, "survey__customer_id", shown=("question", "score", "rated_at"))
    yield Holding("praise", praise.Praise, "customer_id", shown=("channel", "text", "received_at"), texts=("text",))
