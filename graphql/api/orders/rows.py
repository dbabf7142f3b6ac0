"""The types of what belongs to an order: its lines, payments, changes, refunds, and why it was cancelled."""

from collections.abc import Callable
from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.enums import enum_of
from api.base.scalars import MinorUnits, Money
from api.base.things import Thing, computed
from api.members.names import name_in
from chains.actor import Audience
from customers.rules.particulars import masked, masked_address, masked_name
from orders.models.changes import Cancellation, CancelReason, ChangeState, IdentityCheck, OrderChange
from orders.models.delivery import DamageKind, DamageReport
from orders.models.orders import OrderLine, Payment, PaymentMethod
from orders.models.refunds import Refund, RefundState, ToldBy
from orders.queries import REFUND, references_of
from orders.rules.refunds import NEEDS, RefundAction, available_refund_actions

_STORE = "The store of the order."


def money(column: str, *, currency: str = "currency", description: str) -> Any:
    """Declare a field with an amount in a currency, from two columns."""
    return computed(
        Money,
        lambda row, _info: {"amount_minor": getattr(row, column), "currency": getattr(row, currency)},
        needs=(column, currency),
        required=True,
        description=description,
    )


def minor(column: str, *, description: str) -> Any:
    """Declare a field with an amount in the smallest units of the order's currency."""
    return computed(
        MinorUnits, lambda row, _info: getattr(row, column), needs=(column,), required=True, description=description
    )


def covered(column: str, cover: Callable[[str], str], *, description: str) -> Any:
    """Declare a field with a personal particular, with most of it covered (K4)."""
    return computed(
        graphene.String,
        lambda row, _info: cover(text) if (text := getattr(row, column)) else "",
        needs=(column,),
        required=True,
        description=f"{description} Most of it is covered.",
    )


class OfOrder(Thing):
    """The base of what belongs to an order, and is seen with it."""

    class Meta:
        abstract = True

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the rows of the stores that the caller sees."""
        actor, rows = actor_of(info), super().rows(info)
        return rows if actor.audience is Audience.HQ else rows.filter(store_id__in=actor.store_ids)


class OrderLineType(OfOrder):
    """One product of an order."""

    class Meta:
        name = "OrderLine"
        model = OrderLine
        fields = ("store", "position", "product", "code", "name", "model", "quantity", "shipped_quantity")
        descriptions = {
            "store": _STORE,
            "position": "Its place in the order, from 1.",
            "product": "The product as it is now.",
            "code": "The product's code when it was ordered.",
            "name": "What the product was called when it was ordered.",
            "model": "Which model it is; may be empty.",
            "quantity": "How many were ordered.",
            "shipped_quantity": "How many have left.",
        }

    unit_price_minor = minor("unit_price_minor", description="What one cost, in the currency's smallest units.")
    amount_minor = minor("amount_minor", description="What all of them cost, in the currency's smallest units.")


class PaymentType(OfOrder):
    """Money that came in for an order."""

    class Meta:
        name = "Payment"
        model = Payment
        fields = ("store", "paid_at", "recorded_at")
        enums = {"method": PaymentMethod}
        descriptions = {
            "store": _STORE,
            "paid_at": "When it was paid.",
            "recorded_at": "When it was recorded here.",
            "method": "How it was paid.",
        }

    amount_minor = minor("amount_minor", description="How much, in the currency's smallest units.")
    recorded_by_name = name_in("recorded_by_id", description="Who recorded it; null for a machine.")


class OrderChangeType(OfOrder):
    """A customer's wish to change where an order goes, with what it was and how identity was checked."""

    class Meta:
        name = "OrderChange"
        model = OrderChange
        fields = (
            "store",
            "requested_at",
            "is_identity_proven",
            "decided_at",
            "reason",
        )
        enums = {"state": ChangeState, "identity_check": IdentityCheck}
        descriptions = {
            "store": _STORE,
            "requested_at": "When the change was asked for.",
            "is_identity_proven": "Whether it was proven that this is the customer; null where nobody checked.",
            "decided_at": "When it was confirmed or declined.",
            "reason": "Why it was declined; empty otherwise.",
            "state": "What has become of it.",
            "identity_check": "How identity was checked.",
        }

    masked_recipient_before = covered("recipient_before", masked_name, description="Who was to get it.")
    masked_phone_before = covered("phone_before", masked, description="Their phone number as it was.")
    masked_address_before = covered("address_before", masked_address, description="Where it was to go.")
    masked_recipient_after = covered("recipient_after", masked_name, description="Who is to get it.")
    masked_phone_after = covered("phone_after", masked, description="Their phone number as it is to be.")
    masked_address_after = covered("address_after", masked_address, description="Where it is to go.")
    requested_by_name = name_in("requested_by_id", description="Who took it down; null for a machine.")
    decided_by_name = name_in("decided_by_id", description="Who decided; null for a machine, and before that.")


class CancellationType(OfOrder):
    """Why an order was cancelled, and what followed."""

    class Meta:
        name = "Cancellation"
        model = Cancellation
        fields = ("store", "remark", "cancelled_at", "refund_expected_on")
        enums = {"reason": CancelReason}
        descriptions = {
            "store": _STORE,
            "remark": "What else was said; may be empty.",
            "cancelled_at": "When it was cancelled.",
            "refund_expected_on": "By which day the customer has the money back; null where nothing was paid.",
            "reason": "Why it was cancelled.",
        }

    refund_due_minor = minor("refund_due_minor", description="How much is paid back, in smallest units.")
    cancelled_by_name = name_in("cancelled_by_id", description="Who cancelled it; null for a machine.")


def _refund_actions(row: Refund, info: GraphQLResolveInfo) -> list[RefundAction]:
    actor, possible = actor_of(info), available_refund_actions(RefundState(row.state))
    return [action for action in possible if actor.may(NEEDS[action], at=row.store_id)]


class RefundType(OfOrder):
    """Money that goes back to a customer."""

    class Meta:
        name = "Refund"
        model = Refund
        fields = (
            "store",
            "number",
            "reason",
            "needs_second",
            "granted_at",
            "decided_at",
            "executed_at",
            "expected_on",
            "reported_at",
        )
        enums = {"state": RefundState, "method": PaymentMethod, "told_by": ToldBy}
        descriptions = {
            "store": _STORE,
            "number": "Its running number at the store, from 1.",
            "reason": "Why it was granted.",
            "needs_second": "Whether it is above the granter's limit, so that a second person has to approve it.",
            "granted_at": "When it was granted.",
            "decided_at": "When a second person approved it, or it was declined.",
            "executed_at": "When it was paid out.",
            "reported_at": "When the customer was told.",
            "expected_on": "By which day the customer has it.",
            "state": "How far it is.",
            "method": "How it was paid out; null before that.",
            "told_by": "How the customer was told; null before that.",
        }

    amount = money("amount_minor", description="How much.")
    reference = computed(
        graphene.String,
        lambda rows, _info: references_of(rows, REFUND),
        for_all=True,
        needs=("number", "store_id"),
        description="The number by which people name it.",
    )
    granted_by_name = name_in("granted_by_id", description="Who granted it; null for a machine.")
    decided_by_name = name_in("decided_by_id", description="Who approved or declined it; null where nobody did.")
    executed_by_name = name_in("executed_by_id", description="Who paid it out; null before that.")
    available_actions = computed(
        graphene.List(graphene.NonNull(enum_of(RefundAction))),
        _refund_actions,
        needs=("state", "store_id"),
        required=True,
        description="What you can do with it as it is now.",
    )


class DamageReportType(OfOrder):
    """What a customer says is wrong with goods of an order."""

    class Meta:
        name = "DamageReport"
        model = DamageReport
        fields = ("store", "description", "reported_at")
        enums = {"kind": DamageKind}
        descriptions = {
            "store": _STORE,
            "description": "What is wrong, in the customer's words.",
            "reported_at": "When it was recorded.",
            "kind": "What sort of wrong it is.",
        }

    reported_by_name = name_in("reported_by_id", description="Who recorded it; null for a machine.")
