"""What was changed about an order: requests with their identity check, and cancellations."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import LONGEST_NAME, LONGEST_PHONE
from kit.ids import new_id
from members.models import User
from orders.models.orders import LONGEST_ADDRESS, Order
from stores.models import Store


class ChangeState(models.TextChoices):
    """What has become of a request."""

    REQUESTED = "REQUESTED", pgettext_lazy("a change is", "requested")
    CONFIRMED = "CONFIRMED", pgettext_lazy("a change is", "confirmed")
    DECLINED = "DECLINED", pgettext_lazy("a change is", "declined")


class IdentityCheck(models.TextChoices):
    """How it was checked that the customer is who they say."""

    ORDER_PARTICULARS = "ORDER_PARTICULARS", _("Asked for particulars of the order")
    CALLED_BACK = "CALLED_BACK", _("Called back at the number we had")
    CODE_SENT = "CODE_SENT", _("Sent a code to the contact we had")
    DOCUMENT_SHOWN = "DOCUMENT_SHOWN", _("Was shown a document")


class CancelReason(models.TextChoices):
    """Why an order is cancelled (O3)."""

    PRODUCT_FAULT = "PRODUCT_FAULT", _("The product is faulty")
    PERSONAL = "PERSONAL", _("The customer's own reasons")
    TOO_LATE = "TOO_LATE", _("It would come too late")
    OUT_OF_STOCK = "OUT_OF_STOCK", _("We can't supply it")
    MISTAKE = "MISTAKE", _("It was ordered by mistake")
    OTHER = "OTHER", _("Another reason")


class OrderChange(models.Model):
    """A customer's wish to change where an order goes: what it was, what it is to be, who, when, and how identity was
    checked (O2). What was and what is to be are confidential (K4).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=ChangeState, default=ChangeState.REQUESTED)
    recipient_before = models.CharField(max_length=LONGEST_NAME, blank=True)
    phone_before = models.CharField(max_length=LONGEST_PHONE, blank=True)
    address_before = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    recipient_after = models.CharField(max_length=LONGEST_NAME, blank=True)
    phone_after = models.CharField(max_length=LONGEST_PHONE, blank=True)
    address_after = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    requested_at = models.DateTimeField()
    identity_check = models.CharField(max_length=20, choices=IdentityCheck, null=True)
    is_identity_proven = models.BooleanField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("change of an order")
        verbose_name_plural = _("changes of orders")
        indexes = [models.Index(fields=["order", "requested_at"], name="changes_of_an_order")]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "order"], condition=Q(state="REQUESTED"), name="an_order_has_one_change_at_a_time"
            ),
            models.CheckConstraint(condition=Q(state__in=ChangeState.values), name="a_change_is_in_a_known_state"),
            models.CheckConstraint(
                condition=Q(state="REQUESTED", decided_at__isnull=True)
                | Q(state="DECLINED", decided_at__isnull=False)
                | Q(state="CONFIRMED", decided_at__isnull=False, is_identity_proven=True, identity_check__isnull=False),
                name="a_change_is_confirmed_only_to_the_customer",
            ),
        ]

    def __str__(self) -> str:
        return str(ChangeState(self.state).label)


class Cancellation(models.Model):
    """Why an order was cancelled, by whom, and what followed: how much is paid back, and by when (O3)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=16, choices=CancelReason)
    remark = models.TextField(blank=True)
    cancelled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    cancelled_at = models.DateTimeField()
    refund_due_minor = models.BigIntegerField()
    refund_expected_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("cancellation")
        verbose_name_plural = _("cancellations")
        indexes = [models.Index(fields=["order"], name="cancellations_of_an_order")]
        constraints = [
            models.UniqueConstraint(fields=["store", "order"], name="an_order_is_cancelled_once"),
            models.CheckConstraint(condition=Q(reason__in=CancelReason.values), name="a_cancellation_has_a_reason"),
            models.CheckConstraint(condition=Q(refund_due_minor__gte=0), name="no_negative_refund_is_due"),
        ]

    def __str__(self) -> str:
        return str(CancelReason(self.reason).label)
