"""Deeds: recording what equipment a store has, and that it is gone."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.inputs import IdOf, Line
from api.stores.equipment import StoreEquipmentType
from chains.actor import Actor
from stores.actions.equipment import record_equipment, remove_equipment

_EQUIPMENT = "The equipment, as it is now."


class RecordEquipment(Deed):
    """Note that a store has a piece of equipment, so that clauses about it bind the store from now on."""

    class Input:
        store_id = IdOf("Store", required=True, description="The store.")
        code = Line(required=True, limit=40, description="Its code: capital letters, digits and underscores.")

    equipment = graphene.Field(StoreEquipmentType, description=_EQUIPMENT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, store_id: UUID, code: str) -> dict[str, Any]:
        """Record equipment."""
        return {"equipment": record_equipment(actor=actor, store_id=store_id, code=code, now=now)}


class RemoveEquipment(Deed):
    """Note that a store has a piece of equipment no more, from now on."""

    class Input:
        equipment_id = IdOf("StoreEquipment", required=True, description="The equipment.")

    equipment = graphene.Field(StoreEquipmentType, description=_EQUIPMENT)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, equipment_id: UUID) -> dict[str, Any]:
        """Remove equipment."""
        return {"equipment": remove_equipment(actor=actor, equipment_id=equipment_id, now=now)}


class EquipmentMutation(graphene.ObjectType):
    """Deeds on what a store has."""

    record_equipment = RecordEquipment.mounted()
    remove_equipment = RemoveEquipment.mounted()
