"""What a customer was advised to buy, and the plan for it (Q2)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inquiries.models.inquiries import Inquiry
from inquiries.models.messages import Message
from kit.ids import new_id
from kit.texts import LONGEST_LINE
from members.models import User
from stores.models import Store

MOST_PIECES = 1_000_000


class Advice(models.Model):
    """What a customer needs, what they were advised to buy and how they plan to; told in a message."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="+")
    told_in = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+", db_index=False)
    needs = models.TextField()
    plan = models.TextField(blank=True)
    planned_on = models.DateField(null=True)
    advised_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    advised_at = models.DateTimeField()

    class Meta:
        verbose_name = _("advice")
        verbose_name_plural = _("advice")
        indexes = [models.Index(fields=["store", "inquiry", "advised_at"], name="advice_of_an_inquiry")]

    def __str__(self) -> str:
        return f"{self.advised_at:%Y-%m-%d %H:%M}"


class AdviceLine(models.Model):
    """One product of an advice: how many of it, and why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    advice = models.ForeignKey(Advice, on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveSmallIntegerField()
    product = models.CharField(max_length=LONGEST_LINE)
    model = models.CharField(max_length=LONGEST_LINE, blank=True)
    quantity = models.PositiveIntegerField()
    why = models.TextField(blank=True)

    class Meta:
        verbose_name = _("line of an advice")
        verbose_name_plural = _("lines of an advice")
        constraints = [
            models.UniqueConstraint(fields=["store", "advice", "position"], name="lines_of_an_advice_are_in_order"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MOST_PIECES), name="an_advice_is_of_at_least_one_piece"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.product}"
