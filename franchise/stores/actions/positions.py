"""Deeds about positions: to define what somebody is there for, and to say who it is (R3)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from journal.actions import append
from kit.refusals import NotFound
from kit.texts import line_of
from members.models import User
from members.queries import works_at
from members.rules.permissions import Permission
from stores.actions.locks import lock_position, lock_store, refusing_duplicates
from stores.models import Duty, Layer, Position, StaffPosition
from stores.rules.business import must_do_business
from stores.rules.happenings import Happening
from stores.rules.positions import (
    LONGEST_NAME,
    NotAtWorkHere,
    PositionHeld,
    PositionNameTaken,
    PositionWithdrawn,
    duties_of,
)


@transaction.atomic
def define_position(*, actor: Actor, name: str, layer: Layer, duties: Sequence[str], now: datetime) -> Position:
    """Add a position with its duties, in their order, for all stores of the chain (R3, R4).

    Refusals: NotPermitted, Invalid, TooLong, PositionWithoutDuties, PositionNameTaken.
    """
    actor.must(Permission.DEFINE_POSITION)
    texts = duties_of(duties)
    position = Position(name=line_of(name, field="name", limit=LONGEST_NAME), layer=layer, defined_at=now)
    with refusing_duplicates(PositionNameTaken(field="name", name=position.name)):
        position.save(force_insert=True)
    _write_duties(position, texts)
    _tell_position(Happening.POSITION_DEFINED, actor=actor, position=position, now=now, after=_written(position, texts))
    return position


@transaction.atomic
def redefine_position(
    *,
    actor: Actor,
    position_id: UUID,
    name: str,
    layer: Layer,
    duties: Sequence[str],
    now: datetime,
    expected_version: int | None = None,
) -> Position:
    """Give a position another name, layer or other duties; who holds it keeps it.

    Refusals: NotPermitted, NotFound, Stale, Invalid, TooLong, PositionWithoutDuties, PositionNameTaken.
    """
    actor.must(Permission.DEFINE_POSITION)
    position = lock_position(position_id, expected_version)
    before = _written(position, [duty.text for duty in position.duties.order_by("number")])
    texts = duties_of(duties)
    position.name = line_of(name, field="name", limit=LONGEST_NAME)
    position.layer = layer
    position.version += 1
    with refusing_duplicates(PositionNameTaken(field="name", name=position.name)):
        position.save()
    position.duties.all().delete()
    _write_duties(position, texts)
    after = _written(position, texts)
    _tell_position(Happening.POSITION_REDEFINED, actor=actor, position=position, now=now, before=before, after=after)
    return position


@transaction.atomic
def assign_position(
    *, actor: Actor, store_id: UUID, member_id: UUID, position_id: UUID, now: datetime
) -> StaffPosition:
    """Let a member who works in a store hold a position there (R3).

    Refusals: NotFound, NotPermitted, StoreClosed, NotAtWorkHere, PositionHeld.
    """
    actor.must(Permission.ASSIGN_POSITION, at=store_id)
    store = lock_store(store_id)
    must_do_business(store)
    position = lock_position(position_id)
    member = User.objects.visible_to(actor).filter(id=member_id).first()
    if member is None:
        raise NotFound(field="member_id")
    if not works_at(member_id, store_id):
        raise NotAtWorkHere(field="member_id", member=member.name)
    held = StaffPosition(store=store, member=member, position=position, assigned_at=now)
    with refusing_duplicates(PositionHeld(field="position_id", member=member.name)):
        held.save(force_insert=True)
    _tell_held(Happening.POSITION_ASSIGNED, actor=actor, held=held, now=now, after=_holding(held))
    return held


@transaction.atomic
def withdraw_position(*, actor: Actor, staff_position_id: UUID, now: datetime) -> StaffPosition:
    """End that a member holds a position in a store. Refusals: NotFound, NotPermitted, PositionWithdrawn."""
    actor.must_somewhere(Permission.ASSIGN_POSITION)
    held = StaffPosition.objects.select_for_update(no_key=True).filter(id=staff_position_id).first()
    if held is None:
        raise NotFound
    actor.must(Permission.ASSIGN_POSITION, at=held.store_id)
    if held.withdrawn_at is not None:
        raise PositionWithdrawn(withdrawn_at=held.withdrawn_at)
    held.withdrawn_at = now
    held.save(update_fields=["withdrawn_at"])
    _tell_held(Happening.POSITION_WITHDRAWN, actor=actor, held=held, now=now, before=_holding(held))
    return held


def _write_duties(position: Position, texts: Sequence[str]) -> None:
    duties = [Duty(position=position, number=number, text=text) for number, text in enumerate(texts, start=1)]
    Duty.objects.bulk_create(duties)


def _written(position: Position, duties: Sequence[str]) -> dict[str, Any]:
    return {"name": position.name, "layer": position.layer, "duties": list(duties)}


def _tell_position(
    kind: Happening,
    *,
    actor: Actor,
    position: Position,
    now: datetime,
    after: dict[str, Any],
    before: dict[str, Any] | None = None,
) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type="Position",
        subject_id=position.id,
        store_id=None,
        now=now,
        before=before,
        after=after,
    )


def _holding(held: StaffPosition) -> dict[str, Any]:
    return {"member_id": held.member_id, "position_id": held.position_id}


def _tell_held(
    kind: Happening,
    *,
    actor: Actor,
    held: StaffPosition,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type="StaffPosition",
        subject_id=held.id,
        store_id=held.store_id,
        now=now,
        before=before,
        after=after,
    )
