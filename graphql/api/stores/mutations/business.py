"""Deeds: drawing areas; opening, correcting, moving, closing and reopening stores."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Line, Text
from api.stores.types import AreaType, StoreType
from chains.actor import Actor
from stores.actions import areas, business
from stores.models import StoreKind
from stores.rules.business import LONGEST_CODE, LONGEST_FRANCHISEE_NAME, LONGEST_NAME, Correction

_CODE = "A code of its own among the chain's stores: letters, digits and single hyphens, kept in capitals."
_FRANCHISEE = "The franchisee that runs it; none for a store that the chain runs itself."
_TIME_ZONE = "Its time zone, as a name of the IANA database such as `Asia/Shanghai`."
_CURRENCY = "The currency of its amounts, as the three letters of ISO 4217."
_STORE = "The store, as it is now."


class DrawArea(Deed):
    """Make an area that stores can be moved to."""

    class Input:
        name = Line(required=True, limit=LONGEST_NAME, description="What the area is called.")

    area = graphene.Field(AreaType, description="The new area.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, name: str) -> dict[str, Any]:
        """Draw an area."""
        return {"area": areas.draw_area(actor=actor, name=name, now=now)}


class RenameArea(Deed):
    """Give an area another name."""

    class Input:
        area_id = IdOf("Area", required=True, description="The area.")
        name = Line(required=True, limit=LONGEST_NAME, description="What it is to be called.")

    area = graphene.Field(AreaType, description="The area, as it is now.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, area_id: UUID, name: str) -> dict[str, Any]:
        """Rename an area."""
        return {"area": areas.rename_area(actor=actor, area_id=area_id, name=name, now=now)}


class OpenStore(Deed):
    """Add a store to the chain; it does business from now on."""

    class Input:
        code = Line(required=True, limit=LONGEST_CODE, description=_CODE)
        name = Line(required=True, limit=LONGEST_NAME, description="What the store is called.")
        kind = graphene.InputField(enum_of(StoreKind), required=True, description="Whose business it is.")
        time_zone = Line(required=True, limit=64, description=_TIME_ZONE)
        franchisee_name = Line(limit=LONGEST_FRANCHISEE_NAME, description=_FRANCHISEE)
        area_id = IdOf("Area", description="The area it lies in, if any.")
        currency = Line(limit=3, description=f"{_CURRENCY} The chain's own if none is given.")

    store = graphene.Field(StoreType, description="The new store.")

    @classmethod
    def perform(
        cls, actor: Actor, now: datetime, *, franchisee_name: str | None = None, **given: Any
    ) -> dict[str, Any]:
        """Open a store."""
        return {"store": business.open_store(actor=actor, now=now, franchisee_name=franchisee_name or "", **given)}


class CorrectStore(Deed):
    """Put a store's particulars right; what is not given stays as it is.

    Code, kind, franchisee and currency need the permission to open stores.
    """

    class Meta:
        versioned = True

    class Input:
        store_id = IdOf("Store", required=True, description="The store.")
        name = Line(limit=LONGEST_NAME, description="What the store is called.")
        time_zone = Line(limit=64, description=_TIME_ZONE)
        code = Line(limit=LONGEST_CODE, description=_CODE)
        kind = graphene.InputField(enum_of(StoreKind), description="Whose business it is.")
        franchisee_name = Line(limit=LONGEST_FRANCHISEE_NAME, description=_FRANCHISEE)
        currency = Line(limit=3, description=_CURRENCY)

    store = graphene.Field(StoreType, description=_STORE)

    @classmethod
    def perform(
        cls, actor: Actor, now: datetime, *, store_id: UUID, expected_version: int | None = None, **given: Any
    ) -> dict[str, Any]:
        """Correct a store."""
        return {
            "store": business.correct_store(
                actor=actor,
                store_id=store_id,
                correction=Correction(**given),
                expected_version=expected_version,
                now=now,
            )
        }


class MoveStore(Deed):
    """Put a store into another area, or into none; who supervises the area sees it from their next call on."""

    class Meta:
        versioned = True

    class Input:
        store_id = IdOf("Store", required=True, description="The store.")
        area_id = IdOf("Area", description="The area it is to lie in; none takes it out of its area.")

    store = graphene.Field(StoreType, description=_STORE)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, *, area_id: UUID | None = None, **given: Any) -> dict[str, Any]:
        """Move a store."""
        return {"store": business.move_store(actor=actor, now=now, area_id=area_id, **given)}


class CloseStore(Deed):
    """End a store's business; its history stays readable, nothing new begins there."""

    class Meta:
        versioned = True

    class Input:
        store_id = IdOf("Store", required=True, description="The store.")
        reason = Text(required=True, description="Why it is closed.")

    store = graphene.Field(StoreType, description=_STORE)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Close a store."""
        return {"store": business.close_store(actor=actor, now=now, **given)}


class ReopenStore(Deed):
    """Let a closed store do business again."""

    class Meta:
        versioned = True

    class Input:
        store_id = IdOf("Store", required=True, description="The store.")

    store = graphene.Field(StoreType, description=_STORE)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Reopen a store."""
        return {"store": business.reopen_store(actor=actor, now=now, **given)}


class BusinessMutation(graphene.ObjectType):
    """The lives of areas and stores."""

    draw_area = DrawArea.mounted()
    rename_area = RenameArea.mounted()
    open_store = OpenStore.mounted()
    correct_store = CorrectStore.mounted()
    move_store = MoveStore.mounted()
    close_store = CloseStore.mounted()
    reopen_store = ReopenStore.mounted()
