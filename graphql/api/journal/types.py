"""The type `Entry`."""

from typing import Any

import graphene
from django.db.models import QuerySet
from graphene.types.json import JSONString
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.ids import global_id
from api.base.scalars import UUID
from api.base.things import GlobalId, Thing, computed
from api.members.names import name_in
from chains.actor import ActorKind
from journal.models import Entry
from journal.queries import readable_entries

# Where the schema calls a thing otherwise than the tables do.
TYPE_NAMES = {"User": "Member"}


class EntryType(Thing):
    """One thing that happened: written with the deed and never changed."""

    class Meta:
        name = "Entry"
        model = Entry
        fields = ("kind", "subject_type", "at", "request_id")
        enums = {"actor_kind": ActorKind}
        descriptions = {
            "kind": "What happened, as a fact such as `COMPLAINT_FILED`.",
            "subject_type": "The type of thing that it happened to.",
            "actor_kind": "What sort of caller did it.",
            "at": "When it happened.",
            "request_id": "The request with which it happened; what has the same one happened together.",
        }

    subject_id = computed(
        graphene.ID,
        lambda row, _info: global_id(TYPE_NAMES.get(row.subject_type, row.subject_type), row.subject_id),
        needs=("subject_type", "subject_id"),
        required=True,
        description="The global id of the thing that it happened to.",
    )
    store_id = GlobalId("Store", source="store_id", required=False, description="The store it happened at, if any.")
    customer_id = GlobalId(
        "Customer", source="customer_id", required=False, description="The customer whom it concerns, if any."
    )
    actor_name = name_in("actor_id", description="Who did it; null for a machine and for somebody of the platform.")
    behalf_of_id = UUID(description="The key of the person who really acted, where somebody acted in another's place.")
    token_id = UUID(description="The key of the token that was used, if any.")
    part_of_id = GlobalId(
        "Entry",
        source="part_of_id",
        required=False,
        description="The entry of the deed in whose course it happened; null for the deed itself.",
    )
    before = JSONString(description="What it was before, as JSON; null where there was nothing.")
    after = JSONString(description="What it is now, as JSON; null where nothing was recorded.")

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the entries that the caller may read."""
        rows: QuerySet[Any] = readable_entries(actor=actor_of(info)).order_by()
        return rows
