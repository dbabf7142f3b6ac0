"""The types around orders: products, orders, and imports with what became of each row."""

import functools
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.lists import Listed
from api.base.scalars import Money
from api.base.things import Thing, computed
from api.members.names import name_in
from api.orders.rows import (
    CancellationType,
    DamageReportType,
    OfOrder,
    OrderChangeType,
    OrderLineType,
    PaymentType,
    RefundType,
    covered,
    money,
)
from api.orders.shipments import ShipmentType
from api.standards.clause_rules import Translation, translations
from customers.queries.register import erased_among
from customers.rules.particulars import masked, masked_address, masked_name
from orders.models.imports import ImportedRow, OrderImport
from orders.models.orders import FulfilmentState, Order, OrderSource, OrderState, PaymentState
from orders.models.products import Product
from orders.queries import ORDER, references_of
from orders.rules.states import OrderAction, available_actions, standing_of
from standards.rules.lint import text_in

_OF_STATES = (
    "state",
    "payment_state",
    "fulfilment_state",
    "total_minor",
    "paid_minor",
    "refunded_minor",
    "refund_granted_minor",
    "has_open_change",
)
_NEEDED = (*_OF_STATES, "store_id", "customer_id")


class ProductType(Thing):
    """Something that every store of the chain may sell."""

    class Meta:
        name = "Product"
        model = Product
        fields = ("code", "model", "is_on_sale", "defined_at", "version")
        descriptions = {
            "code": "The code by which it is ordered.",
            "model": "Which model it is; may be empty.",
            "is_on_sale": "Whether it is sold now.",
            "defined_at": "When it was first defined.",
            "version": "Counts its changes: give it back as `expectedVersion`.",
        }

    name = computed(
        graphene.String,
        lambda row, _info: text_in(None, row.names),
        needs=("names",),
        required=True,
        description="What it is called, in your language or the nearest one.",
    )
    names = computed(
        graphene.List(graphene.NonNull(Translation)),
        lambda row, _info: translations(row.names),
        needs=("names",),
        required=True,
        description="What it is called in each language.",
    )
    price = money("price_minor", description="What one costs.")


def _actions(rows: Sequence[Order], info: GraphQLResolveInfo) -> dict[UUID, list[OrderAction]]:
    actor = actor_of(info)
    ended = {row.customer_id for row in rows if row.state != OrderState.PLACED}
    # Nobody is erased with whom something is open.
    erased = erased_among(ended) if ended else set()
    return {
        row.id: available_actions(
            standing_of(row), functools.partial(actor.may, at=row.store_id), is_erased=row.customer_id in erased
        )
        for row in rows
    }


class OrderType(Thing):
    """What a customer buys at a store, with three axes of state. `readOrderDestination` tells where it goes."""

    class Meta:
        name = "Order"
        model = Order
        fields = (
            "store",
            "number",
            "customer",
            "external_id",
            "has_open_change",
            "placed_at",
            "recorded_at",
            "version",
        )
        enums = {
            "source": OrderSource,
            "state": OrderState,
            "payment_state": PaymentState,
            "fulfilment_state": FulfilmentState,
        }
        descriptions = {
            "store": "The store that sells.",
            "number": "Its running number at the store, from 1.",
            "customer": "Who buys.",
            "external_id": "The till's or web shop's own id; null for an order taken down here.",
            "has_open_change": "Whether a change was requested and is not decided.",
            "placed_at": "When the customer ordered.",
            "recorded_at": "When it was taken down here.",
            "version": "Counts its changes: give it back as `expectedVersion`.",
            "source": "Where it comes from.",
            "state": "Where it is as a whole.",
            "payment_state": "How far it is paid, or paid back.",
            "fulfilment_state": "How far the goods are.",
        }

    reference = computed(
        graphene.String,
        lambda rows, _info: references_of(rows, ORDER),
        for_all=True,
        needs=("number", "store_id"),
        description="The number by which people name it: the store's code and its running number.",
    )
    masked_recipient = covered("recipient", masked_name, description="Who is to get it; may be empty.")
    masked_phone = covered("phone", masked, description="The recipient's phone number; may be empty.")
    masked_address = covered("address", masked_address, description="Where it is to go; may be empty.")
    total = money("total_minor", description="What all its lines cost.")
    paid = money("paid_minor", description="What came in for it.")
    refunded = money("refunded_minor", description="What was paid back.")
    refund_granted = money("refund_granted_minor", description="What is granted to be paid back and is not yet.")
    refund_due = computed(
        Money,
        lambda row, _info: {"amount_minor": standing_of(row).refund_due_minor, "currency": row.currency},
        needs=(*_OF_STATES, "currency"),
        required=True,
        description="What has to go back: once it is cancelled all that came in and is still here, whenever it came; "
        "else what is granted.",
    )
    taken_by_name = name_in("taken_by_id", description="Who took it down; null for a machine.")
    available_actions = computed(
        graphene.List(graphene.NonNull(enum_of(OrderAction))),
        _actions,
        for_all=True,
        needs=_NEEDED,
        required=True,
        description="What you can do with it as it is now.",
    )
    lines = Listed(lambda: OrderLineType, by="order", order=("position",), description="What was ordered.")
    payments = Listed(lambda: PaymentType, by="order", order=("paid_at",), description="What came in.")
    changes = Listed(
        lambda: OrderChangeType, by="order", order=("requested_at",), description="Changes that were asked for."
    )
    cancellations = Listed(
        lambda: CancellationType, by="order", order=("cancelled_at",), description="Why it was cancelled."
    )
    refunds = Listed(lambda: RefundType, by="order", order=("granted_at",), description="What goes back.")
    shipments = Listed(lambda: ShipmentType, by="order", order=("shipped_at",), description="What has left.")
    damage_reports = Listed(
        lambda: DamageReportType, by="order", order=("reported_at",), description="What is wrong with what came."
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the orders of the stores that the caller sees."""
        rows: QuerySet[Any] = Order.objects.visible_to(actor_of(info))
        return rows


class ImportedRowType(OfOrder):
    """What became of one row of an import."""

    class Meta:
        name = "ImportedRow"
        model = ImportedRow
        fields = ("store", "position", "external_id", "order", "is_new", "refusal", "refused_field", "message")
        descriptions = {
            "store": "The store.",
            "position": "Its place in the import, from 1.",
            "external_id": "The till's or web shop's own id.",
            "order": "The order that it is; null where it was refused.",
            "is_new": "Whether the order came with this row; false where it was there before.",
            "refusal": "The machine's name of why it was refused; empty where it was taken.",
            "refused_field": "The path of the field it was refused for; may be empty.",
            "message": "Why it was refused, for a person; empty where it was taken.",
        }


class OrderImportType(OfOrder):
    """Orders that came from a till or web shop in one call."""

    class Meta:
        name = "OrderImport"
        model = OrderImport
        fields = ("store", "imported_at", "accepted_count", "refused_count")
        enums = {"source": OrderSource}
        descriptions = {
            "store": "The store.",
            "imported_at": "When they came.",
            "accepted_count": "How many rows were taken.",
            "refused_count": "How many rows were refused.",
            "source": "Where they come from.",
        }

    imported_by_name = name_in("imported_by_id", description="Who sent them; null for a machine.")
    rows_sent = Listed(lambda: ImportedRowType, by="batch", order=("position",), description="What became of each row.")
