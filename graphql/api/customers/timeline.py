"""The type `CustomerEvent`: one thing of a customer's timeline, as whoever serves them may know it."""

from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.ids import global_id
from api.base.things import Thing, computed
from api.journal.types import TYPE_NAMES
from api.members.names import name_in
from customers.models import CustomerEvent
from customers.queries.dealings import events_for


class CustomerEventType(Thing):
    """One thing that happened to a customer. What it changed is told by the thing itself, or by the journal."""

    class Meta:
        name = "CustomerEvent"
        model = CustomerEvent
        fields = ("kind", "subject_type", "at")
        descriptions = {
            "kind": "What happened, as a fact such as `COMPLAINT_FILED`.",
            "subject_type": "The type of thing that it happened to.",
            "at": "When it happened.",
        }

    subject_id = computed(
        graphene.ID,
        lambda row, _info: global_id(TYPE_NAMES.get(row.subject_type, row.subject_type), row.subject_id),
        needs=("subject_type", "subject_id"),
        required=True,
        description="The global id of the thing that it happened to.",
    )
    actor_name = name_in("actor_id", description="Who did it; null for a machine and for somebody of the platform.")

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the entries about customers whom the caller may see."""
        return events_for(actor_of(info))
