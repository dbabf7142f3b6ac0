"""Deeds that bring a standard to the stores: to push it, and to see and acknowledge it there."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from chains.actor import Actor, ActorKind
from chains.scope import CHAINS_ALIAS
from journal.actions import append
from kit.refusals import NotFound
from members.rules.permissions import Permission
from standards.actions.drafting import check_latest, lock_version, move_version
from standards.models.rollouts import Acknowledgement, Rollout, StoreStandard
from standards.models.texts import Clause, Version, VersionState
from standards.rules.happenings import Happening
from standards.rules.states import (
    InForceAlready,
    NoSuchClause,
    NothingInForce,
    VersionAction,
    check_acknowledger,
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
    here = _lock_in_force(actor, version_id, store_id)
    if here.seen_at is None:
        here.seen_at = now
        here.save(update_fields=["seen_at"])
        _note(actor, Happening.STANDARD_SEEN, here, now, after={"seen_at": now})
    return here


@transaction.atomic(using=CHAINS_ALIAS)
def acknowledge_standard(
    *,
    actor: Actor,
    version_id: UUID,
    store_id: UUID,
    now: datetime,
    clause_numbers: Sequence[str] | None = None,
) -> StoreStandard:
    """Say 'I have read this' for some clauses of a version in force at a store, or for all of them; once is enough.

    Refusals: NotFound, NotPermitted, StoreClosed, NothingInForce, NoSuchClause, AcknowledgedInPerson.
    """
    actor.must(Permission.ACKNOWLEDGE_STANDARD, at=store_id)
    user_id = check_acknowledger(
        user_id=actor.id if actor.kind is ActorKind.USER else None, stand_in_id=actor.behalf_of_id
    )
    lock_store_in_business(actor, store_id)
    here = _lock_in_force(actor, version_id, store_id)
    clauses = _clauses_named(version_id, clause_numbers)
    mine = Acknowledgement.objects.filter(store_id=store_id, user_id=user_id)
    known = set(mine.filter(clause__in=clauses).values_list("clause_id", flat=True))
    fresh = [clause for clause in clauses if clause.id not in known]
    if not fresh:
        return here
    Acknowledgement.objects.bulk_create(
        Acknowledgement(store_id=store_id, clause=clause, user_id=user_id, acknowledged_at=now) for clause in fresh
    )
    here.seen_at = here.seen_at or now
    unread = Clause.objects.filter(version_id=version_id).exclude(id__in=mine.values("clause_id"))
    if here.acknowledged_at is None and not unread.exists():
        here.acknowledged_at = now
    here.save(update_fields=["seen_at", "acknowledged_at"])
    _note(actor, Happening.STANDARD_ACKNOWLEDGED, here, now, after={"clauses": [clause.number for clause in fresh]})
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


def _lock_in_force(actor: Actor, version_id: UUID, store_id: UUID) -> StoreStandard:
    at_store = StoreStandard.objects.visible_to(actor).select_for_update(of=("self",)).filter(store_id=store_id)
    here = at_store.filter(version_id=version_id).first()
    if here is None:
        raise NotFound
    if here.ended_at is not None:
        raise NothingInForce
    return here


def _clauses_named(version_id: UUID, numbers: Sequence[str] | None) -> list[Clause]:
    clauses = {clause.number: clause for clause in Clause.objects.filter(version_id=version_id).order_by("position")}
    if numbers is None:
        return list(clauses.values())
    for number in numbers:
        if number not in clauses:
            raise NoSuchClause(field="clause_numbers", number=number)
    return [clause for number, clause in clauses.items() if number in numbers]


def _note(actor: Actor, kind: Happening, here: StoreStandard, now: datetime, *, after: dict[str, object]) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type="Version",
        subject_id=here.version_id,
        store_id=here.store_id,
        now=now,
        after=after,
    )
