"""The queries around stores."""

from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.ids import key_in
from api.base.lists import Listed
from api.stores.types import AreaType, PositionType, StoreType
from stores.models import Area, Position, Store, StoreState
from stores.queries import areas_of, get_store, positions_defined, stores_of


class StoresQuery(graphene.ObjectType):
    """Areas, stores and positions."""

    areas = Listed(lambda: AreaType, order=("name",), description="The areas of the stores that you see, by name.")
    stores = Listed(
        lambda: StoreType,
        order=("code",),
        description="The stores that you see, by code.",
        area_id=graphene.ID(description="Only those in this area."),
        state=enum_of(StoreState)(description="Only those in this state."),
    )
    store = graphene.Field(
        StoreType,
        id=graphene.ID(required=True, description="The store's global id."),
        description="One store. A missing one and one that is not yours to see look the same.",
    )
    positions = Listed(lambda: PositionType, order=("name",), description="The positions of the chain, by name.")

    @staticmethod
    def resolve_areas(_root: Any, info: GraphQLResolveInfo) -> "QuerySet[Area]":
        """Return the areas that the caller may read."""
        return areas_of(actor=actor_of(info))

    @staticmethod
    def resolve_stores(
        _root: Any, info: GraphQLResolveInfo, area_id: str | None = None, state: StoreState | None = None
    ) -> "QuerySet[Store]":
        """Return the stores that the caller may read."""
        area = None if area_id is None else key_in(area_id, "Area", field=("area_id",))
        return stores_of(actor=actor_of(info), area_id=area, state=state)

    @staticmethod
    def resolve_store(_root: Any, info: GraphQLResolveInfo, id: str) -> Store:
        """Return one store; raises BadId and NotFound."""
        return get_store(actor=actor_of(info), store_id=key_in(id, "Store", field=("id",)))

    @staticmethod
    def resolve_positions(_root: Any, info: GraphQLResolveInfo) -> "QuerySet[Position]":
        """Return the positions of the chain."""
        return positions_defined(actor=actor_of(info))
