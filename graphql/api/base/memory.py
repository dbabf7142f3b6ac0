"""Idempotency keys: a deed sent twice is done once, also when both arrive together (corpus C02)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from api.base.call import Claim
from api.models import Answer
from chains.actor import Actor
from kit.refusals import Refusal

KEPT_FOR = timedelta(hours=24)
NOBODY = UUID(int=0)


class IdempotencyKeyReused(Refusal):
    """The key belongs to another deed of the same caller."""

    message = _("This idempotency key was used for something else. Send a new one.")


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """Remembers answers as rows of a model, in the transaction of the deed itself."""

    model: type[Answer]

    def claim(self, *, actor: Actor, key: str, fingerprint: str, now: datetime) -> Claim:
        """Claim a key for one deed, or find the deed that has it; a twin under way is waited for.

        Raises IdempotencyKeyReused when the key was used for something else within 24 hours.
        """
        rows = self.model._default_manager
        owner = actor.token_id or actor.id or NOBODY
        rows.filter(actor_id=owner, key=key, claimed_at__lt=now - KEPT_FOR).delete()
        row = self.model(actor_id=owner, key=key, fingerprint=fingerprint, claimed_at=now)
        # ON CONFLICT DO NOTHING waits until a twin has committed or rolled back.
        rows.bulk_create([row], ignore_conflicts=True)
        kept = rows.get(actor_id=owner, key=key)
        if kept.pk == row.pk:
            return Claim(kept.pk)
        if kept.fingerprint != fingerprint:
            raise IdempotencyKeyReused(field="idempotency_key")
        return Claim(kept.pk, kept.answer or {})

    def keep(self, claim: Claim, answer: dict[str, Any]) -> None:
        """Write down the answer of the deed that claimed the key."""
        self.model._default_manager.filter(pk=claim.id).update(answer=answer)

    def forget(self, *, now: datetime) -> int:
        """Delete the answers that are over a day old; returns how many there were."""
        deleted, _rows = self.model._default_manager.filter(claimed_at__lt=now - KEPT_FOR).delete()
        return deleted
