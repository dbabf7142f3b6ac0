"""Deeds on the way to the customer: shipping, what carriers tell, what goes wrong, and the arrival."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import graphene

from api.base.deeds import Deed
from api.base.enums import enum_of
from api.base.inputs import IdOf, Line, Text, named
from api.base.scalars import DateTime
from api.inquiries.wording import ACCEPT_WARNINGS
from api.orders.payloads import ORDER, payload
from api.orders.rows import DamageReportType
from api.orders.shipments import DeliveryConfirmationType, ShipmentExceptionType, ShipmentType
from api.orders.types import OrderType
from chains.actor import Actor
from kit.texts import LONGEST_LINE
from orders.actions.delivering import Arrival, confirm_delivery, report_damage
from orders.actions.excepting import raise_shipment_exception, settle_shipment_exception
from orders.actions.shipping import Parcel, record_shipment_event, ship_lines
from orders.models.delivery import DamageKind
from orders.models.orders import LONGEST_EXTERNAL_ID
from orders.models.refunds import ToldBy
from orders.models.shipping import LONGEST_CARRIER, ExceptionKind, ShipmentState

_CARRIER = "Who brings it."
_TRACKING = "The number by which the carrier finds it."
_EXCEPTION = "What went wrong, as it is now."


class ParcelInput(graphene.InputObjectType):
    """How many pieces of an order's line leave."""

    line_id = IdOf("OrderLine", required=True, description="The line of the order.")
    quantity = graphene.InputField(graphene.Int, required=True, description="How many, at most what has not left.")


class ShipLines(Deed):
    """Hand goods of an order to a carrier; from then on a clock says by when they have to be there."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        order_id = IdOf("Order", required=True, description="The order.")
        carrier = Line(required=True, limit=LONGEST_CARRIER, description=_CARRIER)
        tracking_number = Line(required=True, limit=LONGEST_EXTERNAL_ID, description=_TRACKING)
        parcels = graphene.List(
            graphene.NonNull(ParcelInput), required=True, description="What leaves: one to fifty lines."
        )
        expected_at = graphene.InputField(DateTime, description="By when it has to be there.")

    order = graphene.Field(OrderType, description=ORDER)
    shipment = graphene.Field(ShipmentType, description="The shipment.")

    @classmethod
    def perform(
        cls, actor: Actor, now: datetime, *, parcels: Sequence[Mapping[str, Any]], **given: Any
    ) -> dict[str, Any]:
        """Ship lines."""
        sent = [Parcel(**parcel) for parcel in parcels]
        return payload(ship_lines(actor=actor, parcels=sent, now=now, **named(given)), "shipment")


class RecordShipmentEvent(Deed):
    """Keep what a carrier tells, once by the carrier's own id and in whatever order it comes."""

    class Meta:
        applies_standards = True

    class Input:
        store_id = IdOf("Store", required=True, description="The store that shipped it.")
        carrier = Line(required=True, limit=LONGEST_CARRIER, description=_CARRIER)
        tracking_number = Line(required=True, limit=LONGEST_EXTERNAL_ID, description=_TRACKING)
        external_id = Line(required=True, limit=LONGEST_EXTERNAL_ID, description="The carrier's own id of the event.")
        state = graphene.InputField(enum_of(ShipmentState), required=True, description="Where the shipment is.")
        occurred_at = graphene.InputField(DateTime, description="When it happened, if that was before now.")
        place = Line(limit=LONGEST_LINE, description="Where it happened.")

    order = graphene.Field(OrderType, description=ORDER)
    shipment = graphene.Field(ShipmentType, description="The shipment, as it is now.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Record an event."""
        return payload(record_shipment_event(actor=actor, now=now, **named(given)), "shipment")


class RaiseShipmentException(Deed):
    """Take up what went wrong with a shipment; whoever is named, or else you, owns it."""

    class Meta:
        applies_standards = True

    class Input:
        shipment_id = IdOf("Shipment", required=True, description="The shipment.")
        kind = graphene.InputField(enum_of(ExceptionKind), required=True, description="What goes wrong.")
        description = Text(required=True, description="What is known of it.")
        owner_id = IdOf("Member", description="Who is to own it; you if nobody is named.")

    order = graphene.Field(OrderType, description=ORDER)
    exception = graphene.Field(ShipmentExceptionType, description=_EXCEPTION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Raise an exception."""
        return payload(raise_shipment_exception(actor=actor, now=now, **named(given)), "exception")


class SettleShipmentException(Deed):
    """Close what went wrong on the way: what solved it, and what the customer was told of it."""

    class Meta:
        applies_standards = True

    class Input:
        exception_id = IdOf("ShipmentException", required=True, description="What went wrong.")
        solution = Text(required=True, description="What solved it.")
        told_by = graphene.InputField(enum_of(ToldBy), required=True, description="How the customer was told.")
        explanation = Text(required=True, description="What the customer was told.")
        accept_warnings = graphene.InputField(graphene.Boolean, description=ACCEPT_WARNINGS)

    order = graphene.Field(OrderType, description=ORDER)
    exception = graphene.Field(ShipmentExceptionType, description=_EXCEPTION)

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Settle an exception."""
        return payload(settle_shipment_exception(actor=actor, now=now, **named(given)), "exception")


class ConfirmDelivery(Deed):
    """Record that the customer has a shipment, or that it came damaged or not complete."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        shipment_id = IdOf("Shipment", required=True, description="The shipment.")
        received_at = graphene.InputField(DateTime, description="When the customer got it, if that was before now.")
        is_complete = graphene.InputField(graphene.Boolean, required=True, description="Whether all of it was there.")
        is_undamaged = graphene.InputField(graphene.Boolean, required=True, description="Whether nothing was damaged.")
        remark = Text(description="What was remarked; needed where it is not complete and undamaged.")

    order = graphene.Field(OrderType, description=ORDER)
    confirmation = graphene.Field(DeliveryConfirmationType, description="The confirmation.")

    @classmethod
    def perform(
        cls,
        actor: Actor,
        now: datetime,
        *,
        is_complete: bool,
        is_undamaged: bool,
        received_at: datetime | None = None,
        **given: Any,
    ) -> dict[str, Any]:
        """Confirm a delivery."""
        arrival = Arrival(received_at, is_complete, is_undamaged)
        return payload(confirm_delivery(actor=actor, arrival=arrival, now=now, **named(given)), "confirmation")


class ReportDamage(Deed):
    """Record what a customer says is wrong with goods that have left."""

    class Meta:
        versioned = True
        applies_standards = True

    class Input:
        order_id = IdOf("Order", required=True, description="The order.")
        kind = graphene.InputField(enum_of(DamageKind), required=True, description="What sort of wrong it is.")
        description = Text(required=True, description="What is wrong, in the customer's words.")

    order = graphene.Field(OrderType, description=ORDER)
    damage_report = graphene.Field(DamageReportType, description="What was recorded.")

    @classmethod
    def perform(cls, actor: Actor, now: datetime, **given: Any) -> dict[str, Any]:
        """Report damage."""
        return payload(report_damage(actor=actor, now=now, **named(given)), "damage_report")


class ShippingMutation(graphene.ObjectType):
    """Deeds on the way to the customer."""

    ship_lines = ShipLines.mounted()
    record_shipment_event = RecordShipmentEvent.mounted()
    raise_shipment_exception = RaiseShipmentException.mounted()
    settle_shipment_exception = SettleShipmentException.mounted()
    confirm_delivery = ConfirmDelivery.mounted()
    report_damage = ReportDamage.mounted()
