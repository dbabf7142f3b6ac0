"""Orders: what a customer buys, from the first line to the last refund."""

from typing import Any

from django.apps import AppConfig
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clocks.rules.reading import read_with
from customers.rules.holdings import Holding, register
from members.rules.permissions import Permission
from orders.rules.happenings import Happening
from standards.rules.events import make_measurable, name_clock

_EVENTS = {
    Happening.ORDER_PLACED: _("the order is placed"),
    Happening.PAYMENT_RECORDED: _("a payment for the order is recorded"),
    Happening.ORDER_CHANGE_REQUESTED: _("a change of the order is requested"),
    Happening.ORDER_CHANGE_CONFIRMED: _("the change of the order is confirmed"),
    Happening.ORDER_CHANGE_DECLINED: _("the change of the order is declined"),
    Happening.ORDER_CANCELLED: _("the order is cancelled"),
    Happening.REFUND_GRANTED: _("a refund is granted"),
    Happening.REFUND_APPROVED: _("the refund is approved"),
    Happening.REFUND_EXECUTED: _("the refund is paid out"),
    Happening.REFUND_REPORTED: _("the customer is told of the refund"),
    Happening.LINES_SHIPPED: _("goods of the order are shipped"),
    Happening.SHIPMENT_EXCEPTION_RAISED: _("something goes wrong on the way"),
    Happening.SHIPMENT_EXCEPTION_SETTLED: _("what went wrong on the way is settled and explained"),
    Happening.DELIVERY_CONFIRMED: _("the delivery is confirmed"),
    Happening.DELIVERY_DAMAGED: _("goods came damaged or not complete"),
}

# What the customer asks first (O4), and the figures that the entries about an order tell.
_FIELDS = {Happening.LINES_SHIPPED: ("expected_at",)}
_NUMBERS = ("paid_minor", "refunded_minor", "refund_granted_minor")
_MORE_NUMBERS = {Happening.ORDER_PLACED: ("total_minor",)}


class OrdersConfig(AppConfig):
    """Orders and their way; it tells the standards what can be measured, and the register what it holds on people."""

    name = "orders"

    def ready(self) -> None:
        """Name the events of an order that a clause's rule may speak of (A1), with the facts that each records."""
        nouns: Any = self.models_module
        facts = {"source": frozenset(nouns.orders.OrderSource.values)}
        for kind, words in _EVENTS.items():
            numbers = (*_NUMBERS, *_MORE_NUMBERS.get(kind, ()))
            # What a till or a web shop sends in later was ordered when the customer ordered it.
            moment = "placed_at" if kind is Happening.ORDER_PLACED else ""
            make_measurable(kind, words, facts, fields=_FIELDS.get(kind, ()), numbers=numbers, moment=moment)
        name_clock("SHIPMENT_ARRIVED", _("the shipment arrives"))
        read_with(Permission.READ_ORDERS, "Order", "Shipment")
        for holding in (*_of_orders(nouns), *_of_the_way(nouns)):
            register(holding)


def _of_orders(nouns: Any) -> list[Holding]:
    """Return what the orders hold on a person; payments and lines name nobody."""
    of_order = "order__customer_id"
    was = ("recipient_before", "phone_before", "address_before", "recipient_after", "phone_after", "address_after")
    to = ("recipient", "phone", "address")
    is_owed = Q(state=nouns.orders.OrderState.CANCELLED, refunded_minor__lt=F("paid_minor"))
    is_open = Q(state=nouns.orders.OrderState.PLACED) | Q(refund_granted_minor__gt=0) | is_owed
    bought = ("number", "placed_at", "total_minor", "paid_minor", "refunded_minor", "currency", "state")
    return [
        Holding("orders", nouns.orders.Order, "customer_id", (*bought, *to), to, is_open),
        Holding(
            "order_changes", nouns.changes.OrderChange, of_order, ("requested_at", *was, "reason"), (*was, "reason")
        ),
        Holding("cancellations", nouns.changes.Cancellation, of_order, ("cancelled_at", "remark"), ("remark",)),
        Holding("refunds", nouns.refunds.Refund, of_order, ("granted_at", "amount_minor", "reason"), ("reason",)),
        Holding(
            "damage_reports", nouns.delivery.DamageReport, of_order, ("reported_at", "description"), ("description",)
        ),
    ]


def _of_the_way(nouns: Any) -> list[Holding]:
    """Return what is held on a person about the way of their goods."""
    of_shipment = "shipment__order__customer_id"
    explained = ("description", "solution", "explanation")
    came, way = nouns.delivery.DeliveryConfirmation, nouns.shipping
    return [
        Holding("delivery_confirmations", came, of_shipment, ("received_at", "remark"), ("remark",)),
        # Carriers tell there who took a parcel in, and at which door.
        Holding("carrier_events", way.CarrierEvent, of_shipment, ("occurred_at", "state", "place"), ("place",)),
        Holding(
            "shipment_exceptions",
            way.ShipmentException,
            of_shipment,
            ("raised_at", *explained),
            explained,
            Q(settled_at__isnull=True),
        ),
    ]
