"""A version at a store: it is seen there, and what befalls it there is told."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from journal.actions import append
from kit.refusals import NotFound
from members.rules.permissions import Permission
from standards.models.rollouts import StoreStandard
from standards.rules.happenings import Happening
from standards.rules.states import NothingInForce
from stores.actions.locks import lock_store_in_business


@transaction.atomic(using=CHAINS_ALIAS)
def see_standard(*, actor: Actor, version_id: UUID, store_id: UUID, now: datetime) -> StoreStandard:
    """Note that a version was seen at a store, the first time that somebody looks at it there.

    Refusals: NotFound, NotPermitted, StoreClosed, NothingInForce.
    """
    actor.must(Permission.ACKNOWLEDGE_STANDARD, at=store_id)
    lock_store_in_business(actor, store_id)
    here = lock_in_force(actor, version_id, store_id)
    if here.seen_at is None:
        here.seen_at = now
        here.save(update_fields=["seen_at"])
        note_at_store(actor, Happening.STANDARD_SEEN, here, now, after={"seen_at": now})
    return here


def lock_in_force(actor: Actor, version_id: UUID, store_id: UUID) -> StoreStandard:
    """Return a version in force at a store, locked until the transaction ends; raises NotFound and NothingInForce."""
    at_store = StoreStandard.objects.visible_to(actor).select_for_update(of=("self",)).filter(store_id=store_id)
    here = at_store.filter(version_id=version_id).first()
    if here is None:
        raise NotFound
    if here.ended_at is not None:
        raise NothingInForce
    return here


def note_at_store(
    actor: Actor, kind: Happening, here: StoreStandard, now: datetime, *, after: dict[str, object]
) -> None:
    """Tell the journal what happened to a version at a store."""
    append(
        actor=actor,
        kind=kind,
        subject_type="Version",
        subject_id=here.version_id,
        store_id=here.store_id,
        now=now,
        after=after,
    )
