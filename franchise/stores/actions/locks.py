"""Rows taken for a deed, and unique keys that somebody else took first.

Rows are locked without their keys: whoever only refers to the store meanwhile does not wait. Whatever begins something
new at a store takes the store's row, as closing it does: so nothing new is there once the closing is committed (S11).
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from chains.actor import Actor
from kit.refusals import NotFound, Refusal
from stores.models import Area, Position, Store
from stores.rules.business import must_be_current, must_do_business


def lock_store(store_id: UUID, expected_version: int | None = None) -> Store:
    """Return a store, locked until the end of the transaction; raises NotFound and Stale."""
    store = Store.objects.select_for_update(no_key=True).filter(id=store_id).first()
    if store is None:
        raise NotFound
    must_be_current(store, expected_version)
    return store


def lock_store_in_business(actor: Actor, store_id: UUID, *, field: str = "store_id") -> Store:
    """Return an open store that the actor sees, which can't be closed until the end of the transaction (corpus S11).

    Raises NotFound and StoreClosed.
    """
    visible = Store.objects.visible_to(actor).select_for_update(no_key=True)
    store = visible.filter(id=store_id).first()
    if store is None:
        raise NotFound(field=field)
    must_do_business(store)
    return store


def lock_stores_in_business(actor: Actor, store_ids: Collection[UUID] | None, *, field: str) -> list[Store]:
    """Return open stores that the actor sees, those named or all of them, by code; none can be closed meanwhile.

    They are taken in one order, so that two who take several do not wait for each other. Raises NotFound, and
    StoreClosed for one that is named.
    """
    visible = Store.objects.visible_to(actor).select_for_update(no_key=True).order_by("id")
    if store_ids is None:
        stores = list(visible.doing_business())
    else:
        stores = list(visible.filter(id__in=set(store_ids)))
        if len(stores) != len(set(store_ids)):
            raise NotFound(field=field)
    stores.sort(key=lambda store: store.code)
    for store in stores:
        must_do_business(store)
    return stores


def lock_area(area_id: UUID) -> Area:
    """Return an area, locked until the end of the transaction; raises NotFound."""
    area = Area.objects.select_for_update(no_key=True).filter(id=area_id).first()
    if area is None:
        raise NotFound(field="area_id")
    return area


def lock_position(position_id: UUID, expected_version: int | None = None) -> Position:
    """Return a position, locked until the end of the transaction; raises NotFound and Stale."""
    position = Position.objects.select_for_update(no_key=True).filter(id=position_id).first()
    if position is None:
        raise NotFound(field="position_id")
    must_be_current(position, expected_version)
    return position


@contextmanager
def refusing_duplicates(refusal: Refusal) -> Iterator[None]:
    """Raise the refusal when a write inside breaks a unique key, also one that was taken a moment ago (C16)."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise refusal from error
        raise
