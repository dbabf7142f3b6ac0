"""What the API keeps for itself: answers of deeds by their idempotency key."""

from django.db import models

from kit.ids import new_id


class Answer(models.Model):
    """The answer of one deed, kept for a day so that the same call can be answered again without doing it twice."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    actor_id = models.UUIDField()
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=200)
    answer = models.JSONField(null=True)
    claimed_at = models.DateTimeField()

    class Meta:
        abstract = True


class KeptAnswer(Answer):
    """An answer of a chain's deed, in the chain's own schema."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor_id", "key"], name="an_actor_uses_an_idempotency_key_once")
        ]
        indexes = [models.Index(fields=["claimed_at"], name="kept_answers_by_age")]
