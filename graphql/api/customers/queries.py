"""The query `customers`."""

from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.ids import key_in
from api.base.lists import Listed
from api.customers.types import CustomerType
from customers.models import Customer
from customers.queries import customers_at


class CustomersQuery(graphene.ObjectType):
    """Customers."""

    customers = Listed(
        lambda: CustomerType,
        order=("name",),
        description="The customers of a store, by name.",
        store_id=graphene.ID(required=True, description="The store."),
    )

    @staticmethod
    def resolve_customers(_root: Any, info: GraphQLResolveInfo, store_id: str) -> "QuerySet[Customer]":
        """Return the customers of a store; raises BadId, NotFound and NotPermitted."""
        return customers_at(actor=actor_of(info), store_id=key_in(store_id, "Store", field=("store_id",)))
