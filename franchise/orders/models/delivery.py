"""The nouns of the goods' arrival: that they came whole, or what is wrong with them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kit.ids import new_id
from members.models import User
from orders.models.orders import Order
from orders.models.shipping import Shipment
from stores.models import Store


class DamageKind(models.TextChoices):
    """What is wrong with goods that came."""

    DAMAGED = "DAMAGED", _("Damaged")
    INCOMPLETE = "INCOMPLETE", _("Not complete")
    WRONG_GOODS = "WRONG_GOODS", _("Other goods than ordered")


class DeliveryConfirmation(models.Model):
    """The customer has a shipment, complete and undamaged or not, and what was remarked (O5)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="+", db_index=False)
    received_at = models.DateTimeField()
    is_complete = models.BooleanField()
    is_undamaged = models.BooleanField()
    remark = models.TextField(blank=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    confirmed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("delivery confirmation")
        verbose_name_plural = _("delivery confirmations")
        indexes = [models.Index(fields=["shipment"], name="confirmations_of_a_shipment")]
        constraints = [models.UniqueConstraint(fields=["store", "shipment"], name="a_delivery_is_confirmed_once")]

    def __str__(self) -> str:
        return f"{self.received_at:%Y-%m-%d %H:%M}"


class DamageReport(models.Model):
    """What a customer says is wrong with goods of an order (O5)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+", db_index=False)
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=DamageKind)
    description = models.TextField()
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reported_at = models.DateTimeField()

    class Meta:
        verbose_name = _("damage report")
        verbose_name_plural = _("damage reports")
        indexes = [models.Index(fields=["order", "reported_at"], name="damages_of_an_order")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DamageKind.values), name="a_damage_is_of_a_known_kind")
        ]

    def __str__(self) -> str:
        return str(DamageKind(self.kind).label)
