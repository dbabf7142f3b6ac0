"""Deeds in a store's life: to open, correct, move, close and reopen it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import current_chain
from journal.actions import append
from kit.texts import line_of, text_of
from members.rules.permissions import Permission
from stores.actions.locks import lock_area, lock_store, refusing_duplicates
from stores.models import Store, StoreClosure, StoreKind, StoreState
from stores.rules.business import (
    LONGEST_NAME,
    AlreadyInArea,
    Correction,
    StoreClosed,
    StoreCodeTaken,
    StoreOpen,
    code_of,
    corrected,
    currency_of,
    franchisee_name_of,
    must_do_business,
    time_zone_of,
)
from stores.rules.happenings import Happening


@transaction.atomic
def open_store(
    *,
    actor: Actor,
    code: str,
    name: str,
    kind: StoreKind,
    time_zone: str,
    now: datetime,
    franchisee_name: str = "",
    area_id: UUID | None = None,
    currency: str | None = None,
) -> Store:
    """Add a store to the chain; it does business from now on, in the chain's currency unless another one is given (R1).

    Refusals: NotPermitted, Invalid, TooLong, NotFound for the area, StoreCodeTaken.
    """
    actor.must(Permission.OPEN_STORE)
    store = Store(
        code=code_of(code),
        name=line_of(name, field="name", limit=LONGEST_NAME),
        kind=kind,
        franchisee_name=franchisee_name_of(franchisee_name, kind),
        area=None if area_id is None else lock_area(area_id),
        time_zone=time_zone_of(time_zone),
        currency=currency_of(currency or current_chain().currency),
        opened_at=now,
    )
    with refusing_duplicates(StoreCodeTaken(field="code", code=store.code)):
        store.save(force_insert=True)
    _tell(Happening.STORE_OPENED, actor=actor, store=store, now=now, after=_particulars(store))
    return store


@transaction.atomic
def correct_store(
    *, actor: Actor, store_id: UUID, correction: Correction, now: datetime, expected_version: int | None = None
) -> Store:
    """Put a store's particulars right; code, kind, franchisee and currency are for who may open stores.

    Refusals: NotFound, NotPermitted, Stale, StoreClosed, Invalid, TooLong, StoreCodeTaken, NothingChanged.
    """
    actor.must(Permission.CORRECT_STORE, at=store_id)
    if correction.concerns_the_chain:
        actor.must(Permission.OPEN_STORE)
    store = lock_store(store_id, expected_version)
    must_do_business(store)
    before = _particulars(store)
    for name, value in corrected(store, correction).items():
        setattr(store, name, value)
    with refusing_duplicates(StoreCodeTaken(field="code", code=store.code)):
        _save_next_version(store)
    _tell(Happening.STORE_CORRECTED, actor=actor, store=store, now=now, before=before, after=_particulars(store))
    return store


@transaction.atomic
def move_store(
    *, actor: Actor, store_id: UUID, area_id: UUID | None, now: datetime, expected_version: int | None = None
) -> Store:
    """Put a store into another area, or into none; who supervises the area sees it from the next request on.

    Refusals: NotFound, NotPermitted, Stale, AlreadyInArea.
    """
    actor.must(Permission.MOVE_STORE, at=store_id)
    area = None if area_id is None else lock_area(area_id)
    store = lock_store(store_id, expected_version)
    if store.area_id == area_id:
        raise AlreadyInArea(field="area_id", store=store.name)
    before = {"area_id": store.area_id}
    store.area = area
    _save_next_version(store)
    _tell(Happening.STORE_MOVED, actor=actor, store=store, now=now, before=before, after={"area_id": area_id})
    return store


@transaction.atomic
def close_store(
    *, actor: Actor, store_id: UUID, reason: str, now: datetime, expected_version: int | None = None
) -> Store:
    """End a store's business; its history stays readable, nothing new begins there (corpus S11).

    Refusals: NotFound, NotPermitted, Stale, StoreClosed, Invalid, TooLong.
    """
    actor.must(Permission.CLOSE_STORE, at=store_id)
    store = lock_store(store_id, expected_version)
    must_do_business(store)
    closure = StoreClosure(store=store, reason=text_of(reason, field="reason"), closed_at=now, closed_by_id=actor.id)
    with refusing_duplicates(StoreClosed(store=store.name)):
        closure.save(force_insert=True)
    store.state = StoreState.CLOSED
    _save_next_version(store)
    _tell(
        Happening.STORE_CLOSED,
        actor=actor,
        store=store,
        now=now,
        before={"state": StoreState.OPEN},
        after={"state": store.state},
    )
    return store


@transaction.atomic
def reopen_store(*, actor: Actor, store_id: UUID, now: datetime, expected_version: int | None = None) -> Store:
    """Let a closed store do business again. Refusals: NotFound, NotPermitted, Stale, StoreOpen."""
    actor.must(Permission.OPEN_STORE, at=store_id)
    store = lock_store(store_id, expected_version)
    if store.state == StoreState.OPEN:
        raise StoreOpen(store=store.name)
    StoreClosure.objects.filter(store=store, reopened_at=None).update(reopened_at=now, reopened_by_id=actor.id)
    store.state = StoreState.OPEN
    _save_next_version(store)
    _tell(
        Happening.STORE_REOPENED,
        actor=actor,
        store=store,
        now=now,
        before={"state": StoreState.CLOSED},
        after={"state": store.state},
    )
    return store


def _save_next_version(store: Store) -> None:
    store.version += 1
    store.save()


def _particulars(store: Store) -> dict[str, Any]:
    names = ("code", "name", "kind", "franchisee_name", "area_id", "time_zone", "currency")
    return {name: getattr(store, name) for name in names}


def _tell(
    kind: Happening,
    *,
    actor: Actor,
    store: Store,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type="Store",
        subject_id=store.id,
        store_id=store.id,
        now=now,
        before=before,
        after=after,
    )
