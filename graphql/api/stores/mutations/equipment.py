"""Deeds: recording what equipment a store has, and that it is gone."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.inputs import IdOf, Line, named
from api.base.scalars import DateTime
from api.stores.equipment import StoreEquipmentType
from chains.actor import Actor
from stores.actions.equipment import record_equipment, remove_equipment

_EQUIPMENT = "The equipment, as it is now."


class RecordEquipment(Deed):
    """Note that a store has a piece of equipment, so that clauses about it bind the store."""

    class Input:
        store_id = IdOf("Store", required=True, description="The store.")
        code = Line(required=True, limit=40, description="Its code: capital letters, digits and underscores.")
        installed_at = DateTime(description="Since when it is there; now if this is not given.")

    equipment = graphene.Field(StoreEquipmentType, description=_EQUIPMENT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, store_id: UUID, code: str, **given: Any) -> dict[str, Any]:
        """Record equipment."""
        return {"equipment": record_equipment(actor=actor, store_id=store_id, code=code, now=now, **named(given))}


class RemoveEquipment(Deed):
    """Note that a store has a piece of equipment no more."""

    class Input:
        equipment_id = IdOf("StoreEquipment", required=True, description="The equipment.")
        removed_at = DateTime(description="Since when it is gone; now if this is not given.")

    equipment = graphene.Field(StoreEquipmentType, description=_EQUIPMENT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, equipment_id: UUID, **given: Any) -> dict[str, Any]:
        """Remove equipment."""
        return {"equipment": remove_equipment(actor=actor, equipment_id=equipment_id, now=now, **named(given))}


class EquipmentMutation(graphene.ObjectType):
    """Deeds on what a store has."""

    record_equipment = RecordEquipment.mounted()
    remove_equipment = RemoveEquipment.mounted()
