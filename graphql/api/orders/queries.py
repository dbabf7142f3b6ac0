"""The queries `orders`, `products`, `shipmentExceptions` and `orderImports`."""

from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.ids import key_in
from api.base.lists import Listed
from api.orders.shipments import ShipmentExceptionType
from api.orders.types import OrderImportType, OrderType, ProductType
from kit.texts import line_of
from orders.models.imports import OrderImport
from orders.models.orders import Order, OrderState
from orders.models.products import Product
from orders.models.shipping import ShipmentException
from orders.queries import imports_for, open_exceptions_for, orders_for, products_on_offer

_STORE = "Only those of this store."


class OrdersQuery(graphene.ObjectType):
    """Orders."""

    orders = Listed(
        lambda: OrderType,
        order=("-placed_at",),
        description="The orders that you may read, the latest first.",
        store_id=graphene.ID(description=_STORE),
        states=graphene.List(graphene.NonNull(enum_of(OrderState)), description="Only those in one of these states."),
        customer_id=graphene.ID(description="Only those of this customer."),
        particulars=graphene.String(
            description="What a customer tells, whole: the order's number, the number that a web shop or carrier "
            "gave, a phone number, an e-mail address or a name."
        ),
    )
    products = Listed(
        lambda: ProductType,
        order=("code",),
        description="What the chain sells, by code.",
        is_on_sale=graphene.Boolean(description="Only what is, or is not, sold now."),
    )
    shipment_exceptions = Listed(
        lambda: ShipmentExceptionType,
        order=("raised_at",),
        description="What goes wrong on the way and is not settled, the longest open first.",
        store_id=graphene.ID(description=_STORE),
    )
    order_imports = Listed(
        lambda: OrderImportType,
        order=("-imported_at",),
        description="The imports that you may read, the latest first.",
        store_id=graphene.ID(description=_STORE),
    )

    @staticmethod
    def resolve_orders(
        _root: Any,
        info: GraphQLResolveInfo,
        store_id: str | None = None,
        states: list[OrderState] | None = None,
        customer_id: str | None = None,
        particulars: str | None = None,
    ) -> "QuerySet[Order]":
        """Return the orders that the caller may read; raises BadId, NotFound, NotPermitted, Invalid and TooLong."""
        return orders_for(
            actor_of(info),
            store_id=_key(store_id, "Store", "store_id"),
            states=states,
            customer_id=_key(customer_id, "Customer", "customer_id"),
            particulars=line_of(particulars or "", field="particulars", required=False),
        )

    @staticmethod
    def resolve_products(_root: Any, info: GraphQLResolveInfo, is_on_sale: bool | None = None) -> "QuerySet[Product]":
        """Return the chain's products; raises NotPermitted."""
        return products_on_offer(actor_of(info), is_on_sale=is_on_sale)

    @staticmethod
    def resolve_shipment_exceptions(
        _root: Any, info: GraphQLResolveInfo, store_id: str | None = None
    ) -> "QuerySet[ShipmentException]":
        """Return the open exceptions that the caller may read; raises BadId, NotFound and NotPermitted."""
        return open_exceptions_for(actor_of(info), store_id=_key(store_id, "Store", "store_id"))

    @staticmethod
    def resolve_order_imports(
        _root: Any, info: GraphQLResolveInfo, store_id: str | None = None
    ) -> "QuerySet[OrderImport]":
        """Return the imports that the caller may read; raises BadId, NotFound and NotPermitted."""
        return imports_for(actor_of(info), store_id=_key(store_id, "Store", "store_id"))


def _key(text: str | None, thing: str, field: str) -> Any:
    return None if text is None else key_in(text, thing, field=(field,))
