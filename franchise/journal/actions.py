"""Deeds of the journal: to append to it, to hand it on to its consumers, and to seal it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS, current_chain
from chains.waking import wake_after_commit
from journal.models import Entry
from journal.rules import plain


@transaction.atomic(using=CHAINS_ALIAS)
def append(
    *,
    actor: Actor,
    kind: str,
    subject_type: str,
    subject_id: UUID,
    store_id: UUID | None,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Entry:
    """Write down what happened, in the transaction of the deed, and wake the relay once that is committed.

    `store_id` is None for a matter of the whole chain. `before` and `after` hold data only: text, whole numbers, ids,
    moments. Refusals: NotJournalled. Rulebook: R11, R12 of the corpus.
    """
    entry = Entry(
        kind=str(kind),
        subject_type=subject_type,
        subject_id=subject_id,
        store_id=store_id,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        token_id=actor.token_id,
        behalf_of_id=actor.behalf_of_id,
        at=now,
        before=plain(before),
        after=plain(after),
        request_id=actor.request_id,
        address=actor.address,
    )
    entry.save(force_insert=True)
    wake_after_commit(current_chain().id)
    return entry
