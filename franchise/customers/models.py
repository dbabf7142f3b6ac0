"""The noun of the register: a customer of one store."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, Audience
from kit.ids import new_id
from members.models import User
from stores.models import Store

LONGEST_NAME = 120
LONGEST_PHONE = 20
LONGEST_EMAIL = 254


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Customers, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the customers of stores that the actor sees."""
        return self if actor.audience is Audience.HQ else self.filter(store_id__in=actor.store_ids)

    def reached_by(self, *, phone: str, email: str) -> Self:
        """Keep those with this phone number or this address, as they are written down."""
        same_phone = Q(phone=phone) if phone else Q(pk=None)
        same_email = Q(email=email) if email else Q(pk=None)
        return self.filter(same_phone | same_email)


class Customer(models.Model):
    """Somebody who buys from a store: name, contact and language, confidential to that store and HQ (K4)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=LONGEST_NAME)
    phone = models.CharField(max_length=LONGEST_PHONE, blank=True)
    email = models.CharField(max_length=LONGEST_EMAIL, blank=True)
    language = models.CharField(max_length=10)
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    registered_at = models.DateTimeField()

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [
            models.Index(fields=["store", "phone"], name="customers_by_phone"),
            models.Index(fields=["store", "email"], name="customers_by_email"),
            models.Index(fields=["store", "name", "id"], name="customers_by_name"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(phone="", email=""), name="a_customer_can_be_reached"),
        ]

    def __str__(self) -> str:
        return self.name
