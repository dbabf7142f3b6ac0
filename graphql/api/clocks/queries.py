"""The query `dueNow`."""

from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.ids import key_in
from api.base.lists import Listed
from api.clocks.types import ClockType
from clocks.models import Clock
from clocks.queries import due_now


class ClocksQuery(graphene.ObjectType):
    """What runs against time."""

    due_now = Listed(
        lambda: ClockType,
        order=("current_due_at",),
        description="What runs against time at a store, whatever it is about: what is late, then the earliest due.",
        store_id=graphene.ID(required=True, description="The store."),
    )

    @staticmethod
    def resolve_due_now(_root: Any, info: GraphQLResolveInfo, store_id: str) -> "QuerySet[Clock]":
        """Return the running clocks of a store; raises BadId, NotFound and NotPermitted."""
        return due_now(actor=actor_of(info), store_id=key_in(store_id, "Store", field=("store_id",)))
