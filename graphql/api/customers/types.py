"""The type `Customer`."""

from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.things import Thing, computed
from api.members.names import name_in
from customers.models import Customer
from customers.rules import masked


class CustomerType(Thing):
    """Somebody who buys from a store. How to reach them is told by `readCustomerContact`, which records who asked."""

    class Meta:
        name = "Customer"
        model = Customer
        fields = ("store", "name", "language", "registered_at")
        descriptions = {
            "store": "The store that registered them.",
            "name": "What they are called.",
            "language": "The language they are written to in, as a code such as `zh-hans`.",
            "registered_at": "When they were registered.",
        }

    masked_phone = computed(
        graphene.String,
        lambda row, _info: masked(row.phone),
        needs=("phone",),
        required=True,
        description="The last digits of their phone number; empty where there is none.",
    )
    masked_email = computed(
        graphene.String,
        lambda row, _info: masked(row.email),
        needs=("email",),
        required=True,
        description="Their address with its middle covered; empty where there is none.",
    )
    registered_by_name = name_in("registered_by_id", description="Who registered them; null for a machine.")

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the customers of the stores that the caller sees."""
        rows: QuerySet[Any] = Customer.objects.visible_to(actor_of(info))
        return rows
