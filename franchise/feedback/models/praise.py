"""Thanks and praise, and for whom it is (C8)."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chains.actor import Actor, Audience
from customers.models import Customer
from kit.ids import new_id
from members.models import User
from stores.models import Store


class PraiseChannel(models.TextChoices):
    """How praise reached us."""

    PHONE = "PHONE", _("Phone")
    ONLINE = "ONLINE", _("Online chat")
    EMAIL = "EMAIL", _("E-mail")
    VISIT = "VISIT", _("Visit in person")
    LETTER = "LETTER", _("Letter or banner")
    REVIEW = "REVIEW", _("Public review")


class PraiseQuerySet(models.QuerySet["Praise"]):
    """Praise, chainable."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the praise of stores that the actor sees."""
        return self if actor.audience is Audience.HQ else self.filter(store_id__in=actor.store_ids)


class Praise(models.Model):
    """Recorded thanks, for the people named or, where nobody is, for the store (C8).

    `received_month` is the month in which it came, where the store is, as 202611.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    channel = models.CharField(max_length=8, choices=PraiseChannel)
    text = models.TextField()
    received_at = models.DateTimeField()
    received_month = models.PositiveIntegerField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    objects = PraiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("praise")
        verbose_name_plural = _("praise")
        indexes = [
            models.Index(fields=["store", "received_at", "id"], name="praise_by_receipt"),
            models.Index(fields=["store", "received_month"], name="praise_by_month"),
            models.Index(fields=["received_at", "id"], name="praise_of_the_chain"),
            models.Index(fields=["customer"], condition=Q(customer__isnull=False), name="praise_of_a_customer"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=PraiseChannel.values), name="praise_came_by_a_known_channel")
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.received_at:%Y-%m-%d}"


class PraisedMember(models.Model):
    """Somebody for whom praise was meant: it counts for them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    praise = models.ForeignKey(Praise, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("praised person")
        verbose_name_plural = _("praised people")
        indexes = [models.Index(fields=["member", "praise"], name="praise_of_a_person")]
        constraints = [models.UniqueConstraint(fields=["store", "praise", "member"], name="praise_counts_once_for_one")]

    def __str__(self) -> str:
        return str(self.member_id)
