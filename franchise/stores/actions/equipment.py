"""Deeds on what a store has: to record equipment, and to note that it is gone."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chains.actor import Actor
from chains.scope import CHAINS_ALIAS
from journal.actions import append
from kit.refusals import NotFound
from members.rules.permissions import Permission
from stores.actions.locks import lock_store_in_business, refusing_duplicates
from stores.models import StoreEquipment
from stores.rules.equipment import EquipmentRemovedAlready, EquipmentThereAlready, equipment_code
from stores.rules.happenings import Happening


@transaction.atomic(using=CHAINS_ALIAS)
def record_equipment(*, actor: Actor, store_id: UUID, code: str, now: datetime) -> StoreEquipment:
    """Note that a store has a piece of equipment from now on: what began before is judged as it was known then.

    Refusals: NotFound, NotPermitted, StoreClosed, Invalid, EquipmentThereAlready.
    """
    actor.must(Permission.CORRECT_STORE, at=store_id)
    store = lock_store_in_business(actor, store_id)
    checked = equipment_code(code)
    with refusing_duplicates(EquipmentThereAlready(field="code", code=checked)):
        equipment = StoreEquipment.objects.create(store=store, code=checked, installed_at=now)
    _note(actor, Happening.EQUIPMENT_RECORDED, equipment, now)
    return equipment


@transaction.atomic(using=CHAINS_ALIAS)
def remove_equipment(*, actor: Actor, equipment_id: UUID, now: datetime) -> StoreEquipment:
    """Note that a store has a piece of equipment no more, from now on.

    Refusals: NotFound, NotPermitted, EquipmentRemovedAlready.
    """
    actor.must_somewhere(Permission.CORRECT_STORE)
    equipment = StoreEquipment.objects.select_for_update(of=("self",)).filter(id=equipment_id).first()
    if equipment is None or not actor.sees(equipment.store_id):
        raise NotFound(field="equipment_id")
    actor.must(Permission.CORRECT_STORE, at=equipment.store_id)
    if equipment.removed_at is not None:
        raise EquipmentRemovedAlready
    equipment.removed_at = now
    equipment.save(update_fields=["removed_at"])
    _note(actor, Happening.EQUIPMENT_REMOVED, equipment, now)
    return equipment


def _note(actor: Actor, kind: Happening, equipment: StoreEquipment, now: datetime) -> None:
    append(
        actor=actor,
        kind=kind,
        subject_type="StoreEquipment",
        subject_id=equipment.id,
        store_id=equipment.store_id,
        now=now,
        after={
            "code": equipment.code,
            "installed_at": equipment.installed_at,
            "removed_at": equipment.removed_at,
        },
    )
