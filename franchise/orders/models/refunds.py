"""The noun of a refund: granted, approved where it must be, executed, and told to the customer."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kit.ids import new_id
from members.models import User
from orders.models.orders import Order, PaymentMethod
from stores.models import Store

OPEN_STATES = ("GRANTED", "APPROVED")


class RefundState(models.TextChoices):
    """How far a refund is; one within the limit of whoever grants it is approved at once."""

    GRANTED = "GRANTED", pgettext_lazy("a refund is", "granted")
    APPROVED = "APPROVED", pgettext_lazy("a refund is", "approved")
    DECLINED = "DECLINED", pgettext_lazy("a refund is", "declined")
    EXECUTED = "EXECUTED", pgettext_lazy("a refund is", "executed")
    REPORTED = "REPORTED", pgettext_lazy("a refund is", "reported to the customer")


class ToldBy(models.TextChoices):
    """How the customer was told."""

    PHONE = "PHONE", _("By phone")
    ONLINE = "ONLINE", _("By online chat")
    EMAIL = "EMAIL", _("By e-mail")
    VISIT = "VISIT", _("In person")


class Refund(models.Model):
    """Money that goes back to a customer: who granted, approved, executed and reported it, and when.

    `expected_on` is the day by which the customer has it. `needs_second` says that it went above the granter's limit;
    `granted_in_visit_by_id` is who really granted it in somebody's place (A12).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, choices=RefundState)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.TextField()
    needs_second = models.BooleanField()
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    granted_in_visit_by_id = models.UUIDField(null=True)
    granted_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    executed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    executed_at = models.DateTimeField(null=True)
    method = models.CharField(max_length=8, choices=PaymentMethod, null=True)
    expected_on = models.DateField(null=True)
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reported_at = models.DateTimeField(null=True)
    told_by = models.CharField(max_length=8, choices=ToldBy, null=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        indexes = [models.Index(fields=["order", "granted_at"], name="refunds_of_an_order")]
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="a_store_numbers_its_refunds_once"),
            models.UniqueConstraint(
                fields=["store", "order"], condition=Q(state__in=OPEN_STATES), name="an_order_has_one_refund_at_a_time"
            ),
            models.CheckConstraint(condition=Q(state__in=RefundState.values), name="a_refund_is_in_a_known_state"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="a_refund_is_more_than_nothing"),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True)
                | Q(decided_by__isnull=True)
                | Q(state="DECLINED")
                | ~Q(granted_by=F("decided_by")),
                name="a_refund_is_approved_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["EXECUTED", "REPORTED"])
                | Q(executed_at__isnull=False, method__isnull=False)
                & (Q(needs_second=False) | Q(decided_at__isnull=False)),
                name="a_refund_is_executed_only_when_it_may_be",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)
