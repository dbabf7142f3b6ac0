"""The types of the way to the customer: shipments, what carriers told, what went wrong, and that it came."""

from typing import Any

import graphene
from django.db.models import QuerySet
from graphql import GraphQLResolveInfo

from api.base.call import actor_of
from api.base.lists import Listed
from api.base.things import computed
from api.members.names import PersonReference, name_in
from api.members.types import MemberType
from api.orders.rows import OfOrder
from orders.models.delivery import DeliveryConfirmation
from orders.models.refunds import ToldBy
from orders.models.shipping import (
    CarrierEvent,
    ExceptionKind,
    Shipment,
    ShipmentException,
    ShipmentLine,
    ShipmentState,
)
from orders.queries import SHIPMENT, references_of

_STORE = "The store of the order."


class ShipmentLineType(OfOrder):
    """How many of an order's line are in a shipment."""

    class Meta:
        name = "ShipmentLine"
        model = ShipmentLine
        fields = ("store", "line", "quantity")
        descriptions = {"store": _STORE, "line": "The line of the order.", "quantity": "How many of it."}


class CarrierEventType(OfOrder):
    """What a carrier told about a shipment."""

    class Meta:
        name = "CarrierEvent"
        model = CarrierEvent
        fields = ("store", "external_id", "place", "occurred_at", "received_at")
        enums = {"state": ShipmentState}
        descriptions = {
            "store": _STORE,
            "external_id": "The carrier's own id of the event.",
            "place": "Where it happened; may be empty.",
            "occurred_at": "When it happened.",
            "received_at": "When it was told here.",
            "state": "Where the shipment was then.",
        }


class ShipmentExceptionType(OfOrder):
    """Something that went wrong on the way: taken up, solved, explained to the customer."""

    class Meta:
        name = "ShipmentException"
        model = ShipmentException
        fields = ("store", "shipment", "description", "raised_at", "settled_at", "solution", "explanation")
        enums = {"kind": ExceptionKind, "told_by": ToldBy}
        descriptions = {
            "store": _STORE,
            "shipment": "The shipment.",
            "description": "What is known of it; empty where it was found by itself.",
            "raised_at": "When it was taken up.",
            "settled_at": "When it was settled; null while it is open.",
            "solution": "What solved it; empty before that.",
            "explanation": "What the customer was told; empty before that.",
            "kind": "What goes wrong.",
            "told_by": "How the customer was told; null before that.",
        }

    owner = PersonReference(
        ShipmentException._meta.get_field("owner"),
        MemberType,
        required=False,
        description="Its one owner; null where that is somebody you can't look up.",
    )
    owner_name = name_in("owner_id", description="Its one owner's name.")
    raised_by_name = name_in("raised_by_id", description="Who took it up; null where it was found by itself.")
    settled_by_name = name_in("settled_by_id", description="Who settled it; null before that.")


class DeliveryConfirmationType(OfOrder):
    """The customer has a shipment."""

    class Meta:
        name = "DeliveryConfirmation"
        model = DeliveryConfirmation
        fields = ("store", "received_at", "is_complete", "is_undamaged", "remark", "confirmed_at")
        descriptions = {
            "store": _STORE,
            "received_at": "When the customer got it.",
            "is_complete": "Whether all of it was there.",
            "is_undamaged": "Whether nothing was damaged.",
            "remark": "What was remarked when it came; may be empty.",
            "confirmed_at": "When it was recorded here.",
        }

    confirmed_by_name = name_in("confirmed_by_id", description="Who recorded it; null for a machine.")


class ShipmentType(OfOrder):
    """Goods of an order that a carrier brings to the customer."""

    class Meta:
        name = "Shipment"
        model = Shipment
        fields = (
            "store",
            "order",
            "number",
            "carrier",
            "tracking_number",
            "state_since",
            "expected_at",
            "shipped_at",
            "is_confirmed",
        )
        enums = {"state": ShipmentState}
        descriptions = {
            "store": _STORE,
            "order": "The order.",
            "number": "Its running number at the store, from 1.",
            "carrier": "Who brings it.",
            "tracking_number": "The number by which the carrier finds it.",
            "state_since": "When the latest event happened.",
            "expected_at": "By when it has to be there; null where nobody said.",
            "shipped_at": "When it was handed to the carrier.",
            "is_confirmed": "Whether the customer has it.",
            "state": "Where it is, by the latest event.",
        }

    reference = computed(
        graphene.String,
        lambda rows, _info: references_of(rows, SHIPMENT),
        for_all=True,
        needs=("number", "store_id"),
        description="The number by which people name it.",
    )
    shipped_by_name = name_in("shipped_by_id", description="Who shipped it; null for a machine.")
    lines = Listed(lambda: ShipmentLineType, by="shipment", order=("id",), description="What is in it.")
    events = Listed(
        lambda: CarrierEventType, by="shipment", order=("occurred_at",), description="What its carrier told."
    )
    exceptions = Listed(
        lambda: ShipmentExceptionType, by="shipment", order=("raised_at",), description="What went wrong with it."
    )
    confirmations = Listed(
        lambda: DeliveryConfirmationType, by="shipment", order=("confirmed_at",), description="That it came."
    )

    @classmethod
    def rows(cls, info: GraphQLResolveInfo) -> "QuerySet[Any]":
        """Return the shipments of the stores that the caller sees."""
        rows: QuerySet[Any] = Shipment.objects.visible_to(actor_of(info))
        return rows
