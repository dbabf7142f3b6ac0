"""Deeds: defining positions, and saying who holds them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Line
from api.stores.types import PositionType, StaffPositionType
from chains.actor import Actor
from stores.actions import positions
from stores.models import Layer
from stores.rules.positions import LONGEST_DUTY, LONGEST_NAME

_LAYER = "The layer of staff by which its holder is appraised."


class DutyInput(graphene.InputObjectType):
    """One thing that the holder of a position has to do."""

    text = Line(required=True, limit=LONGEST_DUTY, description="What has to be done.")


def _duties() -> graphene.InputField:
    return graphene.InputField(
        graphene.List(graphene.NonNull(DutyInput)),
        required=True,
        description="What its holder has to do, in order; one to fifty duties.",
    )


class DefinePosition(Deed):
    """Add a position with its duties, for all stores of the chain."""

    class Input:
        name = Line(required=True, limit=LONGEST_NAME, description="What the position is called.")
        layer = graphene.InputField(enum_of(Layer), required=True, description=_LAYER)
        duties = _duties()

    position = graphene.Field(PositionType, description="The new position.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, duties: list[dict[str, str]], **given: Any) -> dict[str, Any]:
        """Define a position."""
        texts = [duty["text"] for duty in duties]
        return {"position": positions.define_position(actor=actor, now=now, duties=texts, **given)}


class RedefinePosition(Deed):
    """Give a position another name, layer and other duties; who holds it keeps it."""

    class Meta:
        versioned = True

    class Input:
        position_id = IdOf("Position", required=True, description="The position.")
        name = Line(required=True, limit=LONGEST_NAME, description="What it is to be called.")
        layer = graphene.InputField(enum_of(Layer), required=True, description=_LAYER)
        duties = _duties()

    position = graphene.Field(PositionType, description="The position, as it is now.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, duties: list[dict[str, str]], **given: Any) -> dict[str, Any]:
        """Redefine a position."""
        texts = [duty["text"] for duty in duties]
        return {"position": positions.redefine_position(actor=actor, now=now, duties=texts, **given)}


class AssignPosition(Deed):
    """Let a member who works in a store hold a position there."""

    class Input:
        store_id = IdOf("Store", required=True, description="The store.")
        member_id = IdOf("Member", required=True, description="Who is to hold it.")
        position_id = IdOf("Position", required=True, description="The position.")

    held_position = graphene.Field(StaffPositionType, description="Who holds what, and since when.")

    @classmethod
    def perform(
        cls, actor: Actor, now: datetime, *, store_id: UUID, member_id: UUID, position_id: UUID
    ) -> dict[str, Any]:
        """Assign a position."""
        held = positions.assign_position(
            actor=actor, store_id=store_id, member_id=member_id, position_id=position_id, now=now
        )
        return {"held_position": held}


class WithdrawPosition(Deed):
    """End that a member holds a position in a store."""

    class Input:
        held_position_id = IdOf("StaffPosition", required=True, description="The position that is held.")

    held_position = graphene.Field(StaffPositionType, description="Who held what, and until when.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, held_position_id: UUID) -> dict[str, Any]:
        """Withdraw a position."""
        held = positions.withdraw_position(actor=actor, staff_position_id=held_position_id, now=now)
        return {"held_position": held}


class PositionsMutation(graphene.ObjectType):
    """Positions and who holds them."""

    define_position = DefinePosition.mounted()
    redefine_position = RedefinePosition.mounted()
    assign_position = AssignPosition.mounted()
    withdraw_position = WithdrawPosition.mounted()
