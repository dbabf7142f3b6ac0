"""What is kept for operators: answers of their deeds by idempotency key, in the schema `public`."""

from django.db import models

from api.models import Answer


class OperatorsAnswer(Answer):
    """An answer of an operator's deed."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor_id", "key"], name="an_operator_uses_an_idempotency_key_once")
        ]
        indexes = [models.Index(fields=["claimed_at"], name="operators_answers_by_age")]
