"""Rows taken for a deed, and unique keys that somebody else took first.

Rows are locked without their keys: whoever only refers to the store meanwhile does not wait.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from kit.refusals import NotFound, Refusal
from stores.models import Area, Position, Store
from stores.rules.business import must_be_current


def lock_store(store_id: UUID, expected_version: int | None = None) -> Store:
    """Return a store, locked until the end of the transaction; raises NotFound and Stale."""
    store = Store.objects.select_for_update(no_key=True).filter(id=store_id).first()
    if store is None:
        raise NotFound
    must_be_current(store, expected_version)
    return store


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
