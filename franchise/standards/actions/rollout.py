"""Deeds that bring a standard to the stores: to push it, and to see it there."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from journal.actions import append
from kit.refusals import NotFound
from members.rules.permissions import Permission
from standards.actions.drafting import check_latest, lock_version, move_version
from standards.models.rollouts import Rollout, StoreStandard
from standards.models.texts import Version, VersionState
from standards.rules.happenings import Happening
from standards.rules.states import (
    InForceAlready,
    NothingInForce,
    VersionAction,
    state_after,
)
from stores.actions.locks import lock_store_in_business, lock_stores_in_business
from stores.models import Store


@transaction.atomic(using=CHAINS_ALIAS)
def push_standard(
    *,
    actor: Actor,
    version_id: UUID,
    now: datetime,
    store_ids: Collection[UUID] | None = None,
    expected_version: int | None = None,
) -> Rollout:
    """Put an approved version in force at some stores, or at every store that is open, from now on.

    An earlier version of the standard ends at these stores; in force nowhere any more it is superseded.
    Refusals: NotFound, NotPermitted, Stale, NotInThisState, LaterVersionExists, StoreClosed, InForceAlready.
    """
    actor.must(Permission.PUSH_STANDARD)
    version = lock_version(version_id, expected_version)
    before = VersionState(version.state)
    state = state_after(VersionAction.PUSH_STANDARD, before)
    check_latest(version)
    stores = _stores_without(version, lock_stores_in_business(actor, store_ids, field="store_ids"))
    rollout = Rollout.objects.create(version=version, done_by_id=actor.user_id, done_at=now)
    earlier = StoreStandard.objects.filter(standard=version.standard_id, store__in=stores, ended_at=None)
    earlier.update(ended_at=now)
    StoreStandard.objects.bulk_create(
        StoreStandard(store=store, standard_id=version.standard_id, version=version, rollout=rollout, pushed_at=now)
        for store in stores
    )
    superseded = _supersede(version)
    move_version(version, state)
    append(
        actor=actor,
        kind=Happening.STANDARD_PUSHED,
        subject_type="Version",
        subject_id=version.id,
        store_id=None,
        now=now,
        before={"state": before},
        after={"state": state, "store_ids": [store.id for store in stores], "superseded_version_ids": superseded},
    )
    return rollout


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


def _stores_without(version: Version, stores: list[Store]) -> list[Store]:
    having = set(StoreStandard.objects.filter(version=version, store__in=stores).values_list("store_id", flat=True))
    missing = [store for store in stores if store.id not in having]
    if not missing:
        raise InForceAlready(field="store_ids")
    return missing


def _supersede(version: Version) -> list[UUID]:
    binding = StoreStandard.objects.filter(version=OuterRef("pk"), ended_at=None)
    earlier = Version.objects.filter(standard=version.standard_id, state=VersionState.EFFECTIVE)
    superseded = list(earlier.exclude(id=version.id).filter(~Exists(binding)).order_by("number"))
    for each in superseded:
        move_version(each, VersionState.SUPERSEDED)
    return [each.id for each in superseded]


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
