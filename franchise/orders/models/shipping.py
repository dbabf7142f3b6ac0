"""The nouns of the way to the customer: shipments with their lines, what carriers tell, and what goes wrong."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from chains.actor import Actor, Audience
from kit.ids import new_id
from kit.texts import LONGEST_LINE
from members.models import User
from orders.models.orders import LONGEST_EXTERNAL_ID, Order, OrderLine
from orders.models.refunds import ToldBy
from stores.models import Store

LONGEST_CARRIER = 80


class ShipmentState(models.TextChoices):
    """Where a shipment is, as its carrier tells."""

    HANDED_OVER = "HANDED_OVER", pgettext_lazy("a shipment is", "handed to the carrier")
    IN_TRANSIT = "IN_TRANSIT", pgettext_lazy("a shipment is", "on its way")
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY", pgettext_lazy("a shipment is", "out for delivery")
    FAILED_ATTEMPT = "FAILED_ATTEMPT", pgettext_lazy("a shipment is", "not delivered: nobody took it")
    RETURNED = "RETURNED", pgettext_lazy("a shipment is", "on its way back")
    DELIVERED = "DELIVERED", pgettext_lazy("a shipment is", "delivered")


class ExceptionKind(models.TextChoices):
    """What goes wrong on the way."""

    DELAYED = "DELAYED", _("It is late")
    LOST = "LOST", _("It is lost")
    DAMAGED = "DAMAGED", _("It is damaged")
    WRONG_ADDRESS = "WRONG_ADDRESS", _("The address is wrong")
    REFUSED = "REFUSED", _("The customer does not take it")
    OTHER = "OTHER", _("Something else")


class ShipmentQuerySet(models.QuerySet["Shipment"]):
    """Shipments, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the shipments of stores that the actor sees."""
        return self if actor.audience is Audience.HQ else self.filter(store_id__in=actor.store_ids)


class Shipment(models.Model):
    """Goods of an order that a carrier brings to the customer; its state is what the latest event tells."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveBigIntegerField()
    carrier = models.CharField(max_length=LONGEST_CARRIER)
    tracking_number = models.CharField(max_length=LONGEST_EXTERNAL_ID)
    state = models.CharField(max_length=16, choices=ShipmentState, default=ShipmentState.HANDED_OVER)
    state_since = models.DateTimeField()
    expected_at = models.DateTimeField(null=True)
    shipped_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    shipped_at = models.DateTimeField()
    is_confirmed = models.BooleanField(default=False)

    objects = ShipmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        indexes = [models.Index(fields=["order", "shipped_at"], name="shipments_of_an_order")]
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="a_store_numbers_its_shipments_once"),
            models.UniqueConstraint(
                fields=["store", "tracking_number", "carrier"], name="a_carrier_numbers_its_shipments_once"
            ),
            models.CheckConstraint(condition=Q(state__in=ShipmentState.values), name="a_shipment_is_in_a_known_state"),
        ]

    def __str__(self) -> str:
        return self.tracking_number


class ShipmentLine(models.Model):
    """How many of an order's line are in a shipment."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="+", db_index=False)
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="+", db_index=False)
    quantity = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("line of a shipment")
        verbose_name_plural = _("lines of shipments")
        indexes = [models.Index(fields=["shipment"], name="lines_of_a_shipment")]
        constraints = [
            models.UniqueConstraint(fields=["store", "shipment", "line"], name="a_shipment_holds_a_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="a_shipped_line_is_more_than_nothing"),
        ]

    def __str__(self) -> str:
        return str(self.quantity)


class CarrierEvent(models.Model):
    """What a carrier told about a shipment: kept once by the carrier's own id, in whatever order they come."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="+", db_index=False)
    external_id = models.CharField(max_length=LONGEST_EXTERNAL_ID)
    state = models.CharField(max_length=16, choices=ShipmentState)
    place = models.CharField(max_length=LONGEST_LINE, blank=True)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("carrier event")
        verbose_name_plural = _("carrier events")
        indexes = [models.Index(fields=["shipment", "occurred_at"], name="events_of_a_shipment")]
        constraints = [
            models.UniqueConstraint(fields=["store", "shipment", "external_id"], name="a_carrier_event_is_kept_once"),
            models.CheckConstraint(condition=Q(state__in=ShipmentState.values), name="a_carrier_tells_a_known_state"),
        ]

    def __str__(self) -> str:
        return str(ShipmentState(self.state).label)


class ShipmentException(models.Model):
    """Something that went wrong on the way: taken up by its one owner, solved, and explained to the customer (O4)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=ExceptionKind)
    description = models.TextField(blank=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    raised_at = models.DateTimeField()
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    settled_at = models.DateTimeField(null=True)
    solution = models.TextField(blank=True)
    told_by = models.CharField(max_length=8, choices=ToldBy, null=True)
    explanation = models.TextField(blank=True)

    class Meta:
        verbose_name = _("exception of a shipment")
        verbose_name_plural = _("exceptions of shipments")
        indexes = [
            models.Index(fields=["shipment", "raised_at"], name="exceptions_of_a_shipment"),
            models.Index(
                fields=["store", "raised_at", "id"], condition=Q(settled_at__isnull=True), name="open_exceptions"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "shipment", "kind"],
                condition=Q(settled_at__isnull=True),
                name="an_exception_is_open_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=ExceptionKind.values), name="an_exception_is_of_a_known_kind"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True)
                | Q(settled_at__gte=F("raised_at"), told_by__isnull=False) & ~Q(solution="") & ~Q(explanation=""),
                name="an_exception_is_settled_when_explained",
            ),
        ]

    def __str__(self) -> str:
        return str(ExceptionKind(self.kind).label)
