"""The query `complaints`."""

from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.ids import key_in
from api.base.lists import Listed
from api.complaints.types import ComplaintType
from complaints.models.complaints import Complaint, Stage
from complaints.queries import complaints_for


class ComplaintsQuery(graphene.ObjectType):
    """Complaints."""

    complaints = Listed(
        lambda: ComplaintType,
        order=("-filed_at",),
        description="The complaints that you may read, the latest first.",
        store_id=graphene.ID(description="Only those about this store."),
        stages=graphene.List(graphene.NonNull(enum_of(Stage)), description="Only those at one of these stages."),
    )

    @staticmethod
    def resolve_complaints(
        _root: Any, info: GraphQLResolveInfo, store_id: str | None = None, stages: list[Stage] | None = None
    ) -> "QuerySet[Complaint]":
        """Return the complaints that the caller may read; raises BadId, NotFound and NotPermitted."""
        store = None if store_id is None else key_in(store_id, "Store", field=("store_id",))
        return complaints_for(actor_of(info), store_id=store, stages=stages)
